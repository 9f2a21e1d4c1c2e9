"""The picture inside a BPMN file: boxes and arrows as the file has them."""

from math import isfinite

from tinhso.blocks.bpmn.queries.documents import BPMNDI, DC, DI, Element
from tinhso.blocks.bpmn.queries.shapes import Box, DiagramLayout

FARTHEST = 100_000.0


def drawing_in(root: Element) -> DiagramLayout:
    """Where the file's elements stand; what has no place, or none that can be drawn, is left out."""
    boxes: dict[str, Box] = {}
    for shape in root.iter(f"{{{BPMNDI}}}BPMNShape"):
        bounds = shape.find(f"{{{DC}}}Bounds")
        if bounds is not None:
            numbers = [_coordinate(bounds, name) for name in ("x", "y", "width", "height")]
            if None not in numbers:
                boxes[shape.get("bpmnElement", "")] = tuple(numbers)  # type: ignore[assignment]
    lines: dict[str, tuple[tuple[float, float], ...]] = {}
    for edge in root.iter(f"{{{BPMNDI}}}BPMNEdge"):
        points = [
            (_coordinate(waypoint, "x"), _coordinate(waypoint, "y")) for waypoint in edge.iter(f"{{{DI}}}waypoint")
        ]
        line_points = tuple((x, y) for x, y in points if x is not None and y is not None)
        if len(line_points) > 1:
            lines[edge.get("bpmnElement", "")] = line_points
    return DiagramLayout(boxes, lines)


def _coordinate(element: Element, name: str) -> float | None:
    try:
        value = float(element.get(name, ""))
    except ValueError:
        return None
    return value if isfinite(value) and abs(value) < FARTHEST else None
