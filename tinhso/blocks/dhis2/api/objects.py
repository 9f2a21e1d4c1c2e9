"""What a DHIS2 server says of itself, and its objects: lists with fields, filters and pages, and single ones."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.http import urlencode

from tinhso.blocks.dhis2.queries import fields, finding
from tinhso.blocks.dhis2.queries.fields import Objects, Reference
from tinhso.blocks.dhis2.queries.objects import KINDS, visible_objects
from tinhso.blocks.dhis2.queries.refusal import DhisRefused, missing_refusal
from tinhso.blocks.dhis2.queries.uids import uid as make_uid
from tinhso.blocks.dhis2.queries.world import VisibleWorld
from tinhso.blocks.indicators import queries as indicators
from tinhso.kernel import clock

VERSION = "2.37.9"
REVISION = "tinhso"


@dataclass(frozen=True)
class DhisCall:
    """One request: the version in its address, what it names, the form of the answer, and what its reader can see."""

    request: HttpRequest
    version: int
    name: str
    form: str
    uid: str
    world: VisibleWorld

    def query_param(self, name: str, default: str = "") -> str:
        """A parameter that is given once."""
        return self.request.GET.get(name, default)

    def every(self, name: str) -> list[str]:
        """A parameter that may be given often."""
        return self.request.GET.getlist(name)

    def flag(self, name: str) -> bool:
        """A parameter that is true or false."""
        return self.query_param(name).lower() == "true"

    @cached_property
    def objects(self) -> Objects:
        """Every object, by collection and identifier."""
        return visible_objects(self.world)

    def must_be(self, *methods: str, form: tuple[str, ...] = ("json",)) -> None:
        """Refuse another method, or a form that is not served."""
        if self.request.method not in methods:
            raise DhisRefused(405, "", f"Request method '{self.request.method}' is not supported.")
        if self.form not in form:
            raise DhisRefused(404, "", f"This is served as {', '.join(form)} only.")

    @property
    def root(self) -> str:
        """Where the server stands, without a slash at its end."""
        return self.request.build_absolute_uri("/dhis2")


def system_info(call: DhisCall) -> HttpResponse:
    """``system/info`` and ``system/ping``."""
    call.must_be("GET", "HEAD")
    if call.uid == "ping":
        return HttpResponse("pong", content_type="text/plain")
    if call.uid != "info":
        raise DhisRefused(404, "", "Not found.")
    newest = indicators.newest_snapshot()
    moment = "%Y-%m-%dT%H:%M:%S.000"
    computed = {"lastAnalyticsTableSuccess": f"{newest.at:{moment}}"} if newest else {}
    body = {
        "contextPath": call.root,
        "userAgent": call.request.headers.get("User-Agent", ""),
        "calendar": "iso8601",
        "dateFormat": "yyyy-mm-dd",
        "serverDate": f"{clock.now():{moment}}",
        "serverTimeZoneId": "Etc/UTC",
        "version": VERSION,
        "revision": REVISION,
        "systemName": "Tỉnh số",
        "systemId": make_uid("system", call.root),
        **computed,
    }
    return JsonResponse(body, json_dumps_params={"ensure_ascii": False})


def current_user(call: DhisCall) -> HttpResponse:
    """The program that asks, and where its rights begin."""
    call.must_be("GET", "HEAD")
    by, own = (
        call.world.by,
        [Reference("organisationUnits", call.world.unit_codes[n.ref]) for n in call.world.own_units()],
    )
    user_values = {
        "id": make_uid("actor", by.ref),
        "username": by.ref,
        "name": by.name,
        "displayName": by.name,
        "authorities": sorted({*by.everywhere, *by.reach}),
        "organisationUnits": own,
        "dataViewOrganisationUnits": own,
        "dataSets": list(call.world.forms),
    }
    return _json_response(
        fields.requested_part(user_values, fields.parse_fields(call.query_param("fields") or "*"), call.objects)
    )


def resource_list(call: DhisCall) -> HttpResponse:
    """The collections that there are."""
    call.must_be("GET", "HEAD")
    listed = [
        {"displayName": KINDS[name], "singular": KINDS[name], "plural": name, "href": f"{call.root}/api/{name}"}
        for name in KINDS
    ]
    return _json_response({"resources": listed})


def _json_response(body: Mapping[str, Any]) -> HttpResponse:
    return JsonResponse(body, json_dumps_params={"ensure_ascii": False})


def list_objects(call: DhisCall) -> HttpResponse:
    """One page of a collection (all of it with ``paging=false``)."""
    if call.name not in KINDS:
        raise DhisRefused(404, "", f"There is no collection called {call.name[:60]}.")
    call.must_be("GET", "HEAD", form=("json", "csv"))
    collection_objects = list(call.objects.collections[call.name].values())
    if call.name == "organisationUnits":
        collection_objects = _filtered_units(call, collection_objects)
    object_query = finding.ObjectQuery(
        filters=call.every("filter"),
        any_of=call.query_param("rootJunction").upper() == "OR",
        query=call.query_param("query"),
        order=[part for text in call.every("order") for part in text.split(",")],
    )
    matching_objects = finding.filtered_objects(collection_objects, object_query, call.objects)
    requested_fields = fields.parse_fields(",".join(call.every("fields")) or "id,displayName")
    if call.query_param("paging").lower() == "false":
        return _list_response(
            call, [fields.requested_part(values, requested_fields, call.objects) for values in matching_objects], {}
        )
    page = finding.object_page(call.query_param("page"), call.query_param("pageSize"), len(matching_objects))
    rows = [fields.requested_part(values, requested_fields, call.objects) for values in matching_objects[page.part]]
    return _list_response(call, rows, {"pager": _pager_body(call, page)})


def _list_response(call: DhisCall, shown: list[dict[str, Any]], more: Mapping[str, Any]) -> HttpResponse:
    """Objects as JSON, or as CSV with a column for each field (``skipHeader`` leaves their names out)."""
    if call.form != "csv":
        return _json_response({**more, call.name: shown})
    out = io.StringIO()
    rows = [fields.flat_cells(values) for values in shown]
    columns = list(dict.fromkeys(name for row in rows for name in row))
    writer = csv.DictWriter(out, columns, restval="", lineterminator="\n")
    if not call.flag("skipHeader"):
        writer.writeheader()
    writer.writerows(rows)
    return HttpResponse(out.getvalue(), content_type="application/csv; charset=utf-8")


def _filtered_units(call: DhisCall, things: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Organisation units have parameters of their own."""
    world = call.world
    if call.flag("userOnly") or call.flag("userDataViewOnly"):
        own = {world.unit_codes[node.ref] for node in world.own_units()}
        things = [values for values in things if values["id"] in own]
    if (level := _small_number(call, "level")) is not None:
        things = [values for values in things if values["level"] == level]
    if (deepest := _small_number(call, "maxLevel")) is not None:
        things = [values for values in things if values["level"] <= deepest]
    return sorted(things, key=lambda values: str(values["path"])) if call.flag("levelSorted") else things


