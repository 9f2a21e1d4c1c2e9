"""Finding one report, and whether somebody may see it."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Forbidden, Refused
from tinhso.society.field_reports.models import Report
from tinhso.society.field_reports.rights import (
    DECIDE_FIELD_REPORTS,
    FIX_FIELD_REPORTS,
    HANDLE_FIELD_REPORTS,
    SEE_FIELD_REPORTS,
    TAKE_FIELD_REPORTS,
)

RIGHTS = (SEE_FIELD_REPORTS, HANDLE_FIELD_REPORTS, FIX_FIELD_REPORTS, DECIDE_FIELD_REPORTS)
RELATED = ("unit", "origin_unit")
BESIDE = ("reporter", "merged_into", "origin_unit__boundary")


def unknown_report(ref: str) -> Refused:
    """What is said of a report that does not exist."""
    return Refused("unknown_report", _("Không có phản ánh nào mang mã “%(ref)s”."), ref=ref[:40])


def by_ref(ref: str) -> Report:
    """A report; refuses an unknown one. Whether the caller may see it is for the caller to ask."""
    report = Report.objects.filter(ref=ref).select_related(*RELATED, *BESIDE).first()
    if report is None:
        raise unknown_report(ref)
    return report


def seen_by(by: Actor) -> QuerySet[Report]:
    """The reports that ``by`` may read: those that a place where one of their rights reaches has or had.

    What nobody has confirmed yet is no report.
    """
    reports = Report.objects.exclude(status__in=[Report.Status.UNCONFIRMED, Report.Status.EXPIRED])
    if any(right in by.everywhere for right in RIGHTS):
        return reports
    reached = frozenset[int]().union(*(by.places(right) for right in RIGHTS))
    return reports.filter(places__overlap=sorted(reached))


def visible_report(ref: str, *, by: Actor) -> Report:
    """A report that ``by`` may read; refuses others'."""
    report = by_ref(ref)
    if report.status in (Report.Status.UNCONFIRMED, Report.Status.EXPIRED):
        raise unknown_report(ref)
    reached = frozenset[int]().union(*(by.places(right) for right in RIGHTS))
    if not any(right in by.everywhere for right in RIGHTS) and reached.isdisjoint(report.places):
        raise Forbidden("not_your_report", _("Phản ánh này không thuộc nơi bạn làm việc."))
    return report


def must_be_outside(report: Report, *, by: Actor) -> None:
    """Refuse whoever has a right over the report: they do not act for who told it (four eyes), whatever key they hold.

    Programs are no people: what one sends of its own reports is asked for elsewhere.
    """
    rights = (*RIGHTS, TAKE_FIELD_REPORTS)
    reached = frozenset[int]().union(*(by.places(right) for right in rights))
    over = any(right in by.everywhere for right in rights) or not reached.isdisjoint(report.places)
    if by.kind == "person" and over:
        raise Forbidden(
            "four_eyes",
            _("Bạn có quyền trên phản ánh này nên không làm thay người phản ánh. Hãy để họ tự làm bằng khóa của họ."),
        )


def locked_report(ref: str) -> Report:
    """A report held until the transaction ends, so that nothing happens to it twice at once.

    Its units are read afterwards: had we joined them, a report that goes to another unit just now would not be found.
    """
    report = Report.objects.select_for_update().filter(ref=ref).first()
    if report is None:
        raise unknown_report(ref)
    return report


def told_before(request: str) -> Report | None:
    """The report that a telling became, if it reached us already."""
    same = Report.objects.filter(request=request)
    return same.select_related(*RELATED).first() if request and same.exists() else None  # most are new: ask that first


def final_report(report: Report) -> Report:
    """The report that this one was merged into, through as many mergers as there were; itself where none was."""
    for _step in range(20):
        if report.merged_into_id is None:
            break
        report = Report.objects.select_related(*RELATED).get(pk=report.merged_into_id)
    return report
