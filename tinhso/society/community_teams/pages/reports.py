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
from tinhso.society.community_teams.pages.access import A_PAGE, tabs, worker
from tinhso.society.community_teams.queries import lookup, month, reporting
from tinhso.society.community_teams.queries.rules import report_due
from tinhso.society.community_teams.rights import MANAGE_TEAMS, SEE_TEAMS
from tinhso.ui.actors import perform
from tinhso.ui.request_params import param, posted


def _month(told: str) -> str:
    """The month that was asked for, or the one before this."""
    return told if told in month.months(clock.today(), 60) else month.month_before(clock.today())


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def report(request: HttpRequest, ref: str) -> HttpResponse:
    """What the records say of a month, what was handed in of it, and the button."""
    by = worker(request)
    team, is_mine = lookup.team_and_membership(ref, by)
    code = _month(posted(request, "month", 7) if request.method == "POST" else param(request, "month", 7))
    if request.method == "POST":
        perform(
            request,
            lambda: services.report_month(team=team, code=code, note=posted(request, "note"), by=by, now=clock.now()),
            _("Đã gửi báo cáo tháng."),
        )
        return redirect(f"{reverse('community_teams:report', args=[team.ref])}?month={code}")
    last = month.last(team, code)
    lines = month.lines(month.figures(team, code), last.figures if last else None)
    context = {
        "team": team,
        "month": code,
        "months": month.months(clock.today()),
        "last": last,
        "lines": lines,
        "changed": any(one.differs for one in lines),
        "due": report_due(code),
        "running": code == f"{clock.today():%Y-%m}",
        "may_report": team.ended_on is None and (is_mine or by.can(MANAGE_TEAMS, at=team.unit)),
    }
    return render(request, "community_teams/report.html", context)


@require_safe
@login_required
def listed(request: HttpRequest) -> HttpResponse:
    """A line for each commune: how many teams reported, what it adds up to; of one commune also which did not."""
    by = worker(request)
    by.must_be_able_to(SEE_TEAMS)
    code, unit = _month(param(request, "month", 7)), param(request, "unit", 40)
    found = reporting.places(code, by)
    chosen = [one for one in found if one.unit.ref == unit]
    page = Paginator(chosen if unit else found, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "whole": reporting.whole(found),
        "month": code,
        "months": month.months(clock.today(), 24),
        "unit": unit,
        "missing": reporting.missing(code, by, unit) if chosen else [],
        "due": report_due(code),
        "tabs": tabs("reports", by),
        "may_remind": by.can(MANAGE_TEAMS),
    }
    return render(request, "community_teams/reports.html", context)


@require_POST
@login_required
def remind(request: HttpRequest) -> HttpResponse:
    """Tell those whose report is missing."""
    by = worker(request)
    code = _month(posted(request, "month", 7))
    try:
        told = services.remind(code=code, by=by, now=clock.now())
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        words = ngettext("Đã nhắc %(n)s người.", "Đã nhắc %(n)s người.", told)
        messages.success(request, words % {"n": told})
    return redirect(f"{reverse('community_teams:reports')}?month={code}")
