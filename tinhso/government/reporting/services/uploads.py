"""Holding an uploaded file until its sender has seen what it would do."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.government.reporting.models import Return, Upload
from tinhso.government.reporting.queries import returns as returns_queries
from tinhso.government.reporting.queries import uploads as queries
from tinhso.government.reporting.queries.uploads import UploadReading
from tinhso.government.reporting.services.returns import may_fill_in, save_draft
from tinhso.government.reporting.services.values import RowEntry
from tinhso.kernel import refs
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused

WAITS = timedelta(hours=2)


@dataclass(frozen=True)
class UploadOutcome:
    """What reading a file gave, and the waiting upload when it can be confirmed."""

    reading: UploadReading
    upload: Upload | None


@transaction.atomic
def hold_upload(*, ref: str, file_name: str, content: bytes, by: Actor, now: datetime) -> UploadOutcome:
    """Read a workbook or CSV for a return without touching the return; what can be stored waits to be confirmed."""
    unit_return = returns_queries.by_ref(ref)
    may_fill_in(unit_return, by)
    reading = queries.read_upload(returns_queries.sheet_of(unit_return), file_name, content)
    drop_expired_uploads(now=now)
    if reading.blocked:
        return UploadOutcome(reading, None)
    upload = Upload.objects.create(
        ref=refs.new_ref("TL"),
        parent=unit_return,
        by=by.ref,
        at=now,
        expires_at=now + WAITS,
        via="csv" if file_name.lower().endswith(".csv") else "xlsx",
        file_name=file_name[-200:],
        entries=[[unit, member, row] for (unit, member), row in reading.values.items()],
        problems=[problem.as_dict() for problem in reading.problems],
    )
    return UploadOutcome(reading, upload)


def drop_expired_uploads(*, now: datetime) -> None:
    """Forget files that nobody confirmed in time."""
    Upload.objects.filter(expires_at__lte=now).delete()


@transaction.atomic
def confirm_upload(*, ref: str, by: Actor, now: datetime) -> Return:
    """Store all values of a waiting file as the return's draft; the file may be confirmed once."""
    upload = queries.waiting_upload(ref, by=by.ref, now=now)
    entries = [RowEntry(unit, member, row) for unit, member, row in upload.entries]
    if not entries:
        raise Refused("empty_file", _("Tệp không có dòng số liệu nào."))
    unit_return = save_draft(ref=upload.parent.ref, entries=entries, by=by, now=now, via=upload.via)
    upload.delete()
    return unit_return
