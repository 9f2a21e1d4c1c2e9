"""Where records lie: points in a window, or counts of squares where there are too many to tell apart."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.urls import reverse

from tinhso.blocks.registers.contract import Register
from tinhso.blocks.registers.models import Cell
from tinhso.blocks.registers.queries import finding
from tinhso.blocks.registers.queries.finding import RecordFilter
from tinhso.blocks.units.models import Boundary
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.ui.drawing import UNITS_A_DEGREE, MapShape, outline_of_geometry
from tinhso.ui.wording import number_text

SIZES = (20, 80, 320)
MOST_POINTS, ACROSS = 400, 24
MOST_GROUPED = 20_000
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class MapMark:
    """A record, or a square with ``count`` of them; ``box`` is the window that it opens."""

    x: float
    y: float
    radius: float
    label: str
    count: int
    href: str = ""
    box: str = ""


@dataclass(frozen=True)
class Window:
    """A map. ``partly``: counts of the first so many found only."""

    shapes: tuple[MapShape, ...]
    marks: tuple[MapMark, ...]
    frame: str
    letters: float
    schematic: bool
    partly: bool = False

    @property
    def there(self) -> int:
        """How many records are on it."""
        return sum(map_mark.count for map_mark in self.marks)


def communes_extent() -> Box:
    """The box of all outlines of today's communes; the whole country's where none is known."""
    shapes = _commune_outlines().shapes
    if not shapes:
        return 102.0, 8.0, 110.0, 23.5
    left, top = (
        min(map_shape.outline.box[0] for map_shape in shapes),
        min(map_shape.outline.box[1] for map_shape in shapes),
    )
    right, bottom = (
        max(map_shape.outline.box[2] for map_shape in shapes),
        max(map_shape.outline.box[3] for map_shape in shapes),
    )
    return left / UNITS_A_DEGREE, _latitude_of(bottom), right / UNITS_A_DEGREE, _latitude_of(top)


def map_window(register: Register, record_filter: RecordFilter, by: Actor, box: Box) -> Window:
    """What lies in ``box``."""
    drawn = _commune_outlines()
    shapes = tuple(shape for shape in drawn.shapes if _overlaps_box(shape.outline.box, box))
    marks, partly = _map_marks(register, record_filter, by, box)
    frame, wide = _view_box(box)
    return Window(shapes, tuple(marks), frame, round(wide / 46, 2), bool(shapes) and drawn.is_schematic, partly)


def map_around_records(entries: Sequence[Any]) -> Window | None:
    """A map of a few records; None where none of them lies anywhere."""
    lying = [entry for entry in entries if entry.longitude is not None]
    if not lying:
        return None
    west, east = min(entry.longitude for entry in lying) - 0.04, max(entry.longitude for entry in lying) + 0.04
    south, north = min(entry.latitude for entry in lying) - 0.03, max(entry.latitude for entry in lying) + 0.03
    box = (west, south, east, north)
    frame, wide = _view_box(box)
    drawn = _commune_outlines()
    shapes = tuple(shape for shape in drawn.shapes if _overlaps_box(shape.outline.box, box))
    marks = tuple(
        MapMark(*_grid_point(entry.longitude, entry.latitude), round(wide / 60, 2), entry.name, 1) for entry in lying
    )
    return Window(shapes, marks, frame, round(wide / 46, 2), bool(shapes) and drawn.is_schematic)


def _map_marks(register: Register, record_filter: RecordFilter, by: Actor, box: Box) -> tuple[list[MapMark], bool]:
    plain = not record_filter.narrows and register.see in by.everywhere and not record_filter.ended
    wide = _view_box(box)[1]
    if plain:
        size = _square_size(box)
        if size and (cells := _stored_grid_counts(register, box, size)) and sum(n for _x, _y, n in cells) > MOST_POINTS:
            return _square_marks(cells, size, wide, box), False
    inside = RecordFilter(**(vars(record_filter) | {"box": box}))
    # an index holds all but words: what they do not narrow is asked for by its columns
    rows = (
        finding.filtered_records(register, inside, finding.visible_records(register, by))
        if record_filter.words
        else finding.records_by_index(register, inside, by)
    )
    size = _square_size(box) or SIZES[-1]
    cells, partly = _square_counts(rows, size)
    if sum(n for _x, _y, n in cells) > MOST_POINTS:
        return _square_marks(cells, size, wide, box), partly
    points = rows.order_by().values_list("ref", "name", "longitude", "latitude")
    return [
        MapMark(
            *_grid_point(x, y), round(wide / 110, 2), name, 1, href=reverse("registers:one", args=[register.code, ref])
        )
        for ref, name, x, y in points
    ], False


def _square_size(box: Box) -> int:
    """The squares that are neither too many nor too few across; 0 nearer than any."""
    width = max(box[2] - box[0], 0.000_1)
    return (
        next((size for size in reversed(SIZES) if width * size <= ACROSS * 2), SIZES[0]) if width * SIZES[-1] > 4 else 0
    )


def _stored_grid_counts(register: Register, box: Box, size: int) -> list[tuple[int, int, int]]:
    rows = Cell.objects.filter(
        register=register.code,
        size=size,
        count__gt=0,
        x__range=(math.floor(box[0] * size), math.floor(box[2] * size)),
        y__range=(math.floor(box[1] * size), math.floor(box[3] * size)),
    )
    return list(rows.values_list("x", "y", "count"))


def _square_counts(rows: finding.Rows, size: int) -> tuple[list[tuple[int, int, int]], bool]:
    """Counts of squares of the first so many that are met, and whether there are more."""
    some = rows.order_by().values_list("longitude", "latitude")[: MOST_GROUPED + 1]
    try:
        sql, params = some.query.sql_with_params()
    except EmptyResultSet:
        return [], False
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT floor(x * %s)::int, floor(y * %s)::int, count(*) FILTER (WHERE place <= %s), count(*)
                FROM (SELECT x, y, row_number() OVER () AS place FROM ({sql}) lying(x, y)) counted GROUP BY 1, 2""",
            [size, size, MOST_GROUPED, *params],
        )
        squares = cursor.fetchall()
    return [(x, y, n) for x, y, n, _all in squares if n], sum(all_ for *_square, all_ in squares) > MOST_GROUPED


