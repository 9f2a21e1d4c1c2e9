"""Whether a drawn process can always be gone through: nobody stands before a gateway without a way, nor in a circle."""

from collections import Counter
from dataclasses import replace

from django.utils.translation import gettext as _

from tinhso.blocks.bpmn.queries import soundness
from tinhso.blocks.bpmn.queries.conditions import BadCondition, check_condition, is_condition_true, known_facts
from tinhso.blocks.bpmn.queries.shapes import (
    DONE_BY_PEOPLE,
    GATEWAYS,
    HOSTS,
    STOPS,
    BadProcess,
    DrawingFault,
    ElementKind,
    ProcessGraph,
    ProcessNode,
    SequenceFlow,
    shown_as,
)

MOST_NODES = 600  # with what is inside elements, and with copies
WORK = (ElementKind.STEP, ElementKind.EVENT, ElementKind.CALL)


def made_sure(drawn: ProcessGraph, remarks: tuple[DrawingFault, ...] = ()) -> ProcessGraph:
    """The process with the answers that its gateways ask for; refuses one that could not be gone through."""
    faults = [*_count_faults(drawn), *_arrow_faults(drawn)]
    if faults:
        raise BadProcess(faults)
    drawn = _with_named_ways(drawn)
    faults = [*_ways_out(drawn)]
    for scope in drawn.scopes():
        faults += [*_unreachable_faults(drawn, scope), *_circle_faults(drawn, scope)]
    if faults:
        raise BadProcess(faults)
    faults = soundness.soundness_faults(drawn)
    if faults:
        raise BadProcess(faults)
    return replace(drawn, remarks=remarks)


def fault_of_node(node: ProcessNode, why: str) -> DrawingFault:
    """What is wrong with an element."""
    return DrawingFault(shown_as(node), node.tag, node.name, why)


def _of_flow(flow: SequenceFlow, why: str) -> DrawingFault:
    return DrawingFault(flow.id, "sequenceFlow", flow.name, why)


def _count_faults(drawn: ProcessGraph) -> list[DrawingFault]:
    drawing_faults = [fault for scope in drawn.scopes() for fault in _ends_of(drawn, scope)]
    drawing_fault = DrawingFault(drawn.id, "process", drawn.name, "")
    if len(drawn.nodes) > MOST_NODES:
        drawing_faults.append(replace(drawing_fault, why=_("quá nhiều phần tử")))
    names = Counter(node.variable for node in drawn.nodes.values() if not node.word)
    facts = known_facts()
    drawing_faults += [
        fault_of_node(node, _("mã trùng với mã khác, hoặc với một tên dành sẵn"))
        for node in drawn.nodes.values()
        if not node.word and (names[node.variable] > 1 or node.variable in facts)
    ]
    if not any(node.kind in WORK for node in drawn.nodes.values()):
        drawing_faults.append(replace(drawing_fault, why=_("không có bước nào do người làm")))
    return drawing_faults


def _ends_of(drawn: ProcessGraph, scope: str) -> list[DrawingFault]:
    """A process, or what is inside an element, begins once and ends."""
    nodes = drawn.inside(scope)
    starts = [node for node in nodes if node.kind is ElementKind.START]
    drawing_fault = (
        fault_of_node(drawn.nodes[scope], "") if scope else DrawingFault(drawn.id, "process", drawn.name, "")
    )
    drawing_faults = [] if starts else [replace(drawing_fault, why=_("thiếu sự kiện bắt đầu"))]
    drawing_faults += [fault_of_node(node, _("chỉ được có một sự kiện bắt đầu")) for node in starts[1:]]
    if not any(node.kind is ElementKind.END for node in nodes):
        drawing_faults.append(replace(drawing_fault, why=_("thiếu sự kiện kết thúc")))
    return drawing_faults


