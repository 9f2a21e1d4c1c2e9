"""The public side: a map and a list of what was reported, clusters for the map that zooms, numbers, and feeds."""

import hashlib
from typing import Any
from xml.etree import ElementTree as xml

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from tinhso.kernel import clock
from tinhso.kernel.errors import Refused
from tinhso.society.field_reports.contract import Status
from tinhso.society.field_reports.pages import following, moderating, placing
from tinhso.society.field_reports.queries import detail, outside, page_parts, places, public, statistics
from tinhso.society.field_reports.queries.outside import PublicReportFilter
from tinhso.society.field_reports.queries.public import Public
from tinhso.society.field_reports.queries.rules import categories_on, icon_of
from tinhso.ui.request_params import query_param
from tinhso.ui.tabs import tabs_by

ATOM = "http://www.w3.org/2005/Atom"
POINTS_FROM = 13  # zoom from which single reports are shown
MOST_POINTS = 300
IN_A_FEED = 50


def wanted_of(request: HttpRequest) -> PublicReportFilter:
    """What the address asks for; what cannot be read counts as left out."""
    return PublicReportFilter(
        words=query_param(request, "q", 100),
        category=query_param(request, "category", 40),
        state=request.GET.get("state", "")[:10],
        commune=query_param(request, "commune", 40),
        box=_parse_box(request.GET.get("box", "")),
    )


def _parse_box(text: str) -> tuple[float, float, float, float] | None:
    """West, south, east, north in degrees."""
    try:
        west, south, east, north = (float(part) for part in text[:100].split(","))
    except ValueError:
        return None
    good = -180 <= west < east <= 180 and -85 <= south < north <= 85
    return (west, south, east, north) if good else None


@require_safe
def public_map(request: HttpRequest) -> HttpResponse:
    """Map and list of what was released; everything works by links and one form."""
    public_report_filter, after = wanted_of(request), request.GET.get("after", "")[:40]
    day = clock.today()
    drawn, public_report_page = (
        outside.bubble_map(public_report_filter, day),
        outside.public_report_page(public_report_filter, after=after),
    )
    context = {
        "wanted": public_report_filter,
        "map": drawn,
        "island": _map_island(request, public_report_filter) if drawn is not None else None,
        "lines": [_report_row(report) for report in public_report_page.reports],
        "after": public_report_page.after,
        "deep": bool(after),
        "categories": categories_on(day),
        "communes": places.communes(day),
        "states": [("open", _("đang xử lý")), ("done", _("đã xong")), ("declined", _("không tiếp nhận"))],
        "query": _filter_query(request),
    }
    return render(request, "field_reports/outside_map.html", context)


def _filter_query(request: HttpRequest) -> str:
    query_params = request.GET.copy()
    query_params.pop("after", None)
    return query_params.urlencode()


def _report_row(one: Public) -> dict[str, Any]:
    return {"one": one, "icon": icon_of(one.category), "tone": detail.TONES.get(Status(one.status), "none")}


def _map_island(request: HttpRequest, wanted: PublicReportFilter) -> dict[str, object]:
    return {
        "areas": reverse("reports:outlines"),
        "shades": {},
        "ground": "base",
        "values": {},
        "clusters": f"{reverse('reports:clusters')}?{_filter_query(request)}",
        "box": wanted.box,
        "label": _("Phản ánh trên bản đồ"),
    }


@require_safe
@cache_control(public=True, max_age=3600)
def outlines_json(request: HttpRequest) -> HttpResponse:
    """The communes, for the map that zooms."""
    return JsonResponse(outside.commune_outlines())


@require_safe
@cache_control(public=True, max_age=30)
def clusters_json(request: HttpRequest) -> HttpResponse:
    """What lies in a view (``bbox`` west, south, east, north; ``zoom``) as GeoJSON: counts, or single reports."""
    box, zoom = _parse_box(request.GET.get("bbox", "")), _parse_zoom(request.GET.get("zoom", ""))
    if box is None:
        raise Refused("bad_box", _("Hãy gửi bbox gồm tây, nam, đông, bắc (độ)."))
    public_report_filter = wanted_of(request)
    if zoom >= POINTS_FROM:
        publics = public.reports_in_view(*box, limit=MOST_POINTS)
        features = [
            _report_feature(public_report)
            for public_report in publics
            if _fits_filter(public_report, public_report_filter)
        ]
    else:
        only = [public_report_filter.category] if public_report_filter.category else []
        is_open = {"open": True, "done": False, "declined": False}.get(public_report_filter.state)
        features = [
            _point_feature(cluster.longitude, cluster.latitude, {"count": cluster.count, "open": cluster.open})
            for cluster in public.report_clusters(
                *box, categories=only, is_open=is_open, across=_clusters_across(request)
            )
        ]
    return JsonResponse({"type": "FeatureCollection", "features": features})


def _parse_zoom(text: str) -> float:
    try:
        zoom = float(text[:10])
    except ValueError:
        return 0.0
    return zoom if 0 <= zoom <= 30 else 0.0


def _clusters_across(request: HttpRequest) -> int:
    """How many clusters fit beside each other on the asker's screen."""
    text = request.GET.get("across", "")
    return min(max(int(text), 3), 24) if text.isascii() and text.isdigit() and len(text) < 4 else 12


def _fits_filter(one: Public, public_report_filter: PublicReportFilter) -> bool:
    states = outside.STATES.get(public_report_filter.state)
    return (not public_report_filter.category or one.category == public_report_filter.category) and (
        states is None or one.status in states
    )


