"""Small drawings made on the server: spark-lines and class maps as SVG, so that they need no script."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from math import asinh, degrees, radians, tan

from tinhso.ui.wording import as_decimal

UNITS_A_DEGREE = 1200


@dataclass(frozen=True)
class Spark:
    """A spark-line's geometry: line pieces, the last known point, and a target's height (None without one)."""

    lines: tuple[str, ...]
    area: str
    last: tuple[float, float] | None
    target: float | None
    width: int
    height: int


def spark(points: Iterable[object], *, width: int = 120, height: int = 32, target: object = None) -> Spark:
    """Lay out ``points`` (numbers, None for a gap, or tuples whose second member is the number) from left to right."""
    values = [as_decimal(_value(point)) for point in points]
    aim = as_decimal(target)
    known = [float(value) for value in [*values, aim] if value is not None]
    low, high = (min(known), max(known)) if known else (0.0, 0.0)
    step = (width - 8) / max(len(values) - 1, 1)

    def place(index: int, value: Decimal) -> tuple[float, float]:
        share = 0.5 if high == low else (float(value) - low) / (high - low)
        return round(4 + index * step, 1), round(height - 4 - share * (height - 8), 1)

    pieces = _pieces([None if value is None else place(i, value) for i, value in enumerate(values)])
    lines = tuple(" ".join(f"{x},{y}" for x, y in piece) for piece in pieces)
    return Spark(
        lines=lines,
        area=_area(pieces[-1], height) if pieces else "",
        last=pieces[-1][-1] if pieces else None,
        target=None if aim is None else place(0, aim)[1],
        width=width,
        height=height,
    )


def _value(point: object) -> object:
    if isinstance(point, Sequence) and not isinstance(point, str):
        return point[1] if len(point) > 1 else None
    return point


def _pieces(places: Sequence[tuple[float, float] | None]) -> list[list[tuple[float, float]]]:
    pieces: list[list[tuple[float, float]]] = [[]]
    for at in places:
        if at is not None:
            pieces[-1].append(at)
        elif pieces[-1]:
            pieces.append([])
    return [piece for piece in pieces if piece]


def _area(piece: Sequence[tuple[float, float]], height: int) -> str:
    corners = [(piece[0][0], height), *piece, (piece[-1][0], height)]
    return " ".join(f"{x},{y}" for x, y in corners)


@dataclass(frozen=True)
class MapClass:
    """One shade of a map: its number from 1 and the values from ``low`` to ``high`` (both included)."""

    number: int
    low: Decimal
    high: Decimal


@dataclass(frozen=True)
class Outline:
    """An SVG path and the box that holds it: left, top, right, bottom."""

    path: str
    box: tuple[int, int, int, int]


NOTHING = Outline("", (0, 0, 0, 0))


@dataclass(frozen=True)
class MapShape:
    """One area on a map: outline, shade (0 where there is no figure) and what it says and opens."""

    ref: str
    name: str
    outline: Outline
    shade: int
    value: Decimal | None
    href: str
    text: str


def classes_of(values: Iterable[object], count: int = 5) -> list[MapClass]:
    """Cut ``values`` into at most ``count`` classes of nearly equal numbers of areas; equal values share a class."""
    known = sorted(number for number in map(as_decimal, values) if number is not None)
    distinct = sorted(set(known))
    if len(distinct) <= count:
        return [MapClass(i, value, value) for i, value in enumerate(distinct, 1)]
    uppers = sorted({known[round(len(known) * i / count) - 1] for i in range(1, count)} | {known[-1]})
    lows = [known[0], *(next(value for value in distinct if value > upper) for upper in uppers[:-1])]
    return [MapClass(i, low, high) for i, (low, high) in enumerate(zip(lows, uppers, strict=True), 1)]


def shade_of(value: Decimal | None, classes: Sequence[MapClass]) -> int:
    """The number of the class that holds ``value``; 0 where there is none."""
    if value is None:
        return 0
    return next((cls.number for cls in classes if value <= cls.high), classes[-1].number if classes else 0)


def shapes_of(areas: Iterable[Mapping[str, object]], classes: Sequence[MapClass]) -> list[MapShape]:
    """Draw ``areas`` (mappings with ref, name, geometry, value and optionally href, text)."""
    shapes = []
    for area in areas:
        value = as_decimal(area.get("value"))
        shapes.append(
            MapShape(
                ref=str(area.get("ref", "")),
                name=str(area.get("name", "")),
                outline=outline(area.get("geometry")),
                shade=shade_of(value, classes),
                value=value,
                href=str(area.get("href") or ""),
                text=str(area.get("text") or ""),
            )
        )
    return shapes


def outline(geometry: object) -> Outline:
    """The Mercator outline of a GeoJSON polygon or multi-polygon (mapping or JSON text); empty for anything else.

    Text is remembered, so a page that passes the stored JSON pays for each outline once.
    """
    if isinstance(geometry, str):
        return _outline_of_text(geometry)
    return _outline(geometry) if isinstance(geometry, Mapping) else NOTHING


@lru_cache(maxsize=4096)
def _outline_of_text(text: str) -> Outline:
    geometry = json.loads(text)
    return _outline(geometry) if isinstance(geometry, dict) else NOTHING


def _outline(geometry: Mapping[str, object]) -> Outline:
    coordinates = geometry.get("coordinates")
    polygons = coordinates if geometry.get("type") == "MultiPolygon" else [coordinates]
    if geometry.get("type") not in ("Polygon", "MultiPolygon") or not isinstance(polygons, Sequence):
        return NOTHING
    rings = [_placed(ring) for polygon in polygons for ring in polygon]
    dots = [dot for ring in rings for dot in ring]
    if not dots:
        return NOTHING
    xs, ys = [x for x, _y in dots], [y for _x, y in dots]
    return Outline("".join(map(_ring_path, rings)), (min(xs), min(ys), max(xs), max(ys)))


def _placed(ring: Sequence[Sequence[float]]) -> list[tuple[int, int]]:
    """A ring on the whole-number grid, without the points that fall together."""
    grid = [(round(p[0] * UNITS_A_DEGREE), -round(degrees(asinh(tan(radians(p[1])))) * UNITS_A_DEGREE)) for p in ring]
    return [dot for before, dot in zip([None, *grid], grid, strict=False) if dot != before]


def _ring_path(ring: Sequence[tuple[int, int]]) -> str:
    if len(ring) < 4:
        return ""
    moves = " ".join(f"{b[0] - a[0]} {b[1] - a[1]}" for a, b in pairwise(ring[:-1]))
    return f"M{ring[0][0]} {ring[0][1]}l{moves}z"


def frame_of(shapes: Iterable[MapShape], margin: int = 6) -> str:
    """The SVG view box that holds every outline."""
    boxes = [shape.outline.box for shape in shapes if shape.outline.path]
    if not boxes:
        return "0 0 100 60"
    left, top = min(b[0] for b in boxes) - margin, min(b[1] for b in boxes) - margin
    right, bottom = max(b[2] for b in boxes) + margin, max(b[3] for b in boxes) + margin
    return f"{left} {top} {right - left} {bottom - top}"
