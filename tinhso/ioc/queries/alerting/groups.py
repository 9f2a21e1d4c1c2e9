"""Alerts grouped by what they are about: one indicator that nine communes miss is one matter with nine places."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from tinhso.ioc.models import Alert
from tinhso.ioc.queries.alerting import aims, said
from tinhso.ioc.queries.frame import SnapshotFrame
from tinhso.kernel.actor import Actor
from tinhso.ui.menus import steering_way
from tinhso.ui.wording import name_in_language, period_text

MOST_STEERED = 30  # directives that one form gives


@dataclass(frozen=True)
class GroupedAlert:
    """One alert of a group: where it is (and when, where a unit has several), its numbers in a
    sentence, and how bad it is beside the others."""

    alert: Alert
    where: str
    sentence: str
    gap: float

    @property
    def subject(self) -> str:
        """What a directive about it names: ``alert:CB-…``."""
        return f"alert:{self.alert.ref}"


@dataclass(frozen=True)
class AlertGroup:
    """Alerts of one kind about one indicator or data set, the worst first.

    ``holders`` are the names of those who have some of them in hand, ``unheld`` how many nobody has; ``steer_href``
    leads to a directive about all of them, empty where the reader may give none.
    """

    title: str
    kind: str
    indicator: str
    alerts: Sequence[GroupedAlert]
    holders: Sequence[str]
    unheld: int
    since: datetime
    is_grave: bool
    steer_href: str

    @property
    def tick(self) -> str:
        """What the bulk address takes for those that are not over: their references, joined by commas."""
        standing = (
            grouped_alert.alert for grouped_alert in self.alerts if grouped_alert.alert.state != Alert.State.RESOLVED
        )
        return ",".join(alert.ref for alert in standing)


def alert_groups(at: SnapshotFrame, alerts: Iterable[Alert], by: Actor) -> list[AlertGroup]:
    """The groups of some alerts: grave ones first, then those with the most places that nobody has in hand."""
    alerts_by_matter: dict[tuple[str, str], list[Alert]] = {}
    for alert in alerts:
        alerts_by_matter.setdefault((alert.kind, alert.indicator or alert.data_set), []).append(alert)
    groups = [_alert_group(at, of_matter, by) for of_matter in alerts_by_matter.values()]
    return sorted(groups, key=lambda group: (not group.is_grave, -group.unheld, -len(group.alerts), group.title))


def _alert_group(at: SnapshotFrame, alerts: Sequence[Alert], by: Actor) -> AlertGroup:
    alert_counts = Counter(alert.unit_id for alert in alerts)
    grouped = sorted(
        (_grouped_alert(at, alert, alert_counts[alert.unit_id] > 1) for alert in alerts), key=_badness_of_alert
    )
    first = grouped[0].alert
    standing = [alert for alert in alerts if alert.state != Alert.State.RESOLVED]
    steering = (
        steering_way(by, *(grouped_alert.subject for grouped_alert in grouped[:MOST_STEERED])) if standing else None
    )
    return AlertGroup(
        title=said.subject_of(at, first),
        kind=str(first.get_kind_display()),
        indicator=first.indicator if first.indicator in at.catalogue.indicators else "",
        alerts=grouped,
        holders=sorted({alert.owner.name for alert in standing if alert.owner is not None}),
        unheld=sum(alert.owner is None for alert in standing),
        since=min(alert.opened_at for alert in alerts),
        is_grave=any(alert.severity == Alert.Severity.HIGH for alert in standing),
        steer_href=steering.href if steering is not None else "",
    )


def _grouped_alert(at: SnapshotFrame, alert: Alert, names_period: bool) -> GroupedAlert:
    where = name_in_language(alert.unit)
    if names_period and alert.period:
        where = f"{where} ({period_text(alert.period)})"
    return GroupedAlert(alert, where, said.sentence_of(at, alert), _gap_of(alert))


def _gap_of(alert: Alert) -> float:
    """How bad it is, only to be compared with others of its kind: the distance to a target, a score, a count."""
    if alert.kind == Alert.Kind.TARGET:
        return aims.relative_gap(alert.facts)
    if alert.kind == Alert.Kind.CHANGE:
        return abs(float(alert.facts.get("score") or 0))
    return float(alert.facts.get("count") or 0)


def _badness_of_alert(grouped_alert: GroupedAlert) -> tuple[bool, int, float, str]:
    is_over = grouped_alert.alert.state == Alert.State.RESOLVED
    return is_over, int(grouped_alert.alert.unit.level), -grouped_alert.gap, grouped_alert.where
