"""The steps of a dossier: the next one opens when one is done, and none is done twice."""

from datetime import datetime

from django.utils.translation import gettext as _

from tinhso.blocks.cases import events
from tinhso.blocks.cases.contract import WAITING
from tinhso.blocks.cases.models import Case, Task
from tinhso.blocks.cases.queries import lookup, promises
from tinhso.blocks.cases.queries.rules import Step, rules
from tinhso.blocks.cases.queries.steps import HANDING_OUT, RECEPTION
from tinhso.blocks.cases.services.record import about
from tinhso.blocks.outbox import services as outbox
from tinhso.blocks.units.models import Unit
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused


def open_reception(case: Case, *, by: Actor, now: datetime) -> Task:
    """What was filed from afar waits to be looked through by those who receive."""
    return _open(case, Step(RECEPTION, str(_("Kiểm tra và tiếp nhận")), lookup.RECEIVE), case.receiving_unit, by, now)


def open_handing_out(case: Case, *, by: Actor, now: datetime) -> Task:
    """The result waits to be handed out where the dossier was received."""
    return _open(case, Step(HANDING_OUT, str(_("Trả kết quả")), lookup.RECEIVE), case.receiving_unit, by, now)


def begin(case: Case, *, by: Actor, now: datetime) -> Task:
    """Open the first step of those who decide."""
    return _open(case, rules().steps[0], case.unit, by, now)


def go_on(case: Case, task: Task, *, by: Actor, now: datetime) -> Task | None:
    """Open what follows ``task``; None when it was the last step."""
    keys = [step.key for step in rules().steps]
    at = keys.index(task.key) if task.key in keys else -1
    return _open(case, rules().steps[at + 1], case.unit, by, now) if at + 1 < len(keys) else None


def close(task: Task, *, outcome: str, by: Actor, now: datetime) -> None:
    """A step is done; the caller holds its dossier locked."""
    task.done_at, task.done_by, task.done_by_name, task.outcome = now, by.ref, by.name, outcome
    task.save(update_fields=["done_at", "done_by", "done_by_name", "outcome"])


def close_all(case: Case, *, outcome: str, by: Actor, now: datetime) -> None:
    """Nothing waits any more."""
    for task in lookup.open_tasks(case):
        close(task, outcome=outcome, by=by, now=now)


def hold(case: Case) -> None:
    """Steps that cannot go on until the applicant has acted are marked so."""
    case.tasks.filter(done_at=None).update(waiting=case.status in {int(one) for one in WAITING})


def taken(case: Case, number: int, *, by: Actor) -> Task:
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


def _open(case: Case, step: Step, unit: Unit, by: Actor, now: datetime) -> Task:
    case.tasks_count += 1
    case.save(update_fields=["tasks_count"])
    office = promises.office()
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
    outbox.emit(events.TaskOpened(**about(case, by), task=task.number, right=step.right))
    return task
