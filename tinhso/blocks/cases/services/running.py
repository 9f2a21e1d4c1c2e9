"""A case's course, moved on and kept under its lock: what a step's answer leads to, and which steps wait then."""

from datetime import datetime
from typing import Any

from tinhso.blocks.bpmn.models import ProcessVersion
from tinhso.blocks.bpmn.queries import catalogue
from tinhso.blocks.bpmn.queries.engine import Clock, Course
from tinhso.blocks.bpmn.services import usual_version
from tinhso.blocks.cases.models import Case, CaseProcess, Task
from tinhso.blocks.cases.queries import courses, promises
from tinhso.kernel import clock, deadlines

MOST_CAUGHT_UP = 50


def begin_course(case: Case, *, now: datetime) -> Course:
    """Start on the process that is in force for the case's procedure; the caller holds the case."""
    version = catalogue.in_force(case.procedure, clock.local(now).date()) or usual_version(now=now)
    calls = catalogue.calls_of(version, clock.local(now).date())
    course = Course.begun(
        catalogue.graph_of_version(version, calls), _process_facts(case), _process_clock(case, now), calls
    )
    CaseProcess.objects.update_or_create(case=case, defaults={"version": version, "state": {"open": {}}})
    return course


def course_of(case: Case, *, now: datetime) -> Course:
    """Where the case stands. One that has steps but no process yet is brought to the same step of one."""
    case_process = courses.of_case(case)
    if case_process is None:
        return _caught_up(case, now)
    return Course.restored(
        courses.drawn_for(case_process), case_process.state, _process_facts(case), _process_clock(case, now)
    )


def save_course(case: Case, course: Course, open_steps: dict[str, int]) -> None:
    """Write down where the case stands; ``open_steps`` are the numbers of waiting steps by their tokens."""
    state = course.state() | {"open": open_steps}
    CaseProcess.objects.filter(case=case).update(state=state, wakes_at=course.wakes_at())


def open_steps(case: Case) -> dict[str, int]:
    """Numbers of the steps that wait, by their tokens."""
    case_process = courses.of_case(case)
    return dict(case_process.state.get("open", {})) if case_process else {}


def token_of(case: Case, task: Task) -> str | None:
    """The token of a step that waits."""
    return next((token for token, number in open_steps(case).items() if number == task.number), None)


def is_over(case: Case) -> bool:
    """Whether the case has come to its end; one without a process has."""
    case_process = courses.of_case(case)
    return case_process is None or bool(case_process.state.get("completed"))


def version_of(case: Case) -> ProcessVersion | None:
    """The drawing that the case began with."""
    case_process = courses.of_case(case)
    return case_process.version if case_process else None


def forget_timers(case: Case) -> None:
    """Nothing wakes a case that is closed."""
    CaseProcess.objects.filter(case=case).update(wakes_at=None)


def _caught_up(case: Case, now: datetime) -> Course:
    """A case from before processes were drawn: pass what lies before its oldest open step of the same key."""
    course = begin_course(case, now=now)
    task = case.tasks.order_by("-number").first()
    node_id = task.key.partition("#")[0] if task else ""
    for _turn in range(MOST_CAUGHT_UP):
        waiting = course.waiting()
        waiting_step = next((step for step in waiting if step.node.id == node_id), None)
        if waiting_step is not None and task is not None:
            save_course(case, course, {waiting_step.token: task.number})
            return course
        if node_id not in course.drawn.nodes or not waiting:
            break
        first = waiting[0]
        course.complete(first.token, first.node.outcomes[0] if first.node.outcomes else "")
    course = begin_course(case, now=now)
    save_course(case, course, {course.waiting()[0].token: task.number} if task else {})
    return course


def _process_facts(case: Case) -> dict[str, Any]:
    return {"channel": int(case.channel), "option": case.option, "procedure": case.procedure}


def _process_clock(case: Case, now: datetime) -> Clock:
    def over(since: datetime, span: deadlines.Duration) -> datetime:
        pauses = [deadlines.ClockPause(pause.since, pause.until) for pause in case.pauses.all()]
        return deadlines.deadline_of(since, span, promises.office_hours(), pauses=pauses, now=now).at

    return Clock(now, over)
