"""Making scans readable: asked for by an office, done by the worker page by page."""

import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app as queue

from tinhso.blocks.audit import services as audit
from tinhso.blocks.documents import queries
from tinhso.blocks.documents.contract import ScanPart
from tinhso.blocks.documents.events import ScanDigitised
from tinhso.blocks.documents.models import Digitisation, DigitisedPart, StoredFile
from tinhso.blocks.documents.queries import recognising
from tinhso.blocks.documents.services import storing
from tinhso.blocks.outbox import services as outbox
from tinhso.kernel import refs
from tinhso.kernel.actor import Actor, program_actor
from tinhso.kernel.errors import Forbidden, Refused

MOST_TRIES, MOST_PAGES = 3, 500
SCANNED = (recognising.PDF, "image/jpeg", "image/png", "image/tiff")
WORKER = program_actor("worker", rights=[])
State = Digitisation.State


class NotDoneYet(Exception):
    """It did not work this time; the worker tries again."""


@transaction.atomic
def request_digitisation(*, file: StoredFile, parts: Sequence[ScanPart], by: Actor, now: datetime) -> Digitisation:
    """Ask for a scan to be cut into ``parts`` (none: one paper of all pages) whose text can be searched.

    ``state`` tells how far it is; ``unavailable`` at once where the machine lacks Tesseract or its Vietnamese. Whether
    ``by`` may ask is for the caller to know. Refuses what is no picture of pages, and parts beyond its pages.
    """
    if not by.is_someone:
        raise Forbidden("must_log_in", _("Hãy đăng nhập để số hóa giấy tờ."))
    if file.media_type not in SCANNED:
        raise Refused("no_scan", _("Chỉ số hóa được PDF và ảnh. Tệp này đã có chữ đọc được."))
    with tempfile.TemporaryDirectory() as folder:
        pages = recognising.page_count(_copy_to_folder(file, Path(folder)), file.media_type)
    scan_parts = list(parts) or [ScanPart("Toàn bộ", 1, pages)]
    if pages > MOST_PAGES or any(not 1 <= part.first <= part.last <= pages for part in scan_parts):
        raise Refused(
            "no_such_pages",
            _("Tệp có %(pages)s trang (nhận tối đa %(most)s). Hãy xem lại số trang của từng giấy tờ."),
            pages=pages,
            most=MOST_PAGES,
        )
    able = recognising.can_recognise(file.media_type)
    row = Digitisation.objects.create(
        ref=refs.new_ref("SH"),
        source=file,
        parts=[asdict(part) for part in scan_parts],
        state=State.WAITING if able else State.UNAVAILABLE,
        pages=sum(part.last - part.first + 1 for part in scan_parts),
        asked_at=now,
        asked_by=by.ref,
    )
    audit.record(by=by, did="asked to digitise", to=row, after={"file": file.ref, "state": row.state})
    if able:
        queue.configure_task("documents.digitise", lock=f"digitise:{row.ref}").defer(ref=row.ref)
    else:
        outbox.emit(ScanDigitised(ref=row.ref, state=row.state))
    return row


def recognise_text(*, ref: str, now: datetime) -> Digitisation:
    """Do what :func:`digitise` asked for. What is done stays done; a worker that dies begins anew.

    Raises :class:`NotDoneYet` when a page failed and it may be tried again.
    """
    row = _begin_digitisation(ref)
    if row is None:
        return queries.digitisation_by_ref(ref)
    parts = [ScanPart(**part) for part in row.parts]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = _copy_to_folder(row.source, folder)
        try:
            readables = recognising.make_readable(
                source, row.source.media_type, parts, folder, lambda: _one_page_more(row)
            )
        except recognising.PageFailed as problem:
            return _fail_digitisation(row, str(problem), now)
        return _finish_digitisation(row, readables, now)


@transaction.atomic
def _begin_digitisation(ref: str) -> Digitisation | None:
    row = Digitisation.objects.select_for_update(of=("self",)).select_related("source").get(ref=ref)
    if row.state not in (State.WAITING, State.WORKING):
        return None
    row.state, row.pages_done, row.tries = State.WORKING, 0, row.tries + 1
    row.save(update_fields=["state", "pages_done", "tries"])
    return row


def _one_page_more(row: Digitisation) -> None:
    Digitisation.objects.filter(pk=row.pk).update(pages_done=F("pages_done") + 1)


@transaction.atomic
def _finish_digitisation(row: Digitisation, made: Sequence[recognising.Readable], now: datetime) -> Digitisation:
    for place, readable in enumerate(made, 1):
        file, _is_new = storing.store_file(readable.path, media_type=recognising.PDF, now=now)
        DigitisedPart.objects.create(
            digitisation=row, place=place, name=readable.part.name[:300], file=file, text=readable.text
        )
    row.state, row.finished_at, row.pages_done, row.trouble = State.DONE, now, row.pages, ""
    row.save(update_fields=["state", "finished_at", "pages_done", "trouble"])
    audit.record(by=WORKER, did="digitised", to=row, after={"papers": len(made), "pages": row.pages})
    outbox.emit(ScanDigitised(ref=row.ref, state=row.state))
    return row


def _fail_digitisation(row: Digitisation, why: str, now: datetime) -> Digitisation:
    with transaction.atomic():
        row.trouble = why[:300]
        row.state = State.WAITING if row.tries < MOST_TRIES else State.FAILED
        row.finished_at = None if row.state == State.WAITING else now
        row.save(update_fields=["trouble", "state", "finished_at"])
        if row.state == State.FAILED:
            audit.record(by=WORKER, did="could not digitise", to=row, after={"why": row.trouble})
            outbox.emit(ScanDigitised(ref=row.ref, state=row.state))
    if row.state == State.WAITING:
        raise NotDoneYet(row.trouble)
    return row


def _copy_to_folder(file: StoredFile, folder: Path) -> Path:
    path = folder / "source"
    storing.write_chunks(queries.chunks(file), path)
    return path
