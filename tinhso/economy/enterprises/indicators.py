"""What the operations centre may see of enterprises."""

from collections.abc import Iterable

from tinhso.blocks.indicators.contract import Fact, register_facts
from tinhso.economy.enterprises.queries import facts


@register_facts
def enterprises_as_facts() -> Iterable[Fact]:
    """DN, DN-H, DN-W and DN-T: firms, households, sites as checked, self-assessments."""
    return [facts.firms_fact(), facts.households_fact(), facts.sites_fact(), facts.assessed_fact()]
