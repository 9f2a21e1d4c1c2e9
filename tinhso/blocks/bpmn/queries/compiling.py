"""A checked process as SpiffWorkflow runs it: the least BPMN that says the same, with events and tables of our own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.bpmn.specs.defaults import UserTask
from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.bpmn.util.event import BpmnEvent
from SpiffWorkflow.task import Task as SpiffTask
from SpiffWorkflow.util.task import TaskState

from tinhso.blocks.bpmn.queries.decision_tables import decide_by_table
from tinhso.blocks.bpmn.queries.documents import BPMN
from tinhso.blocks.bpmn.queries.shapes import (
    INSIDE,
    DecisionTable,
    ElementKind,
    EventFamily,
    ProcessGraph,
    ProcessNode,
    Sign,
)
from tinhso.kernel.deadlines import Duration

MAIN = "process"
TAGS = {
    ElementKind.START: "startEvent",
    ElementKind.END: "endEvent",
    ElementKind.STEP: "userTask",
    ElementKind.LINK: "userTask",
    ElementKind.SUB: "callActivity",
    ElementKind.RULE: "businessRuleTask",
    ElementKind.EXCLUSIVE: "exclusiveGateway",
    ElementKind.PARALLEL: "parallelGateway",
    ElementKind.INCLUSIVE: "inclusiveGateway",
    ElementKind.CHOICE: "eventBasedGateway",
    ElementKind.WAIT: "intermediateCatchEvent",
    ElementKind.EVENT: "intermediateCatchEvent",
    ElementKind.THROW: "intermediateThrowEvent",
    ElementKind.ALARM: "boundaryEvent",
}


@dataclass(frozen=True)
class Clock:
    """What time it is, and when a span of working time that began at some moment is over."""

    now: datetime
    over: Callable[[datetime, Duration], datetime]


class WorkingTimer(TimerEventDefinition):  # type: ignore[misc]
    """A timer that counts working time from when the instance came to it, or ends at a moment."""

    def __init__(self, element: str, span: Duration | datetime) -> None:
        super().__init__(element, "")
        self.span = span

    def over_at(self, task: SpiffTask) -> datetime:
        """When it ends, as far as is known now; notes the beginning at the first look."""
        if isinstance(self.span, datetime):
            return self.span
        clock: Clock = task.workflow.script_engine.clock
        since = task.internal_data.setdefault("since", clock.now.isoformat())
        return clock.over(datetime.fromisoformat(since), self.span)

    def has_fired(self, task: SpiffTask) -> bool:
        """Whether it has ended."""
        engine = task.workflow.script_engine
        is_over = self.over_at(task) <= engine.clock.now
        engine.timed |= {self.name} if is_over else set()
        return bool(is_over)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, WorkingTimer) and self.name == other.name

    def __hash__(self) -> int:
        return hash(self.name)


class Awaited(EventDefinition):  # type: ignore[misc]
    """Something that happens when somebody says so, or when an element of the instance says so."""

    def __init__(self, element: str, sign: Sign) -> None:
        super().__init__(element)
        self.sign = sign

    def catches(self, task: SpiffTask, event: BpmnEvent) -> bool:
        """Whether it is this very element that is meant."""
        return bool(self == event.event_definition)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Awaited) and self.name == other.name

    def __hash__(self) -> int:
        return hash(self.name)


class Announced(EventDefinition):  # type: ignore[misc]
    """Something that the instance itself says has happened."""

    def __init__(self, element: str, sign: Sign) -> None:
        super().__init__(element)
        self.sign = sign

    def throw(self, task: SpiffTask) -> None:
        """Let whoever waits for it in the instance go on."""
        release_waiting(task, self.sign)


class DecidingTask(BpmnTaskSpec):  # type: ignore[misc]
    """Gives the values of a table of decisions to what follows."""

    table: DecisionTable | None = None

    def _run_hook(self, task: SpiffTask) -> bool:
        if self.table is not None:
            task.data |= decide_by_table(self.table, task.workflow.script_engine.names(task))
        return True


def release_waiting(task: SpiffTask, sign: Sign) -> bool:
    """Let what waits for a sign go on; errors and the like are heard around where they happen, and only there."""
    top = task.workflow.top_workflow
    top.script_engine.announced.append((task.task_spec.name, sign))
    if sign.family in INSIDE:
        return _heard_around(task, sign)
    waiting = [waiting_task for waiting_task in top.event_manager.tasks.values() if awaited_by_sign(waiting_task, sign)]
    for waiting_task in waiting:
        complete_event(waiting_task, awaited_by_sign(waiting_task, sign)[0])
    return bool(waiting)


def awaited_by_sign(task: SpiffTask, sign: Sign) -> list[Awaited]:
    """What a waiting element waits for that this sign answers."""
    return [awaited for awaited in awaited_events(task) if awaited.sign.answers(sign)]


def awaited_events(task: SpiffTask) -> list[Awaited]:
    """What an element waits for that somebody can say: after a gateway, several things."""
    definition = task.task_spec.event_definition
    definitions = getattr(definition, "event_definitions", [definition])
    return [event_definition for event_definition in definitions if isinstance(event_definition, Awaited)]


def complete_event(task: SpiffTask, awaited: Awaited) -> None:
    """Let a waiting element go on."""
    task.task_spec.catch(task, BpmnEvent(awaited))
    task.task_spec._update(task)


def _heard_around(task: SpiffTask, sign: Sign) -> bool:
    workflow = task.workflow
    while workflow.parent_task_id is not None:
        holder = workflow.top_workflow.get_task_from_id(workflow.parent_task_id)
        for child in holder.parent.children if holder.parent is not None else ():
            if (
                isinstance(child.task_spec, BoundaryEvent)
                and child.state == TaskState.WAITING
                and awaited_by_sign(child, sign)
            ):
                complete_event(child, awaited_by_sign(child, sign)[0])
                return True
        workflow = holder.workflow
    return False


class _Parser(BpmnParser):  # type: ignore[misc]
    PARSER_CLASSES = {
        tag: parser_and_spec
        for tag, parser_and_spec in BpmnParser.PARSER_CLASSES.items()
        if tag in {full_tag(name) for name in (*TAGS.values(), "boundaryEvent")}
    } | {full_tag("userTask"): (TaskParser, UserTask), full_tag("businessRuleTask"): (TaskParser, DecidingTask)}


@dataclass(frozen=True)
class Compiled:
    """The process and what is inside its elements, by name."""

    main: Any
    inside: Mapping[str, Any]


def compiled_process(drawn: ProcessGraph) -> Compiled:
    """A process ready to be run; made once for each that was read."""
    return _cached_compilation(_Hashed(drawn, id(drawn)))


@dataclass(frozen=True)
class _Hashed:
    """A process as the key of what was compiled for it: the one object, as files are read once."""

    drawn: ProcessGraph = field(compare=False)
    key: int


@lru_cache(maxsize=128)
def _cached_compilation(hashed: _Hashed) -> Compiled:
    drawn, parser = hashed.drawn, _Parser()
    parser.add_bpmn_xml(_minimal_bpmn(drawn))
    specs = {scope: parser.get_spec(spec_name(scope)) for scope in drawn.scopes()}
    for node in drawn.nodes.values():
        _give_meaning(specs[node.scope], node, drawn)
    return Compiled(specs[""], {spec_name(scope): spec for scope, spec in specs.items() if scope})


def spec_name(scope: str) -> str:
    """What the process inside an element is called."""
    return f"in:{scope}" if scope else MAIN


def _give_meaning(spec: Any, node: ProcessNode, drawn: ProcessGraph) -> None:
    task_spec = spec.task_specs[node.id]
    if node.kind is ElementKind.CHOICE:
        following = [drawn.nodes[output.name] for output in task_spec.outputs]
        task_spec.event_definition.event_definitions = [_event_definition(process_node) for process_node in following]
    elif node.kind in (ElementKind.EVENT, ElementKind.WAIT, ElementKind.ALARM):
        if not any(drawn.nodes[flow.source].kind is ElementKind.CHOICE for flow in drawn.before(node.id)):
            task_spec.event_definition = _event_definition(node)
    elif node.kind in (ElementKind.THROW, ElementKind.END) and node.sign is not None:
        task_spec.event_definition = Announced(node.id, node.sign)
    elif node.kind is ElementKind.RULE:
        task_spec.table = node.table


def _event_definition(node: ProcessNode) -> EventDefinition:
    if node.timer is not None:
        return WorkingTimer(node.id, node.timer)
    return Awaited(node.id, node.sign or Sign(EventFamily.CONDITION))


def _minimal_bpmn(drawn: ProcessGraph) -> Any:
    """The checked elements as the least BPMN that says the same."""
    root = etree.Element(f"{{{BPMN}}}definitions", nsmap={None: BPMN})
    for scope in drawn.scopes():
        process = etree.SubElement(root, f"{{{BPMN}}}process", id=spec_name(scope), isExecutable="true")
        for node in drawn.inside(scope):
            _append_node(process, node)
            for flow in drawn.after(node.id):
                _put_flow(process, flow.id, flow.source, flow.target, "" if flow.id == node.default else flow.condition)
    return root


def _append_node(process: Any, node: ProcessNode) -> None:
    tag = "boundaryEvent" if node.attached_to else TAGS[node.kind]
    node_element = etree.SubElement(process, f"{{{BPMN}}}{tag}", id=node.id)
    if node.default:
        node_element.set("default", node.default)
    if node.attached_to:
        node_element.set("attachedToRef", node.attached_to)
        node_element.set("cancelActivity", str(node.interrupting).lower())
    if node.kind is ElementKind.SUB:
        node_element.set("calledElement", spec_name(node.id))
    if node.kind in (ElementKind.WAIT, ElementKind.ALARM, ElementKind.EVENT):  # what it waits for is given later
        timer = etree.SubElement(node_element, f"{{{BPMN}}}timerEventDefinition")
        etree.SubElement(timer, f"{{{BPMN}}}timeDuration").text = "''"
    if node.ends_all:
        etree.SubElement(node_element, f"{{{BPMN}}}terminateEventDefinition")


def _put_flow(process: Any, ref: str, source: str, target: str, condition: str) -> None:
    flow_element = etree.SubElement(process, f"{{{BPMN}}}sequenceFlow", id=ref, sourceRef=source, targetRef=target)
    if condition:
        etree.SubElement(flow_element, f"{{{BPMN}}}conditionExpression").text = condition
