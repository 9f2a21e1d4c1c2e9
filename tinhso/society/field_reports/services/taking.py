"""Taking a report in, whatever the channel: once, however often it is sent."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.documents.models import StoredFile
from tinhso.blocks.outbox import services as outbox
from tinhso.blocks.outbox.models import Announcement
from tinhso.blocks.units.models import Unit
from tinhso.kernel import clock, refs
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.kernel.text import nfc
from tinhso.society.field_reports import events
from tinhso.society.field_reports.contract import TRUSTED, Attached, Channel, Priority, ReportDraft, Status
from tinhso.society.field_reports.models import Attachment, Follower, Report, Reporter
from tinhso.society.field_reports.queries import deadlines, lookup, places, secrets, suggesting
from tinhso.society.field_reports.queries.rules import Category, category_by_code, rules
from tinhso.society.field_reports.rights import TAKE_FIELD_REPORTS
from tinhso.society.field_reports.services import notifying, pictures, record
from tinhso.society.field_reports.services.voices import TYPES
from tinhso.ui.rows import insert_together

SHORTEST, LONGEST = 5, 4000
RECEIVED = (
    "status",
    "received_at",
    "first_due_at",
    "due_at",
    "provisional",
    "entries_count",
)  # fields that this changes
FASTEST = timedelta(seconds=60)  # between two codes


def reporting_actor(by: Actor) -> Actor:
    """Whoever tells: a person who has logged in, a clerk, or somebody of whom only the report will tell."""
    if by.is_someone:
        return by
    return Actor(ref="reporter", name=str(_("Người phản ánh")), kind="reporter", address=by.address)


def submit_report(*, draft: ReportDraft, by: Actor, now: datetime, confirmed: bool | None = None) -> Report:
    """A report of what ``draft`` tells, and the same one again where its ``request`` is known already.

    ``confirmed`` None: by the channel. One that is not confirmed waits for the code that was sent. Photos are drawn
    anew before anything is locked, so that a caller who stands in a transaction of their own should have called
    ``prepare`` on them. Refuses what says nothing, lies outside of the province or has nobody to answer to.
    """
    before = lookup.told_before(draft.request)
    if before is not None:
        return before
    if draft.channel in (Channel.HOTLINE, Channel.COUNTER):
        by.must_be_able_to(TAKE_FIELD_REPORTS)
    ready = _prepared_files(draft.attachments, now)
    try:
        with transaction.atomic():
            return _create_report(draft, ready, reporting_actor(by), now, confirmed)
    except IntegrityError:
        before = lookup.told_before(draft.request)  # the same telling came in at this very moment
        if before is None:
            raise
        return before


def _prepared_files(attached: Sequence[Attached], now: datetime) -> list[dict[str, Any]]:
    if len(attached) > rules().front.photos + 1:
        raise Refused("too_many_files", _("Gửi nhiều nhất %(most)s ảnh một lần."), most=rules().front.photos)
    if not attached:
        return []
    files = {
        file.sha256: file
        for file in StoredFile.objects.filter(sha256__in=[attached_file.sha256 for attached_file in attached])
    }
    ready: dict[str, dict[str, Any]] = {}
    for attached_file in attached:
        file = files.get(attached_file.sha256)
        if file is None:
            raise Refused("unknown_file", _("Không có tệp nào có mã “%(ref)s”."), ref=attached_file.sha256[:12])
        if file.media_type in TYPES:
            ready[attached_file.sha256] = {"kind": Attachment.Kind.VOICE, "voice": file}
        else:
            ready[attached_file.sha256] = {
                "kind": Attachment.Kind.BEFORE,
                "picture": pictures.prepare_picture(file=file, now=now),
            }
    return list(ready.values())


def _create_report(
    draft: ReportDraft, ready: list[dict[str, Any]], by: Actor, now: datetime, confirmed: bool | None
) -> Report:
    day = clock.local(now).date()
    longitude, latitude, where = _report_position(draft, ready, day)
    text = _report_text(draft, ready)
    of = _report_category(draft, text, day)
    phone, email = _parse_contact(draft)
    is_confirmed = confirmed if confirmed is not None else (draft.channel in TRUSTED or by.kind == "person")
    if not is_confirmed and not (phone or email):
        raise Refused("no_contact", _("Hãy ghi số điện thoại hoặc thư điện tử để nhận mã xác nhận và câu trả lời."))
    if (
        not is_confirmed and not email and not (settings.DEMO or notifying.can_reach_phone(phone))
    ):  # a demo shows the code on the page
        raise Refused("no_way_to_phone", _("Không gửi được mã tới số này. Hãy ghi thư điện tử."))
    report = Report(
        ref=refs.new_ref("PA"),
        request=draft.request[:80],
        channel=draft.channel,
        language=draft.language[:5],
        category=of.code,
        sensitive=of.sensitive,
        priority=int(suggesting.suggest_priority(text, of)),
        text=text,
        address=nfc(draft.address).replace("\0", "").strip()[:300],
        longitude=longitude,
        latitude=latitude,
        origin_unit=where,
        unit=places.in_charge(of, where, day),
        sent_at=min(draft.sent_at or now, now),
        entries_count=1,
    )
    report.search_text = record.searchable_text(report)
    account = by.ref if by.kind == "person" and draft.channel in (Channel.WEB, Channel.APP) else ""
    name = nfc(draft.sender_name).replace("\0", "").strip()[:200]
    person = Reporter(report=report, name=name, phone=phone, email=email, sender=draft.sender[:120], account=account)
    about = [
        record.entry_of(report, did="told", by=by, now=now),
        audit.entry_of_act(by=by, did="report told", to=(record.SUBJECT, report.ref), after={"channel": draft.channel}),
        person,
        *_report_attachments(report, ready, by, now),
        *_first_follower(report, person, draft.language, now),
    ]
    after = _start_clock(report, by=by, now=now) if is_confirmed else [_code_asked(report, person, by=by, now=now)]
    insert_together(report, *about, *after)
    return report


def _report_position(
    draft: ReportDraft, ready: list[dict[str, Any]], day: Any
) -> tuple[float | None, float | None, Unit]:
    """By the point that was told, else by the first photo that knows one, else by the commune that was chosen."""
    if draft.longitude is not None and draft.latitude is not None:
        return draft.longitude, draft.latitude, places.commune_at(draft.longitude, draft.latitude, day)
    if not draft.commune:
        for values in ready:
            picture = values.get("picture")
            if picture is not None and picture.longitude is not None:
                where = places.commune_at(picture.longitude, picture.latitude, day)
                return picture.longitude, picture.latitude, where
    return None, None, places.commune(draft.commune, day)


def _report_text(draft: ReportDraft, ready: list[dict[str, Any]]) -> str:
    text = nfc(draft.text).replace("\0", "").strip()[:LONGEST]
    if len(text) >= SHORTEST:
        return text
    if not ready:
        raise Refused("says_nothing", _("Hãy viết vài chữ, chụp ảnh hoặc ghi âm điều bạn thấy."))
    return text or str(_("(không có lời, xem ảnh hoặc nghe ghi âm)"))


def _report_category(draft: ReportDraft, text: str, day: Any) -> Category:
    if draft.category:
        return category_by_code(draft.category, day)
    likely = suggesting.suggest_categories(text, day)
    return likely[0] if likely else category_by_code("khac", day)


def _parse_contact(draft: ReportDraft) -> tuple[str, str]:
    """The phone number and the e-mail address in what was given; refuses what is neither."""
    text = draft.contact.replace("\0", "").strip()
    if not text:
        return "", ""
    if "@" in text:
        try:
            validate_email(text)
        except ValidationError as problem:
            raise Refused("bad_contact", _("Thư điện tử chưa đúng. Hãy xem lại.")) from problem
        return "", text[:254]
    digits = "".join(letter for letter in text if letter.isdigit())
    if not 9 <= len(digits) <= 15:
        raise Refused("bad_contact", _("Số điện thoại chưa đúng. Hãy xem lại."))
    return digits, ""


def _report_attachments(report: Report, ready: list[dict[str, Any]], by: Actor, now: datetime) -> list[Attachment]:
    return [
        Attachment(ref=refs.new_ref("ANH"), report=report, added_at=now, by=by.ref, by_name=by.name, **values)
        for values in ready
    ]


def _first_follower(report: Report, person: Reporter, language: str, now: datetime) -> list[Follower]:
    sender = person.sender or person.email or person.phone or person.account
    if not sender:
        return []
    report.followers_count = 1
    who = {"channel": report.channel, "sender": sender, "language": language[:5]}
    return [Follower(report=report, told_of=report, since=now, **who)]


def _start_clock(report: Report, *, by: Actor, now: datetime) -> list[Model]:
    """Let the clock of ``report`` run from ``now``, without saving it; what is to be inserted about that."""
    of = category_by_code(report.category, clock.local(now).date())
    promise = deadlines.reckon_deadline(now, of, Priority(report.priority))
    rows = record.unsaved_move(
        report,
        Status.RECEIVED,
        did="received",
        by=by,
        now=now,
        received_at=now,
        due_at=promise.at,
        first_due_at=promise.at,
        provisional=promise.provisional,
    )
    values: dict[str, Any] = {"category": report.category, "priority": report.priority, "channel": report.channel}
    return [*rows, outbox.announcement_of(events.ReportReceived(**record.event_fields(report, by), **values))]


def _code_asked(report: Report, person: Reporter, *, by: Actor, now: datetime) -> Announcement:
    """Count one more code, without saving that; the announcement that lets it be sent."""
    person.codes, person.code_at, person.tries = person.codes + 1, now, 0
    return outbox.announcement_of(events.CodeAsked(**record.event_fields(report, by), turn=person.codes))


def _unconfirmed_report(ref: str) -> tuple[Report, Reporter]:
    report = lookup.locked_report(ref)
    if report.status == Status.EXPIRED:
        raise Refused("expired", _("Phản ánh chưa xác nhận đã hết hạn. Hãy gửi lại."))
    return report, report.reporter


@transaction.atomic
def ask_again(*, ref: str, by: Actor, now: datetime) -> Report:
    """Send another code; at most one a minute, and ten altogether."""
    report, person = _unconfirmed_report(ref)
    if report.status != Status.UNCONFIRMED:
        return report
    if person.codes >= 10 or (person.code_at is not None and now - person.code_at < FASTEST):
        raise Refused("too_soon", _("Mã vừa được gửi. Hãy chờ một phút rồi thử lại."))
    announcement = _code_asked(report, person, by=reporting_actor(by), now=now)
    person.save(update_fields=["codes", "code_at", "tries"])
    insert_together(announcement)
    return report


def confirm_contact(*, ref: str, code: str, by: Actor, now: datetime) -> Report:
    """Whoever told shows that the contact is theirs; done again, it changes nothing. A wrong code counts."""
    with transaction.atomic():
        report, person = _unconfirmed_report(ref)
        if report.status != Status.UNCONFIRMED:
            return report
        lookup.must_be_outside(report, by=by)
        problem = _problem_with(report, person, code, now)
        if problem is None:
            rows = _start_clock(report, by=reporting_actor(by), now=now)
            report.save(update_fields=RECEIVED)
            insert_together(*rows)
            return report
        person.tries += 1
        person.save(update_fields=["tries"])
    raise problem


def _problem_with(report: Report, person: Reporter, code: str, now: datetime) -> Refused | None:
    numbers = rules().front
    if person.tries >= numbers.code_tries:
        return Refused("too_many_tries", _("Nhập sai quá nhiều lần. Hãy lấy mã mới."))
    if person.code_at is None or now - person.code_at > timedelta(minutes=numbers.code_minutes):
        return Refused("old_code", _("Mã đã hết hạn. Hãy lấy mã mới."))
    if not secrets.code_fits(report, person.codes, code):
        return Refused("wrong_code", _("Mã chưa đúng. Hãy xem lại tin nhắn mới nhất."))
    return None


def expire_unconfirmed(*, now: datetime, by: Actor) -> int:
    """Let go of what nobody confirmed in time: its words, its files and who told it are gone; says how many."""
    before = now - timedelta(hours=rules().front.expires_hours)
    gone = 0
    waiting = Report.objects.filter(status=Status.UNCONFIRMED, sent_at__lt=before)
    for ref in list(waiting.values_list("ref", flat=True)[:1000]):
        gone += _expire_report(ref, before, by, now)
    return gone


@transaction.atomic
def _expire_report(ref: str, before: datetime, by: Actor, now: datetime) -> bool:
    report = Report.objects.select_for_update().filter(ref=ref, status=Status.UNCONFIRMED, sent_at__lt=before).first()
    if report is None:
        return False
    record.move_report(report, Status.EXPIRED, did="expired", by=by, now=now)
    report.delete()
    return True
