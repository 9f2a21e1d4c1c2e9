"""When a report must be mended, and how it stands against that."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tinhso.kernel.clock import local
from tinhso.kernel.deadlines import Deadline, Duration, DurationUnit, Office, deadline_of, province_office
from tinhso.society.field_reports.contract import TO_DO, Priority
from tinhso.society.field_reports.models import Report
from tinhso.society.field_reports.queries.rules import Category, RepairTerm, rules

USUAL = RepairTerm(3, DurationUnit.WORKING_DAY)


@dataclass(frozen=True)
class DeadlineStatus:
    """A report against its deadline. ``state``: late, today, ahead, kept, missed or none; ``words`` say it."""

    state: str
    words: str
    tone: str


def office_hours() -> Office:
    """The province's days and hours of work."""
    return province_office()


def repair_term(of: Category, priority: Priority) -> RepairTerm:
    """How long mending may take: the category's own time, else the province's for the priority."""
    return of.terms.get(priority) or rules().terms.get(priority) or USUAL


def reckon_deadline(received: datetime, of: Category, priority: Priority) -> Deadline:
    """When what was received is due; danger runs through nights and holidays where the province says so."""
    span = repair_term(of, priority)
    if span.round_the_clock:
        length = timedelta(hours=span.amount) if span.unit is DurationUnit.HOUR else timedelta(days=span.amount)
        return Deadline(received + length, received, provisional=False, stopped=False, skipped=())
    return deadline_of(received, Duration(span.amount, span.unit), office_hours(), now=received)


def deadline_status(report: Report, now: datetime) -> DeadlineStatus:
    """How it stands, in words."""
    if report.due_at is None:
        return DeadlineStatus("none", "", "none")
    if report.status in TO_DO:
        if now > report.due_at:
            return DeadlineStatus("late", _("trễ %(time)s") % {"time": length_words(now - report.due_at)}, "bad")
        left = _("còn %(time)s") % {"time": length_words(report.due_at - now)}
        today = local(now).date() == local(report.due_at).date()
        return DeadlineStatus("today" if today else "ahead", left, "warn" if today else "none")
    if report.resolved_at is None:
        return DeadlineStatus("none", "", "none")
    if report.resolved_at <= report.due_at:
        return DeadlineStatus("kept", _("đúng hạn"), "good")
    return DeadlineStatus(
        "missed", _("trễ %(time)s") % {"time": length_words(report.resolved_at - report.due_at)}, "bad"
    )


def length_words(span: timedelta) -> str:
    """A time in its largest fitting measure."""
    hours = int(span.total_seconds() // 3600)
    if hours < 1:
        minutes = max(1, int(span.total_seconds() // 60))
        return ngettext("%(n)s phút", "%(n)s phút", minutes) % {"n": minutes}
    if hours < 48:
        return ngettext("%(n)s giờ", "%(n)s giờ", hours) % {"n": hours}
    return ngettext("%(n)s ngày", "%(n)s ngày", hours // 24) % {"n": hours // 24}
