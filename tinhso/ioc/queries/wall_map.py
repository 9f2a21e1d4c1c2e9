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
from tinhso.blocks.units.queries import Node
from tinhso.ioc.queries.communes import Outlines, outlines
from tinhso.ioc.queries.frame import Frame, View
from tinhso.ioc.queries.places import CURRENT
from tinhso.kernel import periods
from tinhso.ui.breaks import MapClass, classes_of, radius_of
from tinhso.ui.drawing import Outline, outline, shade_of

LONGEST = 72  # steps of a slider: six years of months
SEAM = 0.0012  # degrees (about 130 m) within which neighbouring sketches count as one area
AT_THE_ENDS = 3


@dataclass(frozen=True)
class Era:
    """The units between two rearrangements; ``first`` is the first step that shows them."""

    first: int
    day: date
    nodes: tuple[Node, ...]


@dataclass(frozen=True)
class Step:
    """One month (quarter, year) of the slider: the era's units in order with their values, and the whole's figure."""

    period: str
    era: int
    values: tuple[Decimal | None, ...]
    whole: Reading


@dataclass(frozen=True)
class InTime:
    """A map in time of one indicator: classes are cut over all steps, so that a shade means the same throughout."""

    indicator: Indicator
    eras: tuple[Era, ...]
    steps: tuple[Step, ...]
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
        boxes = [one.box for one in (*self.outlines.values(), self.ground) if one.path]
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

    def ends(self, step: Step) -> tuple[list[tuple[Node, Decimal]], list[tuple[Node, Decimal]]]:
        """The units that stand best and worst at a step (largest and smallest where there is no better)."""
        nodes = self.eras[step.era].nodes
        known = [(node, value) for node, value in zip(nodes, step.values, strict=True) if value is not None]
        known.sort(key=lambda pair: pair[1], reverse=self.indicator.better is not Better.LOWER)
        many = min(AT_THE_ENDS, len(known) // 2)
        return known[:many], known[len(known) - many :]


def in_time(at: Frame, seen: View, indicator: Indicator) -> InTime | None:
    """The map of ``indicator`` for a unit through time on the view's basis; None without outlines or figures."""
    wholes = _wholes(at, seen, indicator)
    codes = sorted(wholes)[-LONGEST:]
    eras = _eras(at, seen, codes)
    numbers = [max(i for i, era in enumerate(eras) if era.first <= step) for step in range(len(codes))]
    steps = tuple(
        _step(at, seen, wholes[code], number, eras[number]) for code, number in zip(codes, numbers, strict=True)
    )
    drawn = outlines(at)
    shown = {node.pk: outline(drawn.by_unit.get(node.pk)) for era in eras for node in era.nodes}
    values = [value for step in steps for value in step.values if value is not None]
    if not values or not any(one.path for one in shown.values()):
        return None
    return InTime(
        indicator=indicator,
        eras=tuple(eras),
        steps=steps,
        classes=tuple(classes_of(values)),
        largest=max(values),
        outlines=shown,
        ground=_ground(at, seen, drawn),
        schematic=drawn.are_schematic([node for era in eras for node in era.nodes]),
    )


def _wholes(at: Frame, seen: View, indicator: Indicator) -> dict[str, Reading]:
    """The figure of the whole by period: the unit's own, before it was there that of the largest unit it came from."""
    found: dict[str, Reading] = {}
    for node in [*_before(at, seen), seen.unit]:
        for one in indicators.series(indicator, node.ref, to=at.audience, basis=seen.basis, snapshot=at.number):
            found[one.period] = one
    return found


def _before(at: Frame, seen: View) -> list[Node]:
    """Units of the same level that became part of this one."""
    sources = at.places.sources.get((CURRENT, seen.unit.ref), ())
    return [one.node for one in sources if one.node.level == seen.unit.level and one.node.pk != seen.unit.pk]


def _eras(at: Frame, seen: View, codes: Sequence[str]) -> list[Era]:
    eras: list[Era] = []
    for number, code in enumerate(codes):
        day = at.places.day_of(seen.basis, periods.parse(code).end)
        nodes = tuple(_communes(at, seen, day))
        if not eras or {node.pk for node in nodes} != {node.pk for node in eras[-1].nodes}:
            eras.append(Era(number, max((node.start for node in nodes), default=day), nodes))
    return eras


def _communes(at: Frame, seen: View, day: date) -> list[Node]:
    """The communes of ``day`` inside the unit, or inside what became part of it."""
    inside = at.places.communes(seen.unit, day)
    if inside:
        return inside
    sources = at.places.sources.get((CURRENT, seen.unit.ref), ())
    found = {one.node.pk: one.node for one in sources if one.node.level == Level.COMMUNE and one.node.valid(day)}
    return list(found.values())


def _step(at: Frame, seen: View, whole: Reading, number: int, era: Era) -> Step:
    refs = [node.ref for node in era.nodes]
    found = indicators.across(whole.indicator, refs, whole.period, to=at.audience, basis=seen.basis, snapshot=at.number)
    values = {one.unit: one.value for one in found}
    return Step(whole.period, number, tuple(values.get(ref) for ref in refs), whole)


def _ground(at: Frame, seen: View, drawn: Outlines) -> Outline:
    """The outline of today's whole, so that one sees what an earlier map leaves out."""
    keys = [node.pk for node in at.places.communes(seen.unit, at.places.day)]
    return _joined(tuple(drawn.by_unit[key] for key in keys if key in drawn.by_unit))


@lru_cache(maxsize=8)
def _joined(texts: tuple[str, ...]) -> Outline:
    parts = [shape(json.loads(text)).buffer(SEAM) for text in texts]
    return outline(to_geojson(unary_union(parts).buffer(-SEAM).simplify(SEAM))) if parts else outline(None)


def forget() -> None:
    """Drop what is kept in memory; for tests."""
    _joined.cache_clear()
