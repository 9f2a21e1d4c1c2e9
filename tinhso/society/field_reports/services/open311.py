"""What programs write by Open311: a report of somebody's, and what somebody has to say about it later."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.blocks.documents.services.accepting import Upload
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Forbidden, Refused
from tinhso.kernel.text import nfc
from tinhso.society.field_reports.contract import Attached, Channel, ReportDraft, Status
from tinhso.society.field_reports.models import Report
from tinhso.society.field_reports.models.reports import LONGEST, SHORTEST
from tinhso.society.field_reports.queries import lookup, open311, secrets
from tinhso.society.field_reports.queries.open311_rules import Open311Question, interface
from tinhso.society.field_reports.rights import SEND_FIELD_REPORTS, TAKE_FIELD_REPORTS
from tinhso.society.field_reports.services import record
from tinhso.society.field_reports.services.limiting import at_most
from tinhso.society.field_reports.services.pictures import keep_photo
from tinhso.society.field_reports.services.taking import submit_report
from tinhso.society.field_reports.services.telling import say_mended, say_not_mended


@dataclass(frozen=True)
class Open311Submission:
    """A report as a program sends it; ``answers`` by the codes of the province's own questions.

    ``name`` is what the program calls this telling; without it, the same words about the same place by the same
    person on one day are one telling.
    """

    category: str
    text: str
    longitude: float | None = None
    latitude: float | None = None
    address: str = ""
    commune: str = ""
    email: str = ""
    phone: str = ""
    person: str = ""
    language: str = "vi"
    name: str = ""
    answers: Mapping[str, Sequence[str]] = field(default_factory=dict)
    links: tuple[str, ...] = ()


def may_write(by: Actor) -> None:
    """Refuse all but programs with a key that may send reports."""
    if by.kind != "program" or not (by.can(SEND_FIELD_REPORTS) or by.can(TAKE_FIELD_REPORTS)):
        raise Forbidden("no_key", _("Thiếu mã truy cập, hoặc mã không được gửi phản ánh (api_key)."))


def take_request(*, sent: Open311Submission, photos: Sequence[Upload] = (), by: Actor, now: datetime) -> Report:
    """A report that a program sends; sent again, the same report.

    A key that may take reports vouches for its people: the report is received at once. Under any other key it waits
    until its reporter gives the code. Photos are taken in; links to photos elsewhere are only kept for the desk,
    as fetching them would let strangers send this system anywhere.
    """
    may_write(by)
    name = open311.request_of(by, _submission_key(sent, now))
    before = lookup.told_before(name)
    if before is not None:
        return before
    at_most(what="open311", who=by.ref, most=interface().writes_per_hour, now=now)
    if not sent.category:
        raise Refused("no_category", _("Thiếu lĩnh vực (service_code)."))
    day = clock.local(now).date()
    draft = ReportDraft(
        request=name,
        channel=Channel.OPEN311,
        text=_report_text(sent),
        category=sent.category,
        longitude=sent.longitude,
        latitude=sent.latitude,
        address=sent.address,
        sender_name=sent.person,
        contact=sent.email or sent.phone,
        commune=sent.commune or open311.commune_named(sent.address, day),
        language=sent.language,
        attachments=tuple(_store_photos(photos, by=by, now=now)),
    )
    report = submit_report(draft=draft, by=by, now=now, confirmed=by.can(TAKE_FIELD_REPORTS))
    if sent.links:
        _keep_links(report.ref, sent.links, by=by, now=now)
    return report


def _submission_key(sent: Open311Submission, now: datetime) -> str:
    if sent.name:
        return sha256(sent.name.encode()).hexdigest()[:32]
    submission_content = (
        sent.category,
        sent.text,
        sent.longitude,
        sent.latitude,
        sent.address,
        sent.commune,
        sent.email,
        sent.phone,
    )
    return sha256(repr((*submission_content, clock.local(now).date())).encode()).hexdigest()[:32]


def _report_text(sent: Open311Submission) -> str:
    lines = [nfc(sent.text).strip()]
    for question in interface().asks(sent.category):
        answers = [answer.strip()[:500] for answer in sent.answers.get(question.code, ()) if answer.strip()]
        if question.required and not answers:
            raise Refused("no_answer", _("Thiếu câu trả lời: %(question)s."), question=question.words)
        if answers:
            lines.append(f"{question.words}: {', '.join(_answer_names(question, answers))}")
    return "\n".join(lines)


def _answer_names(question: Open311Question, given: Sequence[str]) -> list[str]:
    names = {open311_choice.key: open311_choice.name for open311_choice in question.values}
    if names and not set(given) <= set(names):
        raise Refused("bad_answer", _("Câu trả lời không có trong danh sách: %(question)s."), question=question.words)
    return [names.get(answer, answer) for answer in given]


def _store_photos(photos: Sequence[Upload], *, by: Actor, now: datetime) -> list[Attached]:
    pictures = [
        keep_photo(upload=upload, file_name=getattr(upload, "name", "") or "", by=by, now=now) for upload in photos
    ]
    return [Attached(picture.original.sha256) for picture in pictures]


@transaction.atomic
def _keep_links(ref: str, links: Sequence[str], *, by: Actor, now: datetime) -> None:
    report = lookup.locked_report(ref)
    if report.entries.filter(did="noted", by=by.ref).exists():
        return
    text = "\n".join(link[:300] for link in links[:6])
    record.note_down(report, did="noted", by=by, now=now, public=False, note=text, detail={"links": len(links)})


@dataclass(frozen=True)
class PartnerUpdate:
    """What somebody elsewhere says of a report: ``name`` is its own for it, ``state`` open or closed or empty."""

    report: str
    name: str
    text: str
    state: str = ""


@transaction.atomic
def take_update(*, said: PartnerUpdate, by: Actor, now: datetime) -> str:
    """What somebody elsewhere says of a report that this program sent, once; gives its name here.

    Where the reporter was asked whether it is mended, "closed" says yes and "open" says no; at any other time it is a
    remark for the desk, as only the desk and the reporter decide.
    """
    may_write(by)
    report = lookup.locked_report(lookup.final_report(open311.own_report(said.report, by=by)).ref)
    name = said.name.strip()[:80] or sha256(said.text.encode()).hexdigest()[:16]
    before = report.entries.filter(did="noted", by=by.ref, detail__update=name).first()
    if before is not None:
        return f"{report.ref}-{before.number}"
    at_most(what="open311", who=by.ref, most=interface().writes_per_hour, now=now)
    text = nfc(said.text).replace("\0", "").strip()[:LONGEST]
    if not text and not said.state:
        raise Refused("says_nothing", _("Hãy viết vài chữ."))
    entry = record.note_down(
        report, did="noted", by=by, now=now, public=False, note=text, detail={"update": name, "state": said.state}
    )
    _apply_reporter_word(report, said.state, text, by=by, now=now)
    return f"{report.ref}-{entry.number}"


def _apply_reporter_word(report: Report, state: str, text: str, *, by: Actor, now: datetime) -> None:
    key = secrets.key_of(report)
    if state == "closed" and report.status == Status.AWAITING:
        say_mended(ref=report.ref, key=key, by=by, now=now)
    elif state == "open" and report.status in (Status.AWAITING, Status.CLOSED) and len(text) >= SHORTEST:
        say_not_mended(ref=report.ref, key=key, why=text, by=by, now=now)
