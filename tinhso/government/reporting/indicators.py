"""What the operations centre may see: the values of returns, how timely they are, and who is late."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from tinhso.blocks.indicators.contract import Attention, Fact, calls_attention, offers_facts
from tinhso.government.reporting.queries import facts, lateness


@offers_facts
def returns_as_facts() -> Iterable[Fact]:
    """One fact per data set, and BAO-CAO about the returns themselves."""
    return facts.all_facts()


@calls_attention
def late_returns(units: frozenset[int], now: datetime, limit: int) -> Sequence[Attention]:
    """Returns of ``units`` that are overdue, the most overdue first."""
    return lateness.attention(units, now, limit)
