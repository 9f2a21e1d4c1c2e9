"""The map of this moment: what is open where, beside the figures of the communes."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tinhso.ioc.pages import maps
from tinhso.ioc.pages.readers import for_readers, page_context, requested_view
from tinhso.ioc.queries import live_map as maps_now
from tinhso.ioc.queries import live_spot
from tinhso.ioc.queries import wall as walls
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor


@for_readers
def live_map(request: HttpRequest, by: Actor) -> HttpResponse:
    """Open things of every layer over the communes, the newest in a list, what stands at the chosen spot; below, the
    first headline of the communes."""
    asking = requested_view(request, by)
    live = maps_now.live_map(asking.at, asking.seen, clock.now())
    chosen = live_spot.chosen_spot(live, request.GET.get("spot", "")) if live else None
    context = page_context(asking) | {"live": live, "choosing": True, "chosen": chosen}
    if not request.headers.get("X-Live"):
        firsts = [tile.shown for tile in walls.cached_wall(asking.at, asking.seen).tiles if tile.shown is not None]
        context |= maps.first_on_map(asking, firsts)
    return render(request, "ioc/live.html", context)
