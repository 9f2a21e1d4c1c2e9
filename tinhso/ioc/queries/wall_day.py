"""Counters of the day: what operational tables say at this moment, from every app that counts."""

from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from django.db.models import Count
from django.utils.translation import gettext as _

from tinhso.blocks.identity.models import Session
from tinhso.blocks.indicators import contract
from tinhso.blocks.indicators.contract import CounterRead, DayCounter
from tinhso.blocks.units.models import Level
from tinhso.ioc.queries.frame import SnapshotFrame, UnitView
from tinhso.kernel import clock
from tinhso.ui.round_trips import read_together, totals_read


@dataclass(frozen=True)
class DayCounters:
    """The counters of today as they were at ``at``, and the events after which they may have changed."""

    at: datetime
    counters: tuple[DayCounter, ...]

    @property
    def event_names(self) -> tuple[str, ...]:
        """Names of events, each once."""
        return tuple(dict.fromkeys(name for day_counter in self.counters for name in day_counter.heard))


def keys_of(at: SnapshotFrame, unit_view: UnitView) -> frozenset[int]:
    """The unit and all below it, as providers take them: empty for the whole province."""
    is_home_province = (
        unit_view.unit.level == Level.PROVINCE and at.places.home is not None and unit_view.unit.pk == at.places.home.pk
    )
    return frozenset() if is_home_province else frozenset(at.places.every.subtree(unit_view.unit.pk))


def day_counters(at: SnapshotFrame, unit_view: UnitView, now: datetime) -> DayCounters:
    """What every app counts for a unit today; for the whole province also how many people have worked here."""
    return DayCounters(now, tuple(chain.from_iterable(read_together(day_reads(at, unit_view, now)))))


def day_reads(at: SnapshotFrame, unit_view: UnitView, now: datetime) -> list[CounterRead]:
    """How every app reads what it counts for a unit today."""
    keys = keys_of(at, unit_view)
    reads = [provider(keys, now) for provider in contract.COUNTER_PROVIDERS]
    return reads if keys else [*reads, people_today(now)]


def people_today(now: datetime) -> CounterRead:
    """How many different people have used the system today; a number, never who."""
    midnight = clock.local(now).replace(hour=0, minute=0, second=0, microsecond=0)
    today = Session.objects.filter(seen_at__gte=midnight)
    return totals_read(
        today, lambda row: [_people_counter(row["people"], midnight)], people=Count("person", distinct=True)
    )


def _people_counter(count: int, midnight: datetime) -> DayCounter:
    return DayCounter("people", _("Người đã làm việc trên hệ thống"), count, midnight, _("sổ đăng nhập"))
