"""A dossier's course through its process, moved on by SpiffWorkflow.

SpiffWorkflow never sees the file: it is given a plain copy of the elements that were checked, a script engine that
knows comparisons only, and timers that count working time by a clock from outside.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache, partial
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.bpmn.script_engine.python_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.specs.defaults import UserTask
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.exceptions import SpiffWorkflowException
from SpiffWorkflow.task import Task as SpiffTask
from SpiffWorkflow.util.task import TaskState

from tinhso.blocks.cases.queries.processes.conditions import BadCondition, holds
from tinhso.blocks.cases.queries.processes.documents import BPMN
from tinhso.blocks.cases.queries.processes.shapes import GATEWAYS, Drawn, Kind, Node, variable
from tinhso.kernel.deadlines import Duration
from tinhso.kernel.errors import Refused

MOST_MOVES = 500  # of gateways and events between two acts of people
MOST_ELEMENTS = 3000  # that one dossier may have passed
PLAIN_TAGS = {Kind.STEP: "userTask", Kind.LINK: "userTask"}
State = dict[str, Any]


@dataclass(frozen=True)
class Clock:
    """What time it is, and when a span of working time that began at some moment is over."""

    now: datetime
    over: Callable[[datetime, Duration], datetime]


class WorkingTimer(TimerEventDefinition):  # type: ignore[misc]
    """A timer that counts working time from when the dossier came to it."""

    def __init__(self, element: str, span: Duration) -> None:
        super().__init__(element, "")
        self.span = span

    def over_at(self, task: SpiffTask) -> datetime:
        """When it ends, as far as is known now; notes the beginning at the first look."""
        clock: Clock = task.workflow.script_engine.clock
        since = task.internal_data.setdefault("since", clock.now.isoformat())
        return clock.over(datetime.fromisoformat(since), self.span)

    def has_fired(self, task: SpiffTask) -> bool:
        """Whether it has ended."""
        clock: Clock = task.workflow.script_engine.clock
        return self.over_at(task) <= clock.now


class Comparisons(PythonScriptEngine):  # type: ignore[misc]
    """A script engine that compares and does nothing else."""

    def __init__(self, facts: Mapping[str, Any], names: frozenset[str], clock: Clock) -> None:
        super().__init__()
        self.facts, self.clock = dict.fromkeys(names, "") | dict(facts), clock

    def validate(self, expression: str) -> None:
        """Checked when the drawing was read."""

    def evaluate(self, task: SpiffTask, expression: str, external_context: Any = None) -> bool:
        """Whether a condition holds for the answers given so far."""
        return holds(expression, self.facts | {"answer": ""} | task.data)

    def execute(self, task: SpiffTask, script: str, external_context: Any = None) -> bool:
        """Nothing here runs scripts."""
        raise NotImplementedError

    def call_service(self, task: SpiffTask, **kwargs: Any) -> Any:
        """Nothing here calls services."""
        raise NotImplementedError


class _Parser(BpmnParser):  # type: ignore[misc]
    PARSER_CLASSES = {
        tag: known
        for tag, known in BpmnParser.PARSER_CLASSES.items()
        if tag in {full_tag(name) for name in (
            "startEvent", "endEvent", "exclusiveGateway", "parallelGateway", "inclusiveGateway",
            "intermediateCatchEvent", "boundaryEvent",
        )}
    } | {full_tag("userTask"): (TaskParser, UserTask)}  # fmt: skip


@lru_cache(maxsize=128)
def _compiled(drawn: "_Hashed") -> Any:
    parser = _Parser()
    parser.add_bpmn_xml(_plain(drawn.drawn))
    spec = parser.get_spec("process")
    for node in drawn.drawn.nodes.values():
        if node.timer is not None:
            spec.task_specs[node.id].event_definition = WorkingTimer(node.id, node.timer)
    return spec


@dataclass(frozen=True)
class _Hashed:
    """A process as the key of what was compiled for it: the one object, as files are read once."""

    drawn: Drawn = field(compare=False)
    key: int


def _spec(drawn: Drawn) -> Any:
    return _compiled(_Hashed(drawn, id(drawn)))


def _plain(drawn: Drawn) -> Any:
    """The checked elements as the least BPMN that says the same."""
    root = etree.Element(f"{{{BPMN}}}definitions", nsmap={None: BPMN})
    process = etree.SubElement(root, f"{{{BPMN}}}process", id="process", isExecutable="true")
    for node in drawn.nodes.values():
        made = etree.SubElement(process, f"{{{BPMN}}}{PLAIN_TAGS.get(node.kind, node.tag)}", id=node.id)
        if node.default:
            made.set("default", node.default)
        if node.kind is Kind.ALARM:
            made.set("attachedToRef", node.attached_to)
            made.set("cancelActivity", str(node.interrupting).lower())
        if node.timer is not None:
            timer = etree.SubElement(made, f"{{{BPMN}}}timerEventDefinition")
            etree.SubElement(timer, f"{{{BPMN}}}timeDuration").text = "''"
        if node.ends_all:
            etree.SubElement(made, f"{{{BPMN}}}terminateEventDefinition")
    for flow in drawn.flows.values():
        made = etree.SubElement(
            process, f"{{{BPMN}}}sequenceFlow", id=flow.id, sourceRef=flow.source, targetRef=flow.target
        )
        if flow.condition and drawn.nodes[flow.source].default != flow.id:
            etree.SubElement(made, f"{{{BPMN}}}conditionExpression").text = flow.condition
    return root


@dataclass(frozen=True)
class Waiting:
    """A step that waits for somebody: ``token`` names this coming to it, ``node`` what is to be done."""

    token: str
    node: Node


class Course:
    """Where one dossier is on its process."""

    def __init__(self, drawn: Drawn, workflow: BpmnWorkflow) -> None:
        self.drawn, self.workflow = drawn, workflow

    @classmethod
    def begun(cls, drawn: Drawn, facts: Mapping[str, Any], clock: Clock) -> "Course":
        """A course at the first steps."""
        course = cls(drawn, BpmnWorkflow(_spec(drawn), script_engine=_engine(drawn, facts, clock)))
        course._run()
        return course

    @classmethod
    def restored(cls, drawn: Drawn, state: State, facts: Mapping[str, Any], clock: Clock) -> "Course":
        """A course as it was kept by :meth:`state`."""
        spec = _spec(drawn)
        workflow = BpmnWorkflow(spec, script_engine=_engine(drawn, facts, clock), deserializing=True)
        for told in state["tasks"]:
            _restore(workflow, told)
        workflow.task_tree = workflow.tasks[UUID(state["tasks"][0]["id"])]
        workflow.completed = state["completed"]
        return cls(drawn, workflow)

    def state(self) -> State:
        """Plain values from which the course can be restored; the root comes first."""
        root = self.workflow.task_tree.id
        tasks = sorted(self.workflow.tasks.values(), key=lambda task: task.id != root)
        return {"completed": self.workflow.completed, "tasks": [_kept(task) for task in tasks]}

    @property
    def finished(self) -> bool:
        """Whether the end was reached."""
        return bool(self.workflow.completed)

    def waiting(self) -> list[Waiting]:
        """The steps that wait, in the order in which the dossier came to them."""
        ready = self.workflow.get_tasks(state=TaskState.READY, manual=True)
        return [Waiting(str(task.id), self.drawn.nodes[task.task_spec.name]) for task in ready]

    def complete(self, token: str, answer: str = "") -> None:
        """The step is done with an answer; the dossier goes on as far as nobody is needed."""
        task = self._task(token)
        if answer:
            task.data |= {"answer": answer, variable(task.task_spec.name): answer}
        self._moved(task.run)
        self._run()

    def refresh(self) -> None:
        """See which timers have ended."""
        self._run()

    def back_from(self, token: str) -> bool:
        """Let the step before be done again; False where there is none.

        The step before lies on the same way; before a join, it is the one before the branches parted.
        """
        task, joins = self._task(token).parent, 0
        while task is not None:
            node = self.drawn.nodes.get(task.task_spec.name)
            if node is not None and node.kind in GATEWAYS and node.kind is not Kind.EXCLUSIVE:
                joins += len(self.drawn.before(node.id)) > 1
                joins -= joins > 0 and len(self.drawn.after(node.id)) > 1
            if node is not None and node.kind is Kind.STEP and not joins:
                self._moved(partial(self.workflow.reset_from_task_id, task.id))
                self.workflow.completed = False
                self._run()
                return True
            task = task.parent
        return False

    def wakes_at(self) -> datetime | None:
        """When the next timer ends."""
        timers = [one for one in self.workflow.event_manager.tasks.values() if one.state == TaskState.WAITING]
        return min((task.task_spec.event_definition.over_at(task) for task in timers), default=None)

    def result(self) -> str:
        """What the end that was reached says of the outcome; empty where it says nothing."""
        done = self.workflow.get_tasks(state=TaskState.COMPLETED)
        ends = [self.drawn.nodes.get(task.task_spec.name) for task in sorted(done, key=lambda t: t.last_state_change)]
        said = [node.result for node in ends if node is not None and node.kind is Kind.END and node.result]
        return said[-1] if said else ""

    def passed(self) -> set[str]:
        """The elements that the dossier has behind it."""
        done = self.workflow.get_tasks(state=TaskState.COMPLETED)
        return {task.task_spec.name for task in done if task.task_spec.name in self.drawn.nodes}

    def _task(self, token: str) -> SpiffTask:
        task = self.workflow.tasks.get(UUID(token))
        if task is None or task.state != TaskState.READY:
            raise Refused("step_done", _("Bước này không còn chờ nữa. Hãy tải lại trang."))
        return task

    def _run(self) -> None:
        """Go on until only people or time can."""
        moves = 0
        self._moved(self.workflow.refresh_timers)
        while ready := self.workflow.get_tasks(state=TaskState.READY, manual=False):
            moves += len(ready)
            if moves > MOST_MOVES or len(self.workflow.tasks) > MOST_ELEMENTS:
                raise Refused(
                    "endless", _("Quy trình của hồ sơ này chạy vòng quá nhiều lần. Hãy báo người giữ quy trình.")
                )
            for task in ready:
                if task.state == TaskState.READY:
                    self._moved(task.run)
            self._moved(self.workflow.refresh_timers)
        if not self.finished and not self.waiting() and self.wakes_at() is None:
            raise _no_way_on("")

    def _moved(self, act: Callable[[], Any]) -> None:
        try:
            act()
        except (SpiffWorkflowException, BadCondition) as error:
            raise _no_way_on(getattr(getattr(error, "task_spec", None), "name", "") or "") from error


def _no_way_on(element: str) -> Refused:
    return Refused(
        "no_way_on",
        _("Quy trình không có đường đi tiếp %(element)s. Hãy báo người giữ quy trình sửa sơ đồ."),
        element=element,
    )


def _engine(drawn: Drawn, facts: Mapping[str, Any], clock: Clock) -> Comparisons:
    names = frozenset(variable(node.id) for node in drawn.nodes.values() if node.kind in (Kind.STEP, Kind.LINK))
    return Comparisons(facts, names, clock)


def _kept(task: SpiffTask) -> State:
    return {
        "id": task.id.hex,
        "parent": task._parent.hex if task._parent else None,
        "children": [one.hex for one in task._children],
        "spec": task.task_spec.name,
        "state": task.state,
        "at": task.last_state_change,
        "triggered": task.triggered,
        "internal": task.internal_data,
        "data": task.data,
    }


def _restore(workflow: BpmnWorkflow, told: State) -> None:
    task = SpiffTask(workflow, workflow.spec.task_specs[told["spec"]], state=told["state"], id=UUID(told["id"]))
    task._parent = UUID(told["parent"]) if told["parent"] else None
    task._children = [UUID(one) for one in told["children"]]
    task.last_state_change, task.triggered = told["at"], told["triggered"]
    task.internal_data, task.data = told["internal"], told["data"]
    if isinstance(task.task_spec, CatchingEvent) and task.state == TaskState.WAITING:
        workflow.event_manager.add_task(task)
