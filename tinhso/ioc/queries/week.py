"""A leader's week: what turned bad, who has it in hand, what is due, what has been late for the longest."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import chain
from typing import Any

from django.db.models import Exists, Q, QuerySet

from tinhso.blocks.indicators import contract
from tinhso.blocks.indicators.contract import Attention, DueWork, DueWorkRead
from tinhso.ioc.models import Alert
from tinhso.ioc.queries.alerting import listed
from tinhso.ioc.queries.alerting.groups import AlertGroup, alert_groups
from tinhso.ioc.queries.frame import SnapshotFrame, UnitView
from tinhso.ioc.queries.wall import attention_reads, longest_first
from tinhso.ioc.queries.wall_day import keys_of
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.weeks import Week
from tinhso.ui.round_trips import read_together

MOST_ALERTS, MOST_DUE, MOST_LATE = 1000, 200, 12
State = Alert.State


@dataclass(frozen=True)
class DueDay:
    """What is due on one day."""

    day: date
    works: Sequence[DueWork]


@dataclass(frozen=True)
class WeekReview:
    """What a week brought a unit and all below it.

    ``worsened`` are alerts that opened in it, ``standing`` those from before that are not over, ``ended`` those that
    were over in it; ``late`` what has been late for the longest at this moment, empty for a week that is past.
    ``read_at`` is when all of it was read. With ``is_cut`` there was more than is counted and listed here.
    """

    week: Week
    read_at: datetime
    is_current: bool
    is_cut: bool
    worsened: Sequence[AlertGroup]
    standing: Sequence[AlertGroup]
    ended: Sequence[AlertGroup]
    due: Sequence[DueDay]
    late: Sequence[Attention] = field(default_factory=tuple)

    @property
    def worsened_count(self) -> int:
        """How many alerts opened."""
        return _count_of(self.worsened)

    @property
    def unheld_count(self) -> int:
        """How many of the alerts that are not over nobody has in hand."""
        return sum(group.unheld for group in (*self.worsened, *self.standing))

    @property
    def standing_count(self) -> int:
        """How many alerts from before are not over."""
        return _count_of(self.standing)

    @property
    def ended_count(self) -> int:
        """How many alerts were over."""
        return _count_of(self.ended)

    @property
    def due_total(self) -> int:
        """How many things were to be ready."""
        return sum(work.total for day in self.due for work in day.works)

    @property
    def due_done(self) -> int:
        """How many of them are."""
        return sum(work.done for day in self.due for work in day.works)


def week_review(at: SnapshotFrame, unit_view: UnitView, week: Week, by: Actor, now: datetime) -> WeekReview:
    """The week of a unit as ``by`` may see it, in two statements; those who hold an alert are those of today."""
    alerts = _alerts_of(at, unit_view, week, by)
    is_current = week.begins_at <= now < week.ends_before
    reads = attention_reads(at, unit_view, now, limit=MOST_LATE) if is_current else []
    due_reads = _due_reads(at, unit_view, week, by)
    answers: Sequence[Any] = read_together([*due_reads, *reads])
    due = answers[: len(due_reads)]
    is_cut = len(alerts) > MOST_ALERTS or any(len(works) > MOST_DUE for works in due)
    alerts = alerts[:MOST_ALERTS]
    return WeekReview(
        week=week,
        read_at=now,
        is_current=is_current,
        is_cut=is_cut,
        worsened=alert_groups(at, (alert for alert in alerts if alert.opened_at >= week.begins_at), by),
        standing=alert_groups(
            at, (alert for alert in alerts if alert.opened_at < week.begins_at and not _ended_in(alert, week)), by
        ),
        ended=alert_groups(at, (alert for alert in alerts if _ended_in(alert, week)), by),
        due=_by_day(list(chain.from_iterable(works[:MOST_DUE] for works in due))),
        late=longest_first(answers[len(due_reads) :], MOST_LATE),
    )


def _alerts_of(at: SnapshotFrame, unit_view: UnitView, week: Week, by: Actor) -> list[Alert]:
    """Alerts that stood at some moment of the week, grave ones first where there are too many to show."""
    stood = Q(opened_at__lt=week.ends_before) & (Q(resolved_at=None) | Q(resolved_at__gte=week.begins_at))
    speaks = Q(resolved_at__isnull=False) | ~Exists(listed.silences_of())
    visible: QuerySet[Alert] = listed.visible_alerts(by).filter(stood, speaks)
    units = listed.units_of(at, unit_view)
    if units is not None:
        keys = sorted(units)
        visible = visible.filter(Q(unit__in=keys) | Q(office__in=keys) | Q(concerned__overlap=keys))
    return list(visible.order_by("severity", "-opened_at", "pk")[: MOST_ALERTS + 1])


def _ended_in(alert: Alert, week: Week) -> bool:
    return alert.resolved_at is not None and alert.resolved_at < week.ends_before


def _due_reads(at: SnapshotFrame, unit_view: UnitView, week: Week, by: Actor) -> list[DueWorkRead]:
    keys = keys_of(at, unit_view)
    providers = contract.DUE_WORK_PROVIDERS
    return [provider(by, keys, week.begins_at, week.ends_before, MOST_DUE + 1) for provider in providers]


def _by_day(works: Sequence[DueWork]) -> list[DueDay]:
    works_by_day: dict[date, list[DueWork]] = {}
    for work in sorted(works, key=lambda work: (work.due_at, work.done >= work.total, work.kind, work.title)):
        works_by_day.setdefault(clock.local(work.due_at).date(), []).append(work)
    return [DueDay(day, of_day) for day, of_day in works_by_day.items()]


def _count_of(groups: Sequence[AlertGroup]) -> int:
    return sum(len(group.alerts) for group in groups)
