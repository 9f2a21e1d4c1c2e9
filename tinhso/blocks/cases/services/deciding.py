"""What posts decide about a case, step by step."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.blocks.cases.contract import Status
from tinhso.blocks.cases.models import Case, Extension, Pause, Task
from tinhso.blocks.cases.queries import courses, lookup, promises
from tinhso.blocks.cases.queries.steps import HANDING_OUT, RECEPTION, drawing_of, steps_after
from tinhso.blocks.cases.rights import PROCESS_CASES, RECEIVE_CASES
from tinhso.blocks.cases.services import flow
from tinhso.blocks.cases.services.papers import StoredPaper, bind_papers
from tinhso.blocks.cases.services.record import change_status, must_say_why, note_down
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused


@transaction.atomic
def accept(*, code: str, step: int, by: Actor, now: datetime, note: str = "") -> Case:
    """What was filed is complete: the clock starts, and the first step of those who decide opens."""
    case = lookup.locked_case(code)
    task = flow.open_task(case, step, by=by)
    _must_be_reception(task.key)
    flow.close_task(task, outcome="accepted", by=by, now=now)
    accept_held(case, by=by, now=now, note=note)
    return case


def accept_held(case: Case, *, by: Actor, now: datetime, note: str = "") -> None:
    """The same for a case that the caller holds."""
    promise = promises.promise_of_case(case, now=now, received=now)
    due: dict[str, Any] = (
        {"due_at": promise.at, "first_due_at": promise.at, "provisional": promise.provisional} if promise else {}
    )
    change_status(
        case,
        Status.RECEIVED,
        did="received",
        by=by,
        now=now,
        note=note,
        where=case.receiving_unit,
        received_at=now,
        **due,
    )
    flow.begin_process(case, by=by, now=now)


@transaction.atomic
def decline(*, code: str, step: int, why: str, by: Actor, now: datetime) -> Case:
    """What was filed cannot be taken in, for a reason that the applicant is told (form 03)."""
    case = lookup.locked_case(code)
    task = flow.open_task(case, step, by=by)
    _must_be_reception(task.key)
    reason = must_say_why(why)
    flow.close_task(task, outcome="declined", by=by, now=now)
    case.pauses.filter(until=None).update(until=now)
    change_status(
        case, Status.DECLINED, did="declined", by=by, now=now, note=reason, where=case.receiving_unit, closed_why=reason
    )
    return case


@transaction.atomic
def ask_supplement(*, code: str, step: int, reasons: Sequence[str], by: Actor, now: datetime) -> Case:
    """The applicant must add something (form 02): the clock stands still until they have."""
    stripped_reasons = [reason.strip() for reason in reasons if reason.strip()]
    if not stripped_reasons:
        raise Refused("no_reason", _("Hãy ghi rõ cần bổ sung những gì."))
    case = lookup.locked_case(code)
    flow.open_task(case, step, by=by)
    pause_held(case, Status.AWAITING_SUPPLEMENT, Pause.Kind.SUPPLEMENT, stripped_reasons, by=by, now=now)
    return case


def pause_held(case: Case, to: Status, kind: Pause.Kind, reasons: list[str], *, by: Actor, now: datetime) -> None:
    """The clock of a case that the caller holds stands still, for reasons that the applicant reads."""
    was = case.status
    did = "asked_supplement" if kind is Pause.Kind.SUPPLEMENT else "asked_payment"
    change_status(case, to, did=did, by=by, now=now, note="\n".join(reasons), resumes_as=was)
    Pause.objects.create(case=case, kind=kind, since=now, reasons=reasons)
    flow.mark_tasks_waiting(case)


@transaction.atomic
def resume(*, code: str, answer: str, by: Actor, now: datetime, kind: Pause.Kind = Pause.Kind.SUPPLEMENT) -> Case:
    """What was asked for is there: the clock runs on. Whoever may receive says so, or the system for who tracks it."""
    case = lookup.locked_case(code)
    if not (by.can(RECEIVE_CASES, at=case.receiving_unit) or by.can(PROCESS_CASES, at=case.unit)):
        by.must_be_able_to(RECEIVE_CASES, at=case.receiving_unit)
    resume_held(case, answer=answer, by=by, now=now, kind=kind)
    return case


def resume_held(case: Case, *, answer: str, by: Actor, now: datetime, kind: Pause.Kind) -> None:
    """The same for a case that the caller holds, and for whom the caller has asked."""
    pause = case.pauses.filter(until=None, kind=kind).first()
    if pause is None or case.resumes_as is None:
        raise Refused("nothing_asked", _("Hồ sơ này không chờ người nộp làm gì."))
    pause.until, pause.answer = now, answer.strip()
    pause.save(update_fields=["until", "answer"])
    did = "supplemented" if kind == Pause.Kind.SUPPLEMENT else "paid"
    promise = promises.promise_of_case(case, now=now)
    due: dict[str, Any] = {"due_at": promise.at, "provisional": promise.provisional} if promise else {}
    change_status(case, Status(case.resumes_as), did=did, by=by, now=now, note=answer.strip(), **due)
    if promise:
        case.tasks.filter(done_at=None, due_at__lt=promise.at).update(due_at=promise.at)
    flow.mark_tasks_waiting(case)


@transaction.atomic
def complete(
    *,
    code: str,
    step: int,
    by: Actor,
    now: datetime,
    note: str = "",
    outcome: str = "",
    number: str = "",
    files: Sequence[StoredPaper] = (),
    answer: str = "",
) -> Case:
    """A step is done, with ``answer`` where it lets choose, and what follows opens; the last one finishes the case
    with its result."""
    case = lookup.locked_case(code)
    task = flow.open_task(case, step, by=by)
    if task.key in (RECEPTION, HANDING_OUT):
        raise Refused("not_this_way", _("Bước này có cách kết thúc riêng."))
    _must_run(case)
    if case.status == Status.RECEIVED:
        change_status(case, Status.IN_PROCESS, did="begun", by=by, now=now)
    flow.close_task(task, outcome=answer or "done", by=by, now=now)
    flow.go_on(case, task, by=by, now=now, answer=answer)
    detail = {"step": task.name} | ({"answer": answer} if answer else {})
    if not flow.is_over(case):
        note_down(case, did="step_done", by=by, now=now, note=note, detail=detail)
        return case
    finish_held(case, by=by, now=now, note=note, outcome=outcome, number=number, detail=detail, files=files)
    return case


def is_last(case: Case, task: Task) -> bool:
    """Whether doing this step, of a case on which work is done, finishes it."""
    _must_run(case)
    return task.key not in (RECEPTION, HANDING_OUT) and steps_after(task).last


def finish_held(
    case: Case,
    *,
    by: Actor,
    now: datetime,
    note: str = "",
    outcome: str = "",
    number: str = "",
    detail: dict[str, str] | None = None,
    files: Sequence[StoredPaper] = (),
) -> None:
    """A case that the caller holds has come to its end: its result waits to be handed out."""
    result = outcome.strip() or flow.result_of(case, now) or case.result
    fields: dict[str, Any] = {"finished_at": now, "outcome": result[:300], "outcome_number": number.strip()[:80]}
    change_status(case, Status.FINISHED, did="finished", by=by, now=now, note=note, detail=detail, **fields)
    bind_papers(case, files, by=by, now=now, is_result=True)
    flow.open_handing_out(case, by=by, now=now)


@transaction.atomic
def send_back(*, code: str, step: int, why: str, by: Actor, now: datetime) -> Case:
    """The one who decides does not agree: the step before is done again."""
    case = lookup.locked_case(code)
    task = flow.open_task(case, step, by=by)
    _must_run(case)
    reason = must_say_why(why)
    if task.key in (RECEPTION, HANDING_OUT) or courses.others_wait(drawing_of(task), task):
        raise Refused("no_step_before", _("Không trả lại được bước trước."))
    flow.close_task(task, outcome="sent back", by=by, now=now)
    detail = {"step": task.name}
    note_down(case, did="sent_back", by=by, now=now, note=reason, public=False, detail=detail)
    flow.go_back(case, task, by=by, now=now)
    return case


@transaction.atomic
def stop(*, code: str, step: int, why: str, by: Actor, now: datetime) -> Case:
    """Work on a case ends without a result, for a reason that the applicant is told (form 05)."""
    case = lookup.locked_case(code)
    flow.open_task(case, step, by=by)
    _end_case(case, Status.STOPPED, "stopped", must_say_why(why), by=by, now=now)
    return case


def withdraw_held(case: Case, *, why: str, by: Actor, now: datetime) -> None:
    """The applicant takes the case back; the caller has asked whether it is they."""
    _end_case(case, Status.WITHDRAWN, "withdrawn", why.strip() or str(_("Người nộp rút hồ sơ")), by=by, now=now)


@transaction.atomic
def withdraw(*, code: str, why: str, by: Actor, now: datetime) -> Case:
    """The applicant asks at the desk to take the case back."""
    case = lookup.locked_case(code)
    by.must_be_able_to(RECEIVE_CASES, at=case.receiving_unit)
    withdraw_held(case, why=why, by=by, now=now)
    return case


def _end_case(case: Case, to: Status, did: str, why: str, *, by: Actor, now: datetime) -> None:
    case.pauses.filter(until=None).update(until=now)
    flow.close_all(case, outcome=did, by=by, now=now)
    change_status(case, to, did=did, by=by, now=now, note=why, closed_why=why)


@transaction.atomic
def extend(*, code: str, step: int, amount: int, why: str, by: Actor, now: datetime) -> Extension:
    """Put the promise off with an apology (form 04); only before it has run out."""
    case = lookup.locked_case(code)
    flow.open_task(case, step, by=by)
    _must_run(case)
    reason = must_say_why(why)
    if case.due_at is None:
        raise Refused("no_promise", _("Hồ sơ này không có ngày hẹn trả để gia hạn."))
    if now > case.due_at:
        raise Refused(
            "too_late", _("Đã quá ngày hẹn trả; không gia hạn được nữa. Hãy xin lỗi và trả kết quả sớm nhất.")
        )
    if not 1 <= amount <= 100:
        raise Refused("bad_amount", _("Thời gian gia hạn phải từ 1 đến 100."))
    extension = Extension(
        case=case, at=now, by=by.ref, by_name=by.name, amount=amount, why=reason, was_due_at=case.due_at
    )
    extension.due_at = case.due_at
    extension.save()
    promise = promises.promise_of_case(case, now=now)
    assert promise is not None
    extension.due_at = promise.at
    extension.save(update_fields=["due_at"])
    fields: dict[str, Any] = {"due_at": promise.at, "provisional": promise.provisional}
    note_down(case, did="extended", by=by, now=now, note=reason, detail={"amount": amount}, **fields)
    case.tasks.filter(done_at=None, due_at=extension.was_due_at).update(due_at=promise.at)
    return extension


@transaction.atomic
def hand_out(*, code: str, step: int, by: Actor, now: datetime, to: str = "") -> Case:
    """The result is given to the applicant or to ``to``, who came for them."""
    case = lookup.locked_case(code)
    task = flow.open_task(case, step, by=by)
    if task.key != HANDING_OUT:
        raise Refused("not_this_way", _("Bước này có cách kết thúc riêng."))
    flow.close_task(task, outcome="handed out", by=by, now=now)
    change_status(
        case,
        Status.RETURNED,
        did="returned",
        by=by,
        now=now,
        note=to.strip(),
        where=case.receiving_unit,
        returned_at=now,
    )
    return case


def _must_be_reception(key: str) -> None:
    if key != RECEPTION:
        raise Refused("not_this_way", _("Hồ sơ đã được tiếp nhận."))


def _must_run(case: Case) -> None:
    if case.status not in (Status.RECEIVED, Status.IN_PROCESS):
        raise Refused(
            "not_now",
            _("Hồ sơ đang ở trạng thái “%(state)s” nên không làm được việc này."),
            state=case.get_status_display(),
        )
