"""Whether a drawn process can always be gone through: nobody stands before a gateway without a way, nor in a circle."""

from collections import Counter
from dataclasses import replace

from django.utils.translation import gettext as _

from tinhso.blocks.cases.queries.processes import soundness
from tinhso.blocks.cases.queries.processes.conditions import FACTS, BadCondition, answer_asked, check
from tinhso.blocks.cases.queries.processes.shapes import (
    GATEWAYS,
    STOPS,
    BadProcess,
    Drawn,
    Fault,
    Flow,
    Kind,
    Node,
    variable,
)

MOST_NODES = 200


def made_sure(drawn: Drawn) -> Drawn:
    """The process with the answers that its gateways ask for; refuses one that could not be gone through."""
    faults = [*_counts(drawn), *_arrows(drawn)]
    if faults:
        raise BadProcess(faults)
    drawn = _with_named_ways(drawn)
    faults = [*_ways_out(drawn), *_reach(drawn), *_circles(drawn)]
    if faults:
        raise BadProcess(faults)
    faults = soundness.faults(drawn)
    if faults:
        raise BadProcess(faults)
    return drawn


def of(node: Node, why: str) -> Fault:
    """What is wrong with an element."""
    return Fault(node.id, node.tag, node.name, why)


def _of_flow(flow: Flow, why: str) -> Fault:
    return Fault(flow.id, "sequenceFlow", flow.name, why)


def _counts(drawn: Drawn) -> list[Fault]:
    starts = [node for node in drawn.nodes.values() if node.kind is Kind.START]
    ends = [node for node in drawn.nodes.values() if node.kind is Kind.END]
    whole = Fault(drawn.id, "process", drawn.name, "")
    found = []
    if not starts:
        found.append(replace(whole, why=_("thiếu sự kiện bắt đầu")))
    found += [of(node, _("chỉ được có một sự kiện bắt đầu")) for node in starts[1:]]
    if not ends:
        found.append(replace(whole, why=_("thiếu sự kiện kết thúc")))
    if len(drawn.nodes) > MOST_NODES:
        found.append(replace(whole, why=_("quá nhiều phần tử")))
    names = Counter(variable(one.id) for one in drawn.nodes.values())
    found += [
        of(one, _("mã trùng với mã khác, hoặc với một tên dành sẵn"))
        for one in drawn.nodes.values()
        if names[variable(one.id)] > 1 or variable(one.id) in FACTS
    ]
    if not any(node.kind is Kind.STEP for node in drawn.nodes.values()):
        found.append(replace(whole, why=_("không có bước nào do người làm")))
    return found


def _arrows(drawn: Drawn) -> list[Fault]:
    """Every arrow begins and ends somewhere, and every element has as many as its kind allows."""
    found = [
        _of_flow(flow, _("mũi tên không nối hai phần tử của quy trình"))
        for flow in drawn.flows.values()
        if flow.source not in drawn.nodes or flow.target not in drawn.nodes
    ]
    for node in drawn.nodes.values():
        leaving, reaching = len(drawn.after(node.id)), len(drawn.before(node.id))
        if node.kind is Kind.END and leaving:
            found.append(of(node, _("sau kết thúc không được có gì")))
        elif node.kind is not Kind.END and not leaving:
            found.append(of(node, _("không có mũi tên đi ra")))
        elif node.kind not in GATEWAYS and leaving > 1:
            found.append(of(node, _("có nhiều mũi tên đi ra; hãy thêm cổng")))
        if node.kind in (Kind.START, Kind.ALARM):
            if reaching:
                found.append(of(node, _("không được có mũi tên đi vào")))
        elif not reaching:
            found.append(of(node, _("không có mũi tên đi vào")))
        if node.kind is Kind.ALARM and getattr(drawn.nodes.get(node.attached_to), "kind", None) is not Kind.STEP:
            found.append(of(node, _("hẹn giờ phải gắn vào một bước do người làm")))
    return found


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


def _ways_out(drawn: Drawn) -> list[Fault]:
    """A gateway that chooses knows a way for every answer."""
    found: list[Fault] = []
    known = FACTS | {variable(node.id) for node in drawn.nodes.values() if node.kind in (Kind.STEP, Kind.LINK)}
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
    asked = [answer_asked(flow.condition) for flow in drawn.after(gate.id)]
    return gate.kind is Kind.EXCLUSIVE and all(
        one.kind is Kind.STEP
        and one.outcomes
        and set(one.outcomes) <= {two[1] for two in asked if two and two[0] in ("answer", variable(one.id))}
        for one in sources
    )


def _onward(drawn: Drawn, node: str) -> list[str]:
    alarms = [one.id for one in drawn.nodes.values() if one.attached_to == node]
    return [flow.target for flow in drawn.after(node)] + alarms


def _reach(drawn: Drawn) -> list[Fault]:
    start = next(node.id for node in drawn.nodes.values() if node.kind is Kind.START)
    reached, waiting = {start}, [start]
    while waiting:
        for one in _onward(drawn, waiting.pop()):
            if one not in reached:
                reached.add(one)
                waiting.append(one)
    return [of(node, _("không tới được từ bắt đầu")) for node in drawn.nodes.values() if node.id not in reached]


def _circles(drawn: Drawn) -> list[Fault]:
    """Circles in which nobody does anything and no time passes would turn for ever."""
    passing = {node.id for node in drawn.nodes.values() if node.kind not in STOPS}
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
    stuck = [drawn.nodes[one] for one in drawn.nodes if left.get(one)]
    gates = [node for node in stuck if node.kind in GATEWAYS] or stuck
    return [of(node, _("nằm trong một vòng không có bước nào do người làm")) for node in gates[:1]]
