"""The one way in which a task or a directive changes: fields, entry, audit and announcement together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.documents import services as documents
from tinhso.blocks.documents.models import StoredFile
from tinhso.blocks.outbox import services as outbox
from tinhso.blocks.units.models import Unit
from tinhso.government.programme import events
from tinhso.government.programme.models import Directive, Entry, Task, Work
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.kernel.text import nfc
from tinhso.kernel.working_calendar import working_days

SHORTEST, LONGEST, MOST_FILES = 5, 2000, 10


@dataclass(frozen=True)
class Evidence:
    """A file that was accepted already, and how it is called."""

    file: StoredFile
    name: str


def note_down(
    work: Work,
    *,
    did: str,
    by: Actor,
    now: datetime,
    note: str = "",
    detail: Mapping[str, Any] | None = None,
    evidence: Sequence[Evidence] = (),
    **fields: Any,
) -> Entry:
    """Change fields of ``work``, which the caller holds locked, and write down what happened."""
    before = {name: getattr(work, name) for name in fields}
    for name, value in fields.items():
        setattr(work, name, value)
    work.moves += 1
    work.save(update_fields=[*fields, "moves"])
    papers = keep_papers(work, evidence, by, now)
    values = dict(detail or {}) | ({"papers": papers} if papers else {})
    entry = insert_entry(work, did=did, by=by, now=now, note=note, detail=values)
    audit.record(
        by=by,
        did=f"{work._meta.model_name} {did}",
        to=work,
        before=_audited_values(before),
        after=_audited_values(fields),
    )
    announce_change(work, did, by)
    return entry


def insert_entry(
    work: Work, *, did: str, by: Actor, now: datetime, note: str = "", detail: Mapping[str, Any] | None = None
) -> Entry:
    """The entry that the count stands at."""
    whose = {"directive": work} if isinstance(work, Directive) else {"task": work}
    return Entry.objects.create(
        number=work.moves,
        at=now,
        by=by.ref,
        by_name=by.name,
        unit=work.unit,
        did=did,
        note=note,
        state=str(work.state),  # type: ignore[attr-defined]
        detail=dict(detail or {}),
        **whose,
    )


def announce_change(work: Work, did: str, by: Actor) -> None:
    """Say so to whoever listens."""
    values: dict[str, Any] = {"ref": work.ref, "number": work.moves, "did": did, "unit": work.unit.ref, "by": by.ref}
    if isinstance(work, Directive):
        outbox.emit(events.DirectiveMoved(**values, state=work.state, indicator=work.indicator))
    elif isinstance(work, Task):
        outbox.emit(events.TaskMoved(**values, state=work.state))


def keep_papers(work: Work, evidence: Sequence[Evidence], by: Actor, now: datetime) -> list[list[str]]:
    """Put accepted files with the work; gives their references and names."""
    stored_papers = []
    for evidence_file in evidence[:MOST_FILES]:
        paper = documents.keep_paper(
            file=evidence_file.file,
            file_name=evidence_file.name,
            kind="programme-evidence",
            name=evidence_file.name,
            owner="",
            unit=work.unit,
            by=by,
            now=now,
        )
        documents.use_paper(ref=paper.ref, owner="", used_in=used_in(work), by=by, now=now, reused=False)
        stored_papers.append([paper.ref, paper.name])
    return stored_papers


def used_in(work: Work) -> str:
    """How papers know the work that they are evidence of."""
    return f"programme:{work.ref}"


def tidied_reason(words: str, *, least: int = SHORTEST) -> str:
    """What somebody said, tidied; refuses too little or too much."""
    tidy = nfc(words).replace("\0", "").strip()
    if not least <= len(tidy) <= LONGEST:
        words = _("Hãy ghi rõ nội dung, từ %(least)s đến %(most)s chữ.")
        raise Refused("bad_words", words, least=least, most=LONGEST)
    return tidy


def tidied_title(words: str) -> str:
    """A title, tidied; refuses an empty one."""
    tidy = " ".join(nfc(words).replace("\0", "").split())
    if not SHORTEST <= len(tidy) <= 300:
        raise Refused("bad_title", _("Hãy ghi tên việc, từ %(least)s đến 300 chữ."), least=SHORTEST)
    return tidy


def due_day(asked: date | None, days: int, now: datetime) -> date:
    """The working day until which something is to be done: ``asked``, or ``days`` working days from now."""
    today = clock.local(now).date()
    day = working_days().next_working_day(asked) if asked else working_days().add_working_days(today, days)
    if day < today:
        raise Refused("past_due", _("Hạn phải từ hôm nay trở đi."))
    return day


def _audited_values(fields: Mapping[str, Any]) -> dict[str, Any] | None:
    plain = {name: getattr(value, "ref", value) if isinstance(value, Unit) else value for name, value in fields.items()}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in plain.items()} or None
