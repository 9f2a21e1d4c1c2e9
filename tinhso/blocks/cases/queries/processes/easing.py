"""Ways of drawing that say the same as plainer ones, drawn the plainer way.

Loops become copies, or a step that asks whether once more; jumps become arrows; several arrows out of a step become a
gateway; what begins or ends without saying so gets a start or an end; a process inside that waits for something to
happen becomes an event at the border of all that it watches.
"""

from dataclasses import replace

from django.utils.translation import gettext as _

from tinhso.blocks.cases.queries.processes.shapes import GATEWAYS, Flow, Kind, Node, variable
from tinhso.blocks.cases.queries.processes.sketching import Loop, Sketch, copied, joined, taken_in, within
from tinhso.blocks.cases.rights import PROCESS_CASES

MOST_ELEMENTS = 1000  # in a sketch, before it is checked
AGAIN, ENOUGH = "Làm thêm", "Đã đủ"  # names and answers are data of the drawing, so in its language


def ease(sketch: Sketch) -> None:
    """Let the sketch say everything in the plain way."""
    _jump(sketch)
    for scope in sketch.scopes():
        _begin(sketch, scope)
        _end(sketch, scope)
    while sketch.loops:  # copies bring the loops inside them along
        _repeat(sketch, next(iter(sketch.loops)))
    for scope in sketch.scopes():
        _watch(sketch, scope)
    for node in list(sketch.nodes.values()):
        _split(sketch, node)
    _forget_needless(sketch)


def as_step(node: Node) -> Node:
    """An element as a step of people."""
    return replace(node, kind=Kind.STEP, right=node.right or PROCESS_CASES, called="")


def as_sub(node: Node) -> Node:
    """An element as one with others inside."""
    return replace(node, kind=Kind.SUB, called="")


def _jump(sketch: Sketch) -> None:
    """Arrows from where a link leaves to where it arrives."""
    for ref, (leaves, name) in sketch.links.items():
        node = sketch.nodes[ref]
        sketch.add(replace(node, kind=Kind.THROW, sign=None, right=""))
        ends = [
            other
            for other, (too, known) in sketch.links.items()
            if too is not leaves and known == name and sketch.nodes[other].scope == node.scope
        ]
        if not ends or (leaves and len(ends) > 1):
            sketch.refuse(node, _("liên kết “%(name)s” phải có đúng một nơi đến") % {"name": name})
        elif leaves:
            sketch.draw(ref, ends[0])


def _begin(sketch: Sketch, scope: str) -> None:
    """One start for each process: the only one, or one before all that begins."""
    nodes = sketch.inside(scope)
    starts = [node for node in nodes if node.kind is Kind.START]
    if len(starts) == 1 or not nodes:
        return
    if starts:
        _choose_start(sketch, scope, starts)
        return
    first = [one for one in nodes if not one.attached_to and one.id not in sketch.heard and not sketch.before(one.id)]
    if not first:
        return  # said by the check
    start = sketch.put(Kind.START, joined(scope or "process", "bat-dau"), first[0])
    before = start
    if len(first) > 1:
        before = sketch.put(Kind.PARALLEL, joined(scope or "process", "cung-bat-dau"), first[0])
        sketch.draw(start.id, before.id)
    for node in first:
        sketch.draw(before.id, node.id)


def _choose_start(sketch: Sketch, scope: str, starts: list[Node]) -> None:
    """Whoever works on the dossier says by which of several starts it begins."""
    first = starts[0]
    sketch.remark(first, _("có nhiều sự kiện bắt đầu: người thụ lý chọn một"))
    outer = joined(scope or "process", "bat-dau")
    start = sketch.put(Kind.START, outer, first)
    gate = sketch.put(Kind.EXCLUSIVE, f"{outer}.cong", first, name="Chọn cách bắt đầu")
    sketch.draw(start.id, gate.id)
    for one in starts:
        sketch.add(replace(one, kind=Kind.THROW, sign=None))
        sketch.draw(gate.id, one.id, one.name or one.id)


def _end(sketch: Sketch, scope: str) -> None:
    """An end after everything that nothing follows, where a process draws no end."""
    nodes = sketch.inside(scope)
    last = [node for node in nodes if node.id not in sketch.heard and not sketch.after(node.id)]
    if any(node.kind is Kind.END for node in nodes) or not last:
        return
    for node in last:
        end = sketch.put(Kind.END, joined(node.id, "het"), node)
        sketch.draw(node.id, end.id)


def _repeat(sketch: Sketch, ref: str) -> None:
    """Put what is done several times inside an element of its own."""
    loop, node = sketch.loops.pop(ref), sketch.nodes[ref]
    if len(sketch.nodes) + (loop.times or 1) * (len(within(sketch, ref)) + 1) > MOST_ELEMENTS:
        sketch.refuse(node, _("quá nhiều phần tử"))
        return
    first = _inner(node, 1)
    for one in sketch.inside(ref):
        sketch.add(replace(one, scope=first.id))
    sketch.add(replace(as_sub(node), sign=None, table=None, outcomes=(), tag="subProcess"), first)
    if loop.times is None:
        _ask_again(sketch, first)
    else:
        _copy(sketch, node, first, loop)


