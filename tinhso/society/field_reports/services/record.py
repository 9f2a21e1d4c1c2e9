"""The one way in which a report changes: status, entry, audit and announcement together."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.audit.models import Entry as AuditEntry
from tinhso.blocks.outbox import services as outbox
from tinhso.blocks.outbox.models import Announcement
from tinhso.blocks.units.models import Unit
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.kernel.text import fold, nfc
from tinhso.society.field_reports import contract, events
from tinhso.society.field_reports.models import Entry, Report
from tinhso.society.field_reports.models.reports import LONGEST, SHORTEST
from tinhso.ui.rows import insert_together

SUBJECT = Report._meta.label


def move_report(
    report: Report,
    to: contract.Status,
    *,
    did: str,
    by: Actor,
    now: datetime,
    note: str = "",
    public: bool = True,
    detail: Mapping[str, Any] | None = None,
    **fields: Any,
) -> Entry:
    """Give ``report`` the status ``to`` and these fields; refuses a status that may not follow the one that it has."""
    entry, *others = unsaved_move(
        report, to, did=did, by=by, now=now, note=note, public=public, detail=detail, **fields
    )
    report.save(update_fields=[*fields, "status", "entries_count"])
    insert_together(entry, *others)
    return entry


def unsaved_move(
    report: Report,
    to: contract.Status,
    *,
    did: str,
    by: Actor,
    now: datetime,
    note: str = "",
    public: bool = True,
    detail: Mapping[str, Any] | None = None,
    **fields: Any,
) -> tuple[Entry, AuditEntry, Announcement]:
    """The same for a caller who saves the report, and inserts these rows about it together with others."""
    was = contract.Status(report.status)
    must_be_able_to_become(report, to)
    entry, noted = _unsaved_change(
        report, did=did, by=by, now=now, note=note, public=public, detail=detail, status=int(to), **fields
    )
    return entry, noted, outbox.announcement_of(events.ReportMoved(**event_fields(report, by), was=int(was), did=did))


def must_be_able_to_become(report: Report, to: contract.Status) -> None:
    """Refuse unless the status ``to`` may follow the report's."""
    if to not in contract.TRANSITIONS[contract.Status(report.status)]:
        raise Refused(
            "not_now",
            _("Phản ánh đang ở trạng thái “%(state)s” nên không làm được việc này. Hãy mở lại trang để xem mới nhất."),
            state=report.get_status_display(),
        )


def note_down(
    report: Report,
    *,
    did: str,
    by: Actor,
    now: datetime,
    note: str = "",
    public: bool = True,
    detail: Mapping[str, Any] | None = None,
    **fields: Any,
) -> Entry:
    """Change fields of ``report``, which the caller holds locked, and write down what happened."""
    entry, noted = _unsaved_change(report, did=did, by=by, now=now, note=note, public=public, detail=detail, **fields)
    report.save(update_fields=[*fields, "entries_count"])
    insert_together(entry, noted)
    return entry


def _unsaved_change(
    report: Report,
    *,
    did: str,
    by: Actor,
    now: datetime,
    note: str,
    public: bool,
    detail: Mapping[str, Any] | None,
    **fields: Any,
) -> tuple[Entry, AuditEntry]:
    """Change fields of ``report`` without saving it; its entry and that of the audit log, yet to be inserted."""
    before = {name: getattr(report, name) for name in fields}
    for name, value in fields.items():
        setattr(report, name, value)
    report.entries_count += 1
    entry = entry_of(report, did=did, by=by, now=now, note=note, public=public, detail=detail)
    subject = (SUBJECT, report.ref)
    return entry, audit.entry_of_act(
        by=by, did=f"report {did}", to=subject, before=_json_values(before), after=_json_values(fields)
    )


def entry_of(
    report: Report,
    *,
    did: str,
    by: Actor,
    now: datetime,
    note: str = "",
    public: bool = True,
    detail: Mapping[str, Any] | None = None,
) -> Entry:
    """The entry that the report's count stands at; the caller inserts it."""
    return Entry(
        report=report,
        number=report.entries_count,
        at=now,
        by=by.ref,
        by_name=by.name,
        unit=report.unit,
        did=did,
        status=report.status,
        note=note,
        public=public,
        detail=dict(detail or {}),
    )


def event_fields(report: Report, by: Actor) -> dict[str, Any]:
    """What every event of a report tells."""
    return {
        "ref": report.ref,
        "number": report.entries_count,
        "status": int(report.status),
        "unit": report.unit.ref,
        "by": by.ref,
    }


def answer_of(text: str) -> str:
    """What whoever told will read, tidied; refuses less than 10 or more than 2,000 letters."""
    tidy = nfc(text).replace("\0", "").strip()
    if not SHORTEST <= len(tidy) <= LONGEST:
        raise Refused(
            "bad_reason",
            _("Hãy ghi rõ lý do hoặc kết quả, từ %(least)s đến %(most)s chữ: người gửi sẽ đọc."),
            least=SHORTEST,
            most=LONGEST,
        )
    return tidy


def searchable_text(report: Report) -> str:
    """What the search looks into."""
    return fold(f"{report.ref} {report.text} {report.address}")


def _json_values(fields: Mapping[str, Any]) -> dict[str, Any] | None:
    plain = {
        name: getattr(value, "ref", value) if isinstance(value, (Unit, Model)) else value
        for name, value in fields.items()
    }
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in plain.items()} or None
