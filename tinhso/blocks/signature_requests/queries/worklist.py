"""Documents that wait for somebody's signature or seal, for the worklist over all systems."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.blocks.signature_requests.models import Request
from tinhso.blocks.signature_requests.queries import requests
from tinhso.blocks.signatures.rights import SEAL_DOCUMENTS, SIGN_DOCUMENTS
from tinhso.blocks.worklist.contract import WorkItem, WorkQueue
from tinhso.kernel.actor import Actor
from tinhso.kernel.reads import Row
from tinhso.ui.wording import in_language

COLUMNS = ("ref", "title", "state", "due_at", "sent_at", "unit__name", "unit__name_en")


def open_requests(by: Actor, now: datetime) -> Sequence[WorkQueue]:
    """What waits for the signature of ``by``, and what they have to seal."""
    queues = []
    if by.can(SIGN_DOCUMENTS):
        queues.append(_queue_of(requests.requests_to_sign(by)))
    if by.can(SEAL_DOCUMENTS):
        queues.append(_queue_of(requests.to_seal(by)))
    return queues


def _queue_of(rows: QuerySet[Request]) -> WorkQueue:
    return WorkQueue(rows, "due_at", COLUMNS, _request_item)


def _request_item(row: Row) -> WorkItem:
    to_sign = row["state"] == Request.State.SIGNING
    return WorkItem(
        title=row["title"],
        href=reverse("signature_requests:one", args=[row["ref"]]),
        code=row["ref"],
        step=_("Ký") if to_sign else _("Lấy số, đóng dấu"),
        unit=in_language(row["unit__name"], row["unit__name_en"]),
        due_at=row["due_at"],
        since=row["sent_at"],
        tick=row["ref"] if to_sign else "",
    )
