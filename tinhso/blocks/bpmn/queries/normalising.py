"""Ways of drawing that say the same as plainer ones, drawn the plainer way.

Loops become copies, or a step that asks whether once more; jumps become arrows; several arrows out of a step become a
gateway; what begins or ends without saying so gets a start or an end; a process inside that waits for something to
happen becomes an event at the border of all that it watches.
"""

from dataclasses import replace

from django.utils.translation import gettext as _

from tinhso.blocks.bpmn.contract import registered_runner
from tinhso.blocks.bpmn.queries.shapes import GATEWAYS, ElementKind, ProcessNode, SequenceFlow, answer_variable
from tinhso.blocks.bpmn.queries.sketching import Loop, Sketch, copied_inside, joined_id, nodes_within, taken_in

MOST_ELEMENTS = 1000  # in a sketch, before it is checked
AGAIN, ENOUGH = "Làm thêm", "Đã đủ"  # names and answers are data of the drawing, so in its language


def simplify_sketch(sketch: Sketch) -> None:
    """Let the sketch say everything in the plain way."""
    _join_links(sketch)
    for scope in sketch.scopes():
        _add_single_start(sketch, scope)
        _add_missing_ends(sketch, scope)
    while sketch.loops:  # copies bring the loops inside them along
        _expand_loop(sketch, next(iter(sketch.loops)))
    for scope in sketch.scopes():
        _wrap_event_process(sketch, scope)
    for node in list(sketch.nodes.values()):
        _split_flows(sketch, node)
    _forget_needless(sketch)


def as_step(node: ProcessNode) -> ProcessNode:
    """An element as a step of people."""
    return replace(node, kind=ElementKind.STEP, right=node.right or registered_runner().usual, called="")


def as_sub(node: ProcessNode) -> ProcessNode:
    """An element as one with others inside."""
    return replace(node, kind=ElementKind.SUB, called="")


def _join_links(sketch: Sketch) -> None:
    """Arrows from where a link leaves to where it arrives."""
    for ref, (leaves, name) in sketch.links.items():
        node = sketch.nodes[ref]
        sketch.add(replace(node, kind=ElementKind.THROW, sign=None, right=""))
        ends = [
            other
            for other, (too, link_name) in sketch.links.items()
            if too is not leaves and link_name == name and sketch.nodes[other].scope == node.scope
        ]
        if not ends or (leaves and len(ends) > 1):
            sketch.refuse(node, _("liên kết “%(name)s” phải có đúng một nơi đến") % {"name": name})
        elif leaves:
            sketch.draw(ref, ends[0])


def _add_single_start(sketch: Sketch, scope: str) -> None:
    """One start for each process: the only one, or one before all that begins."""
    nodes = sketch.inside(scope)
    starts = [node for node in nodes if node.kind is ElementKind.START]
    if len(starts) == 1 or not nodes:
        return
    if starts:
        _choose_start(sketch, scope, starts)
        return
    first = [
        process_node
        for process_node in nodes
        if not process_node.attached_to and process_node.id not in sketch.heard and not sketch.before(process_node.id)
    ]
    if not first:
        return  # said by the check
    start = sketch.add_element(ElementKind.START, joined_id(scope or "process", "bat-dau"), first[0])
    before = start
    if len(first) > 1:
        before = sketch.add_element(ElementKind.PARALLEL, joined_id(scope or "process", "cung-bat-dau"), first[0])
        sketch.draw(start.id, before.id)
    for node in first:
        sketch.draw(before.id, node.id)


def _choose_start(sketch: Sketch, scope: str, starts: list[ProcessNode]) -> None:
    """Whoever works on the instance says by which of several starts it begins."""
    first = starts[0]
    sketch.remark(first, _("có nhiều sự kiện bắt đầu: người thụ lý chọn một"))
    outer = joined_id(scope or "process", "bat-dau")
    start = sketch.add_element(ElementKind.START, outer, first)
    gate = sketch.add_element(ElementKind.EXCLUSIVE, f"{outer}.cong", first, name="Chọn cách bắt đầu")
    sketch.draw(start.id, gate.id)
    for process_node in starts:
        sketch.add(replace(process_node, kind=ElementKind.THROW, sign=None))
        sketch.draw(gate.id, process_node.id, process_node.name or process_node.id)


def _add_missing_ends(sketch: Sketch, scope: str) -> None:
    """An end after everything that nothing follows, where a process draws no end."""
    nodes = sketch.inside(scope)
    last = [node for node in nodes if node.id not in sketch.heard and not sketch.after(node.id)]
    if any(node.kind is ElementKind.END for node in nodes) or not last:
        return
    for node in last:
        end = sketch.add_element(ElementKind.END, joined_id(node.id, "het"), node)
        sketch.draw(node.id, end.id)


def _expand_loop(sketch: Sketch, ref: str) -> None:
    """Put what is done several times inside an element of its own."""
    loop, node = sketch.loops.pop(ref), sketch.nodes[ref]
    if len(sketch.nodes) + (loop.times or 1) * (len(nodes_within(sketch, ref)) + 1) > MOST_ELEMENTS:
        sketch.refuse(node, _("quá nhiều phần tử"))
        return
    first = _inner_node(node, 1)
    for process_node in sketch.inside(ref):
        sketch.add(replace(process_node, scope=first.id))
    sketch.add(replace(as_sub(node), sign=None, table=None, outcomes=(), tag="subProcess"), first)
    if loop.times is None:
        _ask_again(sketch, first)
    else:
        _append_copies(sketch, node, first, loop)


