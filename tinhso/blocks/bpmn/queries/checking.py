"""Whether a drawn process can always be gone through: nobody stands before a gateway without a way, nor in a circle."""

from collections import Counter
from dataclasses import replace

from django.utils.translation import gettext as _

from tinhso.blocks.bpmn.queries import soundness
from tinhso.blocks.bpmn.queries.conditions import BadCondition, check, holds, known_facts
from tinhso.blocks.bpmn.queries.shapes import (
    DONE_BY_PEOPLE,
    GATEWAYS,
    HOSTS,
    STOPS,
    BadProcess,
    Drawn,
    Fault,
    Flow,
    Kind,
    Node,
    shown_as,
)

MOST_NODES = 600  # with what is inside elements, and with copies
WORK = (Kind.STEP, Kind.EVENT, Kind.CALL)


def made_sure(drawn: Drawn, remarks: tuple[Fault, ...] = ()) -> Drawn:
    """The process with the answers that its gateways ask for; refuses one that could not be gone through."""
    faults = [*_counts(drawn), *_arrows(drawn)]
    if faults:
        raise BadProcess(faults)
    drawn = _with_named_ways(drawn)
    faults = [*_ways_out(drawn)]
    for scope in drawn.scopes():
        faults += [*_reach(drawn, scope), *_circles(drawn, scope)]
    if faults:
        raise BadProcess(faults)
    faults = soundness.faults(drawn)
    if faults:
        raise BadProcess(faults)
    return replace(drawn, remarks=remarks)


def of(node: Node, why: str) -> Fault:
    """What is wrong with an element."""
    return Fault(shown_as(node), node.tag, node.name, why)


def _of_flow(flow: Flow, why: str) -> Fault:
    return Fault(flow.id, "sequenceFlow", flow.name, why)


def _counts(drawn: Drawn) -> list[Fault]:
    found = [one for scope in drawn.scopes() for one in _ends_of(drawn, scope)]
    whole = Fault(drawn.id, "process", drawn.name, "")
    if len(drawn.nodes) > MOST_NODES:
        found.append(replace(whole, why=_("quá nhiều phần tử")))
    names = Counter(node.variable for node in drawn.nodes.values() if not node.word)
    facts = known_facts()
    found += [
        of(node, _("mã trùng với mã khác, hoặc với một tên dành sẵn"))
        for node in drawn.nodes.values()
        if not node.word and (names[node.variable] > 1 or node.variable in facts)
    ]
    if not any(node.kind in WORK for node in drawn.nodes.values()):
        found.append(replace(whole, why=_("không có bước nào do người làm")))
    return found


def _ends_of(drawn: Drawn, scope: str) -> list[Fault]:
    """A process, or what is inside an element, begins once and ends."""
    nodes = drawn.inside(scope)
    starts = [node for node in nodes if node.kind is Kind.START]
    whole = of(drawn.nodes[scope], "") if scope else Fault(drawn.id, "process", drawn.name, "")
    found = [] if starts else [replace(whole, why=_("thiếu sự kiện bắt đầu"))]
    found += [of(node, _("chỉ được có một sự kiện bắt đầu")) for node in starts[1:]]
    if not any(node.kind is Kind.END for node in nodes):
        found.append(replace(whole, why=_("thiếu sự kiện kết thúc")))
    return found


def _arrows(drawn: Drawn) -> list[Fault]:
    """Every arrow begins and ends somewhere, and every element has as many as its kind allows."""
    found = [
        _of_flow(flow, _("mũi tên không nối hai phần tử của quy trình"))
        for flow in drawn.flows.values()
        if not _joins(drawn, flow)
    ]
    for node in drawn.nodes.values():
        leaving, reaching = len(drawn.after(node.id)), len(drawn.before(node.id))
        if node.kind is Kind.END and leaving:
            found.append(of(node, _("sau kết thúc không được có gì")))
        elif node.kind is not Kind.END and not leaving:
            found.append(of(node, _("không có mũi tên đi ra")))
        elif node.kind not in GATEWAYS and leaving > 1:
            found.append(of(node, _("có nhiều mũi tên đi ra; hãy thêm cổng")))
        if node.kind is Kind.START or node.attached_to:
            if reaching:
                found.append(of(node, _("không được có mũi tên đi vào")))
        elif not reaching:
            found.append(of(node, _("không có mũi tên đi vào")))
        found += _border(drawn, node) + _waits(drawn, node)
    return found


def _joins(drawn: Drawn, flow: Flow) -> bool:
    """Whether an arrow leads from one element to another of the same process."""
    source, target = drawn.nodes.get(flow.source), drawn.nodes.get(flow.target)
    return source is not None and target is not None and source.scope == target.scope


def _border(drawn: Drawn, node: Node) -> list[Fault]:
    host = drawn.nodes.get(node.attached_to)
    if not node.attached_to and node.tag != "boundaryEvent":
        return []
    if host is None or host.kind not in HOSTS or host.attached_to or host.scope != node.scope:
        return [of(node, _("sự kiện ở viền phải gắn vào một bước hoặc một quy trình con"))]
    return []


