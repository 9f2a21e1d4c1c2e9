"""What the operations centre may see of signing: counted from requests and signatures, in time."""

from collections.abc import Iterable

from tinhso.blocks.indicators.contract import Fact, register_facts
from tinhso.blocks.signature_requests.queries import facts


@register_facts
def signing_as_facts() -> Iterable[Fact]:
    """KS: documents on their way from draft to issue; KS-C: signatures by how their keys are kept."""
    return facts.signing_facts()
