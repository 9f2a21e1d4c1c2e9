"""Where reports lie, drawn on the communes around them."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass

from tinhso.blocks.units.models import Boundary
from tinhso.society.field_reports.models import Report
from tinhso.ui.drawing import UNITS_A_DEGREE, MapShape, outline_of_geometry

MARGIN, LEAST = 0.2, 90


@dataclass(frozen=True)
class Pin:
    """A report on a map; ``number`` is its place in the list beside it."""

    ref: str
    x: float
    y: float
    number: int
    priority: int
    label: str


@dataclass(frozen=True)
class PinMap:
    """Communes with pins; ``frame`` is the SVG view box, ``size`` the radius of a pin in it."""

    shapes: tuple[MapShape, ...]
    pins: tuple[Pin, ...]
    frame: str
    size: float
    line: str
    schematic: bool


def map_of(
    reports: Sequence[Report], *, way: bool = False, outlines: Sequence[Boundary] | None = None
) -> PinMap | None:
    """A map of the reports that have a place, numbered as they are listed; None where none has. ``way``: joined.

    ``outlines`` of their communes, where they were read already.
    """
    pins = [
        Pin(
            report.ref,
            *_grid_point(report.longitude, report.latitude),
            number,
            report.priority,
            f"{number}. {report.ref}",
        )
        for number, report in enumerate(reports, 1)
        if report.longitude is not None and report.latitude is not None
    ]
    if not pins:
        return None
    if outlines is None:
        boundaries = Boundary.objects.filter(unit__in={report.origin_unit_id for report in reports})
        outlines = list(boundaries.select_related("unit"))
    shapes = tuple(
        MapShape(
            boundary.unit.ref,
            boundary.unit.name,
            outline_of_geometry(json.dumps(boundary.geometry)),
            "base",
            None,
            "",
            boundary.unit.name,
        )
        for boundary in outlines
    )
    frame, size = _map_frame(pins)
    line = " ".join(f"{pin.x:.1f},{pin.y:.1f}" for pin in pins) if way else ""
    schematic = any(boundary.schematic for boundary in outlines)
    return PinMap(shapes, tuple(reversed(pins)), frame, size, line, schematic)  # the first is drawn last, on top


def _grid_point(longitude: float, latitude: float) -> tuple[float, float]:
    """On the same flat grid as the communes, a tenth exact."""
    north = math.degrees(math.asinh(math.tan(math.radians(latitude))))
    return round(longitude * UNITS_A_DEGREE, 1), round(-north * UNITS_A_DEGREE, 1)


def _map_frame(pins: Sequence[Pin]) -> tuple[str, float]:
    left, right = min(pin.x for pin in pins), max(pin.x for pin in pins)
    top, bottom = min(pin.y for pin in pins), max(pin.y for pin in pins)
    wide = max((right - left) * (1 + 2 * MARGIN), (bottom - top) * (1 + 2 * MARGIN) * 1.25, LEAST)
    high = wide / 1.25
    x, y = (left + right - wide) / 2, (top + bottom - high) / 2
    return f"{x:.1f} {y:.1f} {wide:.1f} {high:.1f}", round(wide / 30, 2)
