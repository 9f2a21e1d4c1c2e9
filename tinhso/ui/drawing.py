"""Small drawings made on the server: spark-lines and class maps as SVG, so that they need no script."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from math import asinh, atan, degrees, radians, sinh, tan

from tinhso.ui.breaks import CIRCLES, QUANTILE, MapClass, TargetRange, class_of, classes_of, radius_of, round_sizes
from tinhso.ui.wording import as_decimal

UNITS_A_DEGREE = 1200


@dataclass(frozen=True)
class SparkLine:
    """A spark-line's geometry: line pieces, the last known point, and a target's height (None without one)."""

    lines: tuple[str, ...]
    area: str
    last: tuple[float, float] | None
    target: float | None
    width: int
    height: int


def spark_line(points: Iterable[object], *, width: int = 120, height: int = 32, target: object = None) -> SparkLine:
    """Lay out ``points`` (numbers, None for a gap, or tuples whose second member is the number) from left to right."""
    values = [as_decimal(_point_value(point)) for point in points]
    aim = as_decimal(target)
    numbers = [float(value) for value in [*values, aim] if value is not None]
    low, high = (min(numbers), max(numbers)) if numbers else (0.0, 0.0)
    step = (width - 8) / max(len(values) - 1, 1)

    def place(index: int, value: Decimal) -> tuple[float, float]:
        share = 0.5 if high == low else (float(value) - low) / (high - low)
        return round(4 + index * step, 1), round(height - 4 - share * (height - 8), 1)

    pieces = _line_pieces([None if value is None else place(i, value) for i, value in enumerate(values)])
    lines = tuple(" ".join(f"{x},{y}" for x, y in piece) for piece in pieces)
    return SparkLine(
        lines=lines,
        area=_area_path(pieces[-1], height) if pieces else "",
        last=pieces[-1][-1] if pieces else None,
        target=None if aim is None else place(0, aim)[1],
        width=width,
        height=height,
    )


def _point_value(point: object) -> object:
    if isinstance(point, Sequence) and not isinstance(point, str):
        return point[1] if len(point) > 1 else None
    return point


def _line_pieces(places: Sequence[tuple[float, float] | None]) -> list[list[tuple[float, float]]]:
    pieces: list[list[tuple[float, float]]] = [[]]
    for at in places:
        if at is not None:
            pieces[-1].append(at)
        elif pieces[-1]:
            pieces.append([])
    return [piece for piece in pieces if piece]


def _area_path(piece: Sequence[tuple[float, float]], height: int) -> str:
    corners = [(piece[0][0], height), *piece, (piece[-1][0], height)]
    return " ".join(f"{x},{y}" for x, y in corners)


@dataclass(frozen=True)
class Outline:
    """An SVG path, the box that holds it (left, top, right, bottom) and the middle of its largest part."""

    path: str
    box: tuple[int, int, int, int]
    middle: tuple[int, int] = (0, 0)

    @property
    def lonlat(self) -> tuple[float, float]:
        """The middle in degrees of longitude and latitude."""
        x, y = self.middle
        return round(x / UNITS_A_DEGREE, 5), round(degrees(atan(sinh(radians(-y / UNITS_A_DEGREE)))), 5)


NOTHING = Outline("", (0, 0, 0, 0))


@dataclass(frozen=True)
class MapShape:
    """One area on a map: outline, shade ("0" where there is no figure), what it says and opens, its circle's radius."""

    ref: str
    name: str
    outline: Outline
    shade: str
    value: Decimal | None
    href: str
    text: str
    radius: float = 0.0


@dataclass(frozen=True)
class Size:
    """A circle of a legend: a round amount, where its circle stands on this map, and where the amount is written."""

    value: Decimal
    radius: float
    x: float
    y: float
    text_x: float

    @property
    def top(self) -> float:
        """Where the circle is highest."""
        return self.y - self.radius


