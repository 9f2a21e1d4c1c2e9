"""Saying where something lies on a map: by script the large one, without it a picture that is clicked or moved."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from tinhso.kernel import clock
from tinhso.kernel.errors import Refused
from tinhso.society.field_reports.pages.params import parse_degrees
from tinhso.society.field_reports.queries import places, placing
from tinhso.society.field_reports.queries.placing import CLOSER, MapView, Point
from tinhso.ui.request_params import posted_field

# the picture's pixels by the name of its button: a click is counted in them, so each is shown at its own size
SIZES = {"at": 288, "wide": 520}


def is_map_move(request: HttpRequest) -> bool:
    """Whether a form was sent by the map in it, and not to hand something in."""
    return "move" in request.POST or any(f"{name}.x" in request.POST for name in SIZES)


def moved_pin(request: HttpRequest) -> tuple[Point | None, MapView | None]:
    """Where the pin stands after a click or an arrow, and what is seen then; refuses a place out of the province."""
    before, view = point_of(request), view_of(request)
    if view is None:
        return before, None
    move = request.POST.get("move", "")
    if move in ("in", "out"):
        return before, view.around(before or view.middle, CLOSER if move == "in" else 1 / CLOSER)
    if move in placing.ARROWS:
        place = view.beside(before or view.middle, move)
    else:
        clicked = _click_position(request)
        if clicked is None:
            return before, view
        place = view.at(*clicked)
    places.commune_at(*place, clock.today())
    return place, (view.around(place) if move else view.pointed(place))


def _click_position(request: HttpRequest) -> tuple[float, float] | None:
    """Shares of width and height; None for the corner, which is what a key on the picture sends."""
    for name, size in SIZES.items():
        x, y = (request.POST.get(f"{name}.{axis}", "") for axis in "xy")
        if x.isascii() and y.isascii() and x.isdigit() and y.isdigit() and (int(x[:5]) or int(y[:5])):
            return min(int(x[:5]), size) / size, min(int(y[:5]), size) / size
    return None


def point_of(request: HttpRequest) -> Point | None:
    """The place that the form carries; None without one."""
    longitude, latitude = (parse_degrees(request.POST.get(name, "")) for name in ("longitude", "latitude"))
    return None if longitude is None or latitude is None or abs(latitude) > 85 else (longitude, latitude)


def view_of(request: HttpRequest) -> MapView | None:
    """What the map in the form showed; at first its place, or the commune that was chosen."""
    map_view = placing.parse_view(request.POST.get("view", ""))
    commune = posted_field(request, "commune", 40)
    if map_view is not None and request.POST.get("view_of", "") == commune:
        return map_view
    return placing.first_view(point_of(request), commune)


def pin_after_move(request: HttpRequest) -> tuple[Point | None, MapView | None, Refused | None]:
    """As :func:`moved`; outside of the province everything stays, and the refusal says so."""
    try:
        return *moved_pin(request), None
    except Refused as refusal:
        return point_of(request), view_of(request), refusal


def map_context(point: Point | None, view: MapView | None, commune: str) -> dict[str, Any]:
    """What the template of the map needs; nothing without outlines."""
    view = view or placing.first_view(point, commune)
    if view is None:
        return {"place": None}
    pin = f"{point[0]},{point[1]}" if point is not None else ""
    src = f"{reverse('reports:place')}?view={view.as_text}&at={pin}"
    sizes = [{"name": name, "size": size} for name, size in SIZES.items()]
    return {
        "place": {"view": view.as_text, "of": commune, "src": src, "sizes": sizes, "point": point} | placing_island()
    }


def placing_island() -> dict[str, Any]:
    """What <ts-map> needs to let somebody place a pin."""
    areas = reverse("reports:outlines")
    spec = {
        "areas": areas,
        "shades": {},
        "ground": "base",
        "values": {},
        "label": _("Bản đồ để chỉ chỗ"),
        "place": True,
    }
    return {"island": spec, "schematic": placing.is_schematic()}


@require_safe
@cache_control(public=True, max_age=3600)
def map_picture(request: HttpRequest) -> HttpResponse:
    """The map of a view (``view``: x, y, width on the grid) with a pin (``at``: longitude, latitude)."""
    view = placing.parse_view(request.GET.get("view", "")) or placing.first_view(None, "")
    if view is None:
        raise Refused("no_map", _("Chưa có bản đồ các xã, phường."))
    coordinates = [parse_degrees(part) for part in request.GET.get("at", "")[:60].split(",")]
    at = (
        (coordinates[0], coordinates[1])
        if len(coordinates) == 2 and coordinates[0] is not None and coordinates[1] is not None
        else None
    )
    placing_picture = placing.placing_picture(view, at if at is None or abs(at[1]) <= 85 else None)
    return render(request, "field_reports/place.svg", {"map": placing_picture}, content_type="image/svg+xml")
