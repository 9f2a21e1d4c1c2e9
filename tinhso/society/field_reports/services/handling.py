"""What the desk and the crews do with a report: classify, give to somebody, begin, mend, decline, take further."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.blocks.identity import queries as identity
from tinhso.blocks.outbox import services as outbox
from tinhso.kernel import clock, refs
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Forbidden, Refused
from tinhso.kernel.text import nfc
from tinhso.society.field_reports import events
from tinhso.society.field_reports.contract import OPEN, TO_DO, Priority, ReportKind, Status
from tinhso.society.field_reports.models import Attachment, Picture, Report
from tinhso.society.field_reports.models.reports import LONGEST, SHORTEST
from tinhso.society.field_reports.queries import deadlines, lookup, places, suggesting
from tinhso.society.field_reports.queries.rules import category_by_code, guidance_text, rules
from tinhso.society.field_reports.rights import DECIDE_FIELD_REPORTS, FIX_FIELD_REPORTS, HANDLE_FIELD_REPORTS
from tinhso.society.field_reports.services import record


def locked_report(ref: str, *, by: Actor, right: str = HANDLE_FIELD_REPORTS) -> Report:
    """A report, locked, that ``by`` may handle where it is now; refuses one that waits for somebody above."""
    report = lookup.locked_report(ref)
    by.must_be_able_to(right, at=report.unit)
    if report.needs_decision and not by.can(DECIDE_FIELD_REPORTS, at=report.unit):
        raise Refused("needs_decision", _("Phản ánh này đang chờ cấp trên phân định nơi xử lý."))
    return report


def held_by_crew(ref: str, *, by: Actor) -> Report:
    """A report, locked, that ``by`` may mend: of whoever handles it, or of the crew member to whom it was given."""
    report = lookup.locked_report(ref)
    if by.can(HANDLE_FIELD_REPORTS, at=report.unit):
        return report
    by.must_be_able_to(FIX_FIELD_REPORTS, at=report.unit)
    if report.holder not in ("", by.ref):
        raise Forbidden("not_yours", _("Việc này đã giao cho %(name)s."), name=report.holder_name)
    return report


@transaction.atomic
def classify_report(
    *,
    ref: str,
    by: Actor,
    now: datetime,
    category_code: str = "",
    priority: int | None = None,
    public_text: str | None = None,
    release: bool = True,
    note: str = "",
) -> Report:
    """Say what a report is, how soon it must be mended and what strangers may read of it.

    The time counts from the receipt; ``first_due_at`` keeps what was promised first. Without ``public_text`` strangers
    read what was told, with phone numbers and the like struck out. Photos are released with the report.
    """
    report = locked_report(ref, by=by)
    if report.status not in TO_DO:
        raise _not_now(report)
    day = clock.local(report.received_at or now).date()
    of = category_by_code(category_code or report.category, day)
    level = Priority(priority if priority in set(Priority) else report.priority)
    text = public_text if public_text is not None else report.public_text or report.text
    fields: dict[str, Any] = {
        "category": of.code,
        "sensitive": of.sensitive,
        "priority": int(level),
        "kind": ReportKind.FIELD,
        "public_text": suggesting.without_personal_data(nfc(text).replace("\0", "").strip()[:4000]),
        "is_public": release,
        "classified_at": report.classified_at or now,
    }
    if (of.code, int(level)) != (report.category, report.priority) and report.received_at is not None:
        promise = deadlines.reckon_deadline(report.received_at, of, level)
        fields |= {"due_at": promise.at, "provisional": promise.provisional, "warned": 0}
    _record_classification(report, fields, by=by, now=now, note=note)
    report.attachments.exclude(kind=Attachment.Kind.VOICE).update(public=release)
    outbox.emit(events.ReportClassified(**record.event_fields(report, by), category=of.code, priority=int(level)))
    return report


def _record_classification(report: Report, fields: dict[str, Any], *, by: Actor, now: datetime, note: str) -> None:
    detail = {"category": fields["category"], "priority": fields["priority"]}
    if report.status in (Status.RECEIVED, Status.ESCALATED):
        record.move_report(
            report, Status.CLASSIFYING, did="classified", by=by, now=now, note=note, detail=detail, **fields
        )
    else:
        record.note_down(report, did="classified", by=by, now=now, note=note, detail=detail, **fields)


@transaction.atomic
def assign_report(*, ref: str, to: str, by: Actor, now: datetime) -> Report:
    """Give the job to somebody of the unit by their reference; empty: to nobody in particular."""
    report = locked_report(ref, by=by)
    if report.status not in OPEN:
        raise _not_now(report)
    people = {
        person.ref: person
        for right in (FIX_FIELD_REPORTS, HANDLE_FIELD_REPORTS)
        for person in identity.holders_of_rights(right, at=report.unit)
    }
    if to and to not in people:
        raise Refused("not_here", _("Người này không làm việc ở nơi đang xử lý phản ánh."))
    name = people[to].name if to else ""
    record.note_down(
        report, did="assigned", by=by, now=now, public=False, detail={"to": name}, holder=to, holder_name=name
    )
    outbox.emit(events.ReportAssigned(**record.event_fields(report, by), holder=to))
    return report


@transaction.atomic
def begin_work(*, ref: str, by: Actor, now: datetime, note: str = "") -> Report:
    """Somebody is on the way, or at work."""
    report = held_by_crew(ref, by=by)
    if report.status == Status.RECEIVED and not report.classified_at:
        must_handle(report, by)
    fields: dict[str, Any] = {"begun_at": report.begun_at or now}
    if not report.holder:
        fields |= {"holder": by.ref, "holder_name": by.name}
    record.move_report(report, Status.IN_PROGRESS, did="begun", by=by, now=now, note=note.strip()[:LONGEST], **fields)
    return report


def must_handle(report: Report, by: Actor) -> None:
    """Refuse those who only mend."""
    by.must_be_able_to(HANDLE_FIELD_REPORTS, at=report.unit)


@transaction.atomic
def add_photo(*, ref: str, picture: Picture, kind: str, by: Actor, now: datetime) -> Attachment:
    """A photo of before or after, from those who mend; the same photo twice is one."""
    report = held_by_crew(ref, by=by)
    if report.status not in OPEN:
        raise _not_now(report)
    existing_attachment = report.attachments.filter(kind=kind, picture=picture).first()
    if existing_attachment is not None:
        return existing_attachment
    if report.attachments.filter(kind=kind).count() >= rules().front.photos:
        raise Refused("too_many_files", _("Gửi nhiều nhất %(most)s ảnh một lần."), most=rules().front.photos)
    attachment = Attachment.objects.create(
        ref=refs.new_ref("ANH"),
        report=report,
        kind=kind,
        picture=picture,
        added_at=now,
        by=by.ref,
        by_name=by.name,
        public=report.is_public and by.can(HANDLE_FIELD_REPORTS, at=report.unit),
    )
    record.note_down(report, did="photo", by=by, now=now, public=False, detail={"kind": kind, "photo": attachment.ref})
    return attachment


@transaction.atomic
def resolve_report(
    *, ref: str, answer: str, by: Actor, now: datetime, no_photo_why: str = "", present_it: bool = True
) -> Report:
    """It is mended: with a photo of it, or a reason for none. Who handles the report tells whoever told at once."""
    report = held_by_crew(ref, by=by)
    record.must_be_able_to_become(report, Status.RESOLVED)
    text, why = record.answer_of(answer), nfc(no_photo_why).strip()
    if not report.attachments.filter(kind=Attachment.Kind.AFTER).exists() and len(why) < SHORTEST:
        raise Refused("no_photo", _("Hãy chụp ảnh sau khi xử lý, hoặc ghi rõ vì sao không chụp được (từ 10 chữ)."))
    record.move_report(
        report,
        Status.RESOLVED,
        did="resolved",
        by=by,
        now=now,
        note=text,
        answer=text,
        no_photo_why=why[:LONGEST],
        resolved_at=now,
    )
    if present_it and by.can(HANDLE_FIELD_REPORTS, at=report.unit):
        _record_presentation(report, text, by=by, now=now)
    return report


@transaction.atomic
def present_result(*, ref: str, by: Actor, now: datetime, answer: str = "") -> Report:
    """Show whoever told what a crew did, in the words of the desk, and ask whether it is mended."""
    report = locked_report(ref, by=by)
    record.must_be_able_to_become(report, Status.AWAITING)
    _record_presentation(report, record.answer_of(answer or report.answer), by=by, now=now)
    return report


def _record_presentation(report: Report, answer: str, *, by: Actor, now: datetime) -> None:
    until = now + timedelta(days=rules().closing.silence_days)
    if report.is_public:
        report.attachments.filter(kind=Attachment.Kind.AFTER).update(public=True)
    record.move_report(
        report,
        Status.AWAITING,
        did="presented",
        by=by,
        now=now,
        note=answer,
        answer=answer,
        confirm_by=until,
        confirmed=None,
    )


@transaction.atomic
def send_back_to_crew(*, ref: str, why: str, by: Actor, now: datetime) -> Report:
    """The desk finds that it is not mended yet."""
    report = locked_report(ref, by=by)
    if report.status != Status.RESOLVED:
        raise _not_now(report)
    record.move_report(
        report, Status.IN_PROGRESS, did="sent_back", by=by, now=now, note=record.answer_of(why), resolved_at=None
    )
    return report


@transaction.atomic
def decline_report(*, ref: str, why: str, by: Actor, now: datetime, kind: str = ReportKind.FIELD) -> Report:
    """Not taken on, with a reason that whoever told reads.

    ``kind``: what it is instead of a field report, with guidance where to go; a denouncer's identity is sealed at once.
    """
    report = locked_report(ref, by=by)
    record.must_be_able_to_become(report, Status.DECLINED)
    report_kind = ReportKind(kind)
    words = " ".join(
        filter(None, [why.strip(), guidance_text(report_kind) if report_kind is not ReportKind.FIELD else ""])
    )
    text = record.answer_of(words)
    fields: dict[str, Any] = {"kind": report_kind, "answer": text, "closed_at": now}
    if report_kind is not ReportKind.FIELD:
        fields["is_public"] = False
        report.attachments.update(public=False)
    if report_kind is ReportKind.DENUNCIATION:
        report.reporter.sealed = True
        report.reporter.save(update_fields=["sealed"])
    record.move_report(
        report, Status.DECLINED, did="declined", by=by, now=now, note=text, detail={"kind": str(report_kind)}, **fields
    )
    return report


@transaction.atomic
def reconsider_report(*, ref: str, why: str, by: Actor, now: datetime) -> Report:
    """Take on after all what was declined."""
    report = lookup.locked_report(ref)
    by.must_be_able_to(DECIDE_FIELD_REPORTS, at=report.unit)
    if report.status != Status.DECLINED:
        raise _not_now(report)
    note = record.answer_of(why)
    record.move_report(
        report, Status.CLASSIFYING, did="reconsidered", by=by, now=now, note=note, kind=ReportKind.FIELD, closed_at=None
    )
    return report


@transaction.atomic
def escalate_report(*, ref: str, why: str, by: Actor, now: datetime) -> Report:
    """Take it to whoever stands above: it is theirs from then on, and whoever told reads why."""
    report = locked_report(ref, by=by)
    record.must_be_able_to_become(report, Status.ESCALATED)
    text = record.answer_of(why)
    up = places.unit_above(report.unit, clock.local(now).date())
    if up is None:
        raise Refused("nobody_above", _("Không có cấp trên của đơn vị này trong hệ thống."))
    before = report.unit
    record.move_report(
        report,
        Status.ESCALATED,
        did="escalated",
        by=by,
        now=now,
        note=text,
        answer=text,
        unit=up,
        holder="",
        holder_name="",
        detail={"from": before.name, "to": up.name},
    )
    outbox.emit(events.ReportHandedOver(**record.event_fields(report, by), before=before.ref))
    return report


@transaction.atomic
def put_right(*, ref: str, longitude: float, latitude: float, address: str, by: Actor, now: datetime) -> Report:
    """Correct where it lies: the commune follows from the point; who handles it stays."""
    report = locked_report(ref, by=by)
    if report.status not in OPEN:
        raise _not_now(report)
    where = places.commune_at(longitude, latitude, clock.local(now).date())
    report.address = nfc(address).replace("\0", "").strip()[:300]
    fields: dict[str, Any] = {
        "longitude": longitude,
        "latitude": latitude,
        "address": report.address,
        "origin_unit": where,
    }
    record.note_down(
        report, did="put_right", by=by, now=now, public=False, search_text=record.searchable_text(report), **fields
    )
    return report


@transaction.atomic
def add_note(*, ref: str, text: str, by: Actor, now: datetime) -> Report:
    """A remark that only those who work on it read."""
    report = held_by_crew(ref, by=by)
    note_text = nfc(text).replace("\0", "").strip()[:LONGEST]
    if not note_text:
        raise Refused("no_reason", _("Hãy viết ghi chú."))
    record.note_down(report, did="noted", by=by, now=now, note=note_text, public=False)
    return report


def _not_now(report: Report) -> Refused:
    return Refused(
        "not_now",
        _("Phản ánh đang ở trạng thái “%(state)s” nên không làm được việc này. Hãy mở lại trang để xem mới nhất."),
        state=report.get_status_display(),
    )
