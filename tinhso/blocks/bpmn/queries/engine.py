"""An instance's course through its process, moved on by SpiffWorkflow.

SpiffWorkflow never sees the file: it is given a plain copy of the elements that were checked, a script engine that
knows comparisons only, and timers that count working time by a clock from outside.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from SpiffWorkflow.bpmn.script_engine.python_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.exceptions import SpiffWorkflowException
from SpiffWorkflow.task import Task as SpiffTask
from SpiffWorkflow.util.task import TaskState

from tinhso.blocks.bpmn.queries.checking import known_names
from tinhso.blocks.bpmn.queries.compiling import (
    Awaited,
    Clock,
    WorkingTimer,
    awaited_by_sign,
    awaited_events,
    compiled_process,
    complete_event,
    release_waiting,
)
from tinhso.blocks.bpmn.queries.conditions import BadCondition, is_condition_true
from tinhso.blocks.bpmn.queries.decision_tables import NoDecision
from tinhso.blocks.bpmn.queries.shapes import GATEWAYS, INSIDE, ElementKind, ProcessGraph, ProcessNode, Sign
from tinhso.kernel.errors import Refused

__all__ = ["Clock", "Course", "WaitingStep", "passed_elements"]
SEEN = "seen_events"  # which event a gateway went on by: nobody asks afterwards, and it is no plain value
MOST_MOVES = 500  # of gateways and events between two acts of people
MOST_ELEMENTS = 3000  # that one instance may have passed
State = dict[str, Any]


def passed_elements(state: Mapping[str, Any]) -> frozenset[str]:
    """The elements that an instance, kept as ``state``, has behind it."""
    parts = [state, *state.get("inside", ())]
    tasks = (task for part in parts for task in part.get("tasks", ()))
    return frozenset(task["spec"] for task in tasks if task["state"] == TaskState.COMPLETED)


class Comparisons(PythonScriptEngine):  # type: ignore[misc]
    """A script engine that compares and does nothing else."""

    def __init__(self, facts: Mapping[str, Any], names: frozenset[str], clock: Clock) -> None:
        super().__init__()
        self.facts, self.clock = dict.fromkeys(names, "") | dict(facts), clock
        self.announced: list[tuple[str, Sign]] = []
        self.timed: set[str] = set()

    def validate(self, expression: str) -> None:
        """Checked when the drawing was read."""

    def evaluate(self, task: SpiffTask, expression: str, external_context: Any = None) -> bool:
        """Whether a condition holds for the answers given so far."""
        return is_condition_true(expression, self.names(task))

    def names(self, task: SpiffTask) -> dict[str, Any]:
        """What is known where the instance is: facts, and the answers given on the way there."""
        values: dict[str, Any] = self.facts | {"answer": ""} | task.data
        return values

    def execute(self, task: SpiffTask, script: str, external_context: Any = None) -> bool:
        """Nothing here runs scripts."""
        raise NotImplementedError

    def call_service(self, task: SpiffTask, **kwargs: Any) -> Any:
        """Nothing here calls services."""
        raise NotImplementedError


@dataclass(frozen=True)
class WaitingStep:
    """A step that waits for somebody: ``token`` names this coming to it, ``node`` what is to be done."""

    token: str
    node: ProcessNode


class Course:
    """Where one instance is on its process."""

    def __init__(self, drawn: ProcessGraph, workflow: BpmnWorkflow, calls: Mapping[str, int] | None = None) -> None:
        self.drawn, self.workflow, self.calls = drawn, workflow, dict(calls or {})

    @classmethod
    def begun(
        cls, drawn: ProcessGraph, facts: Mapping[str, Any], clock: Clock, calls: Mapping[str, int] | None = None
    ) -> "Course":
        """A course at the first steps; ``calls`` are the versions of the processes that it calls, kept with it."""
        compiled, engine = compiled_process(drawn), _script_engine(drawn, facts, clock)
        course = cls(drawn, BpmnWorkflow(compiled.main, compiled.inside, script_engine=engine), calls)
        course._run()
        return course

    @classmethod
    def restored(cls, drawn: ProcessGraph, state: State, facts: Mapping[str, Any], clock: Clock) -> "Course":
        """A course as it was kept by :meth:`state`."""
        compiled, engine = compiled_process(drawn), _script_engine(drawn, facts, clock)
        workflow = BpmnWorkflow(compiled.main, compiled.inside, script_engine=engine, deserializing=True)
        _restore_workflow(workflow, state)
        for inside in state.get("inside", ()):  # those around come before those within
            holder = workflow.get_task_from_id(UUID(inside["holder"]))
            spec = compiled.inside[holder.task_spec.spec]
            part = BpmnSubWorkflow(spec, holder.id, workflow, deserializing=True)
            workflow.subprocesses[holder.id] = part
            part.completed_event.connect(holder.task_spec._on_subworkflow_completed, holder)
            _restore_workflow(part, inside)
        return cls(drawn, workflow, state.get("calls"))

    def state(self) -> State:
        """Plain values from which the course can be restored; the root comes first."""
        parts = sorted(self.workflow.subprocesses.items(), key=lambda part: part[1].depth)
        inside = [{"holder": holder.hex, **_workflow_state(part)} for holder, part in parts]
        more = {"inside": inside, "calls": self.calls}
        return _workflow_state(self.workflow) | {name: value for name, value in more.items() if value}

    @property
    def finished(self) -> bool:
        """Whether the end was reached."""
        return bool(self.workflow.completed)

    @property
    def announced(self) -> list[tuple[ProcessNode, Sign]]:
        """What the instance itself has said to have happened since the course was begun or restored."""
        return [(self.drawn.nodes[name], sign) for name, sign in self.workflow.script_engine.announced]

    @property
    def was_timed(self) -> bool:
        """Whether a timer has ended since the course was begun or restored."""
        return bool(self.workflow.script_engine.timed)

    def waiting(self) -> list[WaitingStep]:
        """The steps that wait, in the order in which the instance came to them, then the events that may happen."""
        ready = self.workflow.get_tasks(state=TaskState.READY, manual=True)
        steps = [WaitingStep(str(task.id), self.drawn.nodes[task.task_spec.name]) for task in ready]
        return steps + [WaitingStep(token, node) for token, node, _task, _awaited in self._awaited()]

    def hears(self, sign: Sign) -> bool:
        """Let what waits for a sign from elsewhere go on; False where nothing does."""
        waiting = [event for event in self._events() if awaited_by_sign(event, sign)]
        for task in waiting:
            self._moved(partial(complete_event, task, awaited_by_sign(task, sign)[0]))
        if waiting:
            self._run()
        return bool(waiting)

    def complete(self, token: str, answer: str = "") -> None:
        """The step is done with an answer, or what was waited for has happened; go on as far as nobody is needed."""
        event = next((awaited_event for awaited_event in self._awaited() if awaited_event[0] == token), None)
        if event is not None:
            self._moved(partial(complete_event, event[2], event[3]))
        else:
            task = self._task(token)
            node = self.drawn.nodes[task.task_spec.name]
            if answer:
                task.data |= {"answer": answer, node.variable: answer}
            self._moved(task.run)
            if node.sign is not None:
                release_waiting(task, node.sign)
        self._run()

    def refresh(self) -> None:
        """See which timers have ended."""
        self._run()

    def back_from(self, token: str) -> bool:
        """Let the step before be done again; False where there is none.

        The step before lies on the same way; before a join, it is the one before the branches parted.
        """
        task = self._step_before(self._task(token).parent, self._task(token).workflow)
        if task is None:
            return False
        self._moved(partial(self.workflow.reset_from_task_id, task.id))
        for workflow in self._around(task):
            workflow.completed = False
        self._run()
        return True

    def _step_before(self, task: SpiffTask | None, workflow: Any) -> SpiffTask | None:
        joins = 0
        while task is not None or workflow.parent_task_id is not None:
            if task is None:  # the beginning of what is inside an element: go on before that element
                holder = self.workflow.get_task_from_id(workflow.parent_task_id)
                task, workflow, joins = holder.parent, holder.workflow, 0
                continue
            node = self.drawn.nodes.get(task.task_spec.name)
            if node is not None and node.kind in GATEWAYS and node.kind is not ElementKind.EXCLUSIVE:
                joins += len(self.drawn.before(node.id)) > 1
                joins -= joins > 0 and len(self.drawn.after(node.id)) > 1
            if node is not None and node.kind is ElementKind.STEP and not joins:
                return task
            if node is not None and node.kind is ElementKind.SUB and not joins and (last := self._last_inside(task)):
                return last
            task = task.parent
        return None

    def _last_inside(self, holder: SpiffTask) -> SpiffTask | None:
        """The last step of what was done inside an element; None where several went on at once there."""
        part = self.workflow.subprocesses.get(holder.id)
        if part is None or any(
            process_node.kind is ElementKind.PARALLEL for process_node in self.drawn.inside(holder.task_spec.name)
        ):
            return None
        ended = [task for task in part.tasks.values() if task.task_spec.name == "End"]
        return self._step_before(ended[0].parent, _NOTHING_AROUND) if ended else None

    def _around(self, task: SpiffTask) -> Iterable[Any]:
        workflow = task.workflow
        yield workflow
        while workflow.parent_task_id is not None:
            workflow = self.workflow.get_task_from_id(workflow.parent_task_id).workflow
            yield workflow

    def wakes_at(self) -> datetime | None:
        """When the next timer ends."""
        moments = [
            timer.over_at(task)
            for task in self._events()
            for timer in getattr(
                task.task_spec.event_definition, "event_definitions", [task.task_spec.event_definition]
            )
            if isinstance(timer, WorkingTimer)
        ]
        return min(moments, default=None)

    def result(self) -> str:
        """What the end that was reached says of the outcome; empty where it says nothing."""
        done = self.workflow.get_tasks(state=TaskState.COMPLETED)
        ends = [self.drawn.nodes.get(task.task_spec.name) for task in sorted(done, key=lambda t: t.last_state_change)]
        results = [node.result for node in ends if node is not None and node.kind is ElementKind.END and node.result]
        return results[-1] if results else ""

    def passed(self) -> set[str]:
        """The elements that the instance has behind it."""
        done = self.workflow.get_tasks(state=TaskState.COMPLETED)
        return {task.task_spec.name for task in done if task.task_spec.name in self.drawn.nodes}

    def _events(self) -> list[SpiffTask]:
        """The elements that wait for something to happen."""
        return [task for task in self.workflow.event_manager.tasks.values() if task.state == TaskState.WAITING]

    def _awaited(self) -> list[tuple[str, ProcessNode, SpiffTask, Awaited]]:
        """What people may say to have happened, with the tokens of it."""
        return [
            (f"{task.id}:{awaited.name}", self.drawn.nodes[awaited.name], task, awaited)
            for task in self._events()
            for awaited in awaited_events(task)
            if not self._said_inside(self.drawn.nodes[awaited.name])
        ]

    def _said_inside(self, node: ProcessNode) -> bool:
        """Whether an event at a border is said by what is inside, and by nobody else."""
        if node.sign is None or node.sign.family not in INSIDE or not node.attached_to:
            return False
        within = [node.attached_to]
        for scope in within:
            within += [
                process_node.id for process_node in self.drawn.inside(scope) if process_node.kind is ElementKind.SUB
            ]
        signs = [
            process_node.sign
            for scope in within
            for process_node in self.drawn.inside(scope)
            if process_node.kind in (ElementKind.END, ElementKind.THROW)
        ]
        return any(sign is not None and node.sign.answers(sign) for sign in signs)

    def _task(self, token: str) -> SpiffTask:
        task_id = token.partition(":")[0]
        task = self.workflow.get_task_from_id(UUID(task_id)) if self._is_known(UUID(task_id)) else None
        if task is None or task.state != TaskState.READY:
            raise Refused("step_done", _("Bước này không còn chờ nữa. Hãy tải lại trang."))
        return task

    def _is_known(self, ref: UUID) -> bool:
        return ref in self.workflow.tasks or any(ref in part.tasks for part in self.workflow.subprocesses.values())

    def _run(self) -> None:
        """Go on until only people or time can."""
        moves = 0
        self._moved(self.workflow.refresh_timers)
        while ready := self.workflow.get_tasks(state=TaskState.READY, manual=False):
            moves += len(ready)
            if moves > MOST_MOVES or self._size() > MOST_ELEMENTS:
                raise Refused(
                    "endless", _("Quy trình của hồ sơ này chạy vòng quá nhiều lần. Hãy báo người giữ quy trình.")
                )
            # What interrupts comes first: else what it ends could go on beside it
            first = [
                ready_task
                for ready_task in ready
                if isinstance(ready_task.task_spec, (BoundaryEvent, BoundaryEventJoin))
            ]
            for task in first[:1] or ready:
                if task.state == TaskState.READY:
                    self._moved(task.run)
            self._moved(self.workflow.refresh_timers)
        if not self.finished and not self.waiting() and self.wakes_at() is None:
            raise _no_way_on("")

    def _size(self) -> int:
        return len(self.workflow.tasks) + sum(len(part.tasks) for part in self.workflow.subprocesses.values())

    def _moved(self, act: Callable[[], Any]) -> None:
        try:
            act()
        except (SpiffWorkflowException, BadCondition, NoDecision) as error:
            raise _no_way_on(getattr(getattr(error, "task_spec", None), "name", "") or "") from error


def _no_way_on(element: str) -> Refused:
    return Refused(
        "no_way_on",
        _("Quy trình không có đường đi tiếp %(element)s. Hãy báo người giữ quy trình sửa sơ đồ."),
        element=element,
    )


class _NothingAround:
    parent_task_id = None


_NOTHING_AROUND = _NothingAround()


def _script_engine(drawn: ProcessGraph, facts: Mapping[str, Any], clock: Clock) -> Comparisons:
    return Comparisons(facts, known_names(drawn) - facts.keys() - {"answer"}, clock)


def _workflow_state(workflow: Any) -> State:
    root = workflow.task_tree.id
    tasks = sorted(workflow.tasks.values(), key=lambda task: task.id != root)
    return {"completed": workflow.completed, "tasks": [_task_state(task) for task in tasks]}


def _restore_workflow(workflow: Any, state: State) -> None:
    for task_state in state["tasks"]:
        _restore_task(workflow, task_state)
    workflow.task_tree = workflow.tasks[UUID(state["tasks"][0]["id"])]
    workflow.completed = state["completed"]


def _task_state(task: SpiffTask) -> State:
    return {
        "id": task.id.hex,
        "parent": task._parent.hex if task._parent else None,
        "children": [child.hex for child in task._children],
        "spec": task.task_spec.name,
        "state": task.state,
        "at": task.last_state_change,
        "triggered": task.triggered,
        "internal": {name: value for name, value in task.internal_data.items() if name != SEEN},
        "data": task.data,
    }


def _restore_task(workflow: Any, values: State) -> None:
    task = SpiffTask(workflow, workflow.spec.task_specs[values["spec"]], state=values["state"], id=UUID(values["id"]))
    task._parent = UUID(values["parent"]) if values["parent"] else None
    task._children = [UUID(child_id) for child_id in values["children"]]
    task.last_state_change, task.triggered = values["at"], values["triggered"]
    task.internal_data, task.data = values["internal"], values["data"]
    if isinstance(task.task_spec, CatchingEvent) and task.state == TaskState.WAITING:
        workflow.top_workflow.event_manager.add_task(task)
