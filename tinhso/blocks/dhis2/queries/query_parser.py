"""What an analytics query asks for: the items of its dimensions and filters, read from DHIS2's notation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tinhso.blocks.dhis2.queries import timing
from tinhso.blocks.dhis2.queries.refusal import conflict_refusal
from tinhso.blocks.dhis2.queries.uids import uid
from tinhso.blocks.dhis2.queries.world import VisibleWorld
from tinhso.blocks.indicators.queries import CatalogueItem
from tinhso.blocks.units.queries import UnitNode
from tinhso.kernel.periods import Period

DX, OU, PE = "dx", "ou", "pe"
NAMES = {DX: "Data", OU: "Organisation unit", PE: "Period"}
MOST_VALUES = 50_000
MOST_READS = 2_000  # one for each indicator and period


@dataclass(frozen=True)
class Query:
    """The items asked for, by identifier in the asked order; ``dims`` become columns, the others are added together."""

    dims: tuple[str, ...]
    data: Mapping[str, CatalogueItem]
    units: Mapping[str, UnitNode]
    periods: Mapping[str, Period]
    fixed: frozenset[str]

    def keys(self, dim: str) -> list[str]:
        """Identifiers of a dimension's items."""
        return list({DX: self.data, OU: self.units, PE: self.periods}[dim])


def parse_query(world: VisibleWorld, dimensions: Sequence[str], filters: Sequence[str], *, today: date) -> Query:
    """Read ``dimension`` and ``filter`` parameters; refuses what is unknown, missing, or more than can be answered."""
    items_by_dimension: dict[str, list[str]] = {}
    for text in (*dimensions, *filters):
        name, _, items = text.partition(":")
        if name not in NAMES:
            raise conflict_refusal("E7125", f"Dimension is not present in query or does not exist: `{name[:40]}`")
        if name in items_by_dimension:
            raise conflict_refusal("E7121", f"Dimension cannot be specified more than once: `{name}`")
        items_by_dimension[name] = [item for item in items.split(";") if item]
    dims = tuple(text.partition(":")[0] for text in dimensions)
    for name, dimension_name in ((DX, "data"), (OU, "organisation unit"), (PE, "period")):
        if not items_by_dimension.get(name):
            raise conflict_refusal("E7124", f"Dimension or filter has no {dimension_name} items: `{name}`")
    if not dims:
        raise conflict_refusal("E7101", "At least one dimension must be specified")
    query = Query(
        dims,
        _data_items(world, items_by_dimension[DX]),
        _query_units(world, items_by_dimension[OU]),
        _query_periods(items_by_dimension[PE], today),
        frozenset(text.partition(":")[0] for text in filters),
    )
    if len(query.data) * len(query.units) * len(query.periods) > MOST_VALUES or (
        len(query.data) * len(query.periods) > MOST_READS
    ):
        raise conflict_refusal("E7128", f"Query result set exceeded max limit: `{MOST_VALUES}`")
    return query


def _data_items(world: VisibleWorld, items: Sequence[str]) -> dict[str, CatalogueItem]:
    catalogue_items_by_key: dict[str, CatalogueItem] = {}
    codes = {item.code: key for key, item in world.items.items()}
    groups = {uid("domain", code): code for code in world.catalogue.domains}
    for text in items:
        key = codes.get(text, text)
        if key in world.items:
            catalogue_items_by_key[key] = world.items[key]
        elif text.startswith("IN_GROUP-") and text[9:] in groups:
            domain = groups[text[9:]]
            catalogue_items_by_key |= {
                key: item for key, item in world.items.items() if item.indicator.domain == domain
            }
        else:
            raise conflict_refusal("E7124", f"Dimension `dx` references an item that does not exist: `{text[:40]}`")
    return catalogue_items_by_key


def _query_units(world: VisibleWorld, items: Sequence[str]) -> dict[str, UnitNode]:
    """Units named, relative to the reader, or (``LEVEL-2;x``) of a level below those named, else below all."""
    levels = [text for text in items if text.startswith("LEVEL-")]
    named: dict[str, UnitNode] = {}
    for text in items:
        if text not in levels:
            named |= {world.unit_codes[node.ref]: node for node in _units_by_name(world, text)}
    if not levels:
        return named
    tops = list(named.values()) or [node for node in world.units.values() if node.parent is None]
    inside = [node for top in tops for node in world.inside(top)]
    depths = {_level_number(text) for text in levels}
    return {world.unit_codes[node.ref]: node for node in inside if world.depth(node) in depths}


def _level_number(text: str) -> int:
    number = text.removeprefix("LEVEL-")
    if not number.isdecimal() or len(number) > 2:
        raise conflict_refusal("E7143", f"Organisation unit level is not valid: `{text[:40]}`")
    return int(number)


def _units_by_name(world: VisibleWorld, text: str) -> list[UnitNode]:
    own = world.own_units()
    if text == "USER_ORGUNIT":
        return own
    if text == "USER_ORGUNIT_CHILDREN":
        return [child for node in own for child in world.children(node)]
    if text == "USER_ORGUNIT_GRANDCHILDREN":
        return [below for node in own for child in world.children(node) for below in world.children(child)]
    key = world.unit_codes.get(text, text)
    if key not in world.units:
        raise conflict_refusal("E7124", f"Dimension `ou` references an item that does not exist: `{text[:40]}`")
    return [world.units[key]]


def _query_periods(items: Sequence[str], today: date) -> dict[str, Period]:
    periods_by_key: dict[str, Period] = {}
    for text in items:
        chosen = timing.periods_of_item(text, today=today)
        if chosen is None:
            raise conflict_refusal("E7124", f"Dimension `pe` references an item that does not exist: `{text[:40]}`")
        periods_by_key |= {timing.dhis_period_code(period): period for period in chosen}
    return periods_by_key
