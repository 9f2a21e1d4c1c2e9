"""Gateways whose conditions nothing here can work out: somebody chooses the way.

Where steps of people come right before, their answers are the names of the arrows; else a step is put in that asks.
"""

from dataclasses import replace

from django.utils.translation import gettext as _

from tinhso.blocks.bpmn.contract import registered_runner
from tinhso.blocks.bpmn.queries.conditions import BadCondition, check_condition, known_facts
from tinhso.blocks.bpmn.queries.shapes import ElementKind, ProcessNode, SequenceFlow
from tinhso.blocks.bpmn.queries.sketching import Sketch, joined_id

LONGEST = 60  # letters of an answer
ALL = "Tất cả"


def ask_people(sketch: Sketch) -> None:
    """Let people choose wherever no condition can."""
    available_names = known_facts() | {
        node.variable
        for node in sketch.nodes.values()
        if node.kind in (ElementKind.STEP, ElementKind.LINK, ElementKind.CALL)
    }
    available_names |= {name for node in sketch.nodes.values() if node.table for name in node.table.outputs}
    for gate in list(sketch.nodes.values()):
        ways = sketch.after(gate.id)
        if (
            gate.kind in (ElementKind.EXCLUSIVE, ElementKind.INCLUSIVE)
            and len(ways) > 1
            and _needs_people(sketch, gate, ways, available_names)
        ):
            _ask_for_way(sketch, gate, ways)


def _needs_people(sketch: Sketch, gate: ProcessNode, ways: list[SequenceFlow], known: frozenset[str]) -> bool:
    """Whether a way has no condition that can be worked out, but something by which it could be chosen.

    A mistaken condition of our own language on an arrow without a name is none: it is refused later, by its arrow.
    """
    sequence_flows = [flow for flow in ways if flow.id != gate.default]
    if _names_answer(sketch, gate, ways, sequence_flows):
        return False
    unusable = [flow for flow in sequence_flows if not _is_usable(flow.condition, known)]
    return bool(unusable) and all(flow.id in sketch.foreign or flow.name or not flow.condition for flow in unusable)


def _names_answer(
    sketch: Sketch, gate: ProcessNode, ways: list[SequenceFlow], sequence_flows: list[SequenceFlow]
) -> bool:
    """Whether the names of the arrows are answers to steps right before already, as checking has them."""
    sources = [sketch.nodes.get(flow.source) for flow in sketch.before(gate.id)]
    return (
        gate.kind is ElementKind.EXCLUSIVE
        and all(flow.name and not flow.condition for flow in sequence_flows)
        and len({flow.name for flow in ways if flow.name}) > 1
        and all(process_node is not None and process_node.kind is ElementKind.STEP for process_node in sources)
    )


def _is_usable(condition: str, known: frozenset[str]) -> bool:
    try:
        check_condition(condition, known)
    except BadCondition:
        return False
    return True


def _ask_for_way(sketch: Sketch, gate: ProcessNode, ways: list[SequenceFlow]) -> None:
    labels = _way_labels(sketch, ways)
    answers = [*labels.values(), *([ALL] if gate.kind is ElementKind.INCLUSIVE else [])]
    askers = _steps_before(sketch, gate)
    if askers:
        for process_node in askers:
            sketch.add(replace(process_node, outcomes=process_node.outcomes or tuple(answers)))
    else:
        _put_question(sketch, gate, tuple(answers))
        sketch.remark(gate, _("không bước nào ngay trước cổng này để chọn: thêm một bước hỏi người thụ lý"))
    if any(not flow.name for flow in ways) or any(flow.id in sketch.foreign for flow in ways):
        sketch.remark(gate, _("điều kiện không có hoặc không đọc được: người làm chọn đường"))
    for flow in ways:
        condition = f"answer == {labels[flow.id]!r}"
        if gate.kind is ElementKind.INCLUSIVE:
            condition += f" or answer == {ALL!r}"
        sketch.flows[flow.id] = replace(flow, name=flow.name or labels[flow.id], condition=condition)
    sketch.add(replace(sketch.nodes[gate.id], default=""))


def _steps_before(sketch: Sketch, gate: ProcessNode) -> list[ProcessNode]:
    """The steps right before, if nothing else comes right before and none of them asks for something else."""
    process_nodes = [sketch.nodes.get(flow.source) for flow in sketch.before(gate.id)]
    steps = [
        process_node
        for process_node in process_nodes
        if process_node is not None and process_node.kind is ElementKind.STEP and not process_node.outcomes
    ]
    return steps if len(steps) == len(process_nodes) else []


def _put_question(sketch: Sketch, gate: ProcessNode, answers: tuple[str, ...]) -> None:
    name = gate.name or "Chọn đường đi tiếp"
    process_node = sketch.add_element(
        ElementKind.STEP,
        joined_id(gate.id, "chon"),
        gate,
        name=name,
        outcomes=answers,
        right=registered_runner().usual,
        unit=gate.unit,
        lane=gate.lane,
    )
    sketch.change(sketch.before(gate.id), target=process_node.id)
    sketch.draw(process_node.id, gate.id)


def _way_labels(sketch: Sketch, ways: list[SequenceFlow]) -> dict[str, str]:
    """What each way is called: as its arrow, or as what it leads to; each differently."""
    labels: dict[str, str] = {}
    for flow in ways:
        label = (flow.name or _leads_to(sketch, flow))[: LONGEST - 5]
        number, unique_label = 1, label
        while unique_label in labels.values():
            number += 1
            unique_label = f"{label} ({number})"
        labels[flow.id] = unique_label
    return labels


def _leads_to(sketch: Sketch, flow: SequenceFlow) -> str:
    visited: set[str] = set()
    while flow.target in sketch.nodes and flow.target not in visited:
        node = sketch.nodes[flow.target]
        visited.add(node.id)
        if node.name:
            return node.name
        if node.kind is ElementKind.END:
            break
        following = sketch.after(node.id)
        if len(following) != 1:
            break
        flow = following[0]
    return "Kết thúc" if sketch.nodes.get(flow.target, _NOWHERE).kind is ElementKind.END else "Đường khác"


_NOWHERE = ProcessNode("", ElementKind.STEP, "")
