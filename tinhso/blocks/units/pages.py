"""Units as they are, as they were on any day, and the history of one."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from tinhso.blocks.units import queries
from tinhso.blocks.units.models import Level
from tinhso.blocks.units.rights import SEE_INDICATORS
from tinhso.kernel import clock
from tinhso.kernel.actor import NOBODY, Actor
from tinhso.kernel.errors import Refused
from tinhso.ui.request_params import day_param, query_param


def _may_look(request: HttpRequest) -> None:
    actor: Actor = getattr(request, "actor", NOBODY)
    actor.must_be_able_to(SEE_INDICATORS)


@require_safe
@login_required
def units_page(request: HttpRequest) -> HttpResponse:
    """The units of a day (today's without one) as a tree, or those that a search finds, past ones too."""
    _may_look(request)
    words = query_param(request, "q", 200)
    today = clock.today()
    day, bad_day = day_param(request)
    tree = queries.tree(day)
    context = {
        "words": words,
        "found": list(queries.search_units(words, limit=60)) if words else [],
        "day": day,
        "bad_day": bad_day,
        "is_today": day == today,
        "tops": _top_groups(tree) if not words else [],
        "communes": len(tree.communes()),
    }
    return render(request, "units/units.html", context)


def _top_groups(tree: queries.Tree) -> list[dict[str, object]]:
    """Provinces with what is directly below them: districts with their communes, or communes, and agencies."""
    tops = [node for node in tree.nodes.values() if node.parent not in tree.nodes and node.level != Level.AGENCY]
    return [{"node": top, **_groups_below(tree, top)} for top in tops]


def _groups_below(tree: queries.Tree, top: queries.UnitNode) -> dict[str, object]:
    children = [tree.nodes[key] for key in tree.children(top.pk)]
    groups = [node for node in children if node.level == Level.DISTRICT]
    return {
        "groups": [(group, [tree.nodes[key] for key in tree.children(group.pk)]) for group in groups],
        "communes": [node for node in children if node.level == Level.COMMUNE],
        "agencies": [node for node in children if node.level == Level.AGENCY],
    }


@require_safe
@login_required
def history_page(request: HttpRequest, ref: str) -> HttpResponse:
    """One unit: its names, its time, what it came from, what it became, and what is not yet verified."""
    _may_look(request)
    try:
        unit = queries.by_ref(ref)
    except Refused as refusal:
        return render(request, "error.html", {"status": 404, "message": refusal.message}, status=404)
    came_from, became = queries.history_of(unit)
    context = {
        "unit": unit,
        "came_from": list(came_from),
        "became": list(became),
        "aliases": list(unit.aliases.all()),
        "is_agency": unit.level == Level.AGENCY,
    }
    return render(request, "units/history.html", context)


app_name = "units"
urlpatterns = [
    path("", units_page, name="list"),
    path("<str:ref>/", history_page, name="history"),
]
