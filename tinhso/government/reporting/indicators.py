"""What the operations centre may see: the values of returns, how timely they are, and who is late."""

from collections.abc import Iterable
from datetime import datetime

from tinhso.blocks.indicators.contract import (
    AttentionRead,
    CounterRead,
    DataSetConcern,
    DueWorkRead,
    Fact,
    register_attention,
    register_concerns,
    register_counters,
    register_due_work,
    register_facts,
    register_quality,
    register_wall_events,
)
from tinhso.government.reporting.queries import concerns, counters, due, facts, lateness, quality
from tinhso.kernel.actor import Actor

register_quality(quality.data_set_facts, quality.DUE_ROWS)
register_wall_events("reporting.ReturnSubmitted", "reporting.ReturnApproved", "reporting.ReturnPublished")


@register_facts
def returns_as_facts() -> Iterable[Fact]:
    """One fact per data set, and BAO-CAO about the returns themselves."""
    return facts.all_facts()


@register_attention
def late_returns(units: frozenset[int], now: datetime, limit: int) -> AttentionRead:
    """Returns of ``units`` that are overdue, the most overdue first."""
    return lateness.late_attention(units, now, limit)


@register_due_work
def returns_due(by: Actor, units: frozenset[int], start: datetime, end: datetime, limit: int) -> DueWorkRead:
    """Data sets and periods that fall due, with how many of their returns were handed in."""
    return due.due_work(by, units, start, end, limit)


@register_concerns
def wrong_with_data_sets(now: datetime) -> Iterable[DataSetConcern]:
    """Data sets and periods with late returns, or with values that were published although the checks warned."""
    return concerns.return_concerns(now)


@register_counters
def returns_of_today(units: frozenset[int], now: datetime) -> CounterRead:
    """Returns handed in, approved and published today, and those that wait or are late."""
    return counters.return_counters(units, now)
