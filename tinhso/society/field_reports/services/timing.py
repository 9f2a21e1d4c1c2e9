"""What the clock does: reminds, warns those above, closes what nobody answers, forgets people."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from tinhso.blocks.audit import services as audit
from tinhso.blocks.outbox import services as outbox
from tinhso.kernel.actor import Actor
from tinhso.society.field_reports import events
from tinhso.society.field_reports.contract import ENDED, TO_DO, Status
from tinhso.society.field_reports.models import Follower, Report, Reporter
from tinhso.society.field_reports.queries import deadlines
from tinhso.society.field_reports.queries.rules import rules
from tinhso.society.field_reports.services import record
from tinhso.society.field_reports.services.telling import close_report

SOON, LATE, LONG = 1, 2, 3
AT_ONCE = 2000


def remind_of_deadlines(*, by: Actor, now: datetime) -> int:
    """Announce what is due soon, late, or late for long: each step once; says how many."""
    numbers, warning_count = rules().reminding, 0
    soon = deadlines.office_hours().hours.after(now, numbers.before_hours, deadlines.office_hours().days)
    for step, before in ((LONG, now - timedelta(hours=numbers.escalate_hours)), (LATE, now), (SOON, soon)):
        reports = Report.objects.filter(status__in=sorted(TO_DO), due_at__lt=before, warned__lt=step)
        for ref in list(reports.order_by("due_at").values_list("ref", flat=True)[:AT_ONCE]):
            warning_count += _warn_of_deadline(ref, step, before, by, now)
    return warning_count


@transaction.atomic
def _warn_of_deadline(ref: str, step: int, before: datetime, by: Actor, now: datetime) -> bool:
    reports = Report.objects.select_for_update(skip_locked=True)
    report = reports.filter(ref=ref, status__in=sorted(TO_DO), due_at__lt=before, warned__lt=step).first()
    if report is None:
        return False
    record.note_down(report, did="warned", by=by, now=now, public=False, detail={"step": step}, warned=step)
    outbox.emit(events.ReportOverdue(**record.event_fields(report, by), step=step))
    return True


def close_silent(*, by: Actor, now: datetime) -> int:
    """Close what nobody said a word about in time; says how many."""
    reports = Report.objects.filter(status=Status.AWAITING, confirm_by__lt=now)
    return sum(_close_silent_report(ref, by, now) for ref in list(reports.values_list("ref", flat=True)[:AT_ONCE]))


@transaction.atomic
def _close_silent_report(ref: str, by: Actor, now: datetime) -> bool:
    reports = Report.objects.select_for_update()
    report = reports.filter(ref=ref, status=Status.AWAITING, confirm_by__lt=now).first()
    if report is None:
        return False
    close_report(report, by=by, now=now, did="closed_silent", confirmed=None)
    return True


@transaction.atomic
def forget_reporters(*, by: Actor, now: datetime) -> int:
    """Strike out who told and who followed what ended long ago; the reports stay. Says of how many.

    A sealed identity stays: proceedings of their own may still need it.
    """
    before = now - timedelta(days=rules().closing.forget_days)
    ended = Report.objects.filter(status__in=sorted(ENDED), closed_at__lt=before).values("pk")
    condition = ~Q(name="", phone="", email="", sender="", account="")
    people = Reporter.objects.filter(condition, report__in=ended, sealed=False)
    pks = list(people.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    gone = Reporter.objects.filter(pk__in=pks).update(name="", phone="", email="", sender="", account="")
    Follower.objects.filter(report__reporter__in=pks).delete()
    if gone:
        audit.record(by=by, did="forgot reporters", to=(Reporter._meta.label, "ended"), after={"count": gone})
    return gone
