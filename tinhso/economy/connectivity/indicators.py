"""What the operations centre may see of connectivity."""

from collections.abc import Iterable

from tinhso.blocks.indicators.contract import Fact, register_facts
from tinhso.economy.connectivity.queries import facts


@register_facts
def connectivity_as_facts() -> Iterable[Fact]:
    """VT-D, VT-T, VT-P and VT-B: operators, base stations, what each operator reaches, post offices."""
    return [facts.operators_fact(), facts.stations_fact(), facts.coverage_fact(), facts.posts_fact()]
