"""Returns that wait for somebody, for the worklist over all systems."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.blocks.worklist.contract import WorkItem, WorkQueue
from tinhso.government.reporting.models import Return
from tinhso.government.reporting.queries import desk
from tinhso.kernel.actor import Actor
from tinhso.kernel.reads import Row
from tinhso.ui.wording import in_language, period_text

COLUMNS = ("ref", "state", "period", "due_at", "since", "data_set__name", "data_set__name_en")
UNIT = ("unit__name", "unit__name_en")


def open_returns(by: Actor, now: datetime) -> Sequence[WorkQueue]:
    """Returns that ``by`` has to fill in, approve or publish: only the first are due by a day."""
    to_fill_in, to_approve, to_publish = (
        desk.returns_in_tray(tray, by=by, now=now) for tray in (desk.FILL_IN, desk.APPROVE, desk.PUBLISH)
    )
    columns = (*COLUMNS, *UNIT)
    return [
        WorkQueue(to_fill_in.annotate(since=F("period_end")), "due_at", columns, _item_to_fill_in),
        WorkQueue(to_approve.annotate(since=F("submitted_at")), "", columns, _item_to_decide),
        WorkQueue(to_publish.annotate(since=F("approved_at")), "", columns, _item_to_decide),
    ]


def _item_to_fill_in(row: Row) -> WorkItem:
    step = _("Sửa và gửi lại") if row["state"] == Return.State.SENT_BACK else _("Nhập và gửi")
    return _return_item(row, step, reverse("reporting:fill_in", args=[row["ref"]]), due_at=row["due_at"])


def _item_to_decide(row: Row) -> WorkItem:
    step = _("Duyệt") if row["state"] == Return.State.SUBMITTED else _("Công bố")
    return _return_item(row, step, reverse("reporting:return", args=[row["ref"]]), since=row["since"], tick=row["ref"])


def _return_item(
    row: Row, step: str, href: str, *, due_at: datetime | None = None, since: datetime | None = None, tick: str = ""
) -> WorkItem:
    return WorkItem(
        title=in_language(row["data_set__name"], row["data_set__name_en"]),
        href=href,
        code=row["ref"],
        step=step,
        unit=in_language(row["unit__name"], row["unit__name_en"]),
        note=period_text(row["period"]),
        due_at=due_at,
        since=since,
        tick=tick,
    )
