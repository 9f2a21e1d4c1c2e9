"""The visit log for whoever sees it: narrowed by place, month, topic; one visit; voiding one."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tinhso.kernel import clock
from tinhso.society.community_teams import services
from tinhso.society.community_teams.models import Visit
from tinhso.society.community_teams.pages.access import A_PAGE, team_tabs, team_worker
from tinhso.society.community_teams.queries import listing, lookup, month
from tinhso.society.community_teams.queries.rules import rules
from tinhso.society.community_teams.rights import MANAGE_TEAMS, SEE_TEAMS
from tinhso.ui.actors import perform_with_message
from tinhso.ui.request_params import posted_field, query_param


@require_safe
@login_required
def visits_page(request: HttpRequest) -> HttpResponse:
    """Visits, the latest first, with what they add up to."""
    by = team_worker(request)
    team_list_filter = listing.TeamListFilter(
        unit=query_param(request, "unit", 40),
        month=query_param(request, "month", 7),
        kind=query_param(request, "kind", 8),
        topic=query_param(request, "topic", 40),
        team=query_param(request, "team", 40),
    )
    rows = listing.filtered_visits(by, team_list_filter)
    sums = rows.filter(voided_at__isnull=True).order_by().aggregate(n=Count("pk"), people=Sum("people", default=0))
    team_rules = rules()
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "lines": [(visit, [team_rules.topic(code) for code in visit.topics]) for visit in page],
        "sums": sums,
        "wanted": team_list_filter,
        "kinds": Visit.Kind.choices,
        "topics": team_rules.topics,
        "months": month.last_months(clock.today()),
        "units": listing.units_of(by),
        "tabs": team_tabs("visits", by),
        "may_see": by.can(SEE_TEAMS),
    }
    return render(request, "community_teams/visits.html", context)


@require_safe
@login_required
def visit_page(request: HttpRequest, ref: str) -> HttpResponse:
    """One visit."""
    by = team_worker(request)
    visit = lookup.visit(ref, by)
    team_rules = rules()
    context = {
        "one": visit,
        "topics": [team_rules.topic(code) for code in visit.topics],
        "difficulties": [(each, team_rules.kind_name(each.kind)) for each in visit.difficulties.order_by("pk")],
        "may_void": visit.voided_at is None and (visit.by == by.ref or by.can(MANAGE_TEAMS, at=visit.team.unit)),
    }
    return render(request, "community_teams/visit.html", context)


@require_POST
@login_required
def void_visit(request: HttpRequest, ref: str) -> HttpResponse:
    """It was written down wrongly."""
    by = team_worker(request)
    perform_with_message(
        request,
        lambda: services.void_visit(ref=ref, why=posted_field(request, "why", 300), by=by, now=clock.now()),
        _("Đã hủy lượt hỗ trợ; lượt này không còn được đếm."),
    )
    return redirect("community_teams:visit", ref)