def _report_feature(one: Public) -> dict[str, object]:
    values = {
        "count": 1,
        "open": int(one.status in outside.STILL_OPEN),
        "name": f"{one.category_name} · {one.status_name}",
        "href": reverse("field_reports:public", args=[one.ref]),
        "rough": bool(one.place and one.place.rough),
    }
    assert one.place is not None
    return _point_feature(one.place.longitude, one.place.latitude, values)


def _point_feature(longitude: float, latitude: float, values: dict[str, Any]) -> dict[str, object]:
    at = {"type": "Point", "coordinates": [round(longitude, 6), round(latitude, 6)]}
    return {"type": "Feature", "geometry": at, "properties": values}


@require_safe
def statistics_page(request: HttpRequest) -> HttpResponse:
    """How communes and categories do, each with a count and an out-of."""
    text = request.GET.get("days", "")
    days = next((span for span in statistics.SPANS if str(span) == text), 90)
    context = {"numbers": statistics.report_statistics(days, clock.now()), "days": days, "tabs": _span_tabs(days)}
    return render(request, "field_reports/outside_numbers.html", context)


def _span_tabs(days: int) -> list[dict[str, object]]:
    labels = {span: _("%(days)s ngày") % {"days": span} for span in statistics.SPANS}
    return tabs_by("days", labels, days)


@require_safe
@cache_control(public=True, max_age=120)
def reports_feed(request: HttpRequest) -> HttpResponse:
    """The newest reports of a place, a category or all of them, as Atom."""
    publics = outside.public_report_page(wanted_of(request), size=IN_A_FEED).reports
    return _atom_response(
        request, _("Phản ánh hiện trường"), [_entry_of(request, public_report) for public_report in publics]
    )


@require_safe
@cache_control(public=True, max_age=120)
def feed_of_one(request: HttpRequest, ref: str) -> HttpResponse:
    """What happens to one report, as Atom; of a merged one, what happens to the one that goes on."""
    public_report = public.public_report(ref.upper()[:24])
    address = request.build_absolute_uri(reverse("field_reports:public", args=[public_report.ref]))
    entries = [
        {
            "id": f"{public_report.ref}/{entry.number}",
            "title": str(page_parts.WORDS.get(entry.did, entry.did)),
            "at": entry.at,
            "href": address,
            "text": public_report.answer if entry.did in ("presented", "declined", "escalated") else "",
        }
        for entry in reversed(public.public_entries(public_report.ref))
    ]
    return _atom_response(request, f"{public_report.category_name} · {public_report.ref}", entries)


def _entry_of(request: HttpRequest, one: Public) -> dict[str, Any]:
    address = request.build_absolute_uri(reverse("field_reports:public", args=[one.ref]))
    title = f"{one.category_name} · {one.commune} · {one.status_name}"
    return {"id": one.ref, "title": title, "at": one.received_at, "href": address, "text": one.text}


def _atom_response(request: HttpRequest, title: str, entries: list[dict[str, Any]]) -> HttpResponse:
    xml.register_namespace("", ATOM)
    here = request.build_absolute_uri()
    language = {"{http://www.w3.org/XML/1998/namespace}lang": (get_language() or "vi")[:2]}
    feed = xml.Element(f"{{{ATOM}}}feed", language)
    _add_atom_text(feed, "id", _atom_id(request.get_host(), here))
    _add_atom_text(feed, "title", title)
    _add_atom_text(
        feed, "updated", (max((feed_entry["at"] for feed_entry in entries), default=None) or clock.now()).isoformat()
    )
    author = xml.SubElement(feed, f"{{{ATOM}}}author")
    _add_atom_text(author, "name", title)
    xml.SubElement(feed, f"{{{ATOM}}}link", rel="self", href=here, type="application/atom+xml")
    for values in entries:
        entry = xml.SubElement(feed, f"{{{ATOM}}}entry")
        _add_atom_text(entry, "id", _atom_id(request.get_host(), values["id"]))
        _add_atom_text(entry, "title", values["title"])
        _add_atom_text(entry, "updated", values["at"].isoformat())
        xml.SubElement(entry, f"{{{ATOM}}}link", rel="alternate", href=values["href"], type="text/html")
        _add_atom_text(
            entry, "summary", "".join(letter for letter in values["text"] if letter >= " " or letter == "\n")
        )
    body = xml.tostring(feed, encoding="utf-8", xml_declaration=True)
    return HttpResponse(body, content_type="application/atom+xml; charset=utf-8")


def _atom_id(host: str, what: str) -> str:
    return f"tag:{host.partition(':')[0]},2026:{hashlib.sha256(what.encode()).hexdigest()[:24]}"


def _add_atom_text(parent: xml.Element, name: str, words: str) -> None:
    xml.SubElement(parent, f"{{{ATOM}}}{name}").text = words


app_name = "reports"
urlpatterns = [
    path("reports/", public_map, name="map"),
    path("reports/outlines.json", outlines_json, name="outlines"),
    path("reports/place.svg", placing.map_picture, name="place"),
    path("reports/clusters.json", clusters_json, name="clusters"),
    path("reports/feed.atom", reports_feed, name="feed"),
    path("reports/numbers/", statistics_page, name="numbers"),
    path("reports/alerts/", following.alerts_page, name="alerts"),
    path("reports/alerts/<str:sign>/", following.alert_wish_page, name="wish"),
    path("reports/<str:ref>/feed.atom", feed_of_one, name="feed_of_one"),
    path("reports/<str:ref>/watch/", following.watch_report, name="watch"),
    path("field-reports/moderation/", moderating.moderation_queue_page, name="queue"),
    path("field-reports/<str:ref>/moderation/", moderating.moderation_page, name="moderate"),
    path("field-reports/photos/<str:photo>/cover/", moderating.cover_photo_page, name="cover"),
]
