"""What the operations centre may see of infrastructure."""

from collections.abc import Iterable
from datetime import datetime

from tinhso.blocks.indicators.contract import AttentionRead, Fact, register_attention, register_facts
from tinhso.government.infrastructure.queries import facts, standing


@register_facts
def infrastructure_as_facts() -> Iterable[Fact]:
    """HT, HT-K and HT-N: what there is, how much of it ran, what was announced to stop."""
    return [facts.things_fact(), facts.running_fact(), facts.outages_fact()]


@register_attention
def what_is_down(units: frozenset[int], now: datetime, limit: int) -> AttentionRead:
    """What is down, the longest first."""
    return standing.failure_attention(units, now, limit)
