"""Bulletins as their pages show them: lists, an issue part by part, what may be done, its history."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from urllib.parse import quote

from django.db.models import QuerySet
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tinhso.blocks.audit.models import Entry
from tinhso.blocks.documents import queries as documents
from tinhso.blocks.documents.contract import Document, from_plain
from tinhso.blocks.signature_requests import queries as requests
from tinhso.blocks.signatures.rights import DRAFT_DOCUMENTS
from tinhso.ioc.models import Bulletin, BulletinTemplate
from tinhso.ioc.queries import bulletins as queries
from tinhso.ioc.queries.places import known_places
from tinhso.ioc.rights import APPROVE_BULLETINS, WRITE_BULLETINS
from tinhso.kernel.actor import Actor
from tinhso.kernel.periods import Period
from tinhso.kernel.reads import DeferredRead, Row
from tinhso.ui.round_trips import count_together, read_together
from tinhso.ui.wording import name_in_language

DRAFT, SUBMITTED, ISSUED = Bulletin.State.DRAFT, Bulletin.State.SUBMITTED, Bulletin.State.ISSUED
TONES = {DRAFT: "", SUBMITTED: "info", ISSUED: "good", Bulletin.State.WITHDRAWN: "bad"}


@dataclass(frozen=True)
class OfferedTemplate:
    """A template that somebody may begin an issue of, with the periods that have ended."""

    template: BulletinTemplate
    periods: list[Period]


@dataclass(frozen=True)
class ShownPart:
    """One part of an issue: its HTML and, where it may be reworded, its id, words and how often it was."""

    html: tuple[SafeString, ...]
    id: str = ""
    words: str = ""
    times: int = 0
    is_reworded: bool = False


@dataclass(frozen=True)
class AllowedActs:
    """What a reader may do with an issue in its state."""

    edit: bool = False
    submit: bool = False
    approve: bool = False
    send_back: bool = False
    withdraw: bool = False
    correct: bool = False
    own: bool = False


def of_template(bulletins: QuerySet[Bulletin], code: str) -> QuerySet[Bulletin]:
    """The issues of one template; all where the code is empty."""
    return bulletins.filter(template__code=code) if code else bulletins


def template_tabs(bulletins: QuerySet[Bulletin], wanted: str) -> list[dict[str, object]]:
    """Templates as tabs."""
    every = [
        ("", _("Tất cả")),
        *((template.code, name_in_language(template)) for template in queries.templates_in_use()),
    ]
    counts = count_together(**{f"of_{code}": of_template(bulletins, code) for code, _label in every})
    return [
        {
            "label": label,
            "href": f"?template={code}" if code else "?",
            "active": code == wanted,
            "count": counts[f"of_{code}"],
        }
        for code, label in every
    ]


def offered_templates(by: Actor, today: date) -> list[OfferedTemplate]:
    """What ``by`` may begin."""
    if not by.can(WRITE_BULLETINS):
        return []
    places = known_places()
    templates = []
    for template in queries.templates_in_use():
        unit = places.by_ref.get(str(template.spec.get("unit", ""))) or places.home
        if unit is not None and by.can(WRITE_BULLETINS, at=unit):
            templates.append(OfferedTemplate(template, queries.periods_for(template, today)))
    return templates


def issue_context(bulletin: Bulletin, by: Actor, now: datetime) -> dict[str, object]:
    """Everything that the page of an issue shows beside the issue itself."""
    acts = acts_of(bulletin, by)
    document, parts, observed = _drawn_issue(bulletin, acts, now)
    pieces = documents.document_pieces(document)
    history, newest = read_together([history_read(bulletin), queries.newest_snapshot_read()])
    return {
        "acts": acts,
        "head": pieces.head,
        "foot": pieces.foot,
        "parts": parts or [ShownPart(pieces.blocks)],
        "revisions": observed.get("revisions", {}),
        "tone": TONES.get(Bulletin.State(bulletin.state), ""),
        **_signing_state(bulletin, by),
        "hashes": documents.issued_hashes(bulletin.document) if bulletin.document else {},
        "history": history,
        "edits": bulletin.edits.all(),
        "audiences": Bulletin.Audience.choices,
        "corrections": bulletin.corrections.exclude(state=Bulletin.State.DROPPED) if bulletin.document else [],
        "is_newest": bulletin.state != DRAFT or bulletin.snapshot.pk == newest,
    }


def _signing_state(bulletin: Bulletin, by: Actor) -> dict[str, object]:
    """Where an issue stands on its way to be signed, and whether ``by`` may send it there."""
    if bulletin.document is None:
        return {}
    about = f"issued:{bulletin.document.ref}"
    done, running = requests.standing_of(about)
    may_ask = (
        bulletin.state == ISSUED and done is None and running is None and by.can(DRAFT_DOCUMENTS, at=bulletin.unit)
    )
    return {"signed": requests.document_of(done) if done else "", "to_sign": running, "may_ask_signature": may_ask}


def _drawn_issue(
    bulletin: Bulletin, acts: AllowedActs, now: datetime
) -> tuple[Document, list[ShownPart], Mapping[str, object]]:
    if bulletin.document is not None:
        return from_plain(bulletin.document.content), [], bulletin.observed
    observed = queries.observe_surroundings(bulletin, now) if bulletin.state == DRAFT else bulletin.observed
    built = queries.build_issue(bulletin, observed)
    blocks = iter(documents.document_pieces(built.document).blocks)
    times, parts = queries.edit_counts(bulletin), []
    for part, part_blocks in built.parts:
        html = tuple(next(blocks) for _block in part_blocks)
        editable = acts.edit and part.sort in queries.TEXTS
        words = bulletin.texts.get(part.id, part.text)
        parts.append(
            ShownPart(html, part.id if editable else "", words, times.get(part.id, 0), part.id in bulletin.texts)
        )
    return built.document, parts, observed


def acts_of(bulletin: Bulletin, by: Actor) -> AllowedActs:
    """What ``by`` may do; whoever had a hand in an issue may not approve it."""
    writes, approves = by.can(WRITE_BULLETINS, at=bulletin.unit), by.can(APPROVE_BULLETINS, at=bulletin.unit)
    own = by.ref in {bulletin.made_by, bulletin.submitted_by, *(edit.by for edit in bulletin.edits.all())}
    return AllowedActs(
        edit=writes and bulletin.state == DRAFT,
        submit=writes and bulletin.state == DRAFT,
        approve=approves and bulletin.state == SUBMITTED and not own,
        send_back=approves and bulletin.state == SUBMITTED,
        withdraw=approves and bulletin.state == ISSUED,
        correct=writes and bulletin.state == ISSUED,
        own=approves and bulletin.state == SUBMITTED and own,
    )


def history_read(bulletin: Bulletin) -> DeferredRead[list[tuple[Row, str]]]:
    """What happened to an issue, newest first: moment, name of the actor and what was written down, with its words."""
    words = {
        "drafted bulletin": _("lập bản nháp"),
        "reworded bulletin": _("sửa lời"),
        "chose for bulletin": _("đổi người đọc hoặc số liệu"),
        "submitted bulletin": _("trình duyệt"),
        "sent bulletin back": _("trả lại để sửa"),
        "issued bulletin": _("duyệt và ban hành"),
        "withdrew bulletin": _("thu hồi"),
        "dropped bulletin": _("bỏ bản nháp"),
    }
    entries = Entry.objects.filter(subject_kind="ioc.Bulletin", subject=bulletin.ref, did__in=words).order_by("-id")
    rows = entries.values("at", "actor_name", "did", "after")[:100]
    return DeferredRead(rows, lambda rows: [(row, words[row["did"]]) for row in rows])


def file_of(bulletin: Bulletin, form: str, now: datetime) -> bytes:
    """The issued bytes; of a draft what would be issued, marked as a draft on every page."""
    if bulletin.document is not None:
        return bytes(documents.file_of(bulletin.document.ref, form).content)
    observed = queries.observe_surroundings(bulletin, now) if bulletin.state == DRAFT else bulletin.observed
    draft = queries.build_issue(bulletin, observed).document
    mark = " · ".join(filter(None, ("DỰ THẢO", draft.mark)))
    return documents.FORMS[form](replace(draft, mark=mark))


def file_name(name: str, form: str) -> str:
    """A name as a download's header writes it."""
    return quote(f"{name}.{form}")
