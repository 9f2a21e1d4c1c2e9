"""How connectivity stands, and where something is missing."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tinhso.blocks.indicators.queries import pairs
from tinhso.economy.connectivity.queries import coverage as reached
from tinhso.economy.connectivity.queries import gaps as gap_queries
from tinhso.economy.connectivity.queries import standing
from tinhso.economy.connectivity.queries.rules import rules
from tinhso.economy.connectivity.rights import SEE_CONNECTIVITY
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.ui.actors import actor_of


def looker(request: HttpRequest) -> Actor:
    """Who looks."""
    by = actor_of(request)
    by.must_be_able_to(SEE_CONNECTIVITY)
    return by


@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Numbers, the map of coverage, subscribers of each operator over time, the worst gaps."""
    by = looker(request)
    places, settings, now = gap_queries.places(by, clock.today()), rules(), standing.of(by)
    context = {
        "standing": now,
        "trends": standing.trends(by, now.province),
        "map": standing.map_of(places),
        "gaps": [place for place in places if place.is_gap],
        "km": settings.gaps.km,
        "pairs": pairs.compare(settings.pairs, by, at=settings.pairs_at, covered=dict(settings.covered)),
    }
    return render(request, "connectivity/home.html", context)


@require_safe
@login_required
def gaps(request: HttpRequest) -> HttpResponse:
    """Every commune and hamlet with its nearest station, the worst first."""
    by = looker(request)
    found = gap_queries.places(by, clock.today())
    context = {"places": found, "km": rules().gaps.km, "map": standing.map_of(found)}
    return render(request, "connectivity/gaps.html", context)


@require_safe
@login_required
def coverage(request: HttpRequest) -> HttpResponse:
    """What each operator reaches, and where the chosen one (or all of them) lacks the chosen technology."""
    by = looker(request)
    known, offered = reached.places(by, clock.today()), reached.operators()
    chosen = next((one for one in offered if one.code == request.GET.get("operator", "")), None)
    technology = request.GET.get("technology", "")
    technology = technology if technology in reached.TECHNOLOGIES else reached.USUAL
    key = chosen.pk if chosen else None
    context = {
        "lines": reached.lines(known, offered),
        "operators": offered,
        "operator": chosen,
        "technologies": reached.TECHNOLOGIES,
        "technology": technology,
        "label": reached.TECHNOLOGIES[technology],
        "gaps": reached.gaps(known, key, technology),
        "untold": reached.untold(known, key),
        "all": len(known),
        "map": reached.drawn(known, key),
    }
    return render(request, "connectivity/coverage.html", context)
