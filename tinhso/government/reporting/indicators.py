"""What the operations centre may see: the values of returns, how timely they are, and who is late."""

from collections.abc import Iterable
from datetime import datetime

from tinhso.blocks.indicators.contract import (
    AttentionRead,
    Concern,
    CounterRead,
    Fact,
    calls_attention,
    counts_today,
    offers_facts,
    raises_concerns,
    redraws_wall,
    tells_quality,
)
from tinhso.government.reporting.queries import concerns, counters, facts, lateness, quality

tells_quality(quality.told, quality.DUE_ROWS)
redraws_wall("reporting.ReturnSubmitted", "reporting.ReturnApproved", "reporting.ReturnPublished")


@offers_facts
def returns_as_facts() -> Iterable[Fact]:
    """One fact per data set, and BAO-CAO about the returns themselves."""
    return facts.all_facts()


@calls_attention
def late_returns(units: frozenset[int], now: datetime, limit: int) -> AttentionRead:
    """Returns of ``units`` that are overdue, the most overdue first."""
    return lateness.attention(units, now, limit)


@raises_concerns
def wrong_with_data_sets(now: datetime) -> Iterable[Concern]:
    """Data sets and periods with late returns, or with values that were published although the checks warned."""
    return concerns.concerns(now)


@counts_today
def returns_of_today(units: frozenset[int], now: datetime) -> CounterRead:
    """Returns handed in, approved and published today, and those that wait or are late."""
    return counters.counters(units, now)
