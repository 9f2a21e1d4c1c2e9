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


def connectivity_reader(request: HttpRequest) -> Actor:
    """Who looks."""
    by = actor_of(request)
    by.must_be_able_to(SEE_CONNECTIVITY)
    return by


@require_safe
@login_required
def connectivity_home_page(request: HttpRequest) -> HttpResponse:
    """Numbers, the map of coverage, subscribers of each operator over time, the worst gaps."""
    by = connectivity_reader(request)
    places, settings, now = (
        gap_queries.places_by_distance(by, clock.today()),
        rules(),
        standing.connectivity_overview(by),
    )
    context = {
        "standing": now,
        "trends": standing.subscriber_trends(by, now.province),
        "map": standing.map_of(places),
        "gaps": [place for place in places if place.is_gap],
        "km": settings.gaps.km,
        "pairs": pairs.compare_pairs(settings.pairs, by, at=settings.pairs_at, covered=dict(settings.covered)),
    }
    return render(request, "connectivity/home.html", context)


@require_safe
@login_required
def gaps_page(request: HttpRequest) -> HttpResponse:
    """Every commune and hamlet with its nearest station, the worst first."""
    by = connectivity_reader(request)
    station_distances = gap_queries.places_by_distance(by, clock.today())
    context = {"places": station_distances, "km": rules().gaps.km, "map": standing.map_of(station_distances)}
    return render(request, "connectivity/gaps.html", context)


@require_safe
@login_required
def coverage_page(request: HttpRequest) -> HttpResponse:
    """What each operator reaches, and where the chosen one (or all of them) lacks the chosen technology."""
    by = connectivity_reader(request)
    covered_places, offered = reached.covered_places(by, clock.today()), reached.mobile_operators()
    chosen = next((operator for operator in offered if operator.code == request.GET.get("operator", "")), None)
    technology = request.GET.get("technology", "")
    technology = technology if technology in reached.TECHNOLOGIES else reached.USUAL
    key = chosen.pk if chosen else None
    context = {
        "lines": reached.operator_coverages(covered_places, offered),
        "operators": offered,
        "operator": chosen,
        "technologies": reached.TECHNOLOGIES,
        "technology": technology,
        "label": reached.TECHNOLOGIES[technology],
        "gaps": reached.coverage_gaps(covered_places, key, technology),
        "untold": reached.unreported_count(covered_places, key),
        "all": len(covered_places),
        "map": reached.coverage_map(covered_places, key),
    }
    return render(request, "connectivity/coverage.html", context)
