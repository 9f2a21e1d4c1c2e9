"""Reports that wait for somebody, for the worklist over all systems."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.blocks.worklist.contract import WorkItem, WorkQueue
from tinhso.kernel.actor import Actor
from tinhso.kernel.reads import Row
from tinhso.society.field_reports.contract import Status
from tinhso.society.field_reports.queries import inbox
from tinhso.society.field_reports.queries.rules import name_of
from tinhso.society.field_reports.rights import DECIDE_FIELD_REPORTS, HANDLE_FIELD_REPORTS
from tinhso.ui.wording import in_language

COLUMNS = ("ref", "status", "category", "text", "due_at", "received_at", "unit__name", "unit__name_en")
TO_CLASSIFY = (Status.RECEIVED, Status.CLASSIFYING)


def open_reports(by: Actor, now: datetime) -> Sequence[WorkQueue]:
    """Reports that ``by`` has to handle, to look at when mended, or to decide about."""
    to_do = inbox.tray_reports(inbox.TODO, by, now)
    queues = [WorkQueue(to_do, "due_at", COLUMNS, partial(_report_item, ""))]
    if by.can(HANDLE_FIELD_REPORTS):
        mended = inbox.tray_reports(inbox.CHECK, by, now)
        queues.append(WorkQueue(mended, "due_at", COLUMNS, partial(_report_item, _("Kiểm tra kết quả"))))
    if by.can(DECIDE_FIELD_REPORTS):
        disputed = inbox.tray_reports(inbox.DISPUTED, by, now).exclude(status__in=(*inbox.RUNNING, Status.RESOLVED))
        queues.append(WorkQueue(disputed, "due_at", COLUMNS, partial(_report_item, _("Phân định đơn vị xử lý"))))
    return queues


def _report_item(step: str, row: Row) -> WorkItem:
    usual = _("Phân loại") if row["status"] in TO_CLASSIFY else _("Xử lý")
    return WorkItem(
        title=name_of(row["category"]),
        href=reverse("field_reports:one", args=[row["ref"]]),
        code=row["ref"],
        step=step or usual,
        unit=in_language(row["unit__name"], row["unit__name_en"]),
        note=row["text"],
        due_at=row["due_at"],
        since=row["received_at"],
        tick="" if step else row["ref"],
    )
