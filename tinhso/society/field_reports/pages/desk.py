"""The desk: what waits at my posts with a map beside it, many at a time, and one report with all known of it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from tinhso.blocks.units import queries as units
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.society.field_reports import services
from tinhso.society.field_reports.contract import ReportKind
from tinhso.society.field_reports.models import Report
from tinhso.society.field_reports.queries import deadlines, detail, drawing, duplicates, lookup, page_parts, places
from tinhso.society.field_reports.queries import inbox as queries
from tinhso.society.field_reports.queries.rules import categories_on, icon_of, name_of, rules
from tinhso.society.field_reports.rights import (
    DECIDE_FIELD_REPORTS,
    FIX_FIELD_REPORTS,
    HANDLE_FIELD_REPORTS,
    SEE_FIELD_REPORTS,
    TAKE_FIELD_REPORTS,
)
from tinhso.ui.actors import actor_of, redirect_back
from tinhso.ui.request_params import posted_field, posted_list, query_param
from tinhso.ui.round_trips import read_together
from tinhso.ui.tabs import tabs_by

MOST = 200


@require_safe
@login_required
def inbox_page(request: HttpRequest) -> HttpResponse:
    """What waits for me, late first; other trays beside it, and where the things lie."""
    by, now = desk_worker(request), clock.now()
    tray = request.GET.get("tray", queries.TODO)
    tray = tray if tray in queries.TRAYS else queries.TODO
    report_filter = queries.ReportFilter(
        words=query_param(request, "q", 200),
        category=request.GET.get("category", "")[:40],
        priority=request.GET.get("priority", "")[:2],
        status=request.GET.get("status", "")[:2],
        late=request.GET.get("late") == "1",
        mine=request.GET.get("mine") == "1",
    )
    page = queries.tray_page(tray, by, report_filter, now, after=request.GET.get("after", "")[:40])
    counts = queries.inbox_counts(by, now)
    services.look_at_places(page.reports, by=by, what="inbox map")
    context = {
        "lines": [_inbox_row(report, now) for report in page.reports],
        "after": page.after,
        "deep": bool(request.GET.get("after")),
        "map": drawing.map_of(page.reports),
        "tray": tray,
        "tabs": _tray_tabs(tray, counts, by),
        "counts": counts,
        "wanted": report_filter,
        "categories": categories_on(clock.today()),
        "priorities": Report.Priority.choices,
        "statuses": [(value, name) for value, name in Report.Status.choices if 1 <= value <= 10],
        "bulk": tray == queries.TODO and by.can(HANDLE_FIELD_REPORTS),
        "receivers": places.receiving_units(clock.today())
        if tray == queries.TODO and by.can(HANDLE_FIELD_REPORTS)
        else [],
        "may_take": by.can(TAKE_FIELD_REPORTS),
        "may_fix": by.can(FIX_FIELD_REPORTS),
        "may_moderate": by.can(HANDLE_FIELD_REPORTS),
    }
    return render(request, "field_reports/inbox.html", context)


def desk_worker(request: HttpRequest) -> Actor:
    """Who asks, if they have anything to do with reports."""
    by = actor_of(request)
    by.must_be_able_to_any(SEE_FIELD_REPORTS, *lookup.RIGHTS)
    return by


def _inbox_row(report: Report, now: Any) -> dict[str, Any]:
    return {
        "report": report,
        "category": name_of(report.category),
        "icon": icon_of(report.category),
        "standing": deadlines.deadline_status(report, now),
        "tone": detail.status_tone(report),
    }


def _tray_tabs(tray: str, counts: queries.ReportInboxCounts, by: Actor) -> list[dict[str, object]]:
    labels = {
        queries.TODO: _("Cần làm"),
        queries.CHECK: _("Chờ kiểm tra"),
        queries.WAITING: _("Chờ dân xác nhận"),
        queries.DISPUTED: _("Chờ phân định"),
        queries.ALL: _("Tất cả"),
    }
    if not by.can(DECIDE_FIELD_REPORTS):
        del labels[queries.DISPUTED]
    numbers = {
        queries.TODO: counts.todo,
        queries.CHECK: counts.check,
        queries.WAITING: counts.waiting,
        queries.DISPUTED: counts.disputed,
    }
    return tabs_by("tray", labels, tray, counts=numbers)


@require_POST
@login_required
def apply_bulk_action(request: HttpRequest) -> HttpResponse:
    """Do the same with the ticked ones; each that is refused is named with its reason."""
    by, now, count = actor_of(request), clock.now(), 0
    chosen = posted_list(request, "ref", most=MOST)
    for ref in chosen:
        try:
            _bulk_one(request, ref, by, now)
            count += 1
        except Refused as refusal:
            messages.error(request, f"{ref}: {refusal.message}")
    if count:
        text = ngettext("Đã xử lý %(count)s phản ánh.", "Đã xử lý %(count)s phản ánh.", count)
        messages.success(request, text % {"count": count})
    elif not chosen:
        messages.warning(request, _("Chưa chọn phản ánh nào."))
    return redirect_back(request, "field_reports:inbox")


def _bulk_one(request: HttpRequest, ref: str, by: Actor, now: Any) -> object:
    act = request.POST.get("act")
    if act == "classify":
        return services.classify_report(ref=ref, by=by, now=now)
    if act == "begin":
        return services.begin_work(ref=ref, by=by, now=now)
    return services.hand_over(
        ref=ref, to=posted_field(request, "to", 40), why=posted_field(request, "why", 2000), by=by, now=now
    )


@require_safe
@login_required
def report_page(request: HttpRequest, ref: str) -> HttpResponse:
    """The report's page."""
    by, now = actor_of(request), clock.now()
    report = lookup.visible_report(ref, by=by)
    may = detail.allowed_actions(report, by)
    services.look_at(report, by=by, what="place and photos")
    today = clock.today()
    history, photos, related, receivers = read_together(
        [
            page_parts.history_read(report),
            page_parts.photos_read(report),
            page_parts.related_read(report),
            page_parts.receivers_read(today, needed=may.hand_over or may.decide),
        ]
    )
    around = duplicates.nearby_reports(report) if may.merge else duplicates.NearbyReports()
    outline = getattr(report.origin_unit, "boundary", None)
    context = {
        **_inbox_row(report, now),
        "may": may,
        "history": history,
        "photos": photos,
        "contact": detail.masked_contact(report.reporter),
        "person": report.reporter,
        "around": around,
        "near": around.near(rules().front.nearby_metres, 8),
        "related": related,
        "categories": categories_on(today),
        "priorities": Report.Priority.choices,
        "kinds": [(str(kind), Report.Kind(kind).label) for kind in ReportKind],
        "receivers": receivers,
        "people": detail.people_of(report) if may.assign else [],
        "successors": units.successors(report.unit, today) if may.settle else [],
        "map": drawing.map_of([report], outlines=[outline] if outline is not None else []),
        "public_text": report.public_text or report.text,
    }
    return render(request, "field_reports/one.html", context)