def _arrow_faults(drawn: ProcessGraph) -> list[DrawingFault]:
    """Every arrow begins and ends somewhere, and every element has as many as its kind allows."""
    drawing_faults = [
        _of_flow(flow, _("mũi tên không nối hai phần tử của quy trình"))
        for flow in drawn.flows.values()
        if not _joins_same_process(drawn, flow)
    ]
    for node in drawn.nodes.values():
        leaving, reaching = len(drawn.after(node.id)), len(drawn.before(node.id))
        if node.kind is ElementKind.END and leaving:
            drawing_faults.append(fault_of_node(node, _("sau kết thúc không được có gì")))
        elif node.kind is not ElementKind.END and not leaving:
            drawing_faults.append(fault_of_node(node, _("không có mũi tên đi ra")))
        elif node.kind not in GATEWAYS and leaving > 1:
            drawing_faults.append(fault_of_node(node, _("có nhiều mũi tên đi ra; hãy thêm cổng")))
        if node.kind is ElementKind.START or node.attached_to:
            if reaching:
                drawing_faults.append(fault_of_node(node, _("không được có mũi tên đi vào")))
        elif not reaching:
            drawing_faults.append(fault_of_node(node, _("không có mũi tên đi vào")))
        drawing_faults += _border_event_faults(drawn, node) + _event_gateway_faults(drawn, node)
    return drawing_faults


def _joins_same_process(drawn: ProcessGraph, flow: SequenceFlow) -> bool:
    """Whether an arrow leads from one element to another of the same process."""
    source, target = drawn.nodes.get(flow.source), drawn.nodes.get(flow.target)
    return source is not None and target is not None and source.scope == target.scope


def _border_event_faults(drawn: ProcessGraph, node: ProcessNode) -> list[DrawingFault]:
    host = drawn.nodes.get(node.attached_to)
    if not node.attached_to and node.tag != "boundaryEvent":
        return []
    if host is None or host.kind not in HOSTS or host.attached_to or host.scope != node.scope:
        return [fault_of_node(node, _("sự kiện ở viền phải gắn vào một bước hoặc một quy trình con"))]
    return []


def _event_gateway_faults(drawn: ProcessGraph, node: ProcessNode) -> list[DrawingFault]:
    """After a gateway that waits for the first of several events come those events, each only from there."""
    if node.kind is not ElementKind.CHOICE:
        return []
    targets = [drawn.nodes.get(flow.target) for flow in drawn.after(node.id)]
    return [
        fault_of_node(process_node, _("sau cổng chờ sự kiện phải là sự kiện, mỗi sự kiện chỉ có một mũi tên đi vào"))
        for process_node in targets
        if process_node is not None
        and (process_node.kind not in (ElementKind.EVENT, ElementKind.WAIT) or len(drawn.before(process_node.id)) > 1)
    ]


def _with_named_ways(drawn: ProcessGraph) -> ProcessGraph:
    """An exclusive gateway right after steps whose arrows only bear names: the names are what to choose from."""
    nodes, flows = dict(drawn.nodes), dict(drawn.flows)
    for gate in drawn.nodes.values():
        ways = drawn.after(gate.id)
        sequence_flows = [flow for flow in ways if not flow.condition and flow.id != gate.default]
        if gate.kind is not ElementKind.EXCLUSIVE or len(ways) < 2 or not all(flow.name for flow in sequence_flows):
            continue
        sources = [drawn.nodes[flow.source] for flow in drawn.before(gate.id)]
        if not sequence_flows or not all(node.kind is ElementKind.STEP for node in sources):
            continue
        for flow in sequence_flows:
            flows[flow.id] = replace(flow, condition=f"answer == {flow.name!r}")
        names = tuple(flow.name for flow in ways if flow.name)
        for process_node in sources:
            nodes[process_node.id] = replace(
                process_node, outcomes=process_node.outcomes or names if len(names) > 1 else process_node.outcomes
            )
    return replace(drawn, nodes=nodes, flows=flows)


def known_names(drawn: ProcessGraph) -> frozenset[str]:
    """The names that conditions may compare: facts of the instance, answers of steps, what tables give."""
    answered = {node.variable for node in drawn.nodes.values() if node.kind in DONE_BY_PEOPLE}
    decided = {name for node in drawn.nodes.values() if node.table is not None for name in node.table.outputs}
    return known_facts() | answered | decided


