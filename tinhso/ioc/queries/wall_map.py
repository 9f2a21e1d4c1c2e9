"""The map in time: the figures of every month over the units of that month, through every rearrangement of units."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from shapely import to_geojson
from shapely.geometry import shape
from shapely.ops import unary_union

from tinhso.blocks.indicators import queries as indicators
from tinhso.blocks.indicators.contract import Better, Indicator
from tinhso.blocks.indicators.queries import Reading
from tinhso.blocks.units.models import Level
from tinhso.blocks.units.queries import UnitNode
from tinhso.ioc.queries.communes import Outlines, unit_outlines
from tinhso.ioc.queries.frame import SnapshotFrame, UnitView
from tinhso.ioc.queries.places import CURRENT
from tinhso.kernel import periods
from tinhso.ui.breaks import MapClass, classes_of, radius_of
from tinhso.ui.drawing import Outline, outline_of_geometry, shade_of

LONGEST = 72  # steps of a slider: six years of months
SEAM = 0.0012  # degrees (about 130 m) within which neighbouring sketches count as one area
AT_THE_ENDS = 3


@dataclass(frozen=True)
class MapEra:
    """The units between two rearrangements; ``first`` is the first step that shows them."""

    first: int
    day: date
    nodes: tuple[UnitNode, ...]


@dataclass(frozen=True)
class MapStep:
    """One month (quarter, year) of the slider: the era's units in order with their values, and the whole's figure."""

    period: str
    era: int
    values: tuple[Decimal | None, ...]
    whole: Reading


@dataclass(frozen=True)
class InTime:
    """A map in time of one indicator: classes are cut over all steps, so that a shade means the same throughout."""

    indicator: Indicator
    eras: tuple[MapEra, ...]
    steps: tuple[MapStep, ...]
    classes: tuple[MapClass, ...]
    largest: Decimal
    outlines: Mapping[int, Outline]
    ground: Outline
    schematic: bool

    @property
    def as_circles(self) -> bool:
        """Whether amounts are shown, which circles tell truly; shares and means shade areas."""
        return not self.indicator.kind.has_out_of

    @property
    def frame(self) -> str:
        """The SVG view box that holds the units of every era."""
        boxes = [outline.box for outline in (*self.outlines.values(), self.ground) if outline.path]
        if not boxes:
            return "0 0 100 60"
        left, top = min(b[0] for b in boxes) - 8, min(b[1] for b in boxes) - 8
        right, bottom = max(b[2] for b in boxes) + 8, max(b[3] for b in boxes) + 8
        return f"{left} {top} {right - left} {bottom - top}"

    @property
    def widest(self) -> float:
        """The radius of the largest circle."""
        _left, _top, width, height = map(int, self.frame.split())
        return min(width, height) / 14

    @property
    def wholes(self) -> set[str]:
        """The units whose figures stand for the whole, by their refs: a province and what it was before."""
        return {step.whole.unit for step in self.steps}

    def shade(self, value: Decimal | None) -> str:
        """The shade of an area that has ``value``."""
        if self.as_circles:
            return "0" if value is None else "base"
        return shade_of(value, self.classes)

    def radius(self, value: Decimal | None) -> float:
        """The radius of its circle."""
        return radius_of(value, self.largest, self.widest) if self.as_circles else 0.0

    def ends(self, step: MapStep) -> tuple[list[tuple[UnitNode, Decimal]], list[tuple[UnitNode, Decimal]]]:
        """The units that stand best and worst at a step (largest and smallest where there is no better)."""
        nodes = self.eras[step.era].nodes
        node_values = [(node, value) for node, value in zip(nodes, step.values, strict=True) if value is not None]
        node_values.sort(key=lambda pair: pair[1], reverse=self.indicator.better is not Better.LOWER)
        many = min(AT_THE_ENDS, len(node_values) // 2)
        return node_values[:many], node_values[len(node_values) - many :]


def in_time(at: SnapshotFrame, unit_view: UnitView, indicator: Indicator) -> InTime | None:
    """The map of ``indicator`` for a unit through time on the view's basis; None without outlines or figures."""
    wholes = _readings_of_whole(at, unit_view, indicator)
    codes = sorted(wholes)[-LONGEST:]
    eras = _eras_of_periods(at, unit_view, codes)
    numbers = [max(i for i, era in enumerate(eras) if era.first <= step) for step in range(len(codes))]
    steps = tuple(
        _map_step(at, unit_view, wholes[code], number, eras[number])
        for code, number in zip(codes, numbers, strict=True)
    )
    drawn = unit_outlines(at)
    outlines_by_key = {node.pk: outline_of_geometry(drawn.by_unit.get(node.pk)) for era in eras for node in era.nodes}
    values = [value for step in steps for value in step.values if value is not None]
    if not values or not any(outline.path for outline in outlines_by_key.values()):
        return None
    return InTime(
        indicator=indicator,
        eras=tuple(eras),
        steps=steps,
        classes=tuple(classes_of(values)),
        largest=max(values),
        outlines=outlines_by_key,
        ground=_ground_outline(at, unit_view, drawn),
        schematic=drawn.are_schematic([node for era in eras for node in era.nodes]),
    )


