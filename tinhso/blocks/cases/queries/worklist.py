"""Steps of cases that wait for somebody, for the worklist over all systems."""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse

from tinhso.blocks.cases.queries import inbox
from tinhso.blocks.cases.queries.steps import RECEPTION
from tinhso.blocks.worklist.contract import WorkItem, WorkQueue
from tinhso.kernel.actor import Actor
from tinhso.kernel.reads import Row
from tinhso.ui.wording import in_language

COLUMNS = ("case__code", "case__name", "case__party__name", "number", "key", "name", "opened_at", "due_at")
UNIT = ("unit__name", "unit__name_en")


def open_steps(by: Actor, now: datetime) -> Sequence[WorkQueue]:
    """The steps that ``by`` may do now."""
    steps = inbox.waiting_for(by).filter(waiting=False)
    return [WorkQueue(steps, "due_at", (*COLUMNS, *UNIT), _step_item)]


def _step_item(row: Row) -> WorkItem:
    code = row["case__code"]
    return WorkItem(
        title=row["case__name"],
        href=reverse("cases:case", args=[code]),
        code=code,
        step=row["name"],
        unit=in_language(row["unit__name"], row["unit__name_en"]),
        note=row["case__party__name"] or "",
        due_at=row["due_at"],
        since=row["opened_at"],
        tick=f"{code}#{row['number']}" if row["key"] == RECEPTION else "",
    )
