"""Gateways whose conditions nothing here can work out: somebody chooses the way.

Where steps of people come right before, their answers are the names of the arrows; else a step is put in that asks.
"""

from dataclasses import replace

from django.utils.translation import gettext as _

from tinhso.blocks.cases.queries.processes.conditions import FACTS, BadCondition, check
from tinhso.blocks.cases.queries.processes.shapes import Flow, Kind, Node
from tinhso.blocks.cases.queries.processes.sketching import Sketch, joined
from tinhso.blocks.cases.rights import PROCESS_CASES

LONGEST = 60  # letters of an answer
ALL = "Tất cả"


def ask_people(sketch: Sketch) -> None:
    """Let people choose wherever no condition can."""
    known = FACTS | {node.variable for node in sketch.nodes.values() if node.kind in (Kind.STEP, Kind.LINK, Kind.CALL)}
    known |= {name for node in sketch.nodes.values() if node.table for name in node.table.outputs}
    for gate in list(sketch.nodes.values()):
        ways = sketch.after(gate.id)
        if gate.kind in (Kind.EXCLUSIVE, Kind.INCLUSIVE) and len(ways) > 1 and _needs_people(sketch, gate, ways, known):
            _ask(sketch, gate, ways)


def _needs_people(sketch: Sketch, gate: Node, ways: list[Flow], known: frozenset[str]) -> bool:
    """Whether a way has no condition that can be worked out, but something by which it could be chosen.

    A mistaken condition of our own language on an arrow without a name is none: it is refused later, by its arrow.
    """
    asked = [flow for flow in ways if flow.id != gate.default]
    if _names_answer(sketch, gate, ways, asked):
        return False
    unusable = [flow for flow in asked if not _usable(flow.condition, known)]
    return bool(unusable) and all(flow.id in sketch.foreign or flow.name or not flow.condition for flow in unusable)


def _names_answer(sketch: Sketch, gate: Node, ways: list[Flow], asked: list[Flow]) -> bool:
    """Whether the names of the arrows are answers to steps right before already, as checking has them."""
    sources = [sketch.nodes.get(flow.source) for flow in sketch.before(gate.id)]
    return (
        gate.kind is Kind.EXCLUSIVE
        and all(flow.name and not flow.condition for flow in asked)
        and len({flow.name for flow in ways if flow.name}) > 1
        and all(one is not None and one.kind is Kind.STEP for one in sources)
    )


def _usable(condition: str, known: frozenset[str]) -> bool:
    try:
        check(condition, known)
    except BadCondition:
        return False
    return True


def _ask(sketch: Sketch, gate: Node, ways: list[Flow]) -> None:
    labels = _labels(sketch, ways)
    answers = [*labels.values(), *([ALL] if gate.kind is Kind.INCLUSIVE else [])]
    askers = _steps_before(sketch, gate)
    if askers:
        for one in askers:
            sketch.add(replace(one, outcomes=one.outcomes or tuple(answers)))
    else:
        _put_question(sketch, gate, tuple(answers))
        sketch.remark(gate, _("không bước nào ngay trước cổng này để chọn: thêm một bước hỏi người thụ lý"))
    if any(not flow.name for flow in ways) or any(flow.id in sketch.foreign for flow in ways):
        sketch.remark(gate, _("điều kiện không có hoặc không đọc được: người làm chọn đường"))
    for flow in ways:
        condition = f"answer == {labels[flow.id]!r}"
        if gate.kind is Kind.INCLUSIVE:
            condition += f" or answer == {ALL!r}"
        sketch.flows[flow.id] = replace(flow, name=flow.name or labels[flow.id], condition=condition)
    sketch.add(replace(sketch.nodes[gate.id], default=""))


def _steps_before(sketch: Sketch, gate: Node) -> list[Node]:
    """The steps right before, if nothing else comes right before and none of them asks for something else."""
    found = [sketch.nodes.get(flow.source) for flow in sketch.before(gate.id)]
    steps = [one for one in found if one is not None and one.kind is Kind.STEP and not one.outcomes]
    return steps if len(steps) == len(found) else []


def _put_question(sketch: Sketch, gate: Node, answers: tuple[str, ...]) -> None:
    name = gate.name or "Chọn đường đi tiếp"
    made = sketch.put(
        Kind.STEP,
        joined(gate.id, "chon"),
        gate,
        name=name,
        outcomes=answers,
        right=PROCESS_CASES,
        unit=gate.unit,
        lane=gate.lane,
    )
    sketch.change(sketch.before(gate.id), target=made.id)
    sketch.draw(made.id, gate.id)


def _labels(sketch: Sketch, ways: list[Flow]) -> dict[str, str]:
    """What each way is called: as its arrow, or as what it leads to; each differently."""
    labels: dict[str, str] = {}
    for flow in ways:
        label = (flow.name or _leads_to(sketch, flow))[: LONGEST - 5]
        number, whole = 1, label
        while whole in labels.values():
            number += 1
            whole = f"{label} ({number})"
        labels[flow.id] = whole
    return labels


def _leads_to(sketch: Sketch, flow: Flow) -> str:
    seen: set[str] = set()
    while flow.target in sketch.nodes and flow.target not in seen:
        node = sketch.nodes[flow.target]
        seen.add(node.id)
        if node.name:
            return node.name
        if node.kind is Kind.END:
            break
        following = sketch.after(node.id)
        if len(following) != 1:
            break
        flow = following[0]
    return "Kết thúc" if sketch.nodes.get(flow.target, _NOWHERE).kind is Kind.END else "Đường khác"


_NOWHERE = Node("", Kind.STEP, "")
