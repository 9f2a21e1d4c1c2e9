"""The small square map on which somebody without script says where something lies: click by click, ever closer.

Places are counted on the grid of the communes' outlines (``UNITS_A_DEGREE`` a degree, southwards, Mercator), so that a
click on the picture is a place and back. There is no street on it: only what the communes' outlines know.
"""

import math
from dataclasses import dataclass

from tinhso.blocks.units.models import Boundary
from tinhso.society.field_reports.queries import outside
from tinhso.ui.drawing import UNITS_A_DEGREE, MapShape

NARROWEST, WIDEST = 6.0, 5000.0  # units of the grid that the map is wide: about 500 metres, and more than any province
CLOSER = 2.5  # times, with each click
CLOSE = 60.0  # a view of five kilometres: from here on a click moves the pin and nothing else
STEP = 1 / 16  # of a view, by which an arrow moves the pin
ARROWS = {"n": (0, -1), "s": (0, 1), "w": (-1, 0), "e": (1, 0)}
BARS = (50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000)  # metres that a scale may show
METRES_A_UNIT = 111_320 / UNITS_A_DEGREE
Point = tuple[float, float]


@dataclass(frozen=True)
class MapView:
    """A square piece of the map: its middle and its width, in units of the grid."""

    x: float
    y: float
    span: float

    @property
    def as_text(self) -> str:
        """As a form or an address carries it."""
        return f"{self.x:.3f},{self.y:.3f},{self.span:.3f}"

    @property
    def frame(self) -> str:
        """The SVG view box."""
        return f"{self.x - self.span / 2:.3f} {self.y - self.span / 2:.3f} {self.span:.3f} {self.span:.3f}"

    @property
    def bar(self) -> tuple[int, float]:
        """Metres of a scale that fits into a third of the view, and how long it is on the grid."""
        a_unit = METRES_A_UNIT * math.cos(math.radians(_degrees_of_grid(self.x, self.y)[1]))
        metres = max((bar for bar in BARS if bar <= self.span / 3 * a_unit), default=BARS[0])
        return metres, metres / a_unit

    def at(self, across: float, down: float) -> Point:
        """The place (longitude, latitude) of a share of the width and of the height, from the left upper corner."""
        return _degrees_of_grid(self.x + (across - 0.5) * self.span, self.y + (down - 0.5) * self.span)

    def around(self, place: Point, times: float = 1.0) -> "MapView":
        """The view with ``place`` in its middle, so many times narrower."""
        return MapView(*_grid_of_degrees(*place), min(max(self.span / times, NARROWEST), WIDEST))

    def pointed(self, place: Point) -> "MapView":
        """What is seen after a click on ``place``: closer, until it is close enough."""
        return self.around(place, CLOSER if self.span > CLOSE else 1.0)

    def beside(self, place: Point, arrow: str) -> Point:
        """The place an arrow's step away from ``place``."""
        right, down = ARROWS[arrow]
        x, y = _grid_of_degrees(*place)
        return _degrees_of_grid(x + right * self.span * STEP, y + down * self.span * STEP)

    @property
    def middle(self) -> Point:
        """Longitude and latitude of the middle."""
        return _degrees_of_grid(self.x, self.y)


def parse_view(text: str) -> MapView | None:
    """The view that a form carries; None for anything else."""
    try:
        x, y, span = (float(part) for part in text[:60].split(","))
    except ValueError:
        return None
    return MapView(x, y, span) if abs(x) <= 216_000 and abs(y) <= 216_000 and NARROWEST <= span <= WIDEST else None


def first_view(place: Point | None, commune: str) -> MapView | None:
    """The view to begin with: around a place, else the whole commune, else the whole province; None without a map."""
    if place is not None:
        return MapView(*_grid_of_degrees(*place), CLOSE)
    box = outside.box_of(commune) or outside.province_box()
    if box is None:
        return None
    (left, top), (right, bottom) = _grid_of_degrees(box[0], box[3]), _grid_of_degrees(box[2], box[1])
    span = min(max(right - left, bottom - top, NARROWEST) * 1.1, WIDEST)
    return MapView((left + right) / 2, (top + bottom) / 2, span)


@dataclass(frozen=True)
class PlacingPicture:
    """What is drawn: communes that the view meets, those that are named, and the pin (None without one)."""

    view: MapView
    shapes: tuple[MapShape, ...]
    named: tuple[MapShape, ...]
    pin: Point | None

    @property
    def left_edge(self) -> float:
        """The left edge."""
        return self.view.x - self.view.span / 2

    @property
    def top(self) -> float:
        """The upper edge."""
        return self.view.y - self.view.span / 2

    @property
    def letters(self) -> float:
        """The size of letters."""
        return round(self.view.span / 24, 4)

    @property
    def needle(self) -> str:
        """A pin as a path, its tip on the place."""
        if self.pin is None:
            return ""
        size = self.view.span / 34
        x, y = self.pin
        return (
            f"M{x:.4f} {y:.4f}l{-size:.4f} {-2 * size:.4f}a{1.12 * size:.4f} {1.12 * size:.4f} 0 1 1 {2 * size:.4f} 0z"
        )

    @property
    def scale(self) -> str:
        """The bar of the scale as a path, in the left lower corner."""
        x, y = self.scale_at
        tall, long = self.view.span / 70, self.view.bar[1]
        return f"M{x:.4f} {y + tall:.4f}v{tall:.4f}h{long:.4f}v{-tall:.4f}"

    @property
    def scale_at(self) -> Point:
        """Where the words of the scale begin."""
        return round(self.left_edge + self.view.span / 30, 4), round(self.top + self.view.span * 0.94, 4)

    @property
    def scale_words(self) -> str:
        """How long the bar is."""
        metres = self.view.bar[0]
        return f"{metres} m" if metres < 1000 else f"{metres // 1000} km"


def placing_picture(view: MapView, place: Point | None) -> PlacingPicture:
    """The map of a view, with a pin at ``place``."""
    half = view.span / 2
    left, top, right, bottom = view.x - half, view.y - half, view.x + half, view.y + half
    shapes = tuple(
        map_shape
        for map_shape in outside.commune_shapes()
        if _boxes_meet(map_shape.outline.box, (left, top, right, bottom))
    )
    inside = [
        map_shape
        for map_shape in shapes
        if left < map_shape.outline.middle[0] < right and top < map_shape.outline.middle[1] < bottom
    ]
    return PlacingPicture(
        view, shapes, tuple(inside) if len(inside) <= 16 else (), _grid_of_degrees(*place) if place else None
    )


def is_schematic() -> bool:
    """Whether any outline is but drawn around a middle."""
    return Boundary.objects.filter(schematic=True).exists()


def _boxes_meet(one: tuple[int, int, int, int], box: tuple[float, float, float, float]) -> bool:
    return one[0] <= box[2] and one[2] >= box[0] and one[1] <= box[3] and one[3] >= box[1]


def _grid_of_degrees(longitude: float, latitude: float) -> Point:
    north = math.degrees(math.asinh(math.tan(math.radians(latitude))))
    return longitude * UNITS_A_DEGREE, -north * UNITS_A_DEGREE


def _degrees_of_grid(x: float, y: float) -> Point:
    latitude = math.degrees(math.atan(math.sinh(math.radians(-y / UNITS_A_DEGREE))))
    return round(x / UNITS_A_DEGREE, 6), round(latitude, 6)
