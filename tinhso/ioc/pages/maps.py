"""Maps of a comparison: how they are drawn, what else could be chosen, and the outlines that a zoomed map asks for."""

import json
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from tinhso.blocks.indicators.contract import Indicator
from tinhso.ioc.pages.readers import RequestedView, for_readers, frame_known_at
from tinhso.ioc.queries import communes
from tinhso.ioc.queries.communes import Comparison
from tinhso.ioc.queries.frame import SnapshotFrame
from tinhso.ioc.queries.shown import ReadingView
from tinhso.kernel import periods
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.ui.breaks import CIRCLES, EQUAL, METHODS, NATURAL, QUANTILE, TARGET, TargetRange
from tinhso.ui.drawing import map_of
from tinhso.ui.wording import name_in_language

WEEK = 7 * 24 * 3600


def methods_of(indicator: Indicator) -> list[str]:
    """How an indicator may be drawn, its usual way first: amounts as circles, shares and means as shaded areas."""
    cut = [method for method in METHODS if method != TARGET or indicator.targets]
    return cut if indicator.kind.has_out_of else [CIRCLES, *cut]


def map_method_of(request: HttpRequest) -> str:
    """The way of drawing that the address asks for; empty for none or one that there is not."""
    method = request.GET.get("breaks", "")
    return method if method in (*METHODS, CIRCLES) else ""


def drawing_of(asking: RequestedView, compared: Comparison, wanted: str = "", keep: str = "") -> dict[str, object]:
    """A comparison as a map: ``areas`` (None without outlines), whether they are but sketches, where the outlines are.

    ``wanted`` is a way of drawing (the indicator's usual one otherwise); ``keep`` the address that choices add to.
    """
    drawn = communes.unit_outlines(asking.at)
    nodes = [place.node for place in compared.places]
    reading = next((place.reading for place in compared.places if place.reading), None)
    if reading is None or not drawn.any_of(nodes):
        return {"areas": None}
    offered = methods_of(reading.indicator)
    method = wanted if wanted in offered else offered[0]
    tail = "" if asking.seen.basis == "published" else f"?basis={asking.seen.basis}"
    hrefs = {node.ref: reverse("ioc:unit", args=[node.ref]) + tail for node in nodes}
    areas = communes.map_areas(drawn, compared, hrefs)
    return {
        "areas": map_of(areas, method=method, aim=_common_target(reading.indicator, reading.period)),
        "schematic": drawn.are_schematic(nodes),
        "outlines": _outlines_at(asking, reading.period),
        "breaks": _method_choices(offered, method, keep),
    }


def first_on_map(
    asking: RequestedView, reading_views: Sequence[ReadingView], wanted: str = "", keep: dict[str, str] | None = None
) -> dict[str, object]:
    """The first of ``shown`` that communes report, as a map of its last period; ``areas`` None where there is none."""
    at, unit_view, facts = asking.at, asking.seen, asking.at.catalogue.facts
    reading_view = next(
        (view for view in reading_views if view.reading and facts[view.indicator.fact].level == "commune"), None
    )
    if reading_view is None or reading_view.reading is None:
        return {"areas": None}
    period = reading_view.reading.period
    nodes = communes.peer_units(at, unit_view, periods.parse(period).end)
    compared = communes.compared_units(at, reading_view.indicator, nodes, period, unit_view.basis)
    return drawing_of(asking, compared, wanted, urlencode(keep or {})) | {"mapped": reading_view}


def _common_target(indicator: Indicator, period: str) -> TargetRange | None:
    """The target that binds all units at the end of a period."""
    target = indicator.target(f"{periods.parse(period).end:%Y-%m}", "")
    return None if target is None else TargetRange(target.floor, target.ceiling)


def _method_choices(offered: list[str], method: str, keep: str) -> list[dict[str, object]]:
    words = {
        QUANTILE: _("Số đơn vị bằng nhau"),
        EQUAL: _("Khoảng bằng nhau"),
        NATURAL: _("Khoảng tự nhiên"),
        TARGET: _("Theo mục tiêu"),
        CIRCLES: _("Vòng tròn"),
    }
    start = f"?{keep}&" if keep else "?"
    return [
        {"label": words[choice], "href": f"{start}breaks={choice}", "active": choice == method} for choice in offered
    ]


def _outlines_at(asking: RequestedView, period: str) -> str:
    """The address of the outlines of a period's units; it changes when outlines do, so the answer may be kept."""
    at, unit_view = asking.at, asking.seen
    day = at.places.day_of(unit_view.basis, periods.parse(period).end)
    query = {"unit": unit_view.unit.ref, "day": f"{day}", "v": _outlines_version(at)}
    return f"{reverse('ioc:outlines')}?{urlencode(query)}"


def _outlines_version(at: SnapshotFrame) -> str:
    return "-".join(map(str, at.places.version))


@for_readers
def outlines_geojson(request: HttpRequest, by: Actor) -> HttpResponse:
    """Outlines of the communes around a unit on a day, as GeoJSON; asked for once and kept by the browser."""
    at = frame_known_at(request, by)
    node = at.places.by_ref.get(request.GET.get("unit", ""))
    if node is None:
        raise Refused("unknown_unit", _("Không có đơn vị nào có mã “%(ref)s”."), ref=request.GET.get("unit", ""))
    day = periods.parse(request.GET.get("day", "")).start
    etag = f'"{sha256(f"{at.places.version} {node.ref} {day}".encode()).hexdigest()[:20]}"'
    answer = get_conditional_response(request, etag=etag)
    if answer is None:
        top = node if node.level < 3 else next(iter(at.places.above(node)))
        drawn = communes.unit_outlines(at)
        features = [
            _geojson_feature(unit_node.ref, name_in_language(unit_node), drawn.by_unit[unit_node.pk])
            for unit_node in at.places.communes(top, day)
            if unit_node.pk in drawn.by_unit
        ]
        answer = JsonResponse({"type": "FeatureCollection", "features": features})
        answer.headers["Content-Type"] = "application/geo+json"
        answer.headers["ETag"] = etag
    fresh = request.GET.get("v") == _outlines_version(at)
    patch_cache_control(answer, private=True, max_age=WEEK if fresh else 0)
    return answer


def _geojson_feature(ref: str, name: str, text: str) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {"ref": ref, "name": name},
        "geometry": json.loads(text, parse_float=lambda number: round(float(number), 5)),
    }
