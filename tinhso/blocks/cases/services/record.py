"""The one way in which a case changes: status, entry, audit and announcement together."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.audit.models import Entry as AuditEntry
from tinhso.blocks.cases import contract, events
from tinhso.blocks.cases.models import Case, Entry
from tinhso.blocks.outbox import services as outbox
from tinhso.blocks.units.models import Unit
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.ui.rows import insert_together


def change_status(
    case: Case,
    to: contract.Status,
    *,
    did: str,
    by: Actor,
    now: datetime,
    note: str = "",
    detail: Mapping[str, Any] | None = None,
    where: Unit | None = None,
    **fields: Any,
) -> Entry:
    """Give ``case`` the status ``to`` and these fields; refuses a status that may not follow the one that it has."""
    was = contract.Status(case.status)
    if to not in contract.TRANSITIONS[was]:
        raise Refused(
            "not_now",
            _("Hồ sơ đang ở trạng thái “%(state)s” nên không làm được việc này."),
            state=case.get_status_display(),
        )
    back = fields.pop("resumes_as", None) if to in contract.WAITING else None
    changed = fields | {"status": int(to), "resumes_as": back}
    entry, noted = _change_fields(case, did=did, by=by, now=now, note=note, detail=detail, where=where, **changed)
    insert_together(entry, noted, outbox.announcement_of(events.CaseMoved(**event_fields(case, by), was=int(was))))
    return entry


def note_down(
    case: Case,
    *,
    did: str,
    by: Actor,
    now: datetime,
    note: str = "",
    public: bool = True,
    detail: Mapping[str, Any] | None = None,
    where: Unit | None = None,
    **fields: Any,
) -> Entry:
    """Change fields of ``case``, which the caller holds locked, and write down what happened."""
    entry, noted = _change_fields(
        case, did=did, by=by, now=now, note=note, public=public, detail=detail, where=where, **fields
    )
    insert_together(entry, noted)
    return entry


def _change_fields(
    case: Case,
    *,
    did: str,
    by: Actor,
    now: datetime,
    note: str,
    public: bool = True,
    detail: Mapping[str, Any] | None,
    where: Unit | None,
    **fields: Any,
) -> tuple[Entry, AuditEntry]:
    """Change fields of ``case``; the entry about it and that of the audit log, which are yet to be inserted."""
    before = {name: getattr(case, name) for name in fields}
    for name, value in fields.items():
        setattr(case, name, value)
    case.entries_count += 1
    case.save(update_fields=[*fields, "entries_count"])
    entry = entry_of(case, did=did, by=by, now=now, note=note, public=public, detail=detail, where=where)
    subject = (Case._meta.label, case.code)
    return entry, audit.entry_of_act(
        by=by, did=f"case {did}", to=subject, before=_json_fields(before), after=_json_fields(fields)
    )


def entry_of(
    case: Case,
    *,
    did: str,
    by: Actor,
    now: datetime,
    note: str = "",
    public: bool = True,
    detail: Mapping[str, Any] | None = None,
    where: Unit | None = None,
) -> Entry:
    """The entry that the case's count stands at; the caller inserts it."""
    return Entry(
        case=case,
        number=case.entries_count,
        at=now,
        by=by.ref,
        by_name=by.name,
        unit=where or case.unit,
        did=did,
        status=case.status,
        note=note,
        public=public,
        detail=dict(detail or {}),
    )


def event_fields(case: Case, by: Actor) -> dict[str, Any]:
    """What every event of a case tells."""
    return {
        "code": case.code,
        "number": case.entries_count,
        "status": int(case.status),
        "unit": case.unit.ref,
        "by": by.ref,
    }


def must_say_why(why: str) -> str:
    """The reason, tidied; refuses to go without."""
    if not why.strip():
        raise Refused("no_reason", _("Hãy ghi rõ lý do."))
    return why.strip()


def _json_fields(fields: Mapping[str, Any]) -> dict[str, Any] | None:
    plain = {name: value.ref if isinstance(value, Unit) else value for name, value in fields.items()}
    json_values = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in plain.items()}
    return json_values or None