@dataclass(frozen=True)
class DrawnMap:
    """A whole map. ``method`` says how: a way of cutting classes, or ``circles`` whose areas are as their amounts."""

    shapes: tuple[MapShape, ...]
    classes: tuple[MapClass, ...]
    sizes: tuple[Size, ...]
    method: str
    box: tuple[int, int, int, int]

    @property
    def frame(self) -> str:
        """The SVG view box."""
        left, top, right, bottom = self.box
        return f"{left} {top} {right - left} {bottom - top}"

    @property
    def letters(self) -> int:
        """The size of letters inside the drawing."""
        return round((self.box[2] - self.box[0]) / 46)

    @property
    def pin(self) -> int:
        """The radius of the ring around an area that is to be found at once."""
        return round((self.box[2] - self.box[0]) / 12)

    @property
    def missing(self) -> int:
        """How many areas have no figure."""
        return sum(shape.value is None for shape in self.shapes)


def map_of(
    areas: Iterable[Mapping[str, object]], *, method: str = QUANTILE, count: int = 5, aim: TargetRange | None = None
) -> DrawnMap:
    """Draw ``areas`` (mappings with ref, name, geometry, value and optionally href, text) by ``method``."""
    listed = list(areas)
    if method == CIRCLES:
        return _with_circles(listed)
    classes = classes_of((area.get("value") for area in listed), count, method, aim)
    shapes = shapes_of(listed, classes)
    return DrawnMap(tuple(shapes), tuple(classes), (), method, box_of(shapes))


def _with_circles(areas: Sequence[Mapping[str, object]]) -> DrawnMap:
    plain = shapes_of(areas, [])
    box = box_of(plain)
    widest = min(box[2] - box[0], box[3] - box[1]) / 14
    largest = max((shape.value for shape in plain if shape.value is not None), default=Decimal(0))
    shapes = tuple(
        replace(shape, shade=_ground_tone(shape.value), radius=radius_of(shape.value, largest, widest))
        for shape in plain
    )
    sizes, deep = _legend_circles(largest, widest, box)
    return DrawnMap(shapes, (), sizes, CIRCLES, (*box[:3], box[3] + deep))


def _legend_circles(largest: Decimal, widest: float, box: tuple[int, int, int, int]) -> tuple[tuple[Size, ...], int]:
    """Circles for a legend, one inside the other under the map's left corner, and how deep they are."""
    amounts = [(value, radius_of(value, largest, widest)) for value in round_sizes(largest)]
    if not amounts:
        return (), 0
    outer, floor = amounts[0][1], box[3] + round(1.2 * amounts[0][1])
    left = box[0] + 6 + outer
    sizes = (Size(value, radius, left, floor - radius, left + outer * 1.3) for value, radius in amounts)
    return tuple(sizes), round(1.2 * outer) + 6


def _ground_tone(value: Decimal | None) -> str:
    return "0" if value is None else "base"


def shade_of(value: Decimal | None, classes: Sequence[MapClass]) -> str:
    """The shade of the class that holds ``value``; "0" where there is none."""
    map_class = class_of(value, classes)
    return "0" if map_class is None else map_class.shade


def shapes_of(areas: Iterable[Mapping[str, object]], classes: Sequence[MapClass]) -> list[MapShape]:
    """Lay out ``areas`` and shade them by ``classes``."""
    shapes = []
    for area in areas:
        value = as_decimal(area.get("value"))
        shapes.append(
            MapShape(
                ref=str(area.get("ref", "")),
                name=str(area.get("name", "")),
                outline=outline_of_geometry(area.get("geometry")),
                shade=shade_of(value, classes),
                value=value,
                href=str(area.get("href") or ""),
                text=str(area.get("text") or ""),
            )
        )
    return shapes


def outline_of_geometry(geometry: object) -> Outline:
    """The Mercator outline of a GeoJSON polygon or multi-polygon (mapping or JSON text); empty for anything else.

    Text is remembered, so a page that passes the stored JSON pays for each outline once.
    """
    if isinstance(geometry, str):
        return _outline_of_text(geometry)
    return _mercator_outline(geometry) if isinstance(geometry, Mapping) else NOTHING


