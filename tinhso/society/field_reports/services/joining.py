"""Two reports of one thing become one; a report of two things becomes two. Followers come along, links keep working."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.outbox import services as outbox
from tinhso.kernel import clock, refs
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.kernel.text import nfc
from tinhso.society.field_reports import events
from tinhso.society.field_reports.contract import OPEN, TO_DO, Priority, Status
from tinhso.society.field_reports.models import Attachment, Follower, Report, Reporter
from tinhso.society.field_reports.queries import deadlines, lookup, places
from tinhso.society.field_reports.queries.rules import category_by_code
from tinhso.society.field_reports.rights import HANDLE_FIELD_REPORTS
from tinhso.society.field_reports.services import record
from tinhso.society.field_reports.services.handling import locked_report
from tinhso.ui.rows import insert_together


@transaction.atomic
def merge_reports(*, ref: str, into: str, by: Actor, now: datetime) -> Report:
    """The report ``ref`` tells of the same thing as ``into``, which goes on for both; gives the latter."""
    first, second = sorted((ref, into))  # always locked in one order
    if first == second:
        raise Refused("same_report", _("Không gộp một phản ánh vào chính nó."))
    both = {report_ref: lookup.locked_report(report_ref) for report_ref in (first, second)}
    report, other = both[ref], both[into]
    by.must_be_able_to(HANDLE_FIELD_REPORTS, at=report.unit)
    by.must_be_able_to(HANDLE_FIELD_REPORTS, at=other.unit)
    if other.status not in OPEN or report.kind != other.kind:
        raise Refused("not_open", _("Chỉ gộp vào một phản ánh đang mở và cùng loại."))
    words = {"ref": other.ref}
    record.move_report(
        report, Status.MERGED, did="merged", by=by, now=now, detail=words, merged_into=other, closed_at=now
    )
    count = _carry_followers(report, other)
    record.note_down(
        other,
        did="joined",
        by=by,
        now=now,
        detail={"ref": report.ref},
        followers_count=count,
        public=False,
    )
    outbox.emit(events.ReportMerged(**record.event_fields(report, by), into=other.ref))
    return other


def _carry_followers(report: Report, other: Report) -> int:
    """Everybody who followed one follows the other, once; says how many follow it now."""
    Follower.objects.bulk_create(
        [
            Follower(
                report=other,
                told_of=follower.told_of,
                channel=follower.channel,
                sender=follower.sender,
                language=follower.language,
                since=follower.since,
            )
            for follower in report.followers.all()
        ],
        ignore_conflicts=True,
    )
    return other.followers.count()


@transaction.atomic
def unmerge_report(*, ref: str, why: str, by: Actor, now: datetime) -> Report:
    """They were two things after all."""
    report = lookup.locked_report(ref)
    by.must_be_able_to(HANDLE_FIELD_REPORTS, at=report.unit)
    into = report.merged_into
    if into is None:
        raise Refused("not_merged", _("Phản ánh này chưa được gộp."))
    other = lookup.locked_report(into.ref)
    other.followers.filter(told_of=report).delete()
    record.move_report(
        report,
        Status.CLASSIFYING,
        did="unmerged",
        by=by,
        now=now,
        note=record.answer_of(why),
        merged_into=None,
        closed_at=None,
    )
    record.note_down(
        other,
        did="parted",
        by=by,
        now=now,
        public=False,
        detail={"ref": report.ref},
        followers_count=other.followers.count(),
    )
    return report


@transaction.atomic
def split_report(*, ref: str, text: str, category_code: str, by: Actor, now: datetime) -> Report:
    """A part of a report that is another matter becomes a report of its own, for whoever told the first; gives it."""
    report = locked_report(ref, by=by)
    if report.status not in TO_DO:
        raise Refused("not_open", _("Chỉ tách phản ánh đang xử lý."))
    day, report_text = clock.local(now).date(), nfc(text).replace("\0", "").strip()[:4000]
    if len(report_text) < 5:
        raise Refused("says_nothing", _("Hãy ghi nội dung của phần tách ra."))
    of = category_by_code(category_code, day)
    part = Report(
        ref=refs.new_ref("PA"),
        channel=report.channel,
        language=report.language,
        category=of.code,
        sensitive=of.sensitive,
        priority=int(of.priority),
        text=report_text,
        address=report.address,
        longitude=report.longitude,
        latitude=report.latitude,
        origin_unit=report.origin_unit,
        unit=places.in_charge(of, report.origin_unit, day),
        sent_at=now,
        split_from=report,
        entries_count=1,
        followers_count=report.followers_count,
        status=Status.RECEIVED,
        received_at=now,
    )
    promise = deadlines.reckon_deadline(now, of, Priority(part.priority))
    part.due_at = part.first_due_at = promise.at
    part.provisional, part.search_text = promise.provisional, record.searchable_text(part)
    part.save(force_insert=True)
    _same_people(report, part, now)
    insert_together(
        record.entry_of(part, did="split_off", by=by, now=now, detail={"ref": report.ref}),
        audit.entry_of_act(by=by, did="report split off", to=(record.SUBJECT, part.ref), after={"from": report.ref}),
    )
    record.note_down(report, did="split", by=by, now=now, detail={"ref": part.ref})
    outbox.emit(events.ReportSplit(**record.event_fields(report, by), part=part.ref))
    told_of: dict[str, Any] = {"category": part.category, "priority": part.priority, "channel": part.channel}
    outbox.emit(events.ReportReceived(**record.event_fields(part, by), **told_of))
    return part


def _same_people(report: Report, part: Report, now: datetime) -> None:
    person = report.reporter
    Reporter.objects.create(
        report=part,
        name=person.name,
        phone=person.phone,
        email=person.email,
        sender=person.sender,
        account=person.account,
        sealed=person.sealed,
    )
    for follower in report.followers.all():
        Follower.objects.create(
            report=part,
            told_of=part,
            channel=follower.channel,
            sender=follower.sender,
            language=follower.language,
            since=now,
        )
    for file in report.attachments.filter(kind=Attachment.Kind.BEFORE):
        Attachment.objects.create(
            ref=refs.new_ref("ANH"),
            report=part,
            kind=file.kind,
            picture=file.picture,
            added_at=now,
            by=file.by,
            by_name=file.by_name,
        )
