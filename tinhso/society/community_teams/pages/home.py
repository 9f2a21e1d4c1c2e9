"""How teams stand, one team, and the page on which everybody finds theirs."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from tinhso.blocks.indicators.queries import pairs
from tinhso.kernel import clock
from tinhso.society.community_teams.pages.access import team_tabs, team_worker
from tinhso.society.community_teams.queries import detail, reorganising, standing
from tinhso.society.community_teams.queries.rules import rules
from tinhso.society.community_teams.rights import MANAGE_TEAMS, SEE_TEAMS, WORK_IN_TEAMS
from tinhso.ui.request_params import query_param


@require_safe
@login_required
def teams_home_page(request: HttpRequest) -> HttpResponse:
    """Numbers, the map, what waits; members without a wider view go to their own page."""
    by, today, now = team_worker(request), clock.today(), clock.now()
    if not by.can(SEE_TEAMS):
        return redirect("community_teams:mine" if by.can(WORK_IN_TEAMS) else "community_teams:difficulties")
    manages = by.can(MANAGE_TEAMS)
    team_rules = rules()
    context = {
        "home": standing.home_numbers(by, today, now),
        "tabs": team_tabs("home", by),
        "may_manage": manages,
        "pending": reorganising.pending_count(by, today) if manages else 0,
        "today": today,
        "pairs": pairs.compare_pairs(team_rules.pairs, by, at=team_rules.pairs_at)
        if SEE_TEAMS in by.everywhere
        else [],
    }
    return render(request, "community_teams/home.html", context)


@require_safe
@login_required
def team_page(request: HttpRequest, ref: str) -> HttpResponse:
    """One team: its decision, its members, what it did lately."""
    by, today = team_worker(request), clock.today()
    page = detail.team_page(ref, by, today)
    team = page.team
    context = {
        "shown": page,
        "team": team,
        "today": today,
        "may_write": team.ended_on is None and (page.is_mine or by.can(MANAGE_TEAMS, at=team.unit)),
        "may_see": by.can(SEE_TEAMS, at=team.unit),
    }
    return render(request, "community_teams/team.html", context)


@require_safe
def find_team_page(request: HttpRequest) -> HttpResponse:
    """Everybody finds the team of their hamlet: where it is, who founded it; nobody in it is named."""
    words, unit, today = query_param(request, "q", 80), query_param(request, "unit", 40), clock.today()
    teams = standing.teams_matching(words, unit, today) if words or unit else []
    context = {"teams": teams, "words": words, "asked": bool(words or unit)}
    return render(request, "community_teams/find.html", context)
