"""Units side by side: ranked, on the map, and where one stands among its peers."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from tinhso.blocks.indicators import queries as indicators
from tinhso.blocks.indicators.contract import Better, Indicator
from tinhso.blocks.indicators.queries import Reading
from tinhso.blocks.units.models import Boundary, Level
from tinhso.blocks.units.queries import UnitNode
from tinhso.ioc.queries.frame import SnapshotFrame, UnitView
from tinhso.ioc.queries.shown import completeness_of, no_figure, reason_of
from tinhso.kernel import periods
from tinhso.ui.wording import name_in_language

WHOLE = ("", "")


@dataclass(frozen=True)
class ComparedPlace:
    """One unit in a comparison; ``rank`` is 0 where there is no figure."""

    node: UnitNode
    reading: Reading | None
    rank: int
    reason: str = ""

    @property
    def value(self) -> Decimal | None:
        """The unit's figure."""
        return self.reading.value if self.reading else None

    @property
    def why(self) -> str:
        """Why there is no figure."""
        return "" if self.value is not None else no_figure(self.reading, self.reason)

    @property
    def completeness(self) -> str:
        """How many have reported, where some have not."""
        return "" if self.reading is None or self.reading.is_complete else completeness_of(self.reading)


@dataclass(frozen=True)
class Comparison:
    """Units of one level for one period, best first; ``largest`` is the longest bar."""

    places: tuple[ComparedPlace, ...]
    largest: Decimal

    @property
    def ranked(self) -> list[ComparedPlace]:
        """Those with a figure."""
        return [place for place in self.places if place.rank]

    @property
    def reason(self) -> str:
        """Why figures are not computable, where they are not."""
        return next((place.reason for place in self.places if place.reason), "")

    def of(self, ref: str) -> ComparedPlace | None:
        """The place of one unit."""
        return next((place for place in self.places if place.node.ref == ref), None)


def peer_units(at: SnapshotFrame, unit_view: UnitView, day: date) -> list[UnitNode]:
    """Whom to compare: the communes inside a unit; of a commune, those of the same province; on the basis' own day."""
    basis_day = at.places.day_of(unit_view.basis, day)
    if unit_view.unit.level < Level.COMMUNE:
        return at.places.communes(unit_view.unit, basis_day)
    top = next(iter(at.places.above(unit_view.unit)))
    return at.places.communes(top, basis_day)


def compared_units(
    at: SnapshotFrame,
    indicator: Indicator,
    nodes: Sequence[UnitNode],
    period: str,
    basis: str,
    family: tuple[str, str] = WHOLE,
) -> Comparison:
    """Units for one period in the order of their values: best first where there is a better, else largest first."""
    readings = indicators.readings_across(
        indicator,
        [node.ref for node in nodes],
        period,
        to=at.audience,
        basis=basis,
        family=family,
        snapshot=at.number,
    )
    by_ref = {reading.unit: reading for reading in readings}
    values = {ref: reading.value for ref, reading in by_ref.items()}
    downwards = indicator.better is not Better.LOWER
    sorted_values = sorted((value for value in values.values() if value is not None), reverse=downwards)
    rank_of = {value: place for place, value in reversed(list(enumerate(sorted_values, 1)))}
    placed = [_compared_place(at, node, by_ref.get(node.ref), rank_of) for node in nodes]
    placed.sort(key=lambda place: place.rank or len(placed) + 1)
    return Comparison(tuple(placed), max((abs(value) for value in sorted_values), default=Decimal(0)))


def _compared_place(
    at: SnapshotFrame, node: UnitNode, reading: Reading | None, rank_of: dict[Decimal, int]
) -> ComparedPlace:
    value = reading.value if reading else None
    reason = reason_of(at, reading) if reading and not reading.computable else ""
    return ComparedPlace(node, reading, rank_of[value] if value is not None else 0, reason)


def rank_in(at: SnapshotFrame, indicator: Indicator, unit_view: UnitView, reading: Reading) -> tuple[int, int]:
    """The rank of a unit among its peers, and how many of them have a figure; zeros where it has none."""
    nodes = peer_units(at, unit_view, periods.parse(reading.period).end)
    comparison = compared_units(at, indicator, nodes, reading.period, unit_view.basis)
    place = comparison.of(unit_view.unit.ref)
    return (place.rank, len(comparison.ranked)) if place is not None else (0, 0)


@dataclass(frozen=True)
class Outlines:
    """Outlines of units as GeoJSON text; ``schematic`` when some are only cells drawn around a point."""

    by_unit: dict[int, str]
    schematic: frozenset[int]

    def any_of(self, nodes: Sequence[UnitNode]) -> bool:
        """Whether at least one has an outline."""
        return any(node.pk in self.by_unit for node in nodes)

    def are_schematic(self, nodes: Sequence[UnitNode]) -> bool:
        """Whether one of them is only a sketch."""
        return any(node.pk in self.schematic for node in nodes)


def unit_outlines(at: SnapshotFrame) -> Outlines:
    """Every outline; kept in memory until one is added or an operator's replaces a sketch."""
    return _cached_outlines(at.places.version)


@lru_cache(maxsize=2)
def _cached_outlines(version: tuple[int, int, int]) -> Outlines:
    rows = list(Boundary.objects.values_list("unit_id", "geometry", "schematic"))
    texts = {unit: json.dumps(geometry, separators=(",", ":")) for unit, geometry, _sketched in rows}
    return Outlines(texts, frozenset(unit for unit, _geometry, sketched in rows if sketched))


def map_areas(drawn: Outlines, compared: Comparison, hrefs: dict[str, str]) -> list[dict[str, object]]:
    """A comparison as the map tag draws it."""
    return [
        {
            "ref": place.node.ref,
            "name": name_in_language(place.node),
            "geometry": drawn.by_unit.get(place.node.pk),
            "value": place.value,
            "href": hrefs.get(place.node.ref, ""),
            "text": place.why,
        }
        for place in compared.places
    ]


def forget() -> None:
    """Drop what is kept in memory; for tests."""
    _cached_outlines.cache_clear()
