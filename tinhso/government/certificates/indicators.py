"""What the operations centre may see of certificates: counted from the register and the requests, nobody's name."""

from collections.abc import Iterable
from datetime import datetime

from tinhso.blocks.indicators.contract import AttentionRead, Fact, register_attention, register_facts
from tinhso.government.certificates.queries import attention, facts


@register_facts
def certificates_as_facts() -> Iterable[Fact]:
    """CTS and CTS-DN: certificates, and requests about them."""
    return [facts.certificates_fact(), facts.requests_fact()]


@register_attention
def late_changes(units: frozenset[int], now: datetime, limit: int) -> AttentionRead:
    """Units whose certificates should have been changed after a merger."""
    return attention.overdue_changes(units, now, limit)
