"""The phone's home: what I follow, what waits for me, and one indicator on a narrow screen."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

from django.db.models import Count

from tinhso.blocks.indicators.contract import Access, Attention
from tinhso.blocks.indicators.queries import Reading
from tinhso.blocks.units import queries as units
from tinhso.ioc.models import Favourite
from tinhso.ioc.queries import indicators as one_by_one
from tinhso.ioc.queries import shown as words
from tinhso.ioc.queries.alerting.listed import AlertFilter, ordered_alerts
from tinhso.ioc.queries.alerting.said import AlertText, alert_text
from tinhso.ioc.queries.frame import SnapshotFrame, UnitView, member_of
from tinhso.ioc.queries.indicators import IndicatorQuery
from tinhso.ioc.queries.shown import ReadingView, reading_view
from tinhso.ioc.queries.wall import all_shown, attention_reads, cached_wall, longest_first
from tinhso.ioc.queries.wall_day import DayCounters, day_reads
from tinhso.kernel.actor import Actor
from tinhso.kernel.reads import DeferredRead
from tinhso.ui.round_trips import read_together, totals_read
from tinhso.ui.wording import name_in_language

SPARK = 13  # a year and the month to compare with
LATE, ALERTS = 5, 3


@dataclass(frozen=True)
class Followed:
    """One tile: an indicator of a unit with its last reading; ``pk`` 0 where nobody chose it."""

    asked: IndicatorQuery
    shown: ReadingView
    pk: int = 0

    @property
    def name(self) -> str:
        """The indicator's name, with the member's."""
        return self.asked.name

    @property
    def unit_name(self) -> str:
        """Whose figure it is."""
        return name_in_language(self.asked.seen.unit)

    @property
    def is_restricted(self) -> bool:
        """Whether it is for few: such a figure is not left on a phone."""
        return is_restricted(self.asked)


@dataclass(frozen=True)
class PhoneHome:
    """All that the phone's home shows; ``chosen`` False while the reader follows nothing."""

    tiles: tuple[Followed, ...]
    chosen: bool
    late: tuple[Attention, ...]
    alerts: tuple[AlertText, ...]
    alert_count: int
    day: DayCounters

    @property
    def more_alerts(self) -> int:
        """How many alerts there are beside those shown."""
        return self.alert_count - len(self.alerts)


def phone_home(
    at: SnapshotFrame, unit_view: UnitView, mine: Sequence[Favourite], *, by: Actor, now: datetime, elsewhere: bool
) -> PhoneHome:
    """What ``mine`` follow (``elsewhere``: of ``seen``'s unit instead of their own), else the domains' headlines."""
    followed = tuple(_followed_readings(at, unit_view, mine, elsewhere=elsewhere))
    tiles = followed if mine else tuple(_followed_headlines(at, unit_view))
    units = frozenset(at.places.every.subtree(unit_view.unit.pk)) if elsewhere else None
    alerts = ordered_alerts(by, AlertFilter(units=units))
    shown_ones = tuple(alert_text(at, alert) for alert in alerts[:ALERTS])
    late, counters = attention_reads(at, unit_view, now, limit=LATE), day_reads(at, unit_view, now)
    alert_count: DeferredRead[int] = totals_read(alerts, lambda row: int(row["number"]), number=Count("pk"))
    answers: list[Any] = read_together([*late, *counters, alert_count])
    today = DayCounters(now, tuple(chain.from_iterable(answers[len(late) : -1])))
    waiting = tuple(longest_first(answers[: len(late)], LATE))
    return PhoneHome(tiles, bool(mine), waiting, shown_ones, answers[-1], today)


def _followed_headlines(at: SnapshotFrame, unit_view: UnitView) -> list[Followed]:
    reading_views = [tile.shown for tile in cached_wall(at, unit_view).tiles if tile.shown is not None]
    return [Followed(IndicatorQuery(view.indicator, None, unit_view, ""), view) for view in reading_views]


def _followed_readings(
    at: SnapshotFrame, unit_view: UnitView, mine: Sequence[Favourite], *, elsewhere: bool
) -> list[Followed]:
    favourite_queries = [
        (favourite.pk, query)
        for favourite in mine
        if (query := asked_of(at, favourite, unit_view if elsewhere else None))
    ]
    groups: dict[UnitView, list[IndicatorQuery]] = defaultdict(list)
    for _pk, indicator_query in favourite_queries:
        if indicator_query.member is None:
            groups[indicator_query.seen].append(indicator_query)
    readings_by_view = {
        view: all_shown(at, view, [indicator_query.indicator for indicator_query in indicator_queries])
        for view, indicator_queries in groups.items()
    }
    return [
        Followed(
            indicator_query,
            readings_by_view[indicator_query.seen][indicator_query.indicator.code]
            if indicator_query.member is None
            else _member_view(at, indicator_query),
            pk,
        )
        for pk, indicator_query in favourite_queries
    ]


def asked_of(at: SnapshotFrame, favourite: Favourite, elsewhere: UnitView | None = None) -> IndicatorQuery | None:
    """What an entry asks for today; None when its indicator, member or unit is no more."""
    indicator, node = at.catalogue.indicators.get(favourite.indicator), at.places.by_ref.get(favourite.unit)
    if indicator is None or (node is None and elsewhere is None):
        return None
    member = member_of(at, indicator, favourite.member) if favourite.member else None
    if favourite.member and member is None:
        return None
    if elsewhere is not None or node is None:
        return None if elsewhere is None else IndicatorQuery(indicator, member, elsewhere, "")
    offered = at.places.bases(node.ref)
    basis = favourite.basis if favourite.basis in offered else next(iter(offered), favourite.basis)
    return IndicatorQuery(indicator, member, UnitView(node, basis), "")


def _member_view(at: SnapshotFrame, indicator_query: IndicatorQuery) -> ReadingView:
    return reading_view(at, indicator_query.indicator, one_by_one.read_series(at, indicator_query)[-SPARK:])


@dataclass(frozen=True)
class PhoneIndicator:
    """One indicator on a phone: its last readings, newest first."""

    asked: IndicatorQuery
    shown: ReadingView
    recent: tuple[one_by_one.TableLine, ...]
    agency: str


def phone_indicator(at: SnapshotFrame, indicator_query: IndicatorQuery) -> PhoneIndicator:
    """The reading asked for (the last when no period is), and those before it for a little over a year."""
    page = one_by_one.number_of(at, indicator_query)
    readings = _readings_until(page.shown.readings, page.asked.period)[-SPARK:]
    view = reading_view(at, indicator_query.indicator, readings, page.asked.period)
    lines = tuple(one_by_one.TableLine(reading, _missing_reason(at, reading)) for reading in reversed(readings))
    return PhoneIndicator(page.asked, view, lines, one_by_one.agency_name(at, indicator_query.indicator.agency))


def _missing_reason(at: SnapshotFrame, reading: Reading) -> str:
    return (
        ""
        if reading.value is not None
        else words.no_figure(reading, "" if reading.computable else words.reason_of(at, reading))
    )


def _readings_until(readings: Sequence[Reading], period: str) -> Sequence[Reading]:
    return [reading for reading in readings if reading.period <= period] if period else readings


def is_restricted(indicator_query: IndicatorQuery) -> bool:
    """Whether the figure is for those with the right to restricted figures alone."""
    return indicator_query.indicator.access_at(units.level_name(indicator_query.seen.unit.ref)) is Access.RESTRICTED
