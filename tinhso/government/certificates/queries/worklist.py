"""Requests about certificates that wait for somebody, for the worklist over all systems."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.blocks.worklist.contract import WorkItem, WorkQueue
from tinhso.government.certificates.models import Request
from tinhso.government.certificates.queries import requests
from tinhso.kernel.actor import Actor
from tinhso.kernel.reads import Row
from tinhso.ui.wording import in_language

COLUMNS = ("ref", "ask", "title", "due_at", "made_at", "unit__name", "unit__name_en")


def open_requests(by: Actor, now: datetime) -> Sequence[WorkQueue]:
    """Requests that ``by`` has to send, approve, accept, send on in a batch or hand out."""
    steps = {
        requests.MINE: _("Hoàn thiện và gửi"),
        requests.APPROVING: _("Duyệt"),
        requests.ACCEPTING: _("Tiếp nhận"),
        requests.BATCHING: _("Gửi theo lô"),
        requests.HANDING: _("Bàn giao"),
    }
    trays = [tray for tray in requests.trays_of(by) if tray in steps]
    return [
        WorkQueue(
            requests.requests_in_tray(tray, by=by), "due_at", COLUMNS, partial(_request_item, steps[tray], tray=tray)
        )
        for tray in trays
    ]


def _request_item(step: str, row: Row, *, tray: str) -> WorkItem:
    return WorkItem(
        title=_("Chứng thư số: %(what)s") % {"what": Request.Ask(row["ask"]).label},
        href=reverse("certificates:request", args=[row["ref"]]),
        code=row["ref"],
        step=step,
        unit=in_language(row["unit__name"], row["unit__name_en"]),
        note=row["title"],
        due_at=row["due_at"],
        since=row["made_at"],
        tick=row["ref"] if tray == requests.APPROVING else "",
    )