def _square_marks(cells: list[tuple[int, int, int]], size: int, wide: float, box: Box) -> list[MapMark]:
    most = max(count for _x, _y, count in cells)
    ratio = UNITS_A_DEGREE / size / 2
    marks = []
    for x, y, count in sorted(cells, key=lambda one: -one[2]):
        inner = f"{x / size:.5f},{y / size:.5f},{(x + 1) / size:.5f},{(y + 1) / size:.5f}"
        radius = max(ratio * math.sqrt(count / most) * 0.95, wide / 160)
        mark = MapMark(
            *_grid_point((x + 0.5) / size, (y + 0.5) / size), round(radius, 2), number_text(count), count, box=inner
        )
        marks.append(mark)
    return marks


def _grid_point(longitude: float, latitude: float) -> tuple[float, float]:
    """On the same flat grid as the communes."""
    north = math.degrees(math.asinh(math.tan(math.radians(max(-85.0, min(85.0, latitude))))))
    return round(longitude * UNITS_A_DEGREE, 1), round(-north * UNITS_A_DEGREE, 1)


def _latitude_of(y: float) -> float:
    return math.degrees(math.atan(math.sinh(math.radians(-y / UNITS_A_DEGREE))))


def _view_box(box: Box) -> tuple[str, float]:
    left, bottom = _grid_point(box[0], box[1])
    right, top = _grid_point(box[2], box[3])
    wide, high = max(right - left, 1.0), max(bottom - top, 1.0)
    return f"{left:.1f} {top:.1f} {wide:.1f} {high:.1f}", max(wide, high)


def _overlaps_box(outer: tuple[int, int, int, int], box: Box) -> bool:
    (left, bottom), (right, top) = _grid_point(box[0], box[1]), _grid_point(box[2], box[3])
    return outer[0] <= right and outer[2] >= left and outer[1] <= bottom and outer[3] >= top


@dataclass(frozen=True)
class _Outlines:
    """The communes of today as they are drawn on every map; ``is_schematic`` where some outline is only a scheme."""

    shapes: list[MapShape]
    is_schematic: bool


def _commune_outlines() -> _Outlines:
    today = clock.today()
    boundaries = list(
        Boundary.objects.filter(unit__valid__contains=today, unit__known__upper_inf=True).select_related("unit")
    )
    shapes = [
        MapShape(
            row.unit.ref, row.unit.name, outline_of_geometry(json.dumps(row.geometry)), "base", None, "", row.unit.name
        )
        for row in boundaries
    ]
    return _Outlines([shape for shape in shapes if shape.outline.path], any(row.schematic for row in boundaries))
