"""Form 06: who handed a case to whom, when, and whether the part that they handed on was done in time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tinhso.blocks.cases.models import Case, Entry, Task
from tinhso.blocks.cases.queries.steps import RECEPTION
from tinhso.kernel import clock

APPLICANT = "Người nộp"
RETURNS: Mapping[str, str] = {
    "declined": "Không tiếp nhận",
    "stopped": "Dừng xử lý",
    "withdrawn": "Người nộp rút hồ sơ",
    "asked_supplement": "Yêu cầu bổ sung; thời hạn tạm dừng",
    "asked_payment": "Yêu cầu nộp tiền; thời hạn tạm dừng",
}
COMES_BACK: Mapping[str, str] = {"supplemented": "Đã bổ sung", "paid": "Đã nộp tiền"}


@dataclass(frozen=True)
class CaseHandover:
    """One line: from whom, to whom, at which moment, how the giver's part went, what it was about."""

    giver: str
    taker: str
    at: datetime
    result: str
    note: str


def handovers_of_case(case: Case) -> list[CaseHandover]:
    """Every time that the case changed hands, the oldest first."""
    entries = list(case.entries.select_related("unit").order_by("number"))
    tasks = list(case.tasks.select_related("unit").order_by("number"))
    lines = [*_of_entries(case, entries, tasks), *_of_tasks(tasks, entries)]
    return sorted(lines, key=lambda line: line.at)  # those of one moment stay in order: the history's before the steps'


def in_time(done: datetime, due: datetime | None) -> str:
    """Before its time, in time, or late; empty where nothing was promised."""
    if due is None:
        return ""
    if done > due:
        return "Quá hạn"
    return "Trước hạn" if clock.local(done).date() < clock.local(due).date() else "Đúng hạn"


def _of_entries(case: Case, entries: Sequence[Entry], tasks: Sequence[Task]) -> Iterator[CaseHandover]:
    opened = {task.opened_at for task in tasks}
    for entry in entries:
        here = _unit_and_person(entry.unit.name if entry.unit else "", entry.by_name)
        if entry.did == "received":
            yield CaseHandover(APPLICANT, here, entry.at, "", "Tiếp nhận hồ sơ")
        elif entry.did == "handed_over":
            unit = str(entry.detail.get("unit", ""))
            to = str(entry.detail.get("to") or "")
            yield CaseHandover(
                _unit_and_person(unit, entry.detail["from"]),
                _unit_and_person(unit, to),
                entry.at,
                "",
                str(entry.detail["step"]),
            )
        elif entry.did == "moved":
            yield CaseHandover(entry.detail["from"], entry.detail["to"], entry.at, "", "Chuyển cơ quan kế thừa")
        elif entry.did == "finished" and entry.at not in opened:
            result = in_time(entry.at, case.due_at)
            yield CaseHandover(here, case.receiving_unit.name, entry.at, result, case.outcome or "Xử lý xong")
        elif entry.did == "returned":
            yield CaseHandover(
                here, APPLICANT, entry.at, in_time(case.finished_at or entry.at, case.due_at), "Trả kết quả"
            )
        elif entry.did in RETURNS:
            yield CaseHandover(here, APPLICANT, entry.at, "", RETURNS[entry.did])
        elif entry.did in COMES_BACK:
            yield CaseHandover(APPLICANT, entry.unit.name if entry.unit else "", entry.at, "", COMES_BACK[entry.did])


def _of_tasks(tasks: Sequence[Task], entries: Sequence[Entry]) -> Iterator[CaseHandover]:
    moved_on = {str(entry.detail.get("step")) for entry in entries if entry.did == "handed_over"}
    acts = {entry.at: entry for entry in reversed(entries)}  # the first of a moment is what led to the others
    for task in tasks:
        if task.key == RECEPTION:
            continue
        before = next(
            (
                candidate
                for candidate in tasks
                if candidate.done_at == task.opened_at and candidate.number < task.number
            ),
            None,
        )
        person = "" if task.name in moved_on else task.done_by_name or task.holder_name
        note = f"{before.name} → {task.name}" if before is not None else task.name
        giver, result = _giver_of_task(before, acts.get(task.opened_at))
        yield CaseHandover(giver, _unit_and_person(task.unit.name, person), task.opened_at, result, note)


def _giver_of_task(before: Task | None, act: Entry | None) -> tuple[str, str]:
    if before is not None:
        done = in_time(before.done_at, before.due_at) if before.done_at and before.key != RECEPTION else ""
        return _unit_and_person(before.unit.name, before.done_by_name), done
    return (_unit_and_person(act.unit.name if act.unit else "", act.by_name) if act else ""), ""


def _unit_and_person(unit: str, person: object) -> str:
    return ": ".join(part for part in (unit, str(person or "")) if part)