def _readings_of_whole(at: SnapshotFrame, unit_view: UnitView, indicator: Indicator) -> dict[str, Reading]:
    """The figure of the whole by period: the unit's own, before it was there that of the largest unit it came from."""
    readings_by_key: dict[str, Reading] = {}
    for node in [*_former_units(at, unit_view), unit_view.unit]:
        for reading in indicators.reading_series(
            indicator, node.ref, to=at.audience, basis=unit_view.basis, snapshot=at.number
        ):
            readings_by_key[reading.period] = reading
    return readings_by_key


def _former_units(at: SnapshotFrame, unit_view: UnitView) -> list[UnitNode]:
    """Units of the same level that became part of this one."""
    sources = at.places.sources.get((CURRENT, unit_view.unit.ref), ())
    return [
        unit_source.node
        for unit_source in sources
        if unit_source.node.level == unit_view.unit.level and unit_source.node.pk != unit_view.unit.pk
    ]


def _eras_of_periods(at: SnapshotFrame, unit_view: UnitView, codes: Sequence[str]) -> list[MapEra]:
    eras: list[MapEra] = []
    for number, code in enumerate(codes):
        day = at.places.day_of(unit_view.basis, periods.parse(code).end)
        nodes = tuple(_communes_of_day(at, unit_view, day))
        if not eras or {node.pk for node in nodes} != {node.pk for node in eras[-1].nodes}:
            eras.append(MapEra(number, max((node.start for node in nodes), default=day), nodes))
    return eras


def _communes_of_day(at: SnapshotFrame, unit_view: UnitView, day: date) -> list[UnitNode]:
    """The communes of ``day`` inside the unit, or inside what became part of it."""
    inside = at.places.communes(unit_view.unit, day)
    if inside:
        return inside
    sources = at.places.sources.get((CURRENT, unit_view.unit.ref), ())
    unit_nodes_by_key = {
        unit_source.node.pk: unit_source.node
        for unit_source in sources
        if unit_source.node.level == Level.COMMUNE and unit_source.node.valid(day)
    }
    return list(unit_nodes_by_key.values())


def _map_step(at: SnapshotFrame, unit_view: UnitView, reading: Reading, number: int, era: MapEra) -> MapStep:
    refs = [node.ref for node in era.nodes]
    readings = indicators.readings_across(
        reading.indicator, refs, reading.period, to=at.audience, basis=unit_view.basis, snapshot=at.number
    )
    values = {unit_reading.unit: unit_reading.value for unit_reading in readings}
    return MapStep(reading.period, number, tuple(values.get(ref) for ref in refs), reading)


def _ground_outline(at: SnapshotFrame, unit_view: UnitView, drawn: Outlines) -> Outline:
    """The outline of today's whole, so that one sees what an earlier map leaves out."""
    keys = [node.pk for node in at.places.communes(unit_view.unit, at.places.day)]
    return _joined_outline(tuple(drawn.by_unit[key] for key in keys if key in drawn.by_unit))


@lru_cache(maxsize=8)
def _joined_outline(texts: tuple[str, ...]) -> Outline:
    parts = [shape(json.loads(text)).buffer(SEAM) for text in texts]
    return (
        outline_of_geometry(to_geojson(unary_union(parts).buffer(-SEAM).simplify(SEAM)))
        if parts
        else outline_of_geometry(None)
    )


def clear_outline_cache() -> None:
    """Drop what is kept in memory; for tests."""
    _joined_outline.cache_clear()
