"""What the operations centre may see of signing: counted from requests and signatures, in time."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from tinhso.blocks.indicators.contract import Counter, Fact, counts_today, offers_facts
from tinhso.blocks.signing.queries import facts


@offers_facts
def signing_as_facts() -> Iterable[Fact]:
    """KS: documents on their way from draft to issue; KS-C: signatures by how their keys are kept."""
    return facts.facts()


@counts_today
def documents_of_today(units: frozenset[int], now: datetime) -> Sequence[Counter]:
    """Issued today, and what is late at this moment."""
    return facts.counters(units, now)
