"""Late returns and broken rules, one finding for each data set and period."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from tinhso.blocks.indicators import contract
from tinhso.blocks.indicators.contract import Concern, Place
from tinhso.ioc.models import Alert
from tinhso.ioc.queries.alerting.rules import Late, Rules
from tinhso.ioc.queries.alerting.watching import Finding, office_of
from tinhso.ioc.queries.frame import Frame

KEPT = 200  # places that an alert lists; there is a page of reporting for the rest


def findings(at: Frame, rules: Rules, now: datetime) -> Iterator[Finding]:
    """What domains are concerned about and a leader should hear of."""
    home = at.places.home
    if home is None:
        return
    for provider in contract.CONCERN_PROVIDERS:
        for concern in provider(now):
            places = [place for place in concern.places if place.unit in at.places.by_ref]
            if concern.kind == Alert.Kind.LATE:
                places = [place for place in places if place.since < now - timedelta(days=rules.late.grace_days)]
            if places:
                yield _finding(at, home.pk, concern, places, rules.late, now)


def _finding(at: Frame, home: int, concern: Concern, places: Sequence[Place], late: Late, now: datetime) -> Finding:
    return Finding(
        key=f"{concern.kind}:{concern.data_set}:{concern.period}",
        kind=concern.kind,
        holds=True,
        unit=home,
        office=office_of(at, concern.agency, at.places.by_ref[at.places.every.nodes[home].ref]),
        period=concern.period,
        severity=_severity(concern, places, late, now),
        facts=_facts(concern, places),
        domain=concern.domain,
        data_set=concern.data_set,
        concerned=tuple(at.places.by_ref[place.unit].pk for place in places),
    )


def _severity(concern: Concern, places: Sequence[Place], late: Late, now: datetime) -> str:
    if concern.kind != Alert.Kind.LATE:
        return Alert.Severity.WARNING
    long = min(place.since for place in places) < now - timedelta(days=late.high_days)
    many = concern.expected > 1 and len(places) >= concern.expected * late.high_share
    return Alert.Severity.HIGH if long or many else Alert.Severity.WARNING


def _facts(concern: Concern, places: Sequence[Place]) -> dict[str, Any]:
    return {
        "name": concern.name,
        "name_en": concern.name_en,
        "count": len(places),
        "expected": concern.expected,
        "since": min(place.since for place in places),
        "places": [
            {"unit": place.unit, "href": place.href, "since": place.since, "words": place.words}
            for place in places[:KEPT]
        ],
    }
