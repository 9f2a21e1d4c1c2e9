"""What whoever told may do who holds the report's key: say whether it is mended, open it again, rate; and following."""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.kernel.text import nfc
from tinhso.society.field_reports.contract import OPEN, Status
from tinhso.society.field_reports.models import Follower, Rating, Report
from tinhso.society.field_reports.queries import lookup, secrets
from tinhso.society.field_reports.queries.rules import rules
from tinhso.society.field_reports.services import record


def key_holder(report: Report, address: str = "") -> Actor:
    """Whoever holds the key of a report, in its history: nobody's name."""
    return Actor(ref=f"reporter:{report.ref}", name=str(_("Người phản ánh")), kind="reporter", address=address)


def report_by_key(ref: str, key: str) -> Report:
    """The report whose key somebody holds; the same refusal for an unknown reference and for a wrong key."""
    report = Report.objects.select_related("unit", "origin_unit").filter(ref=ref.strip().upper()[:24]).first()
    if not secrets.is_report_key(report or Report(ref="-"), key) or report is None:
        raise Refused("no_such_key", _("Mã phản ánh hoặc khóa chưa đúng. Hãy xem lại tin nhắn đã nhận."))
    return report


def _report_of_key(ref: str, key: str, by: Actor) -> Report:
    """The report that the holder of a key has a say in: their own. Refuses whoever has a right over it."""
    report = lookup.locked_report(report_by_key(ref, key).ref)
    lookup.must_be_outside(report, by=by)
    return report


@transaction.atomic
def say_mended(*, ref: str, key: str, by: Actor, now: datetime) -> Report:
    """Whoever told finds it mended: the report is closed."""
    report = _report_of_key(ref, key, by)
    close_report(report, by=key_holder(report, by.address), now=now, did="confirmed", confirmed=True)
    return report


def close_report(report: Report, *, by: Actor, now: datetime, did: str, confirmed: bool | None) -> None:
    """End a report, and all that were merged into it with it."""
    record.move_report(
        report, Status.CLOSED, did=did, by=by, now=now, closed_at=now, confirmed=confirmed, confirm_by=None
    )


@transaction.atomic
def say_not_mended(*, ref: str, key: str, why: str, by: Actor, now: datetime) -> Report:
    """Whoever told finds it not mended: work goes on, also after the report was closed, for some days."""
    report, text = _report_of_key(ref, key, by), record.answer_of(why)
    last = (report.closed_at or now) + timedelta(days=rules().closing.reopen_days)
    if report.status not in (Status.AWAITING, Status.CLOSED):
        record.must_be_able_to_become(report, Status.CLOSED)
    if now > last:
        raise Refused("too_late", _("Phản ánh đã đóng quá lâu. Hãy gửi một phản ánh mới."))
    record.move_report(
        report,
        Status.IN_PROGRESS,
        did="reopened",
        by=key_holder(report, by.address),
        now=now,
        note=text,
        confirmed=False,
        confirm_by=None,
        closed_at=None,
        resolved_at=None,
        reopened=report.reopened + 1,
        no_photo_why="",
    )
    return report


@transaction.atomic
def rate_report(*, ref: str, key: str, step: str, points: int, note: str, by: Actor, now: datetime) -> None:
    """One to five points for one step, once. Whoever works here sees sums only; so does the history."""
    report = _report_of_key(ref, key, by)
    done = {
        Rating.Step.RECEIVING: report.received_at is not None,
        Rating.Step.HANDLING: report.begun_at is not None or report.resolved_at is not None,
        Rating.Step.RESULT: report.status in (Status.AWAITING, Status.CLOSED, Status.DECLINED),
    }
    if step not in Rating.Step.values or not done[Rating.Step(step)]:
        raise Refused("not_yet", _("Bước này chưa xong nên chưa đánh giá được."))
    if points not in range(1, 6):
        raise Refused("bad_rating", _("Hãy chọn từ 1 đến 5 điểm."))
    if report.ratings.filter(step=step).exists():
        raise Refused("rated_already", _("Bạn đã đánh giá bước này rồi."))
    tidy = nfc(note).replace("\0", "").strip()[:2000]
    Rating.objects.create(report=report, step=step, points=points, note=tidy, at=now)
    who = key_holder(report, by.address)  # the points stay out of the audit log: whoever works here sees sums only
    audit.record(by=who, did="report rated", to=(record.SUBJECT, report.ref), after={"step": step})


@dataclass(frozen=True)
class ReportSummary:
    """What a channel tells somebody of a report."""

    ref: str
    status: int
    status_name: str
    unit: str
    due_at: datetime | None
    answer: str


@transaction.atomic
def follow_report(*, ref: str, channel: str, sender: str, now: datetime, language: str = "vi") -> Report:
    """Somebody wants to hear of a report that they did not tell; once, however often they ask. Gives the live one."""
    report = lookup.locked_report(lookup.final_report(lookup.by_ref(ref)).ref)
    if report.status not in OPEN or report.sensitive:
        raise Refused("not_open", _("Chỉ theo dõi được phản ánh đang mở."))
    if not sender.strip():
        raise Refused("no_contact", _("Hãy ghi số điện thoại hoặc thư điện tử để được báo tin."))
    _follower, created = Follower.objects.get_or_create(
        report=report,
        channel=channel,
        sender=sender.strip()[:254],
        defaults={"told_of": report, "language": language[:5], "since": now},
    )
    if created:
        report.followers_count = report.followers.count()
        report.save(update_fields=["followers_count"])
    return report


@transaction.atomic
def unfollow_report(*, ref: str, channel: str, sender: str) -> Report:
    """Somebody wants to hear no more."""
    report = lookup.locked_report(lookup.final_report(lookup.by_ref(ref)).ref)
    if report.followers.filter(channel=channel, sender=sender.strip()).delete()[0]:
        report.followers_count = report.followers.count()
        report.save(update_fields=["followers_count"])
    return report


@transaction.atomic
def stop_following(*, ref: str, number: int, token: str, by: Actor) -> Report:
    """Whoever holds the way out of a letter hears no more of the report; done again, it changes nothing."""
    report = lookup.locked_report(lookup.by_ref(ref).ref)
    if not hmac.compare_digest(secrets.keyed_mark("follower", str(number))[:32], token):
        raise Refused("no_such_key", _("Đường dẫn này không đúng. Hãy bấm lại trong thư đã nhận."))
    if report.followers.filter(pk=number).delete()[0]:
        report.followers_count = report.followers.count()
        report.save(update_fields=["followers_count"])
        who = Actor(ref=f"follower:{number}", name=str(_("Người theo dõi")), kind="reporter", address=by.address)
        audit.record(by=who, did="stopped following", to=(record.SUBJECT, report.ref))
    return report


def report_status(*, ref: str, channel: str, sender: str) -> ReportSummary:
    """What became of a report that ``sender`` told or follows on ``channel``; to others there is no such report."""
    report = lookup.final_report(lookup.by_ref(ref.strip().upper()[:24]))
    if not report.followers.filter(channel=channel, sender=sender).exists():
        raise lookup.unknown_report(ref)
    name = str(report.get_status_display())
    answer = report.answer if report.status >= Status.RESOLVED else ""
    return ReportSummary(report.ref, report.status, name, report.unit.name, report.due_at, answer)
