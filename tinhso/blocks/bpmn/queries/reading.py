"""From a BPMN file to a process that can be run, or to faults that each name an element.

Taken: what people do, processes inside others or called by others, gateways, events, timers, tables of decisions.
What means something else here than where it was drawn is said in remarks; all else that would act is refused, never
left out silently.
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tinhso.blocks.bpmn.queries import (
    checking,
    choices,
    decision_tables,
    diagram_interchange,
    event_definitions,
    normalising,
    pools,
)
from tinhso.blocks.bpmn.queries.documents import (
    BPMN,
    Element,
    fault_of_element,
    name_on_one_line,
    own_attribute,
    parse_bpmn,
    speaks_ours,
    tag_of,
)
from tinhso.blocks.bpmn.queries.elements import KINDS, File, loop_of, node_of
from tinhso.blocks.bpmn.queries.shapes import BadProcess, ElementKind, ProcessGraph, SequenceFlow
from tinhso.blocks.bpmn.queries.sketching import DrawingReport, Sketch, taken_in, with_own_ids

MOST_CALLED = 8  # processes of a file that call each other
MOST_DRAWN = 400  # elements of a file that are run


def read_process(bpmn: bytes) -> ProcessGraph:
    """The process in a file; refuses with :class:`BadProcess`, which names every element that cannot be used."""
    return _cached_process(bpmn, get_language() or "")


@lru_cache(maxsize=128)
def _cached_process(bpmn: bytes, language: str) -> ProcessGraph:
    """The process, with its remarks in a language."""
    root, report = parse_bpmn(bpmn), DrawingReport()
    process = pools.main_process(root, report)
    pools.must_be_usable(process, report, set())
    file = pools.file_of(root, process, decision_tables.tables_in(root, report))
    sketch = _sketch_of(process, "", file, report, (process.get("id") or "",))
    _must_be_small(process, sketch)
    normalising.simplify_sketch(sketch)
    choices.ask_people(sketch)
    if report.faults:
        raise BadProcess(report.faults)
    drawn = ProcessGraph(
        process.get("id") or "process",
        name_on_one_line(process.get("name")),
        sketch.nodes,
        sketch.flows,
        {lane.get("id", ""): name_on_one_line(lane.get("name")) for lane in process.iter(f"{{{BPMN}}}lane")},
        diagram_interchange.drawing_in(root),
    )
    return checking.made_sure(drawn, tuple(report.remarks))


def _must_be_small(process: Element, sketch: Sketch) -> None:
    if len(sketch.nodes) > MOST_DRAWN or len(sketch.flows) > 2 * MOST_DRAWN:
        raise BadProcess([*sketch.report.faults, fault_of_element(process, _("quá nhiều phần tử"))])


@dataclass(frozen=True)
class Label:
    """What a file says of itself, in our own attributes of its process."""

    code: str
    name: str
    procedures: tuple[str, ...]
    since: date | None
    usual: bool
    illustrative: bool


def label_of(bpmn: bytes) -> Label:
    """The code, name and procedures that a file gives itself."""
    process = pools.main_process(parse_bpmn(bpmn), DrawingReport())
    try:
        since = date.fromisoformat(own_attribute(process, "since"))
    except ValueError:
        since = None
    return Label(
        process.get("id") or "",
        name_on_one_line(process.get("name")),
        tuple(own_attribute(process, "procedures").split()),
        since,
        own_attribute(process, "usual") == "true",
        own_attribute(process, "illustrative") == "true",
    )


def _sketch_of(holder: Element, scope: str, file: File, report: DrawingReport, calls: tuple[str, ...]) -> Sketch:
    """What lies inside a process, or inside an element of one; ``calls`` are the processes that led here."""
    sketch = Sketch(report=report)
    for element in holder:
        if tag_of(element) in KINDS:
            _add_element(sketch, element, scope, file, calls)
        elif tag_of(element) == "sequenceFlow":
            _add_flow(sketch, element)
    return sketch


def _add_element(sketch: Sketch, element: Element, scope: str, file: File, calls: tuple[str, ...]) -> None:
    ref, report = element.get("id") or "?", sketch.report
    lane = file.lanes.get(ref, _lane_around(element, file))
    node = node_of(element, scope, lane, file, report)
    sketch.add(node)
    if (loop := loop_of(element, report)) is not None:
        sketch.loops[ref] = loop
    for child in element:
        if tag_of(child) == "linkEventDefinition":
            sketch.links[ref] = (
                tag_of(element) == "intermediateThrowEvent",
                name_on_one_line(child.get("name")) or node.name,
            )
    if node.kind is ElementKind.SUB:
        inside = _sketch_of(element, ref, file, report, calls)
        taken_in(sketch, inside)
        if element.get("triggeredByEvent") in ("true", "1"):
            begins = [process_node for process_node in inside.inside(ref) if process_node.kind is ElementKind.START]
            if len(begins) != 1 or (begins[0].sign is None and begins[0].timer is None):
                report.refuse(element, _("quy trình con theo sự kiện cần đúng một sự kiện bắt đầu có loại"))
            else:
                sketch.heard[ref] = begins[0]
    elif node.kind is ElementKind.CALL and node.called in file.callable:
        _put_called(sketch, element, file, calls)
    elif node.kind is ElementKind.START and not scope and event_definitions.event_definitions(element):
        report.remark(element, _("hồ sơ bắt đầu khi được tiếp nhận, không theo sự kiện này"))


def _put_called(sketch: Sketch, element: Element, file: File, calls: tuple[str, ...]) -> None:
    """Put the process of the same file that an element calls inside that element."""
    node = sketch.nodes[element.get("id") or "?"]
    called = file.callable[node.called]
    if node.called in calls or len(calls) > MOST_CALLED:
        sketch.report.refuse(element, _("các quy trình gọi nhau thành vòng"))
        return
    if not any(tag_of(child) in KINDS for child in called):
        sketch.report.remark(element, _("quy trình được gọi chưa vẽ gì bên trong: là một bước"))
        sketch.add(normalising.as_step(node))
        return
    pools.must_be_usable(called, sketch.report, set())
    if len(sketch.nodes) > MOST_DRAWN:
        sketch.report.refuse(element, _("quá nhiều phần tử"))
        return
    inside = _sketch_of(called, "", file, sketch.report, (*calls, node.called))
    taken_in(sketch, with_own_ids(inside, list(inside.nodes.values()), node.id, {"": node.id}))
    sketch.add(normalising.as_sub(node))


def _lane_around(element: Element, file: File) -> Element | None:
    """The lane of what an element lies in."""
    holder = element.getparent()
    while holder is not None:
        if (lane := file.lanes.get(holder.get("id") or "")) is not None:
            return lane
        holder = holder.getparent()
    return None


def _add_flow(sketch: Sketch, element: Element) -> None:
    condition = element.find(f"{{{BPMN}}}conditionExpression")
    text = (condition.text or "").strip() if condition is not None else ""
    ref = element.get("id") or "?"
    ends = [(element.get(attribute) or "").rpartition(":")[2] for attribute in ("sourceRef", "targetRef")]
    sketch.flows[ref] = SequenceFlow(ref, ends[0], ends[1], name_on_one_line(element.get("name")), text)
    if condition is not None and (text.startswith(event_definitions.FOREIGN) or not speaks_ours(element)):
        sketch.foreign.add(ref)
