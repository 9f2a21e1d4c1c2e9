"""Late returns and broken rules, one finding for each data set and period."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from tinhso.blocks.indicators import contract
from tinhso.blocks.indicators.contract import ConcernPlace, DataSetConcern
from tinhso.ioc.models import Alert
from tinhso.ioc.queries.alerting.rules import AlertRules, Late
from tinhso.ioc.queries.alerting.watching import AlertFinding, office_of
from tinhso.ioc.queries.frame import SnapshotFrame

KEPT = 200  # places that an alert lists; there is a page of reporting for the rest


def concern_findings(at: SnapshotFrame, rules: AlertRules, now: datetime) -> Iterator[AlertFinding]:
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
                yield _concern_finding(at, home.pk, concern, places, rules.late, now)


def _concern_finding(
    at: SnapshotFrame, home: int, concern: DataSetConcern, places: Sequence[ConcernPlace], late: Late, now: datetime
) -> AlertFinding:
    return AlertFinding(
        key=f"{concern.kind}:{concern.data_set}:{concern.period}",
        kind=concern.kind,
        holds=True,
        unit=home,
        office=office_of(at, concern.agency, at.places.by_ref[at.places.every.nodes[home].ref]),
        period=concern.period,
        severity=_concern_severity(concern, places, late, now),
        facts=_concern_facts(concern, places),
        domain=concern.domain,
        data_set=concern.data_set,
        concerned=tuple(at.places.by_ref[place.unit].pk for place in places),
    )


def _concern_severity(concern: DataSetConcern, places: Sequence[ConcernPlace], late: Late, now: datetime) -> str:
    if concern.kind != Alert.Kind.LATE:
        return Alert.Severity.WARNING
    long = min(place.since for place in places) < now - timedelta(days=late.high_days)
    many = concern.expected > 1 and len(places) >= concern.expected * late.high_share
    return Alert.Severity.HIGH if long or many else Alert.Severity.WARNING


def _concern_facts(concern: DataSetConcern, places: Sequence[ConcernPlace]) -> dict[str, Any]:
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