def _inner(node: Node, number: int) -> Node:
    place, word = node.place or node.id, node.word or variable(node.id)
    return replace(
        node, id=joined(node.id, str(number)), scope=node.id, place=place, word=word, attached_to="", default=""
    )


def _ask_again(sketch: Sketch, first: Node) -> None:
    """After each time, somebody says whether once more."""
    outer = first.scope
    start = sketch.put(Kind.START, f"{outer}.dau", first)
    asked = sketch.put(
        Kind.STEP,
        f"{outer}.hoi",
        first,
        name=f"Làm thêm “{first.name}”?"[:200],
        outcomes=(AGAIN, ENOUGH),
        right=first.right or PROCESS_CASES,
        unit=first.unit,
        lane=first.lane,
    )
    gate = sketch.put(Kind.EXCLUSIVE, f"{outer}.cong", first)
    end = sketch.put(Kind.END, f"{outer}.het", first)
    sketch.draw(start.id, first.id)
    sketch.draw(first.id, asked.id)
    sketch.draw(asked.id, gate.id)
    sketch.draw(gate.id, first.id, AGAIN, f"answer == {AGAIN!r}")
    sketch.draw(gate.id, end.id, ENOUGH, f"answer == {ENOUGH!r}")


def _copy(sketch: Sketch, node: Node, first: Node, loop: Loop) -> None:
    """As many as there are times, at once or one after the other."""
    copies = [first] + [replace(_inner(node, number + 1)) for number in range(1, loop.times or 1)]
    for one in copies[1:]:
        inside = copied(sketch, first.id, one.id, one.id)
        taken_in(sketch, inside)
        sketch.add(one)
    start = sketch.put(Kind.START, f"{node.id}.dau", first)
    end = sketch.put(Kind.END, f"{node.id}.het", first)
    if not loop.at_once:
        for before, after in zip([start, *copies], [*copies, end], strict=True):
            sketch.draw(before.id, after.id)
        return
    fork = sketch.put(Kind.PARALLEL, f"{node.id}.tach", first)
    join = sketch.put(Kind.PARALLEL, f"{node.id}.gop", first)
    sketch.draw(start.id, fork.id)
    sketch.draw(join.id, end.id)
    for one in copies:
        sketch.draw(fork.id, one.id)
        sketch.draw(one.id, join.id)


def _watch(sketch: Sketch, scope: str) -> None:
    """What begins when something happens while all else goes on: put all else inside one element, the event around."""
    heard = [node for node in sketch.inside(scope) if node.id in sketch.heard]
    rest = [node for node in sketch.inside(scope) if node.id not in sketch.heard]
    if not heard or not rest:
        return
    outer = joined(scope or "process", "trong")
    like = next((node for node in rest if node.kind is Kind.START), rest[0])
    for node in rest:
        sketch.add(replace(node, scope=outer))
    whole = sketch.put(Kind.SUB, outer, replace(like, scope=scope))
    start, end = sketch.put(Kind.START, f"{outer}.dau", whole), sketch.put(Kind.END, f"{outer}.het", whole)
    sketch.draw(start.id, whole.id)
    sketch.draw(whole.id, end.id)
    for node in heard:
        event = sketch.heard.pop(node.id)
        kind = Kind.EVENT if event.timer is None else Kind.ALARM
        border = replace(
            event,
            id=joined(event.id, "bien"),
            kind=kind,
            tag="boundaryEvent",
            scope=scope,
            attached_to=outer,
            place=event.place or event.id,
            right=PROCESS_CASES if kind is Kind.EVENT else "",
        )
        sketch.add(border)
        sketch.add(replace(node, name=node.name or event.name))
        begins = next(one for one in sketch.inside(node.id) if one.kind is Kind.START)
        sketch.add(replace(begins, sign=None, timer=None))
        after = sketch.put(Kind.END, joined(node.id, "het"), node)
        sketch.draw(border.id, node.id)
        sketch.draw(node.id, after.id)


def _split(sketch: Sketch, node: Node) -> None:
    """Several arrows out of one element: all are taken, or those whose conditions hold."""
    leaving = sketch.after(node.id)
    if node.kind in GATEWAYS or node.kind is Kind.END or len(leaving) < 2:
        return
    usual = node.default in {flow.id for flow in leaving}
    chosen = usual or any(flow.condition for flow in leaving)
    kind = Kind.EXCLUSIVE if usual and len(leaving) == 2 else Kind.INCLUSIVE if chosen else Kind.PARALLEL
    gate = sketch.put(kind, joined(node.id, "tach"), node, default=node.default if chosen else "")
    sketch.change(leaving, source=gate.id)
    sketch.add(replace(node, default=""))
    sketch.draw(node.id, gate.id)


def _forget_needless(sketch: Sketch) -> None:
    """Conditions where there is nothing to choose."""
    for node in sketch.nodes.values():
        leaving = sketch.after(node.id)
        if node.kind not in (Kind.EXCLUSIVE, Kind.INCLUSIVE) or len(leaving) < 2:
            sketch.flows |= {flow.id: _plain(flow) for flow in leaving}


def _plain(flow: Flow) -> Flow:
    return replace(flow, condition="")
