"""One case as its page shows it: where it stands, who holds it, what I may do, what happened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tinhso.blocks.cases.models import Case, Entry, Extension, Pause, Task
from tinhso.blocks.cases.queries import lookup, promises
from tinhso.blocks.cases.queries.rules import rules
from tinhso.blocks.cases.queries.steps import HANDING_OUT, RECEPTION, steps_after
from tinhso.blocks.identity import queries as identity
from tinhso.blocks.signature_requests.queries import signers_at
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.ui.wording import date_text

DID: Mapping[str, Promise] = {
    "filed": _lazy("Nộp hồ sơ"),
    "received": _lazy("Tiếp nhận hồ sơ hợp lệ"),
    "declined": _lazy("Không tiếp nhận hồ sơ"),
    "begun": _lazy("Bắt đầu xử lý"),
    "step_done": _lazy("Xong một bước"),
    "sent_back": _lazy("Trả lại bước trước"),
    "asked_supplement": _lazy("Yêu cầu bổ sung"),
    "asked_payment": _lazy("Yêu cầu nộp tiền"),
    "supplemented": _lazy("Người nộp đã bổ sung"),
    "paid": _lazy("Người nộp đã nộp tiền"),
    "extended": _lazy("Xin lỗi và gia hạn"),
    "stopped": _lazy("Dừng xử lý"),
    "withdrawn": _lazy("Người nộp rút hồ sơ"),
    "finished": _lazy("Xử lý xong"),
    "returned": _lazy("Trả kết quả"),
    "result_withdrawn": _lazy("Thu hồi kết quả theo đề nghị của người dân"),
    "taken": _lazy("Nhận việc"),
    "handed_over": _lazy("Chuyển người xử lý"),
    "noted": _lazy("Ghi chú nội bộ"),
    "paper_added": _lazy("Thêm giấy tờ"),
    "result_added": _lazy("Thêm tệp kết quả"),
    "new_key": _lazy("Cấp khóa tra cứu mới"),
    "rated": _lazy("Người nộp đánh giá"),
    "moved": _lazy("Chuyển cơ quan kế thừa"),
    "escalated": _lazy("Quá giờ, báo người đôn đốc"),
    "announced": _lazy("Quy trình báo"),
    "heard": _lazy("Điều đang chờ đã xảy ra"),
    "signature_asked": _lazy("Trình ký kết quả"),
    "signature_cancelled": _lazy("Không trình ký kết quả nữa"),
    "linked": _lazy("Mở hồ sơ liên thông"),
    "link_failed": _lazy("Chưa mở được hồ sơ liên thông"),
    "unit_in_doubt": _lazy("Chờ phân định cơ quan kế thừa"),
}
# Lists say one for each of their lines, so only what is said is put into words.
STANDING: Mapping[str, Promise] = {
    "late": _lazy("trễ %(days)s ngày"),
    "missed": _lazy("xong trễ %(days)s ngày"),
    "today": _lazy("đến hạn hôm nay"),
    "ahead": _lazy("còn %(days)s ngày"),
    "kept": _lazy("xong đúng hạn"),
    "waiting": _lazy("đồng hồ tạm dừng"),
}
WITHIN_A_DAY: Mapping[str, Promise] = {"late": _lazy("trễ trong ngày"), "missed": _lazy("xong trễ trong ngày")}
TONES = {"late": "bad", "missed": "bad", "today": "warn", "ahead": "good", "kept": "good", "waiting": "info"}


@dataclass(frozen=True)
class StepActions:
    """What may be done with a step that waits."""

    task: Task
    accept: bool
    decline: bool
    complete: bool
    last: bool
    result: str
    answers: Sequence[str]
    hand_out: bool
    supplement: bool
    extend: bool
    stop: bool
    colleagues: Sequence[tuple[str, str]]
    signers: Sequence[tuple[str, str]] = ()
    happens: bool = False


def promise_standing(case: Case, now: datetime) -> tuple[str, str]:
    """How a case stands against its promise: words, and the tone of its mark."""
    lateness = promises.lateness_of_case(case, now)
    words = (WITHIN_A_DAY if lateness.days == 0 else {}).get(lateness.state) or STANDING.get(lateness.state)
    return (str(words) % {"days": lateness.days} if words else ""), TONES.get(lateness.state, "")


def task_standing(task: Task, now: datetime) -> tuple[str, str]:
    """The same for a step that waits."""
    if task.due_at is None or task.done_at is not None:
        return "", ""
    days = (clock.local(now).date() - clock.local(task.due_at).date()).days
    if now > task.due_at:
        return (_("trễ %(days)s ngày") % {"days": days} if days else _("trễ trong ngày")), "bad"
    return (_("còn %(days)s ngày") % {"days": -days}, "good") if days else (_("đến hạn hôm nay"), "warn")


def actions_of_case(case: Case, by: Actor) -> list[StepActions]:
    """What ``by`` may do with each step that waits for them."""
    stood_for = lookup.stood_in_for(by, clock.today())
    mine = [
        task
        for task in lookup.open_tasks(case)
        if by.can(task.right, at=task.unit) and task.holder in ("", by.ref, *stood_for)
    ]
    return [_actions_of_step(case, task, by) for task in mine]


def _actions_of_step(case: Case, task: Task, by: Actor) -> StepActions:
    runs = case.status in (Case.Status.RECEIVED, Case.Status.IN_PROCESS)
    reception = task.key == RECEPTION and case.status == Case.Status.FILED
    working = runs and task.key not in (RECEPTION, HANDING_OUT)
    waits = case.status in (Case.Status.AWAITING_SUPPLEMENT, Case.Status.AWAITING_PAYMENT)
    next_one = steps_after(task)
    people = identity.holders_of_rights(task.right, at=task.unit)
    return StepActions(
        task=task,
        accept=reception,
        decline=reception or (task.key == RECEPTION and case.status == Case.Status.AWAITING_SUPPLEMENT),
        complete=working,
        last=working and next_one.last,
        result="" if next_one.result is None else next_one.result or case.result,
        answers=next_one.answers,
        hand_out=task.key == HANDING_OUT and case.status == Case.Status.FINISHED,
        supplement=reception or working,
        extend=working and case.due_at is not None and clock.now() <= case.due_at,
        stop=working or (waits and task.key not in (RECEPTION, HANDING_OUT)),
        colleagues=[(person.ref, person.name) for person in people if person.ref != task.holder],
        signers=[(person.ref, person.name) for person in signers_at(case.unit)] if working and next_one.last else (),
        happens=next_one.happens,
    )


@dataclass(frozen=True)
class Happened:
    """An entry in words."""

    entry: Entry
    words: str
    more: str
    note: str = ""


# what an applicant reads of what was written: the rest is said among colleagues
TOLD = {"declined", "asked_supplement", "asked_payment", "supplemented", "extended", "stopped", "withdrawn", "returned"}


def history_of_case(case: Case, *, public: bool = False) -> list[Happened]:
    """What happened, the newest first; ``public``: only what the applicant is told."""
    entries = case.entries.select_related("unit").order_by("-number")
    visible_entries = entries.filter(public=True) if public else entries
    return [
        Happened(
            entry,
            str(DID.get(entry.did, entry.did)),
            _entry_details(entry),
            entry.note if not public or entry.did in TOLD or entry.by.startswith("applicant") else "",
        )
        for entry in visible_entries
    ]


def _entry_details(entry: Entry) -> str:
    detail = entry.detail
    if entry.did == "handed_over":
        to = detail.get("to") or _("cả bộ phận")
        return _("%(step)s: %(from)s → %(to)s") % {"step": detail["step"], "from": detail["from"], "to": to}
    if entry.did == "moved":
        return f"{detail['from']} → {detail['to']}"
    if "papers" in detail:
        return ", ".join(detail["papers"])
    detail_parts = (detail.get("step"), detail.get("answer"), detail.get("child"), detail.get("request"))
    return " · ".join(str(part) for part in detail_parts if part)


def reasons_of_kind(kind: str) -> list[str]:
    """Reasons to choose from."""
    return rules().reasons_for(kind)


def pauses_of_case(case: Case) -> list[Pause]:
    """When the clock stood still."""
    return list(case.pauses.order_by("since"))


def extensions_of_case(case: Case) -> list[Extension]:
    """How the promise was put off."""
    return list(case.extensions.order_by("at"))


def open_request(case: Case) -> Pause | None:
    """What the applicant is asked for now."""
    return case.pauses.filter(until=None).first()


def masked_number(number: str) -> str:
    """An identity number of which only the last three digits are shown."""
    return "•" * max(0, len(number) - 3) + number[-3:] if len(number) > 3 else "•" * len(number)


def promise_words(case: Case) -> str:
    """The promised duration in words."""
    if case.at_once:
        return _("trả ngay")
    if case.amount is None:
        return _("chưa rõ thời hạn")
    units = {"working_day": _("ngày làm việc"), "day": _("ngày"), "hour": _("giờ làm việc")}
    return f"{case.amount} {units.get(case.measure, case.measure)}"


def days_of(extension: Extension) -> str:
    """The two promises of an extension."""
    return f"{date_text(clock.local(extension.was_due_at))} → {date_text(clock.local(extension.due_at))}"


def holder_text(case: Case) -> str:
    """Who works on a case now, as the applicant may know it: the place, the step, and who took it."""
    holders = [
        " · ".join(part for part in (task.unit.name, task.name, task.holder_name) if part)
        for task in lookup.open_tasks(case)
        if not task.waiting
    ]
    return "; ".join(holders)


def masked_name(name: str) -> str:
    """A name of which only the last word is written out: what a page shows to whoever holds the key."""
    words = name.split()
    return " ".join([*(word[0] + "." for word in words[:-1]), *words[-1:]])
