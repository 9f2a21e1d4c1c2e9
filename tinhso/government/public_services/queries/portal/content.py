"""What a message tells of a case: plain facts when it is queued, people's data only when it is sent."""

from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from tinhso.blocks.cases.models import Case, Entry
from tinhso.blocks.cases.queries.rules import organisation_code
from tinhso.blocks.documents import queries as documents
from tinhso.blocks.documents.models import Paper
from tinhso.government.public_services.queries.portal.rules import PortalRules
from tinhso.kernel import clock
from tinhso.kernel.errors import Refused, gettext_noop

STAMP = "%Y%m%d%H%M%S"


@dataclass(frozen=True)
class Content:
    """A message in the portal's names: what is kept in it, and what is filled in when it is sent."""

    payload: Mapping[str, Any]
    private: Mapping[str, str]


def portal_timestamp(moment: datetime | None) -> str:
    """A moment as the portal writes it, on a Vietnamese clock; empty without one."""
    return clock.local(moment).strftime(STAMP) if moment else ""


def _up_to(moment: datetime | None, entry: Entry) -> str:
    """A moment that had come when the entry was written: a message repeated later must not say more than the first."""
    return portal_timestamp(moment) if moment and moment <= entry.at else ""


PLAIN: Mapping[str, Callable[[Case, Entry], Any]] = {
    "code": lambda case, entry: case.code,
    "procedure": lambda case, entry: case.procedure,
    "procedure_name": lambda case, entry: case.name,
    "field": lambda case, entry: case.field,
    "unit_code": lambda case, entry: organisation_code(entry.unit or case.unit),
    "unit_name": lambda case, entry: (entry.unit or case.unit).name,
    "channel": lambda case, entry: int(case.channel),
    "applicant_kind": lambda case, entry: int(case.party.kind),
    "submitted_at": lambda case, entry: portal_timestamp(case.submitted_at),
    "received_at": lambda case, entry: _up_to(case.received_at, entry),
    "due_at": lambda case, entry: portal_timestamp(case.due_at) if _up_to(case.received_at, entry) else "",
    "finished_at": lambda case, entry: _up_to(case.finished_at, entry),
    "returned_at": lambda case, entry: _up_to(case.returned_at, entry),
    "officer": lambda case, entry: entry.by_name if entry.by else "",
    "status": lambda case, entry: int(entry.status),
    "happened_at": lambda case, entry: portal_timestamp(entry.at),
    "result_number": lambda case, entry: case.outcome_number if _up_to(case.finished_at, entry) else "",
}
# what may tell of a person: looked up at the moment of sending, masked on pages
PRIVATE: Mapping[str, Callable[[Case, Entry], Any]] = {
    "applicant": lambda case, entry: case.party.name,
    "id_number": lambda case, entry: case.party.id_number,
    "content": lambda case, entry: _event_text(entry),
}
# of an attached file; its names and its bytes may tell of a person
ATTACHED: Mapping[str, Callable[[Paper], Any]] = {
    "paper_kind": lambda paper: paper.kind,
    "media_type": lambda paper: paper.file.media_type,
    "size": lambda paper: paper.file.size,
    "sha256": lambda paper: paper.file.sha256,
}
ATTACHED_PRIVATE: Mapping[str, Callable[[Paper], Any]] = {
    "paper_name": lambda paper: paper.name,
    "file_name": lambda paper: paper.file_name,
    "file_content": lambda paper: b64encode(b"".join(documents.chunks(paper.file))).decode(),
}
HIDDEN = PRIVATE.keys() | ATTACHED_PRIVATE.keys()


def _event_text(entry: Entry) -> str:
    """What happened in words: the status, and what the applicant was told."""
    words = str(entry.get_status_display())
    return f"{words}: {entry.note}" if entry.note and entry.public else words


def tells_of_files(rules: PortalRules) -> bool:
    """Whether the province has names for what an attached file is; without them no file is sent."""
    return any(
        portal_field.ours in ATTACHED or portal_field.ours in ATTACHED_PRIVATE
        for portal_field in rules.fields_of("upload")
    )


def content_of(kind: str, case: Case, entry: Entry, rules: PortalRules, paper: Paper | None = None) -> Content:
    """What a message of ``kind`` tells, of ``paper`` where it carries a file; refuses what no case or file has."""
    fields = rules.fields_of(kind)
    plain: dict[str, Callable[[], Any]] = {name: partial(read_value, case, entry) for name, read_value in PLAIN.items()}
    hidden = set(PRIVATE)
    if paper is not None:
        plain |= {name: partial(read_value, paper) for name, read_value in ATTACHED.items()}
        hidden |= ATTACHED_PRIVATE.keys()
    unknown = sorted({portal_field.ours for portal_field in fields} - plain.keys() - hidden)
    if unknown:
        raise Refused("bad_portal", gettext_noop("portal.toml thiếu hoặc sai mục %(what)s."), what=", ".join(unknown))
    return Content(
        payload={
            portal_field.theirs: plain[portal_field.ours]() for portal_field in fields if portal_field.ours in plain
        },
        private={portal_field.theirs: portal_field.ours for portal_field in fields if portal_field.ours in hidden},
    )


def filled_message(
    payload: Mapping[str, Any], private: Mapping[str, str], case: Case, entry: Entry, paper: Paper | None = None
) -> dict[str, Any]:
    """The whole message as it goes out, a file's bytes in base64 within it."""
    values = {theirs: PRIVATE[ours](case, entry) for theirs, ours in private.items() if ours in PRIVATE}
    if paper is not None:
        files = {theirs: ours for theirs, ours in private.items() if ours in ATTACHED_PRIVATE}
        values |= {theirs: ATTACHED_PRIVATE[ours](paper) for theirs, ours in files.items()}
    return dict(payload) | values
