"""Applications for support and complaints that wait for somebody, for the worklist over all systems."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.blocks.worklist.contract import WorkItem, WorkQueue
from tinhso.kernel.actor import Actor
from tinhso.kernel.reads import Row
from tinhso.society.support.models import Application
from tinhso.society.support.queries import inbox
from tinhso.society.support.rights import DECIDE_SUPPORT, SEE_SUPPORT
from tinhso.ui.wording import in_language

COLUMNS = ("ref", "shown_name", "due_at", "told_at", "decided_at", "unit__name", "unit__name_en", "programme__name")
OF_COMPLAINT = (
    "ref",
    "text",
    "application__ref",
    "at",
    "due_at",
    "application__unit__name",
    "application__unit__name_en",
)


def open_applications(by: Actor, now: datetime) -> Sequence[WorkQueue]:
    """Applications that ``by`` has to decide, to ask papers for, to give what was granted; and complaints."""
    queues = [
        _queue_of(inbox.tray_applications(inbox.DECIDE, by), "due_at", _("Duyệt")),
        _queue_of(inbox.tray_applications(inbox.PAPER, by), "due_at", _("Bổ sung giấy tờ")),
        _queue_of(inbox.tray_applications(inbox.GIVE, by), "", _("Trao hỗ trợ")),
    ]
    if by.can(DECIDE_SUPPORT) or by.can(SEE_SUPPORT):
        waiting = inbox.visible_complaints(by).filter(answered_at__isnull=True)
        queues.append(WorkQueue(waiting, "due_at", OF_COMPLAINT, _complaint_item))
    return queues


def _queue_of(rows: QuerySet[Application], due: str, step: str) -> WorkQueue:
    return WorkQueue(rows, due, COLUMNS, partial(_application_item, step, is_due=bool(due)))


def _application_item(step: str, row: Row, *, is_due: bool) -> WorkItem:
    return WorkItem(
        title=row["programme__name"],
        href=reverse("support:one", args=[row["ref"]]),
        code=row["ref"],
        step=step,
        unit=in_language(row["unit__name"], row["unit__name_en"]),
        note=row["shown_name"],
        due_at=row["due_at"] if is_due else None,
        since=row["told_at"] if is_due else row["decided_at"],
        tick=row["ref"] if is_due else "",
    )


def _complaint_item(row: Row) -> WorkItem:
    return WorkItem(
        title=_("Khiếu nại về hỗ trợ"),
        href=reverse("support:one", args=[row["application__ref"]]),
        code=row["ref"],
        step=_("Trả lời"),
        unit=in_language(row["application__unit__name"], row["application__unit__name_en"]),
        note=row["text"],
        due_at=row["due_at"],
        since=row["at"],
    )
