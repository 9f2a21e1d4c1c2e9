"""OGC API – Features at ``/ogc/``: what any GIS program reads."""

import functools
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from tinhso.blocks.exchange.queries import open_data
from tinhso.blocks.registers.contract import Register
from tinhso.blocks.registers.queries import ogc, registry
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.ui.actors import actor_of

GEOJSON, JSON, OPENAPI = "application/geo+json", "application/json", "application/vnd.oai.openapi+json;version=3.0"
SPEC = "http://www.opengis.net/spec/ogcapi-{}/conf/{}"
CONFORMS = [
    SPEC.format("features-1/1.0", "core"),
    SPEC.format("features-1/1.0", "geojson"),
    SPEC.format("features-1/1.0", "oas30"),
    SPEC.format("features-2/1.0", "crs"),
    SPEC.format("common-1/1.0", "core"),
]
View = Callable[..., HttpResponse]


def _answers(view: View) -> View:
    """Bad queries are 400, as the standard says; anybody's browser may read what is for everybody."""

    @require_safe
    @functools.wraps(view)
    def answering(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            answer = view(request, **kwargs)
        except ogc.BadQuery as fault:
            answer = _json({"code": "InvalidParameterValue", "description": str(fault)}, status=400)
        answer["Vary"] = "Cookie, Authorization"
        if not actor_of(request).is_someone:
            answer["Access-Control-Allow-Origin"] = "*"
        return answer

    return answering


def _json(body: Any, media: str = JSON, status: int = 200) -> HttpResponse:
    return HttpResponse(json.dumps(body, ensure_ascii=False), content_type=media, status=status)


def _nothing(what: str) -> HttpResponse:
    return _json({"code": "NotFound", "description": f"There is no such {what}"}, status=404)


def _only(request: HttpRequest, *names: str) -> None:
    if unknown := set(request.GET) - {"f", *names}:
        raise ogc.BadQuery(f"unknown parameters: {', '.join(sorted(unknown))[:100]}")
    if request.GET.get("f", "json") not in ("json", "geojson"):
        raise ogc.BadQuery("f is json")


def _link(
    request: HttpRequest, name: str, rel: str, media: str, title: str = "", *args: str, **query: Any
) -> dict[str, str]:
    href = request.build_absolute_uri(reverse(f"ogc:{name}", args=args)) + (f"?{urlencode(query)}" if query else "")
    return {"href": href, "rel": rel, "type": media} | ({"title": title} if title else {})


@_answers
def landing(request: HttpRequest) -> HttpResponse:
    """Where everything is."""
    _only(request)
    who = open_data.publisher()
    return _json(
        {
            "title": f"{who.name}: OGC API – Features",
            "description": "Danh mục dữ liệu của tỉnh. Registers of the province.",
            "links": [
                _link(request, "landing", "self", JSON),
                _link(request, "api", "service-desc", OPENAPI, "OpenAPI 3.0"),
                _link(request, "conformance", "conformance", JSON),
                _link(request, "collections", "data", JSON),
            ],
        }
    )


@_answers
def conformance(request: HttpRequest) -> HttpResponse:
    """Which classes of the standards hold."""
    _only(request)
    return _json({"conformsTo": CONFORMS})


@_answers
def collections(request: HttpRequest) -> HttpResponse:
    """Registers that one may read of."""
    _only(request)
    found = ogc.collections(actor_of(request))
    body = {
        "links": [_link(request, "collections", "self", JSON)],
        "collections": [_collection(request, one) for one in found],
    }
    return _json(body | {"crs": ogc.systems()})


@_answers
def collection(request: HttpRequest, code: str) -> HttpResponse:
    """One register."""
    _only(request)
    found = _find(code, actor_of(request))
    return _nothing("collection") if found is None else _json(_collection(request, found))


def _collection(request: HttpRequest, one: Register) -> dict[str, Any]:
    box = ogc.extent(one) if one.located else None
    extent: dict[str, Any] = {"temporal": {"interval": [[None, None]]}}
    if box is not None:
        extent["spatial"] = {"bbox": [list(box)], "crs": ogc.CRS84}
    return {
        "id": one.code,
        "title": registry.title(one),
        "description": registry.about(one),
        "itemType": "feature",
        "extent": extent,
        "crs": ogc.systems(),
        "storageCrs": ogc.CRS84,
        "coordinateOperations": ogc.operations(),  # of our own; the standard allows more members
        "links": [
            _link(request, "collection", "self", JSON, "", one.code),
            _link(request, "items", "items", GEOJSON, registry.title(one), one.code),
        ],
    }


def _find(code: str, by: Actor) -> Register | None:
    return next((one for one in ogc.collections(by) if one.code == code), None)


@_answers
def items(request: HttpRequest, code: str) -> HttpResponse:
    """A page of a register's records as features."""
    by = actor_of(request)
    found = _find(code, by)
    if found is None:
        return _nothing("collection")
    wanted = ogc.asked(request.GET.dict(), found, by)
    page = ogc.items(found, wanted, by)
    kept = {name: value for name, value in request.GET.dict().items() if name not in ("after", "before", "offset")}
    links = [
        {"href": request.build_absolute_uri(), "rel": "self", "type": GEOJSON},
        _link(request, "collection", "collection", JSON, registry.title(found), code),
    ]
    if page.next:
        links.append(_link(request, "items", "next", GEOJSON, "", code, **kept, after=page.next))
    if page.prev:
        links.append(_link(request, "items", "prev", GEOJSON, "", code, **kept, before=page.prev))
    body = {
        "type": "FeatureCollection",
        "timeStamp": clock.now().strftime("%FT%TZ"),
        "links": links,
        "numberReturned": len(page.features),
        "features": page.features,
    }
    answer = _json(body, GEOJSON)
    answer["Content-Crs"] = f"<{wanted.crs}>"
    return answer


@_answers
def item(request: HttpRequest, code: str, ref: str) -> HttpResponse:
    """One record as a feature."""
    _only(request, "crs")
    by = actor_of(request)
    found = _find(code, by)
    crs = request.GET.get("crs", ogc.CRS84)
    if crs not in ogc.systems():
        raise ogc.BadQuery("unknown coordinate reference system")
    feature = ogc.item(found, ref, crs, by) if found is not None else None
    if feature is None:
        return _nothing("feature")
    feature["links"] = [
        _link(request, "item", "self", GEOJSON, "", code, ref),
        _link(request, "collection", "collection", JSON, "", code),
    ]
    answer = _json(feature, GEOJSON)
    answer["Content-Crs"] = f"<{crs}>"
    return answer


@_answers
def api(request: HttpRequest) -> HttpResponse:
    """All this as OpenAPI 3.0."""
    _only(request)
    by = actor_of(request)
    paths: dict[str, Any] = {
        address: {"get": {"summary": summary, "responses": {"200": {"description": "OK"}}}}
        for address, summary in (
            ("/", "Landing page"),
            ("/conformance", "Conformance"),
            ("/collections", "Collections"),
        )
    }
    for one in ogc.collections(by):
        paths |= _described(one, by)
    body = {
        "openapi": "3.0.3",
        "info": {"title": "OGC API – Features", "version": "1.0.0"},
        "servers": [{"url": request.build_absolute_uri(reverse("ogc:landing")).rstrip("/")}],
        "paths": paths,
    }
    return _json(body, OPENAPI)


def _described(one: Register, by: Actor) -> dict[str, Any]:
    def query(name: str, kind: dict[str, Any], **more: Any) -> dict[str, Any]:
        return {"name": name, "in": "query", "required": False, "schema": kind, **more}

    crs = {"type": "string", "enum": ogc.systems(), "default": ogc.CRS84}
    numbers = {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 6}
    asked = [
        query("limit", {"type": "integer", "minimum": 1, "maximum": ogc.MOST, "default": ogc.USUAL}),
        query("offset", {"type": "integer", "minimum": 0, "maximum": ogc.MOST_SKIPPED, "default": 0}),
        query("bbox", numbers, style="form", explode=False),
        query("bbox-crs", crs),
        query("crs", crs),
        query("datetime", {"type": "string"}),
        *(query(name, {"type": "string"}) for name in sorted(ogc.names(one, by))),
    ]
    feature = {"type": "object", "properties": {"properties": ogc.schema(one, by) | {"$schema": None}}}
    feature["properties"]["properties"].pop("$schema")  # type: ignore[index]
    told = {
        "200": {"description": "OK", "content": {GEOJSON: {"schema": feature}}},
        "400": {"description": "Bad query"},
    }
    base = f"/collections/{one.code}"
    return {
        base: {"get": {"summary": registry.title(one), "responses": {"200": {"description": "OK"}}}},
        f"{base}/items": {"get": {"summary": registry.about(one), "parameters": asked, "responses": told}},
        f"{base}/items/{{featureId}}": {
            "get": {
                "summary": registry.title(one),
                "responses": told,
                "parameters": [
                    {"name": "featureId", "in": "path", "required": True, "schema": {"type": "string"}},
                    query("crs", crs),
                ],
            }
        },
    }


app_name = "ogc"
urlpatterns = [
    path("", landing, name="landing"),
    path("api", api, name="api"),
    path("conformance", conformance, name="conformance"),
    path("collections", collections, name="collections"),
    path("collections/<str:code>", collection, name="collection"),
    path("collections/<str:code>/items", items, name="items"),
    path("collections/<str:code>/items/<str:ref>", item, name="item"),
]
