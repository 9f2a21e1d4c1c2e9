"""The phone of somebody who goes out: my jobs on a map in the order of a short way, and one job with a large button."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tinhso.kernel import clock
from tinhso.society.field_reports import services
from tinhso.society.field_reports.pages.params import parse_degrees
from tinhso.society.field_reports.queries import crew, deadlines, detail, drawing, lookup, page_parts
from tinhso.society.field_reports.queries.rules import icon_of, name_of
from tinhso.society.field_reports.rights import FIX_FIELD_REPORTS
from tinhso.ui.actors import actor_of
from tinhso.ui.round_trips import read_together


@require_safe
@login_required
def crew_jobs_page(request: HttpRequest) -> HttpResponse:
    """My jobs, from where I stand if my phone tells it."""
    by, now = actor_of(request), clock.now()
    by.must_be_able_to(FIX_FIELD_REPORTS)
    longitude, latitude = (parse_degrees(request.GET.get(name, "")) for name in ("longitude", "latitude"))
    start = (longitude, latitude) if longitude is not None and latitude is not None else None
    reports = crew.way_round(crew.crew_jobs(by), start)
    services.look_at_places(reports, by=by, what="jobs map")
    lines = [
        {
            "report": report,
            "category": name_of(report.category),
            "icon": icon_of(report.category),
            "standing": deadlines.deadline_status(report, now),
            "tone": detail.status_tone(report),
        }
        for report in reports
    ]
    points = [
        (report.longitude, report.latitude)
        for report in reports
        if report.longitude is not None and report.latitude is not None
    ]
    metres = crew.way_length(range(len(points)), points, start)
    context = {"lines": lines, "map": drawing.map_of(reports, way=True), "kilometres": metres / 1000, "start": start}
    return render(request, "field_reports/crew.html", context)


@require_safe
@login_required
def crew_job_page(request: HttpRequest, ref: str) -> HttpResponse:
    """One job: what to mend, where, and the next thing to press."""
    by = actor_of(request)
    report = lookup.visible_report(ref, by=by)
    services.look_at(report, by=by, what="place and photos")
    context = {
        "report": report,
        "category": name_of(report.category),
        "icon": icon_of(report.category),
        "standing": deadlines.deadline_status(report, clock.now()),
        "tone": detail.status_tone(report),
        "may": detail.allowed_actions(report, by),
        "photos": read_together([page_parts.photos_read(report)])[0],
        "map": drawing.map_of([report]),
    }
    return render(request, "field_reports/job.html", context)
