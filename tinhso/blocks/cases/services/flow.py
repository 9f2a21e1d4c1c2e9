"""The steps of a case: those that its process leads to open when one is done, and none is done twice."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from tinhso.blocks.bpmn.queries.engine import Course
from tinhso.blocks.bpmn.queries.shapes import ElementKind, ProcessNode, Sign
from tinhso.blocks.bpmn.queries.wording import name_of
from tinhso.blocks.cases import events
from tinhso.blocks.cases.contract import WAITING
from tinhso.blocks.cases.models import Case, Task
from tinhso.blocks.cases.queries import lookup, promises
from tinhso.blocks.cases.queries.steps import HANDING_OUT, RECEPTION
from tinhso.blocks.cases.rights import RECEIVE_CASES
from tinhso.blocks.cases.services import running
from tinhso.blocks.cases.services.announcing import announce_sign
from tinhso.blocks.cases.services.record import event_fields
from tinhso.blocks.outbox import services as outbox
from tinhso.blocks.units import queries as units
from tinhso.blocks.units.models import Unit
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused

OUT_OF_TIME, INTERRUPTED, NOT_NEEDED = "out of time", "interrupted", "not needed"


@dataclass(frozen=True)
class NewStep:
    """A step to be opened: who may do it, and the working hours that it may take (None: not said)."""

    key: str
    name: str
    right: str
    hours: int | None = None


def reception_task(case: Case, *, now: datetime) -> Task:
    """What was filed from afar waits to be looked through by those who receive; the caller inserts this step beside its
    case, which counts it already, and ``CaseFiled`` tells of it."""
    return Task(
        case=case,
        number=1,
        key=RECEPTION,
        name=str(_("Kiểm tra và tiếp nhận")),
        right=RECEIVE_CASES,
        unit=case.receiving_unit,
        opened_at=now,
    )


def open_handing_out(case: Case, *, by: Actor, now: datetime) -> Task:
    """The result waits to be handed out where the case was received."""
    return _open_task(case, NewStep(HANDING_OUT, str(_("Trả kết quả")), RECEIVE_CASES), case.receiving_unit, by, now)


def begin_process(case: Case, *, by: Actor, now: datetime) -> Task | None:
    """Open the first steps of those who decide, as the process of the case's procedure has them."""
    return _sync_tasks(case, running.begin_course(case, now=now), by, now)


def go_on(case: Case, task: Task, *, by: Actor, now: datetime, answer: str = "") -> Task | None:
    """Open what follows ``task``, answered with ``answer``; None where nothing new opens."""
    course = running.course_of(case, now=now)
    token = _token_of_task(case, task)
    node = next(waiting_step.node for waiting_step in course.waiting() if waiting_step.token == token)
    if node.outcomes and answer not in node.outcomes:
        choices = ", ".join(node.outcomes)
        raise Refused("choose_answer", _("Hãy chọn kết quả của bước: %(choices)s."), choices=choices)
    course.complete(token, answer if node.outcomes else "")
    return _sync_tasks(case, course, by, now)


def go_back(case: Case, task: Task, *, by: Actor, now: datetime) -> Task | None:
    """Open the step before ``task`` on its way again; refuses the first one."""
    course = running.course_of(case, now=now)
    if not course.back_from(_token_of_task(case, task)):
        raise Refused("no_step_before", _("Không trả lại được bước trước."))
    return _sync_tasks(case, course, by, now)


def pass_sign_on(case: Case, sign: Sign, *, by: Actor, now: datetime) -> bool:
    """What happened elsewhere lets go on whatever waits for it; False where nothing does."""
    course = running.course_of(case, now=now)
    has_resumed = course.hears(sign)
    if has_resumed:
        _sync_tasks(case, course, by, now)
    return has_resumed


def on_time(case: Case, *, by: Actor, now: datetime) -> list[Task]:
    """See which timers have ended, and open what they lead to; the steps that opened."""
    course = running.course_of(case, now=now)
    course.refresh()
    last = case.tasks_count
    _sync_tasks(case, course, by, now)
    return list(case.tasks.filter(number__gt=last).select_related("unit").order_by("number"))


def is_over(case: Case) -> bool:
    """Whether nothing of the case's process is left to do or to wait for."""
    return running.is_over(case)


def result_of(case: Case, now: datetime) -> str:
    """What the end that the case came to says of its outcome; empty where it says nothing."""
    return running.course_of(case, now=now).result()


def _token_of_task(case: Case, task: Task) -> str:
    token = running.token_of(case, task)
    if token is None:
        raise Refused("step_done", _("Bước này không còn chờ nữa. Hãy tải lại trang."))
    return token


