"""How things stand, and what stops if something stops."""

from collections.abc import Mapping

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tinhso.government.infrastructure import services
from tinhso.government.infrastructure.queries import graph, lookup, standing
from tinhso.government.infrastructure.rights import MANAGE_INFRASTRUCTURE, SEE_INFRASTRUCTURE
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.ui.actors import actor_of, perform_with_message
from tinhso.ui.request_params import query_param

MOST, A_PAGE = 300, 50


def infrastructure_actor(request: HttpRequest) -> Actor:
    """Who looks."""
    by = actor_of(request)
    by.must_be_able_to(SEE_INFRASTRUCTURE)
    return by


@require_safe
@login_required
def home_page(request: HttpRequest) -> HttpResponse:
    """What is down, what will stop, what is missing where."""
    by = infrastructure_actor(request)
    context = {
        "standing": standing.infrastructure_overview(by, clock.now()),
        "may_manage": by.can(MANAGE_INFRASTRUCTURE),
    }
    return render(request, "infrastructure/home.html", context)


@require_safe
@login_required
def old_devices_page(request: HttpRequest) -> HttpResponse:
    """Servers and devices whose warranty is over."""
    servers = standing.old_devices(infrastructure_actor(request), clock.now()).select_related("unit", "room")
    page = Paginator(servers, A_PAGE).get_page(request.GET.get("page"))
    return render(request, "infrastructure/old.html", {"page": page})


@require_safe
@login_required
def map_page(request: HttpRequest) -> HttpResponse:
    """What stops with one thing, drawn and as a table; without one, which to choose."""
    by = infrastructure_actor(request)
    ref = query_param(request, "thing", 40)
    infrastructure_things_by_key = {
        key: infrastructure_thing
        for key, infrastructure_thing in lookup.assets_by_ref().items()
        if by.can(SEE_INFRASTRUCTURE) and _may_see_thing(by, infrastructure_thing)
    }
    root = infrastructure_things_by_key.get(ref)
    if ref and root is None:
        raise Refused("unknown_thing", _("Không có phòng máy, máy chủ, dịch vụ hay đường truyền với mã này."))
    stops = graph.stops_caused_by([ref]) if root is not None else []
    context = {
        "root": root,
        "found": stops,
        "drawing": graph.draw_stops(root, stops) if root is not None else None,
        "below": _named_edges(ref, infrastructure_things_by_key) if root is not None else [],
        "roots": sorted(
            infrastructure_things_by_key.values(),
            key=lambda infrastructure_thing: (infrastructure_thing.register, infrastructure_thing.name),
        )[:MOST],
        "essential": sum(stop.thing.essential for stop in stops),
        "may_manage": by.can(MANAGE_INFRASTRUCTURE),
    }
    return render(request, "infrastructure/map.html", context)


def _named_edges(
    ref: str, infrastructure_things_by_key: Mapping[str, lookup.InfrastructureThing]
) -> list[tuple[str, str, str, str]]:
    """What is tied to a thing: both references, then both names."""
    names = {key: infrastructure_thing.name for key, infrastructure_thing in infrastructure_things_by_key.items()}
    return [(of, on, names.get(of, of), names.get(on, on)) for of, on in graph.edges_of(ref)]


def _may_see_thing(by: Actor, infrastructure_thing: lookup.InfrastructureThing) -> bool:
    return SEE_INFRASTRUCTURE in by.everywhere or infrastructure_thing.unit in by.places(SEE_INFRASTRUCTURE)


@require_POST
@login_required
def change_dependency(request: HttpRequest) -> HttpResponse:
    """Tie or untie two things."""
    by = infrastructure_actor(request)
    of, on = request.POST.get("of", ""), request.POST.get("on", "")
    if request.POST.get("act") == "untie":
        perform_with_message(
            request, lambda: services.remove_dependency(of=of, on=on, by=by, now=clock.now()), _("Đã bỏ phụ thuộc.")
        )
    else:
        perform_with_message(
            request, lambda: services.add_dependency(of=of, on=on, by=by, now=clock.now()), _("Đã ghi phụ thuộc.")
        )
    back = request.POST.get("back", "")[:40]
    asset = lookup.asset_by_ref(back)
    return redirect(reverse("infrastructure:map") + (f"?thing={asset.ref}" if asset is not None else ""))