def _inner_node(node: ProcessNode, number: int) -> ProcessNode:
    place, word = node.place or node.id, node.word or answer_variable(node.id)
    return replace(
        node, id=joined_id(node.id, str(number)), scope=node.id, place=place, word=word, attached_to="", default=""
    )


def _ask_again(sketch: Sketch, first: ProcessNode) -> None:
    """After each time, somebody says whether once more."""
    outer = first.scope
    start = sketch.add_element(ElementKind.START, f"{outer}.dau", first)
    process_node = sketch.add_element(
        ElementKind.STEP,
        f"{outer}.hoi",
        first,
        name=f"Làm thêm “{first.name}”?"[:200],
        outcomes=(AGAIN, ENOUGH),
        right=first.right or registered_runner().usual,
        unit=first.unit,
        lane=first.lane,
    )
    gate = sketch.add_element(ElementKind.EXCLUSIVE, f"{outer}.cong", first)
    end = sketch.add_element(ElementKind.END, f"{outer}.het", first)
    sketch.draw(start.id, first.id)
    sketch.draw(first.id, process_node.id)
    sketch.draw(process_node.id, gate.id)
    sketch.draw(gate.id, first.id, AGAIN, f"answer == {AGAIN!r}")
    sketch.draw(gate.id, end.id, ENOUGH, f"answer == {ENOUGH!r}")


def _append_copies(sketch: Sketch, node: ProcessNode, first: ProcessNode, loop: Loop) -> None:
    """As many as there are times, at once or one after the other."""
    copies = [first] + [replace(_inner_node(node, number + 1)) for number in range(1, loop.times or 1)]
    for process_node in copies[1:]:
        inside = copied_inside(sketch, first.id, process_node.id, process_node.id)
        taken_in(sketch, inside)
        sketch.add(process_node)
    start = sketch.add_element(ElementKind.START, f"{node.id}.dau", first)
    end = sketch.add_element(ElementKind.END, f"{node.id}.het", first)
    if not loop.at_once:
        for before, after in zip([start, *copies], [*copies, end], strict=True):
            sketch.draw(before.id, after.id)
        return
    fork = sketch.add_element(ElementKind.PARALLEL, f"{node.id}.tach", first)
    join = sketch.add_element(ElementKind.PARALLEL, f"{node.id}.gop", first)
    sketch.draw(start.id, fork.id)
    sketch.draw(join.id, end.id)
    for process_node in copies:
        sketch.draw(fork.id, process_node.id)
        sketch.draw(process_node.id, join.id)


def _wrap_event_process(sketch: Sketch, scope: str) -> None:
    """What begins when something happens while all else goes on: put all else inside one element, the event around."""
    process_nodes = [node for node in sketch.inside(scope) if node.id in sketch.heard]
    rest = [node for node in sketch.inside(scope) if node.id not in sketch.heard]
    if not process_nodes or not rest:
        return
    outer = joined_id(scope or "process", "trong")
    like = next((node for node in rest if node.kind is ElementKind.START), rest[0])
    for node in rest:
        sketch.add(replace(node, scope=outer))
    process_node = sketch.add_element(ElementKind.SUB, outer, replace(like, scope=scope))
    start, end = (
        sketch.add_element(ElementKind.START, f"{outer}.dau", process_node),
        sketch.add_element(ElementKind.END, f"{outer}.het", process_node),
    )
    sketch.draw(start.id, process_node.id)
    sketch.draw(process_node.id, end.id)
    for node in process_nodes:
        event = sketch.heard.pop(node.id)
        kind = ElementKind.EVENT if event.timer is None else ElementKind.ALARM
        border = replace(
            event,
            id=joined_id(event.id, "bien"),
            kind=kind,
            tag="boundaryEvent",
            scope=scope,
            attached_to=outer,
            place=event.place or event.id,
            right=registered_runner().usual if kind is ElementKind.EVENT else "",
        )
        sketch.add(border)
        sketch.add(replace(node, name=node.name or event.name))
        begins = next(process_node for process_node in sketch.inside(node.id) if process_node.kind is ElementKind.START)
        sketch.add(replace(begins, sign=None, timer=None))
        after = sketch.add_element(ElementKind.END, joined_id(node.id, "het"), node)
        sketch.draw(border.id, node.id)
        sketch.draw(node.id, after.id)


def _split_flows(sketch: Sketch, node: ProcessNode) -> None:
    """Several arrows out of one element: all are taken, or those whose conditions hold."""
    leaving = sketch.after(node.id)
    if node.kind in GATEWAYS or node.kind is ElementKind.END or len(leaving) < 2:
        return
    usual = node.default in {flow.id for flow in leaving}
    chosen = usual or any(flow.condition for flow in leaving)
    kind = (
        ElementKind.EXCLUSIVE
        if usual and len(leaving) == 2
        else ElementKind.INCLUSIVE
        if chosen
        else ElementKind.PARALLEL
    )
    gate = sketch.add_element(kind, joined_id(node.id, "tach"), node, default=node.default if chosen else "")
    sketch.change(leaving, source=gate.id)
    sketch.add(replace(node, default=""))
    sketch.draw(node.id, gate.id)


def _forget_needless(sketch: Sketch) -> None:
    """Conditions where there is nothing to choose."""
    for node in sketch.nodes.values():
        leaving = sketch.after(node.id)
        if node.kind not in (ElementKind.EXCLUSIVE, ElementKind.INCLUSIVE) or len(leaving) < 2:
            sketch.flows |= {flow.id: _without_condition(flow) for flow in leaving}


def _without_condition(flow: SequenceFlow) -> SequenceFlow:
    return replace(flow, condition="")