def _small_number(call: DhisCall, name: str) -> int | None:
    text = call.query_param(name)
    return int(text) if text.isdecimal() and len(text) < 4 else None


def _pager_body(call: DhisCall, page: finding.ObjectPage) -> dict[str, Any]:
    body: dict[str, Any] = {
        "page": page.number,
        "pageCount": page.pages,
        "total": page.total,
        "pageSize": page.size,
    }
    for name, number in (("nextPage", page.number + 1), ("prevPage", page.number - 1)):
        if 1 <= number <= page.pages:
            query = [(key, value) for key in call.request.GET for value in call.every(key) if key != "page"]
            address = call.request.build_absolute_uri(call.request.path)
            body[name] = f"{address}?{urlencode([*query, ('page', str(number))])}"
    return body


def read_object(call: DhisCall) -> HttpResponse:
    """One object with all its properties; for a unit also what lies below or above it."""
    if call.name not in KINDS:
        raise DhisRefused(404, "", f"There is no collection called {call.name[:60]}.")
    call.must_be("GET", "HEAD")
    values = call.objects.collections[call.name].get(call.uid)
    if values is None:
        raise missing_refusal(KINDS[call.name], call.uid[:40])
    requested_fields = fields.parse_fields(",".join(call.every("fields")) or "*")
    if call.name == "organisationUnits" and (around := _related_units(call)) is not None:
        rows = [call.objects.collections[call.name][key] for key in around]
        return _json_response({call.name: [fields.requested_part(row, requested_fields, call.objects) for row in rows]})
    return _json_response(fields.requested_part(values, requested_fields, call.objects))


def _related_units(call: DhisCall) -> list[str] | None:
    """Units below or above the one asked for, when a parameter says so."""
    world, node = call.world, call.world.units[call.uid]
    if call.flag("includeDescendants"):
        nodes = world.inside(node)
    elif call.flag("includeChildren"):
        nodes = [node, *world.children(node)]
    elif call.flag("includeAncestors"):
        nodes = world.path(node)
    elif (level := _small_number(call, "level")) is not None:
        nodes = [unit_node for unit_node in world.inside(node) if world.depth(unit_node) - world.depth(node) == level]
    else:
        return None
    return [world.unit_codes[unit_node.ref] for unit_node in nodes]
