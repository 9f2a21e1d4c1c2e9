"""What goes on at this moment, on the map: every app's layer over the communes, and the newest things in a list."""

import math
from dataclasses import dataclass
from datetime import datetime

from tinhso.blocks.indicators import contract
from tinhso.blocks.indicators.contract import Box, Happening, Layer
from tinhso.ioc.queries import communes
from tinhso.ioc.queries.frame import SnapshotFrame, UnitView
from tinhso.ioc.queries.wall_day import keys_of
from tinhso.ui.drawing import UNITS_A_DEGREE, MapShape, frame_of, outline_of_geometry
from tinhso.ui.wording import name_in_language

ACROSS = 16  # spots beside each other
LETTERS = 44  # of the letters on them: still read from five metres where the map fills two thirds of a wall
SCREEN = 1.6  # how much wider than high that place is
SMALLEST, LARGEST = 0.32, 0.5  # of a spot's own place


@dataclass(frozen=True)
class LayerMark:
    """A spot on the drawing: its middle and radius on the grid of the outlines, and where that is on the globe."""

    longitude: float
    latitude: float
    x: float
    y: float
    radius: float
    count: int
    urgent: int

    @property
    def reach(self) -> float:
        """The radius in degrees of longitude."""
        return self.radius / UNITS_A_DEGREE

    @property
    def spot(self) -> str:
        """The place as addresses write it."""
        return f"{self.longitude},{self.latitude}"


@dataclass(frozen=True)
class DrawnLayer:
    """A layer as it is drawn."""

    layer: Layer
    marks: tuple[LayerMark, ...]


@dataclass(frozen=True)
class LiveMap:
    """The communes of a unit with what goes on there; ``frame`` is the SVG view box."""

    at: datetime
    shapes: tuple[MapShape, ...]
    frame: str
    letters: float
    schematic: bool
    layers: tuple[DrawnLayer, ...]

    @property
    def event_names(self) -> tuple[str, ...]:
        """Names of events after which it may have changed, each once."""
        return tuple(dict.fromkeys(name for drawn_layer in self.layers for name in drawn_layer.layer.heard))

    @property
    def newest(self) -> list[Happening]:
        """The newest of all layers first."""
        return sorted(
            (happening for drawn in self.layers for happening in drawn.layer.newest),
            key=lambda happening: -happening.since.timestamp(),
        )


def live_map(at: SnapshotFrame, unit_view: UnitView, now: datetime) -> LiveMap | None:
    """The map of this moment; None where no app has a layer or no commune an outline."""
    nodes = communes.peer_units(at, unit_view, at.places.day)
    outlines = communes.unit_outlines(at)
    shapes = tuple(
        MapShape(node.ref, name_in_language(node), outline_of_geometry(outlines.by_unit[node.pk]), "base", None, "", "")
        for node in nodes
        if node.pk in outlines.by_unit
    )
    if not shapes or not contract.LAYER_PROVIDERS:
        return None
    frame = frame_of(shapes)
    left, top, wide, high = (float(part) for part in frame.split())
    box: Box = (*_degrees_of_grid(left, top + high), *_degrees_of_grid(left + wide, top))
    span = max(wide, high * SCREEN)  # of the place that the map has on a screen
    across = max(3, round(ACROSS * wide / span))
    layers = [provider(keys_of(at, unit_view), box, across, now) for provider in contract.LAYER_PROVIDERS]
    drawn = tuple(DrawnLayer(layer, _layer_marks(layer, wide / across)) for layer in layers)
    return LiveMap(now, shapes, frame, round(span / LETTERS, 2), outlines.are_schematic(nodes), drawn)


def _layer_marks(layer: Layer, place: float) -> tuple[LayerMark, ...]:
    most = max((spot.count for spot in layer.spots), default=1)
    return tuple(
        LayerMark(
            spot.longitude,
            spot.latitude,
            *on_grid(spot.longitude, spot.latitude),
            round(place * (SMALLEST + (LARGEST - SMALLEST) * math.sqrt(spot.count / most)), 2),
            spot.count,
            spot.urgent,
        )
        for spot in layer.spots
    )


def on_grid(longitude: float, latitude: float) -> tuple[float, float]:
    """A point on the grid of the outlines."""
    down = -math.degrees(math.asinh(math.tan(math.radians(latitude))))
    return round(longitude * UNITS_A_DEGREE, 1), round(down * UNITS_A_DEGREE, 1)


def _degrees_of_grid(x: float, y: float) -> tuple[float, float]:
    return x / UNITS_A_DEGREE, math.degrees(math.atan(math.sinh(math.radians(-y / UNITS_A_DEGREE))))