@lru_cache(maxsize=4096)
def _outline_of_text(text: str) -> Outline:
    geometry = json.loads(text)
    return _mercator_outline(geometry) if isinstance(geometry, dict) else NOTHING


def _mercator_outline(geometry: Mapping[str, object]) -> Outline:
    coordinates = geometry.get("coordinates")
    polygons = coordinates if geometry.get("type") == "MultiPolygon" else [coordinates]
    if geometry.get("type") not in ("Polygon", "MultiPolygon") or not isinstance(polygons, Sequence):
        return NOTHING
    rings = [_ring_on_grid(ring) for polygon in polygons for ring in polygon]
    dots = [dot for ring in rings for dot in ring]
    if not dots:
        return NOTHING
    xs, ys = [x for x, _y in dots], [y for _x, y in dots]
    middle = _ring_centre(max(rings, key=lambda ring: abs(_twice_area(ring))))
    return Outline("".join(map(_ring_path, rings)), (min(xs), min(ys), max(xs), max(ys)), middle)


def _twice_area(ring: Sequence[tuple[int, int]]) -> int:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring))


def _ring_centre(ring: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """The centre of gravity of a ring; of a line, its first point."""
    area = _twice_area(ring)
    if not area:
        return ring[0] if ring else (0, 0)
    x = sum((a[0] + b[0]) * (a[0] * b[1] - b[0] * a[1]) for a, b in pairwise(ring))
    y = sum((a[1] + b[1]) * (a[0] * b[1] - b[0] * a[1]) for a, b in pairwise(ring))
    return round(x / (3 * area)), round(y / (3 * area))


def _ring_on_grid(ring: Sequence[Sequence[float]]) -> list[tuple[int, int]]:
    """A ring on the whole-number grid, without the points that fall together."""
    grid = [(round(p[0] * UNITS_A_DEGREE), -round(degrees(asinh(tan(radians(p[1])))) * UNITS_A_DEGREE)) for p in ring]
    return [dot for before, dot in zip([None, *grid], grid, strict=False) if dot != before]


def _ring_path(ring: Sequence[tuple[int, int]]) -> str:
    if len(ring) < 4:
        return ""
    moves = " ".join(f"{b[0] - a[0]} {b[1] - a[1]}" for a, b in pairwise(ring[:-1]))
    return f"M{ring[0][0]} {ring[0][1]}l{moves}z"


def box_of(shapes: Iterable[MapShape], margin: int = 6) -> tuple[int, int, int, int]:
    """The box (left, top, right, bottom) that holds every outline and a margin."""
    boxes = [shape.outline.box for shape in shapes if shape.outline.path]
    if not boxes:
        return (0, 0, 100, 60)
    left, top = min(b[0] for b in boxes) - margin, min(b[1] for b in boxes) - margin
    return left, top, max(b[2] for b in boxes) + margin, max(b[3] for b in boxes) + margin


def frame_of(shapes: Iterable[MapShape], margin: int = 6) -> str:
    """The SVG view box that holds every outline."""
    left, top, right, bottom = box_of(shapes, margin)
    return f"{left} {top} {right - left} {bottom - top}"


def spec_of(drawn: DrawnMap, outlines: str, values: Mapping[str, object]) -> dict[str, object]:
    """What <ts-map> needs to draw the same over the GeoJSON at ``outlines``; radii are shares of the map's width."""
    width = drawn.box[2] - drawn.box[0]
    return dict(values) | {
        "areas": outlines,
        "shades": {shape.ref: shape.shade for shape in drawn.shapes},
        "values": {shape.ref: shape.value for shape in drawn.shapes if shape.value is not None},
        "texts": {shape.ref: shape.text for shape in drawn.shapes if shape.text},
        "hrefs": {shape.ref: shape.href for shape in drawn.shapes if shape.href},
        "circles": [
            [shape.ref, shape.name, *shape.outline.lonlat, round(shape.radius / width, 5)]
            for shape in sorted(drawn.shapes, key=lambda map_shape: -map_shape.radius)
            if shape.radius and shape.outline.path
        ],
    }
