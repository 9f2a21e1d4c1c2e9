"""What is suggested beside a report at the desk."""

from django import template

from tinhso.kernel import clock
from tinhso.society.field_reports.contract import TO_DO
from tinhso.society.field_reports.models import Report
from tinhso.society.field_reports.queries import duplicates, triage

register = template.Library()


@register.inclusion_tag("field_reports/triage.html")
def suggestions(report: Report, around: duplicates.NearbyReports) -> dict[str, object]:
    """Categories, urgency and likely duplicates of a report that is still to be dealt with, each with its reason."""
    if report.status not in TO_DO:
        return {"report": report, "shown": False}
    day = clock.local(report.received_at or clock.now()).date()
    likely = triage.likely_categories(report.text, day)
    level, sounds = triage.likely_priority(report.text, likely[0][0]) if likely else (None, None)
    return {
        "report": report,
        "shown": True,
        "categories": [(of, round(suggestion.likely * 100), suggestion.because) for of, suggestion in likely],
        "level": Report.Priority(level).label if level is not None and level != report.priority else "",
        "sounds": sounds.because if sounds is not None else (),
        "duplicates": [
            (likely_duplicate, round(likely_duplicate.likely * 100))
            for likely_duplicate in duplicates.likely_duplicates(report, around)
        ],
    }
