"""OGC API – Features at ``/ogc/``: what any GIS program reads."""

import functools
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from tinhso.blocks.open_data.queries import datasets
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


def _ogc_view(view: View) -> View:
    """Bad queries are 400, as the standard says; anybody's browser may read what is for everybody."""

    @require_safe
    @functools.wraps(view)
    def answering(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            answer = view(request, **kwargs)
        except ogc.BadQuery as fault:
            answer = _json_response({"code": "InvalidParameterValue", "description": str(fault)}, status=400)
        answer["Vary"] = "Cookie, Authorization"
        if not actor_of(request).is_someone:
            answer["Access-Control-Allow-Origin"] = "*"
        return answer

    return answering


def _json_response(body: Any, media: str = JSON, status: int = 200) -> HttpResponse:
    return HttpResponse(json.dumps(body, ensure_ascii=False), content_type=media, status=status)


def _not_found_response(what: str) -> HttpResponse:
    return _json_response({"code": "NotFound", "description": f"There is no such {what}"}, status=404)


def _require_known_params(request: HttpRequest, *names: str) -> None:
    if unknown := set(request.GET) - {"f", *names}:
        raise ogc.BadQuery(f"unknown parameters: {', '.join(sorted(unknown))[:100]}")
    if request.GET.get("f", "json") not in ("json", "geojson"):
        raise ogc.BadQuery("f is json")


def _page_link(
    request: HttpRequest, name: str, rel: str, media: str, title: str = "", *args: str, **query: Any
) -> dict[str, str]:
    href = request.build_absolute_uri(reverse(f"ogc:{name}", args=args)) + (f"?{urlencode(query)}" if query else "")
    return {"href": href, "rel": rel, "type": media} | ({"title": title} if title else {})


@_ogc_view
def landing(request: HttpRequest) -> HttpResponse:
    """Where everything is."""
    _require_known_params(request)
    who = datasets.data_publisher()
    return _json_response(
        {
            "title": f"{who.name}: OGC API – Features",
            "description": "Danh mục dữ liệu của tỉnh. Registers of the province.",
            "links": [
                _page_link(request, "landing", "self", JSON),
                _page_link(request, "api", "service-desc", OPENAPI, "OpenAPI 3.0"),
                _page_link(request, "conformance", "conformance", JSON),
                _page_link(request, "collections", "data", JSON),
            ],
        }
    )


@_ogc_view
def conformance(request: HttpRequest) -> HttpResponse:
    """Which classes of the standards hold."""
    _require_known_params(request)
    return _json_response({"conformsTo": CONFORMS})


@_ogc_view
def collections(request: HttpRequest) -> HttpResponse:
    """Registers that one may read of."""
    _require_known_params(request)
    registers = ogc.visible_collections(actor_of(request))
    body = {
        "links": [_page_link(request, "collections", "self", JSON)],
        "collections": [_collection_object(request, register) for register in registers],
    }
    return _json_response(body | {"crs": ogc.coordinate_systems()})


@_ogc_view
def collection(request: HttpRequest, code: str) -> HttpResponse:
    """One register."""
    _require_known_params(request)
    register = _collection_by_code(code, actor_of(request))
    return (
        _not_found_response("collection") if register is None else _json_response(_collection_object(request, register))
    )


def _collection_object(request: HttpRequest, one: Register) -> dict[str, Any]:
    box = ogc.register_extent(one) if one.located else None
    extent: dict[str, Any] = {"temporal": {"interval": [[None, None]]}}
    if box is not None:
        extent["spatial"] = {"bbox": [list(box)], "crs": ogc.CRS84}
    return {
        "id": one.code,
        "title": registry.title(one),
        "description": registry.description(one),
        "itemType": "feature",
        "extent": extent,
        "crs": ogc.coordinate_systems(),
        "storageCrs": ogc.CRS84,
        "coordinateOperations": ogc.epsg_operations(),  # of our own; the standard allows more members
        "links": [
            _page_link(request, "collection", "self", JSON, "", one.code),
            _page_link(request, "items", "items", GEOJSON, registry.title(one), one.code),
        ],
    }


def _collection_by_code(code: str, by: Actor) -> Register | None:
    return next((register for register in ogc.visible_collections(by) if register.code == code), None)


@_ogc_view
def items(request: HttpRequest, code: str) -> HttpResponse:
    """A page of a register's records as features."""
    by = actor_of(request)
    register = _collection_by_code(code, by)
    if register is None:
        return _not_found_response("collection")
    feature_query = ogc.parse_query(request.GET.dict(), register, by)
    page = ogc.items(register, feature_query, by)
    values = {name: value for name, value in request.GET.dict().items() if name not in ("after", "before", "offset")}
    links = [
        {"href": request.build_absolute_uri(), "rel": "self", "type": GEOJSON},
        _page_link(request, "collection", "collection", JSON, registry.title(register), code),
    ]
    if page.next:
        links.append(_page_link(request, "items", "next", GEOJSON, "", code, **values, after=page.next))
    if page.prev:
        links.append(_page_link(request, "items", "prev", GEOJSON, "", code, **values, before=page.prev))
    body = {
        "type": "FeatureCollection",
        "timeStamp": clock.now().strftime("%FT%TZ"),
        "links": links,
        "numberReturned": len(page.features),
        "features": page.features,
    }
    answer = _json_response(body, GEOJSON)
    answer["Content-Crs"] = f"<{feature_query.crs}>"
    return answer


@_ogc_view
def item(request: HttpRequest, code: str, ref: str) -> HttpResponse:
    """One record as a feature."""
    _require_known_params(request, "crs")
    by = actor_of(request)
    register = _collection_by_code(code, by)
    crs = request.GET.get("crs", ogc.CRS84)
    if crs not in ogc.coordinate_systems():
        raise ogc.BadQuery("unknown coordinate reference system")
    feature = ogc.item(register, ref, crs, by) if register is not None else None
    if feature is None:
        return _not_found_response("feature")
    feature["links"] = [
        _page_link(request, "item", "self", GEOJSON, "", code, ref),
        _page_link(request, "collection", "collection", JSON, "", code),
    ]
    answer = _json_response(feature, GEOJSON)
    answer["Content-Crs"] = f"<{crs}>"
    return answer


@_ogc_view
def api(request: HttpRequest) -> HttpResponse:
    """All this as OpenAPI 3.0."""
    _require_known_params(request)
    by = actor_of(request)
    paths: dict[str, Any] = {
        address: {"get": {"summary": summary, "responses": {"200": {"description": "OK"}}}}
        for address, summary in (
            ("/", "Landing page"),
            ("/conformance", "Conformance"),
            ("/collections", "Collections"),
        )
    }
    for register in ogc.visible_collections(by):
        paths |= _collection_paths(register, by)
    body = {
        "openapi": "3.0.3",
        "info": {"title": "OGC API – Features", "version": "1.0.0"},
        "servers": [{"url": request.build_absolute_uri(reverse("ogc:landing")).rstrip("/")}],
        "paths": paths,
    }
    return _json_response(body, OPENAPI)


def _collection_paths(one: Register, by: Actor) -> dict[str, Any]:
    def query(name: str, kind: dict[str, Any], **more: Any) -> dict[str, Any]:
        return {"name": name, "in": "query", "required": False, "schema": kind, **more}

    crs = {"type": "string", "enum": ogc.coordinate_systems(), "default": ogc.CRS84}
    numbers = {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 6}
    rows = [
        query("limit", {"type": "integer", "minimum": 1, "maximum": ogc.MOST, "default": ogc.USUAL}),
        query("offset", {"type": "integer", "minimum": 0, "maximum": ogc.MOST_SKIPPED, "default": 0}),
        query("bbox", numbers, style="form", explode=False),
        query("bbox-crs", crs),
        query("crs", crs),
        query("datetime", {"type": "string"}),
        *(query(name, {"type": "string"}) for name in sorted(ogc.filter_names(one, by))),
    ]
    feature = {"type": "object", "properties": {"properties": ogc.register_schema(one, by) | {"$schema": None}}}
    feature["properties"]["properties"].pop("$schema")  # type: ignore[index]
    values = {
        "200": {"description": "OK", "content": {GEOJSON: {"schema": feature}}},
        "400": {"description": "Bad query"},
    }
    base = f"/collections/{one.code}"
    return {
        base: {"get": {"summary": registry.title(one), "responses": {"200": {"description": "OK"}}}},
        f"{base}/items": {"get": {"summary": registry.description(one), "parameters": rows, "responses": values}},
        f"{base}/items/{{featureId}}": {
            "get": {
                "summary": registry.title(one),
                "responses": values,
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
