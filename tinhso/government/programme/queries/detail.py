"""One task or directive as its page shows it: what happened, in words, and what may be done now by whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tinhso.government.programme.models import Dependency, Directive, Entry, Task, Work
from tinhso.government.programme.queries import listing, lookup
from tinhso.kernel.actor import Actor

DID = {
    "given": _lazy("giao việc"),
    "progressed": _lazy("báo tiến độ"),
    "reported": _lazy("báo đã xong"),
    "returned": _lazy("trả lại"),
    "accepted": _lazy("nghiệm thu"),
    "done": _lazy("kết thúc"),
    "dropped": _lazy("cho thôi làm"),
    "extended": _lazy("gia hạn"),
    "answered": _lazy("trả lời"),
    "asked_again": _lazy("hỏi lại"),
    "closed": _lazy("kết thúc chỉ đạo"),
    "withdrawn": _lazy("rút chỉ đạo"),
    "waits_for": _lazy("ghi phải chờ việc khác"),
    "waits_no_more": _lazy("ghi không phải chờ nữa"),
    "reminded": _lazy("nhắc người phụ trách: sắp đến hạn"),
    "told_head": _lazy("báo lãnh đạo đơn vị: quá hạn"),
    "told_giver": _lazy("báo người giao: quá hạn"),
    "inherited": _lazy("chuyển sang đơn vị kế thừa"),
    "unit_in_doubt": _lazy("chờ phân định đơn vị kế thừa"),
}


@dataclass(frozen=True)
class WorkEvent:
    """One thing that happened."""

    entry: Entry
    what: str
    percent: int | None
    due: str
    moved: str
    papers: Sequence[Sequence[str]]


def work_history(work: Work) -> list[WorkEvent]:
    """Everything that happened, the newest first."""
    entries = work.entries.select_related("unit").order_by("-number")  # type: ignore[attr-defined]
    return [_history_line(entry) for entry in entries]


def _history_line(entry: Entry) -> WorkEvent:
    details = entry.detail
    moved = _("%(before)s → %(after)s") % {"before": details["from"], "after": details["to"]} if "to" in details else ""
    act_text = str(DID.get(entry.did, entry.did))
    return WorkEvent(
        entry, act_text, details.get("percent"), details.get("due_on", ""), moved, details.get("papers", [])
    )


@dataclass(frozen=True)
class WorkActs:
    """What ``by`` may do now."""

    do: bool = False
    judge: bool = False
    extend: bool = False
    end: bool = False
    settle: bool = False
    finish: bool = False
    tie: bool = False


def allowed_acts(work: Work, by: Actor) -> WorkActs:
    """Acts that the state allows and the actor has the right to."""
    steers, does = lookup.may_steer(work, by), lookup.may_do(work, by)
    is_open = work.closed_at is None
    if isinstance(work, Directive):
        waits = work.state == Directive.State.OPEN
        return WorkActs(
            do=does and waits,
            judge=steers and work.state == Directive.State.ANSWERED,
            extend=steers and waits,
            end=steers and is_open,
            settle=steers and work.needs_unit and is_open,
        )
    state = str(work.state)  # type: ignore[attr-defined]
    return WorkActs(
        do=does and state in lookup.TO_DO,
        judge=steers and state == Task.State.REPORTED,
        extend=steers and is_open,
        end=steers and is_open,
        settle=steers and work.needs_unit and is_open,
        finish=steers and state == Task.State.ACCEPTED,
        tie=steers and is_open,
    )


def task_dependencies(task: Task) -> dict[str, list[Task]]:
    """What a task ``needs`` done first, and what is ``needed_by`` it: the other tasks, by their days."""
    dependencies = list(
        Dependency.objects.filter(Q(task=task) | Q(on=task)).select_related("task", "on").order_by("pk")
    )
    needs = [tie.on for tie in dependencies if tie.task_id == task.pk]
    needed_by = [tie.task for tie in dependencies if tie.on_id == task.pk]
    return {
        "needs": sorted(needs, key=lambda other: other.due_on),
        "needed_by": sorted(needed_by, key=lambda other: other.due_on),
    }


def work_context(work: Work, by: Actor, today: date) -> dict[str, Any]:
    """What both pages share."""
    return {
        "one": work,
        "tone": listing.TONES[str(work.state)],  # type: ignore[attr-defined]
        "standing": listing.work_standing(work, today),
        "history": work_history(work),
        "may": allowed_acts(work, by),
        "today": today,
    }
