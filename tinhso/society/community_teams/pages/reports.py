"""Monthly reports: a team hands its month in by one tap; whoever leads sees which are missing."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tinhso.kernel import clock
from tinhso.kernel.errors import Refused
from tinhso.society.community_teams import services
from tinhso.society.community_teams.pages.access import A_PAGE, team_tabs, team_worker
from tinhso.society.community_teams.queries import lookup, month, reporting
from tinhso.society.community_teams.queries.rules import report_due
from tinhso.society.community_teams.rights import MANAGE_TEAMS, SEE_TEAMS
from tinhso.ui.actors import perform_with_message
from tinhso.ui.request_params import posted_field, query_param


def _month_param(text: str) -> str:
    """The month that was asked for, or the one before this."""
    return text if text in month.last_months(clock.today(), 60) else month.month_before(clock.today())


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def month_report_page(request: HttpRequest, ref: str) -> HttpResponse:
    """What the records say of a month, what was handed in of it, and the button."""
    by = team_worker(request)
    team, is_mine = lookup.team_and_membership(ref, by)
    code = _month_param(
        posted_field(request, "month", 7) if request.method == "POST" else query_param(request, "month", 7)
    )
    if request.method == "POST":
        perform_with_message(
            request,
            lambda: services.report_month(
                team=team, code=code, note=posted_field(request, "note"), by=by, now=clock.now()
            ),
            _("Đã gửi báo cáo tháng."),
        )
        return redirect(f"{reverse('community_teams:report', args=[team.ref])}?month={code}")
    last = month.last_report(team, code)
    lines = month.report_lines(month.month_figures(team, code), last.figures if last else None)
    context = {
        "team": team,
        "month": code,
        "months": month.last_months(clock.today()),
        "last": last,
        "lines": lines,
        "changed": any(month_report_line.differs for month_report_line in lines),
        "due": report_due(code),
        "running": code == f"{clock.today():%Y-%m}",
        "may_report": team.ended_on is None and (is_mine or by.can(MANAGE_TEAMS, at=team.unit)),
    }
    return render(request, "community_teams/report.html", context)


@require_safe
@login_required
def month_reports_page(request: HttpRequest) -> HttpResponse:
    """A line for each commune: how many teams reported, what it adds up to; of one commune also which did not."""
    by = team_worker(request)
    by.must_be_able_to(SEE_TEAMS)
    code, unit = _month_param(query_param(request, "month", 7)), query_param(request, "unit", 40)
    commune_months = reporting.commune_months(code, by)
    chosen = [commune_month for commune_month in commune_months if commune_month.unit.ref == unit]
    page = Paginator(chosen if unit else commune_months, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "whole": reporting.province_totals(commune_months),
        "month": code,
        "months": month.last_months(clock.today(), 24),
        "unit": unit,
        "missing": reporting.teams_without_report(code, by, unit) if chosen else [],
        "due": report_due(code),
        "tabs": team_tabs("reports", by),
        "may_remind": by.can(MANAGE_TEAMS),
    }
    return render(request, "community_teams/reports.html", context)


@require_POST
@login_required
def remind_teams(request: HttpRequest) -> HttpResponse:
    """Tell those whose report is missing."""
    by = team_worker(request)
    code = _month_param(posted_field(request, "month", 7))
    try:
        person_count = services.remind_teams(code=code, by=by, now=clock.now())
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        words = ngettext("Đã nhắc %(n)s người.", "Đã nhắc %(n)s người.", person_count)
        messages.success(request, words % {"n": person_count})
    return redirect(f"{reverse('community_teams:reports')}?month={code}")
