"""What a message tells of a dossier: plain facts when it is queued, people's data only when it is sent."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tinhso.blocks.cases.models import Case, Entry
from tinhso.blocks.cases.queries.rules import organisation_code
from tinhso.government.public_services.queries.portal.rules import Rules
from tinhso.kernel import clock
from tinhso.kernel.errors import Refused, gettext_noop

STAMP = "%Y%m%d%H%M%S"


@dataclass(frozen=True)
class Content:
    """A message in the portal's names: what is kept in it, and what is filled in when it is sent."""

    payload: Mapping[str, Any]
    private: Mapping[str, str]


def stamp(moment: datetime | None) -> str:
    """A moment as the portal writes it, on a Vietnamese clock; empty without one."""
    return clock.local(moment).strftime(STAMP) if moment else ""


def _up_to(moment: datetime | None, entry: Entry) -> str:
    """A moment that had come when the entry was written: a message repeated later must not say more than the first."""
    return stamp(moment) if moment and moment <= entry.at else ""


PLAIN: Mapping[str, Callable[[Case, Entry], Any]] = {
    "code": lambda case, entry: case.code,
    "procedure": lambda case, entry: case.procedure,
    "procedure_name": lambda case, entry: case.name,
    "field": lambda case, entry: case.field,
    "unit_code": lambda case, entry: organisation_code(entry.unit or case.unit),
    "unit_name": lambda case, entry: (entry.unit or case.unit).name,
    "channel": lambda case, entry: int(case.channel),
    "applicant_kind": lambda case, entry: int(case.party.kind),
    "submitted_at": lambda case, entry: stamp(case.submitted_at),
    "received_at": lambda case, entry: _up_to(case.received_at, entry),
    "due_at": lambda case, entry: stamp(case.due_at) if _up_to(case.received_at, entry) else "",
    "finished_at": lambda case, entry: _up_to(case.finished_at, entry),
    "returned_at": lambda case, entry: _up_to(case.returned_at, entry),
    "officer": lambda case, entry: entry.by_name if entry.by else "",
    "status": lambda case, entry: int(entry.status),
    "happened_at": lambda case, entry: stamp(entry.at),
    "result_number": lambda case, entry: case.outcome_number if _up_to(case.finished_at, entry) else "",
}
# what may tell of a person: looked up at the moment of sending, masked on pages
PRIVATE: Mapping[str, Callable[[Case, Entry], Any]] = {
    "applicant": lambda case, entry: case.party.name,
    "id_number": lambda case, entry: case.party.id_number,
    "content": lambda case, entry: _content(entry),
}


def _content(entry: Entry) -> str:
    """What happened in words: the status, and what the applicant was told."""
    words = str(entry.get_status_display())
    return f"{words}: {entry.note}" if entry.note and entry.public else words


def content_of(kind: str, case: Case, entry: Entry, rules: Rules) -> Content:
    """What a message of ``kind`` tells; refuses a file that names what no dossier has."""
    fields = rules.fields_of(kind)
    unknown = sorted({one.ours for one in fields} - PLAIN.keys() - PRIVATE.keys())
    if unknown:
        raise Refused("bad_portal", gettext_noop("portal.toml thiếu hoặc sai mục %(what)s."), what=", ".join(unknown))
    return Content(
        payload={one.theirs: PLAIN[one.ours](case, entry) for one in fields if one.ours in PLAIN},
        private={one.theirs: one.ours for one in fields if one.ours in PRIVATE},
    )


def filled(payload: Mapping[str, Any], private: Mapping[str, str], case: Case, entry: Entry) -> dict[str, Any]:
    """The whole message as it goes out."""
    return dict(payload) | {theirs: PRIVATE[ours](case, entry) for theirs, ours in private.items() if ours in PRIVATE}
