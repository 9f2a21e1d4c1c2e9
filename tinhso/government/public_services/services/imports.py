"""Files with procedures, and one procedure from a page: held until somebody has seen what they would do, taken in at
once, taken back if need be."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.bpmn.rights import MANAGE_PROCEDURES
from tinhso.blocks.outbox import services as outbox
from tinhso.government.public_services import events
from tinhso.government.public_services.models import Import, Version
from tinhso.government.public_services.queries import changes, editing, files
from tinhso.government.public_services.queries import imports as queries
from tinhso.government.public_services.queries.changes import SAME
from tinhso.government.public_services.queries.documents import Document
from tinhso.government.public_services.queries.files import FileRead
from tinhso.government.public_services.services.catalogue import lock_catalogue, put_versions, rewrite_versions
from tinhso.kernel import refs
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused

WAITS = timedelta(hours=2)


@dataclass(frozen=True)
class HeldImport:
    """What reading a file gave, and the waiting import when it can be confirmed."""

    reading: FileRead
    run: Import | None


@transaction.atomic
def hold_import(
    *, file_name: str, content: bytes, by: Actor, now: datetime, whole_from: date | None = None
) -> HeldImport:
    """Read a workbook or JSON file without changing the catalogue; a file without faults waits to be confirmed."""
    by.must_be_able_to(MANAGE_PROCEDURES)
    reading = files.read_procedure_file(file_name, content)
    if reading.problems:
        return HeldImport(reading, None)
    return HeldImport(
        reading, hold_documents(reading.documents, by=by, now=now, file_name=file_name[-200:], whole_from=whole_from)
    )


def hold_documents(
    rows: list[Document], *, by: Actor, now: datetime, whole_from: date | None = None, **more: str
) -> Import:
    """Keep documents without fault, and what they would change, until somebody has looked; ``more`` says whence."""
    Import.objects.filter(state=Import.State.HELD, expires_at__lte=now).delete()
    planned = changes.plan_changes(rows, whole_from=whole_from)
    return Import.objects.create(
        ref=refs.new_ref("NH"),
        at=now,
        by=by.ref,
        by_name=by.name,
        whole_from=whole_from,
        expires_at=now + WAITS,
        documents=rows,
        report=[change.as_dict() for change in planned.changes],
        **more,
    )


@transaction.atomic
def confirm_import(*, ref: str, by: Actor, now: datetime) -> Import:
    """Take in what is held, all of it or nothing; refused when the catalogue has changed since it was looked at, and
    for one procedure also when it has changed since its page was opened."""
    by.must_be_able_to(MANAGE_PROCEDURES)
    lock_catalogue()
    run = queries.waiting_import(ref, by=by.ref, now=now)
    if run.procedure and run.mark != editing.procedure_mark(run.procedure):
        raise changed_since(run.procedure)
    planned = changes.plan_changes(run.documents, whole_from=run.whole_from)
    if [change.as_dict() for change in planned.changes] != run.report:
        raise Refused(
            "changed_since", _("Danh mục đã đổi từ khi bạn xem trước. Hãy tải tệp lên lại để xem thay đổi mới.")
        )
    done = put_versions(given=run.documents, by=by, now=now, whole_from=run.whole_from, run=run.ref)
    run.state, run.at, run.touched, run.documents = Import.State.DONE, now, list(done.touched), []
    run.report = [change for change in run.report if change["kind"] != SAME]
    run.save()
    return run


def changed_since(code: str) -> Refused:
    """That somebody else was quicker with one procedure."""
    words = _("Thủ tục %(code)s đã được người khác đổi từ khi bạn mở trang này; chưa có gì được lưu.")
    return Refused("changed_since", words, code=code)


@transaction.atomic
def undo_import(*, ref: str, by: Actor, now: datetime) -> Import:
    """Make the catalogue say again what it said before an import. What the import said stays as formerly known.

    Refused when one of its versions was changed afterwards.
    """
    by.must_be_able_to(MANAGE_PROCEDURES)
    lock_catalogue()
    run = queries.completed_import(ref)
    mine = Version.objects.filter(ref__in=run.touched)
    live = list(mine.filter(known__upper_inf=True).select_related("procedure"))
    if len(live) != len(run.touched) or any(version.known.lower != run.at for version in live):
        raise Refused("changed_since", _("Có thủ tục đã được đổi sau lần nhập này nên không hoàn tác được cả lần."))
    formers = {version.ref: version for version in mine.filter(known__endswith=run.at)}
    _end_added_versions([version for version in live if version.ref not in formers], now)
    rewrite_versions([(version, formers[version.ref]) for version in live if version.ref in formers], now)
    run.state, run.undone_at, run.undone_by = Import.State.UNDONE, now, by.name
    run.save(update_fields=["state", "undone_at", "undone_by"])
    audit.record(by=by, did="undid import of procedures", to=run, after={"versions": len(live)})
    outbox.emit(
        events.CatalogueChanged(run=run.ref, new=0, versions=0, corrected=len(live), ended=0, by=by.ref, undone=True)
    )
    return run


def _end_added_versions(added: list[Version], now: datetime) -> None:
    """What an import had added is known until ``now`` and no longer."""
    for version in added:
        version.known = DateTimeTZRange(version.known.lower, now, "[)")
    Version.objects.bulk_update(added, ["known"], batch_size=500)
