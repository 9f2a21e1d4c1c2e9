"""What the operations centre may see of support programmes, and what everybody may have of them."""

from collections.abc import Iterable
from datetime import datetime

from tinhso.blocks.indicators.contract import AttentionRead, Fact, register_attention, register_facts
from tinhso.blocks.open_data.contract import declare_open_records
from tinhso.society.support.queries import facts, open_totals, standing

declare_open_records(open_totals.RECORDS)


@register_facts
def support_as_facts() -> Iterable[Fact]:
    """HTR, HTR-L and HTR-K: applications, what was given so far, complaints."""
    return [facts.flow_fact(), facts.given_fact(), facts.complaints_fact()]


@register_attention
def late_support(units: frozenset[int], now: datetime, limit: int) -> AttentionRead:
    """Applications and complaints of ``units`` that are late, the most overdue first."""
    return standing.late_items(units, now, limit)