def _sync_tasks(case: Case, course: Course, by: Actor, now: datetime) -> Task | None:
    """Let the rows of steps be as the course has them, and keep it; the first step that opened."""
    waiting, number_by_token = course.waiting(), running.open_steps(case)
    tokens = {step.token for step in waiting}
    for task in case.tasks.filter(
        number__in=[n for token, n in number_by_token.items() if token not in tokens], done_at=None
    ):
        close_task(task, outcome=_why_over(course, task), by=by, now=now)
    open_steps = {token: number for token, number in number_by_token.items() if token in tokens}
    opened: list[Task] = []
    for waiting_step in waiting:
        if waiting_step.token not in open_steps:
            opened.append(_open_node(case, waiting_step.node, by, now))
            open_steps[waiting_step.token] = opened[-1].number
    running.save_course(case, course, open_steps)
    for node, sign in course.announced:
        announce_sign(case, node, sign, by=by, now=now)
    return opened[0] if opened else None


def _why_over(course: Course, task: Task) -> str:
    """Why a step that nobody did waits no longer: time is up, or something else has happened."""
    node = course.drawn.nodes.get(task.key.partition("#")[0])
    if node is not None and node.kind is ElementKind.EVENT:
        return NOT_NEEDED
    return OUT_OF_TIME if course.was_timed else INTERRUPTED


def _open_node(case: Case, node: ProcessNode, by: Actor, now: datetime) -> Task:
    before = case.tasks.filter(key=node.id).count() + case.tasks.filter(key__startswith=f"{node.id}#").count()
    key = f"{node.id}#{before + 1}" if before else node.id
    task = _open_task(case, NewStep(key, name_of(node), node.right, node.hours), _unit_of(case, node, now), by, now)
    if node.kind is ElementKind.LINK:
        link_asked = events.LinkAsked(
            **event_fields(case, by), task=task.number, procedure=node.procedure, option=node.option
        )
        outbox.emit(link_asked)
    return task


def _unit_of(case: Case, node: ProcessNode, now: datetime) -> Unit:
    """Whose step it is; a department that is no more, and that nobody followed, leaves it to who decides."""
    if node.unit == "receiving":
        return case.receiving_unit
    unit = None if node.unit == "holder" else units.agency(node.unit, clock.local(now).date())
    return unit or case.unit


def close_task(task: Task, *, outcome: str, by: Actor, now: datetime) -> None:
    """A step is done; the caller holds its case locked."""
    task.done_at, task.done_by, task.done_by_name, task.outcome = now, by.ref, by.name, outcome
    task.save(update_fields=["done_at", "done_by", "done_by_name", "outcome"])


def close_all(case: Case, *, outcome: str, by: Actor, now: datetime) -> None:
    """Nothing waits any more."""
    for task in lookup.open_tasks(case):
        close_task(task, outcome=outcome, by=by, now=now)
    running.forget_timers(case)


def mark_tasks_waiting(case: Case) -> None:
    """Steps that cannot go on until the applicant has acted are marked so."""
    case.tasks.filter(done_at=None).update(waiting=case.status in {int(status) for status in WAITING})


def open_task(case: Case, number: int, *, by: Actor) -> Task:
    """The open step that ``by`` is about to do; refuses who may not, who does not hold it, and a step done."""
    task = case.tasks.select_related("unit").filter(number=number).first()
    if task is None:
        raise Refused("unknown_step", _("Hồ sơ không có bước này."))
    if task.done_at is not None:
        raise Refused("step_done", _("Bước này đã do %(name)s làm xong."), name=task.done_by_name)
    by.must_be_able_to(task.right, at=task.unit)
    if task.holder and task.holder != by.ref and task.holder not in lookup.stood_in_for(by, clock.today()):
        raise Refused("held_by_another", _("Bước này đang do %(name)s giữ."), name=task.holder_name)
    return task


def _open_task(case: Case, step: NewStep, unit: Unit, by: Actor, now: datetime) -> Task:
    case.tasks_count += 1
    case.save(update_fields=["tasks_count"])
    office = promises.office_hours()
    task = Task.objects.create(
        case=case,
        number=case.tasks_count,
        key=step.key,
        name=step.name,
        right=step.right,
        unit=unit,
        opened_at=now,
        due_at=office.hours.after(now, step.hours, office.days) if step.hours else case.due_at,
    )
    outbox.emit(events.TaskOpened(**event_fields(case, by), task=task.number, right=step.right))
    return task