def _waits(drawn: Drawn, node: Node) -> list[Fault]:
    """After a gateway that waits for the first of several events come those events, each only from there."""
    if node.kind is not Kind.CHOICE:
        return []
    targets = [drawn.nodes.get(flow.target) for flow in drawn.after(node.id)]
    return [
        of(one, _("sau cổng chờ sự kiện phải là sự kiện, mỗi sự kiện chỉ có một mũi tên đi vào"))
        for one in targets
        if one is not None and (one.kind not in (Kind.EVENT, Kind.WAIT) or len(drawn.before(one.id)) > 1)
    ]


def _with_named_ways(drawn: Drawn) -> Drawn:
    """An exclusive gateway right after steps whose arrows only bear names: the names are what to choose from."""
    nodes, flows = dict(drawn.nodes), dict(drawn.flows)
    for gate in drawn.nodes.values():
        ways = drawn.after(gate.id)
        asked = [flow for flow in ways if not flow.condition and flow.id != gate.default]
        if gate.kind is not Kind.EXCLUSIVE or len(ways) < 2 or not all(flow.name for flow in asked):
            continue
        sources = [drawn.nodes[flow.source] for flow in drawn.before(gate.id)]
        if not asked or not all(one.kind is Kind.STEP for one in sources):
            continue
        for flow in asked:
            flows[flow.id] = replace(flow, condition=f"answer == {flow.name!r}")
        names = tuple(flow.name for flow in ways if flow.name)
        for one in sources:
            nodes[one.id] = replace(one, outcomes=one.outcomes or names if len(names) > 1 else one.outcomes)
    return replace(drawn, nodes=nodes, flows=flows)


def known_names(drawn: Drawn) -> frozenset[str]:
    """The names that conditions may compare: facts of the instance, answers of steps, what tables give."""
    answered = {node.variable for node in drawn.nodes.values() if node.kind in DONE_BY_PEOPLE}
    decided = {name for node in drawn.nodes.values() if node.table is not None for name in node.table.outputs}
    return known_facts() | answered | decided


def _ways_out(drawn: Drawn) -> list[Fault]:
    """A gateway that chooses knows a way for every answer."""
    found: list[Fault] = []
    known = known_names(drawn)
    for gate in drawn.nodes.values():
        ways = drawn.after(gate.id)
        if gate.kind not in (Kind.EXCLUSIVE, Kind.INCLUSIVE) or len(ways) < 2:
            continue
        if gate.default and gate.default not in {flow.id for flow in ways}:
            found.append(of(gate, _("đường mặc định không đi ra từ cổng này")))
        for flow in (one for one in ways if one.id != gate.default):
            if not flow.condition:
                found.append(
                    _of_flow(flow, _("sau cổng, mũi tên cần điều kiện, hoặc tên là một kết quả của bước trước"))
                )
                continue
            try:
                check(flow.condition, known)
            except BadCondition as error:
                found.append(_of_flow(flow, _("điều kiện không dùng được ở “%(part)s”") % {"part": error}))
        if not gate.default and not _covers(drawn, gate):
            found.append(of(gate, _("cần một đường mặc định, đi khi không điều kiện nào đúng")))
    return found


def _covers(drawn: Drawn, gate: Node) -> bool:
    """Whether the arrows answer everything that the steps before can be answered with."""
    sources = [drawn.nodes[flow.source] for flow in drawn.before(gate.id)]
    conditions = [flow.condition for flow in drawn.after(gate.id)]
    return all(
        one.kind is Kind.STEP and one.outcomes and all(_one_holds(conditions, one, answer) for answer in one.outcomes)
        for one in sources
    )


def _one_holds(conditions: list[str], step: Node, answer: str) -> bool:
    """Whether a condition that asks for nothing else holds for the answer of a step."""
    for condition in conditions:
        try:
            if holds(condition, {"answer": answer, step.variable: answer}):
                return True
        except BadCondition:
            continue
    return False


def _onward(drawn: Drawn, node: str) -> list[str]:
    return [flow.target for flow in drawn.after(node)] + [one.id for one in drawn.attached(node)]


def _reach(drawn: Drawn, scope: str) -> list[Fault]:
    start = drawn.start(scope).id
    reached, waiting = {start}, [start]
    while waiting:
        for one in _onward(drawn, waiting.pop()):
            if one not in reached:
                reached.add(one)
                waiting.append(one)
    return [of(node, _("không tới được từ bắt đầu")) for node in drawn.inside(scope) if node.id not in reached]


def _stops(drawn: Drawn, node: Node) -> bool:
    """Whether an instance stays at an element; one that calls a process of the catalogue is taken to."""
    if node.kind is Kind.SUB:
        return any(_stops(drawn, one) for one in drawn.inside(node.id))
    return node.kind in STOPS or node.kind in (Kind.CALL, Kind.CHOICE)


def _circles(drawn: Drawn, scope: str) -> list[Fault]:
    """Circles in which nobody does anything and no time passes would turn for ever."""
    passing = {node.id: node for node in drawn.inside(scope) if not _stops(drawn, node)}
    following = {one: [to for to in _onward(drawn, one) if to in passing] for one in passing}
    left = dict.fromkeys(passing, 0)
    for targets in following.values():
        for to in targets:
            left[to] += 1
    free = [one for one, count in left.items() if not count]
    while free:
        for to in following[free.pop()]:
            left[to] -= 1
            if not left[to]:
                free.append(to)
    stuck = [node for one, node in passing.items() if left[one]]
    gates = [node for node in stuck if node.kind in GATEWAYS] or stuck
    return [of(node, _("nằm trong một vòng không có bước nào do người làm")) for node in gates[:1]]
