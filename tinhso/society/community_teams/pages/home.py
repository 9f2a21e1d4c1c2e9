"""How teams stand, one team, and the page on which everybody finds theirs."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from tinhso.blocks.indicators.queries import pairs
from tinhso.kernel import clock
from tinhso.society.community_teams.pages.asking import said, tabs, worker
from tinhso.society.community_teams.queries import lookup, month, reorganising, standing
from tinhso.society.community_teams.queries.rules import rules

FEW, MANY = 5, 10


@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Numbers, the map, what waits; members without a wider view go to their own page."""
    by, today, now = worker(request), clock.today(), clock.now()
    if not by.can(lookup.SEE):
        return redirect("community_teams:mine" if by.can(lookup.WORK) else "community_teams:difficulties")
    terms = list(standing.ending_terms(by, today)[: FEW + 1])
    manages = by.can(lookup.MANAGE)
    told = rules()
    context = {
        "standing": standing.of(by, today, now), "map": standing.map_of(by, today), "terms": terms[:FEW],
        "more_terms": len(terms) > FEW, "headless": list(standing.without_head(by)[:FEW]),
        "sessions": list(standing.sessions(today)[:FEW]), "tabs": tabs("home", by), "may_manage": manages,
        "pending": reorganising.pending(by, today).count if manages else 0, "today": today,
        "pairs": pairs.compare(told.pairs, by, at=told.pairs_at) if lookup.SEE in by.everywhere else [],
    }  # fmt: skip
    return render(request, "community_teams/home.html", context)


@require_safe
@login_required
def team(request: HttpRequest, ref: str) -> HttpResponse:
    """One team: its decision, its members, what it did lately."""
    by = worker(request)
    found, today = lookup.team(ref, by), clock.today()
    code = f"{today:%Y-%m}"
    in_it = found.pk in {one.pk for one in lookup.mine(by)}
    context = {
        "team": found, "members": list(lookup.members(found)), "today": today, "in_it": in_it,
        "lines": month.lines(month.figures(found, code), None), "month": code,
        "visits": list(found.visits.order_by("-day", "-pk")[:MANY]),
        "tasks": list(found.tasks.exclude(state__in=("done", "dropped")).order_by("due_on", "pk")[:MANY]),
        "difficulties": list(found.difficulties.order_by("-at", "-pk")[:MANY]), "rules": rules(),
        "reports": list(found.reports.order_by("-month", "-number")[:MANY]),
        "may_write": found.ended_on is None and (in_it or by.can(lookup.MANAGE, at=found.unit)),
        "may_see": by.can(lookup.SEE, at=found.unit),
    }  # fmt: skip
    return render(request, "community_teams/team.html", context)


@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Everybody finds the team of their hamlet: where it is, who founded it; nobody in it is named."""
    words, unit, today = said(request, "q", 80), said(request, "unit", 40), clock.today()
    found = standing.found(words, unit, today) if words or unit else []
    context = {"teams": found, "words": words, "asked": bool(words or unit)}
    return render(request, "community_teams/find.html", context)