def _ways_out(drawn: ProcessGraph) -> list[DrawingFault]:
    """A gateway that chooses knows a way for every answer."""
    drawing_faults: list[DrawingFault] = []
    available_names = known_names(drawn)
    for gate in drawn.nodes.values():
        ways = drawn.after(gate.id)
        if gate.kind not in (ElementKind.EXCLUSIVE, ElementKind.INCLUSIVE) or len(ways) < 2:
            continue
        if gate.default and gate.default not in {flow.id for flow in ways}:
            drawing_faults.append(fault_of_node(gate, _("đường mặc định không đi ra từ cổng này")))
        for flow in (sequence_flow for sequence_flow in ways if sequence_flow.id != gate.default):
            if not flow.condition:
                drawing_faults.append(
                    _of_flow(flow, _("sau cổng, mũi tên cần điều kiện, hoặc tên là một kết quả của bước trước"))
                )
                continue
            try:
                check_condition(flow.condition, available_names)
            except BadCondition as error:
                drawing_faults.append(_of_flow(flow, _("điều kiện không dùng được ở “%(part)s”") % {"part": error}))
        if not gate.default and not _covers_all_answers(drawn, gate):
            drawing_faults.append(fault_of_node(gate, _("cần một đường mặc định, đi khi không điều kiện nào đúng")))
    return drawing_faults


def _covers_all_answers(drawn: ProcessGraph, gate: ProcessNode) -> bool:
    """Whether the arrows answer everything that the steps before can be answered with."""
    sources = [drawn.nodes[flow.source] for flow in drawn.before(gate.id)]
    conditions = [flow.condition for flow in drawn.after(gate.id)]
    return all(
        process_node.kind is ElementKind.STEP
        and process_node.outcomes
        and all(_one_holds(conditions, process_node, answer) for answer in process_node.outcomes)
        for process_node in sources
    )


def _one_holds(conditions: list[str], step: ProcessNode, answer: str) -> bool:
    """Whether a condition that asks for nothing else holds for the answer of a step."""
    for condition in conditions:
        try:
            if is_condition_true(condition, {"answer": answer, step.variable: answer}):
                return True
        except BadCondition:
            continue
    return False


def _following_nodes(drawn: ProcessGraph, node: str) -> list[str]:
    return [flow.target for flow in drawn.after(node)] + [process_node.id for process_node in drawn.attached(node)]


def _unreachable_faults(drawn: ProcessGraph, scope: str) -> list[DrawingFault]:
    start = drawn.start(scope).id
    reached, waiting = {start}, [start]
    while waiting:
        for following_node in _following_nodes(drawn, waiting.pop()):
            if following_node not in reached:
                reached.add(following_node)
                waiting.append(following_node)
    return [
        fault_of_node(node, _("không tới được từ bắt đầu")) for node in drawn.inside(scope) if node.id not in reached
    ]


def _is_stop(drawn: ProcessGraph, node: ProcessNode) -> bool:
    """Whether an instance stays at an element; one that calls a process of the catalogue is taken to."""
    if node.kind is ElementKind.SUB:
        return any(_is_stop(drawn, process_node) for process_node in drawn.inside(node.id))
    return node.kind in STOPS or node.kind in (ElementKind.CALL, ElementKind.CHOICE)


def _circle_faults(drawn: ProcessGraph, scope: str) -> list[DrawingFault]:
    """Circles in which nobody does anything and no time passes would turn for ever."""
    passing = {node.id: node for node in drawn.inside(scope) if not _is_stop(drawn, node)}
    following = {node_id: [to for to in _following_nodes(drawn, node_id) if to in passing] for node_id in passing}
    left = dict.fromkeys(passing, 0)
    for targets in following.values():
        for to in targets:
            left[to] += 1
    free = [node_id for node_id, count in left.items() if not count]
    while free:
        for to in following[free.pop()]:
            left[to] -= 1
            if not left[to]:
                free.append(to)
    stuck = [node for node_id, node in passing.items() if left[node_id]]
    gates = [node for node in stuck if node.kind in GATEWAYS] or stuck
    return [fault_of_node(node, _("nằm trong một vòng không có bước nào do người làm")) for node in gates[:1]]
