"""Tasks and directives that wait for somebody, for the worklist over all systems."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.blocks.worklist.contract import WorkItem, WorkQueue, end_of_day
from tinhso.government.programme.models import Directive, Task
from tinhso.government.programme.queries import lookup
from tinhso.government.programme.rights import DO_TASKS
from tinhso.kernel.actor import Actor
from tinhso.kernel.reads import Row
from tinhso.ui.wording import in_language

COLUMNS = ("ref", "title", "due_on", "owner_name", "giver_name", "since", "unit__name", "unit__name_en")


def open_directives(by: Actor, now: datetime) -> Sequence[WorkQueue]:
    """Directives that ``by`` has to answer, and those of theirs that were answered."""
    to_answer = Directive.objects.filter(_is_mine(by), state=Directive.State.OPEN)
    answered = Directive.objects.filter(giver=by.ref, state=Directive.State.ANSWERED)
    return [
        _dated_queue(to_answer, "directive", _("Trả lời")),
        _undated_queue(answered, "answered_at", "directive", _("Xem trả lời, kết thúc")),
    ]


def open_tasks(by: Actor, now: datetime) -> Sequence[WorkQueue]:
    """Tasks that ``by`` has to do, and those of theirs that were reported as done."""
    to_do = Task.objects.filter(_is_mine(by), state__in=lookup.TO_DO)
    reported = Task.objects.filter(giver=by.ref, state=Task.State.REPORTED)
    return [
        _dated_queue(to_do, "task", _("Thực hiện")),
        _undated_queue(reported, "reported_at", "task", _("Nghiệm thu")),
    ]


def _is_mine(by: Actor) -> Q:
    """What ``by`` was named for, and what their units have to do where nobody was named."""
    return Q(owner=by.ref) | Q(owner="", unit__in=by.places(DO_TASKS))


def _dated_queue(rows: Any, page: str, step: str) -> WorkQueue:
    make = partial(_work_item, page, step, is_due=True)
    return WorkQueue(rows.annotate(since=F("given_at")), "due_on", COLUMNS, make, due_is_day=True)


def _undated_queue(rows: Any, since: str, page: str, step: str) -> WorkQueue:
    return WorkQueue(rows.annotate(since=F(since)), "", COLUMNS, partial(_work_item, page, step, is_due=False))


def _work_item(page: str, step: str, row: Row, *, is_due: bool) -> WorkItem:
    return WorkItem(
        title=row["title"],
        href=reverse(f"programme:{page}", args=[row["ref"]]),
        code=row["ref"],
        step=step,
        unit=in_language(row["unit__name"], row["unit__name_en"]),
        note=_("%(name)s giao") % {"name": row["giver_name"]} if is_due else row["owner_name"],
        due_at=end_of_day(row["due_on"]) if is_due else None,
        since=row["since"],
    )
