"""A process as pages show it: steps in order with who does them, a picture, and what is lit for one instance."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from tinhso.blocks.bpmn.contract import registered_runner
from tinhso.blocks.bpmn.models import ProcessVersion
from tinhso.blocks.bpmn.queries import catalogue
from tinhso.blocks.bpmn.queries.shapes import DrawingFault, ElementKind, ProcessGraph, ProcessNode, shown_as
from tinhso.blocks.bpmn.queries.wording import name_of
from tinhso.blocks.units import queries as units

LETTER, LINE = 7.0, 15.0  # of names inside boxes, in the drawing's units
MARGIN = 24.0
NOW, DONE, AHEAD = "now", "done", "ahead"
BOXES = (ElementKind.STEP, ElementKind.LINK, ElementKind.SUB, ElementKind.CALL, ElementKind.RULE)
SIGNS = {ElementKind.CHOICE: "◇", ElementKind.EXCLUSIVE: "×", ElementKind.PARALLEL: "+", ElementKind.INCLUSIVE: "○"}


@dataclass(frozen=True)
class PictureText:
    """A line of a name, at its middle."""

    x: float
    y: float
    words: str


@dataclass(frozen=True)
class PictureElement:
    """An element as it is drawn: ``form`` is box, pool, event or gate; ``state`` is now, done or ahead."""

    id: str
    form: str
    state: str
    x: float
    y: float
    width: float
    height: float
    texts: tuple[PictureText, ...] = ()
    sign: str = ""

    @property
    def middle(self) -> tuple[float, float]:
        """The centre."""
        return self.x + self.width / 2, self.y + self.height / 2

    @property
    def radius(self) -> float:
        """Of an event."""
        return min(self.width, self.height) / 2

    @property
    def corners(self) -> str:
        """The four points of a gateway."""
        x, y = self.middle
        return f"{x:g},{self.y:g} {self.x + self.width:g},{y:g} {x:g},{self.y + self.height:g} {self.x:g},{y:g}"


@dataclass(frozen=True)
class Progress:
    """How far a step of an instance is: whether it waits, and until when it may; who has done it."""

    is_open: bool = False
    done_by: str = ""
    due_at: datetime | None = None


@dataclass(frozen=True)
class StepShown:
    """A step in the list: its name, who does it, hours of work it may take, what it lets choose."""

    id: str
    name: str
    who: str
    hours: int | None
    outcomes: tuple[str, ...]
    state: str = AHEAD
    opens: str = ""
    done_by: str = ""
    due_at: datetime | None = None


@dataclass(frozen=True)
class ProcessPicture:
    """A version with its steps and its drawing; ``lit`` are the elements where an instance stands now."""

    version: ProcessVersion
    name: str
    steps: tuple[StepShown, ...]
    shapes: tuple[PictureElement, ...] = ()
    lines: tuple[str, ...] = ()
    labels: tuple[PictureText, ...] = ()
    box: str = "0 0 100 100"
    is_of_instance: bool = False
    lit: tuple[str, ...] = ()
    passed: tuple[str, ...] = field(default=())
    remarks: tuple[DrawingFault, ...] = ()


def picture_of_version(version: ProcessVersion, day: date) -> ProcessPicture:
    """A version as it is drawn; departments are named as they are on ``day``."""
    return _picture(version, catalogue.graph_of_version(version, day=day), day, {}, frozenset())


def picture_of_instance(
    version: ProcessVersion, drawn: ProcessGraph, steps: Mapping[str, Progress], passed: frozenset[str], day: date
) -> ProcessPicture:
    """A version with the present steps of an instance lit: ``steps`` by their elements, ``passed`` as the engine has
    them; departments are named as they are on ``day``."""
    return replace(_picture(version, drawn, day, steps, passed & set(drawn.nodes)), is_of_instance=True)


def _picture(
    version: ProcessVersion, drawn: ProcessGraph, day: date, steps: Mapping[str, Progress], passed: frozenset[str]
) -> ProcessPicture:
    open_now = [key for key, step in steps.items() if step.is_open and key in drawn.nodes]
    states = {ref: NOW if ref in open_now else DONE if ref in passed else AHEAD for ref in drawn.nodes}
    lit = tuple(dict.fromkeys(shown_as(drawn.nodes[ref]) for ref in open_now))
    behind = {shown_as(drawn.nodes[ref]) for ref in passed} - set(lit)
    shapes = tuple(
        _picture_elements(
            drawn, {ref: NOW if ref in lit else DONE if ref in behind else AHEAD for ref in _drawn_nodes(drawn)}
        )
    )
    return ProcessPicture(
        version=version,
        name=drawn.name or version.process.name,
        steps=tuple(_step_shown(node, states[node.id], steps.get(node.id, Progress()), day) for node in drawn.steps()),
        shapes=shapes,
        lines=tuple(_points_text(points) for flow, points in drawn.drawing.lines.items() if flow in drawn.flows),
        labels=tuple(_flow_labels(drawn)),
        box=_view_box(drawn),
        lit=lit,
        passed=tuple(sorted(behind)),
        remarks=drawn.remarks,
    )


def _drawn_nodes(drawn: ProcessGraph) -> dict[str, ProcessNode]:
    """The elements of the file that are drawn, with what stands for them."""
    places = {shown_as(node): node for node in reversed(list(drawn.nodes.values())) if node.place}
    return places | {node.id: node for node in drawn.nodes.values() if not node.place}


def _step_shown(node: ProcessNode, state: str, progress: Progress, day: date) -> StepShown:
    opens = node.procedure if node.kind is ElementKind.LINK else ""
    return StepShown(
        node.id,
        name_of(node),
        performer_text(node, day),
        node.hours,
        node.outcomes,
        state,
        opens,
        progress.done_by,
        progress.due_at,
    )


def performer_text(node: ProcessNode, day: date) -> str:
    """Whose work a step is, in words."""
    role = registered_runner().role(node.right)
    does = str(role.words) if role is not None else ""
    if node.unit in ("holder", "receiving"):
        return does
    agency = units.agency(node.unit, day)
    return f"{does}, {agency.name if agency else node.unit}"


def _picture_elements(drawn: ProcessGraph, states: dict[str, str]) -> list[PictureElement]:
    picture_elements = [
        PictureElement(ref, "pool", AHEAD, *box, texts=(PictureText(box[0] + 8, box[1] + 16, drawn.lanes[ref]),))
        for ref, box in drawn.drawing.boxes.items()
        if ref in drawn.lanes
    ]
    places = _drawn_nodes(drawn)
    for ref, box in drawn.drawing.boxes.items():
        node = places.get(ref)
        if node is None:
            continue
        x, y, width, height = box
        if node.kind is ElementKind.SUB and drawn.drawing.boxes.keys() & {
            process_node.id for process_node in drawn.inside(ref)
        }:
            picture_elements.append(
                PictureElement(ref, "pool", states[ref], *box, texts=(PictureText(x + 8, y + 16, node.name),))
            )
        elif node.kind in BOXES or node.tag == "receiveTask":
            texts = _wrapped_name(node.name, x + width / 2, y + height / 2, width - 10)
            picture_elements.append(PictureElement(ref, "box", states[ref], *box, texts=texts))
        elif node.kind in SIGNS:
            texts = (PictureText(x + width / 2, y - 10, node.name),) if node.name else ()
            picture_elements.append(PictureElement(ref, "gate", states[ref], *box, texts=texts, sign=SIGNS[node.kind]))
        else:
            texts = _wrapped_name(node.name, x + width / 2, y + height + 12, 110, down=True)
            picture_elements.append(PictureElement(ref, f"event {node.kind}", states[ref], *box, texts=texts))
    return picture_elements


def _wrapped_name(name: str, x: float, y: float, width: float, *, down: bool = False) -> tuple[PictureText, ...]:
    """A name on as many lines as it needs, around ``y`` or down from there."""
    lines: list[str] = []
    for word in name.split():
        if lines and (len(lines[-1]) + 1 + len(word)) * LETTER <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    top = y if down else y - (len(lines) - 1) * LINE / 2
    return tuple(PictureText(x, top + at * LINE, words) for at, words in enumerate(lines))


def _points_text(points: tuple[tuple[float, float], ...]) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in points)


def _flow_labels(drawn: ProcessGraph) -> list[PictureText]:
    """Names of arrows, over their last stretch."""
    picture_texts = []
    for ref, points in drawn.drawing.lines.items():
        flow = drawn.flows.get(ref)
        if flow is not None and flow.name:
            (ax, ay), (bx, by) = points[-2], points[-1]
            picture_texts.append(PictureText((ax + bx) / 2, (ay + by) / 2 - 8, flow.name))
    return picture_texts


def _view_box(drawn: ProcessGraph) -> str:
    boxes = list(drawn.drawing.boxes.values())
    points = [point for line in drawn.drawing.lines.values() for point in line]
    if not boxes:
        return "0 0 100 100"
    left = min([x for x, _y, _w, _h in boxes] + [x for x, _y in points]) - MARGIN
    top = min([y for _x, y, _w, _h in boxes] + [y for _x, y in points]) - MARGIN
    right = max([x + w for x, _y, w, _h in boxes] + [x for x, _y in points]) + MARGIN
    bottom = max([y + h for _x, y, _w, h in boxes] + [y for _x, y in points]) + MARGIN * 2
    return f"{left:g} {top:g} {right - left:g} {bottom - top:g}"
