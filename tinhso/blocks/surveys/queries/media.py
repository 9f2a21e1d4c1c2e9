"""Lists and pictures that come beside a form: those that an app gives, those that were published with a version."""

import csv
import json
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from io import StringIO
from typing import Any

from django.utils.translation import gettext as _
from lxml import etree

from tinhso.blocks.surveys.contract import Survey
from tinhso.blocks.surveys.models import MediaFile, Version
from tinhso.blocks.surveys.queries import lookup, xform
from tinhso.blocks.surveys.queries.evaluating import FormNode
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused

MOST_ROWS = 20_000
LISTS = ("csv", "geojson", "xml")


def media_of(version: Version) -> Mapping[str, bytes]:
    """The files that a version was published with, by name."""
    return {file.name: bytes(file.content) for file in version.media.order_by("name")}


def media_file(version: Version, name: str) -> MediaFile:
    """One of them; refuses an unknown name."""
    file = version.media.filter(name=name.replace("\0", "")).first()
    if file is None:
        raise Refused("unknown_file", _("Phiếu này không có tệp “%(name)s”."), name=name[:80])
    return file


def outside_lists(survey: Survey, by: Actor, version: Version) -> Mapping[str, Callable[[], FormNode]]:
    """The lists that come as files, by the names that :class:`xform.Form` has for them, as somebody is given them."""
    form = lookup.form_of(version)
    return lists_among(survey, by, form, media_of(version) if form.files else {})


def lists_among(
    survey: Survey, by: Actor, form: xform.SurveyForm, files: Mapping[str, bytes]
) -> Mapping[str, Callable[[], FormNode]]:
    """The same where the files are at hand. A file that was published goes before an app's list of its name."""
    lists: dict[str, Callable[[], FormNode]] = dict(lookup.app_lists(survey, by))
    for place in form.outside.values():
        name, _hash, part = place.partition("#")
        if name in files:
            lists[place] = partial(read_list, name, files[name], part)
    return lists


@lru_cache(maxsize=16)
def read_list(name: str, content: bytes, part: str = "") -> FormNode:
    """The list in a file; of one with a ``list_name`` column only ``part``. Refuses what is no list, in words."""
    readers = {"csv": _csv_rows, "geojson": _geojson_rows, "xml": _xml_rows}
    try:
        top = readers[name.rpartition(".")[2].lower()](content.decode("utf-8-sig"), part)
    except (KeyError, ValueError, TypeError, AttributeError, csv.Error, etree.XMLSyntaxError) as problem:
        raise Refused(
            "bad_list", _("Không đọc được danh sách “%(name)s”: cần CSV (UTF-8), GeoJSON hoặc XML."), name=name[:80]
        ) from problem
    if sum(len(root.children) for root in top.children) > MOST_ROWS:
        raise Refused("long_list", _("Danh sách “%(name)s” dài hơn %(most)s dòng."), name=name[:80], most=MOST_ROWS)
    return top


def _csv_rows(text: str, part: str) -> FormNode:
    rows = csv.DictReader(StringIO(text), strict=True)
    columns = [column.strip() for column in rows.fieldnames or ()]
    if not columns or not all(columns) or len(set(columns)) < len(columns):
        raise ValueError
    top = FormNode("list")
    root = top.add(FormNode("root"))
    for row in rows:
        if None in row or None in row.values():  # more or fewer cells than the header has
            raise ValueError
        if part and row.get("list_name") != part:
            continue
        item = root.add(FormNode("item"))
        for column, cell in zip(columns, row.values(), strict=True):
            item.add(FormNode(column, cell))
    return top


def _geojson_rows(text: str, _part: str) -> FormNode:
    top = FormNode("list")
    root = top.add(FormNode("root"))
    for feature in json.loads(text)["features"]:
        item = root.add(FormNode("item"))
        cells = dict(feature.get("properties") or {})
        cells |= {"id": feature["id"]} if "id" in feature else {}
        cells["geometry"] = _odk_coordinates(feature["geometry"]["type"], feature["geometry"]["coordinates"])
        for column, cell in cells.items():
            item.add(FormNode(str(column), "" if cell is None else str(cell)))
    return top


def _odk_coordinates(kind: str, coordinates: Any) -> str:
    """Points as ODK writes them: latitude, longitude, altitude, accuracy; ";" between the points of a line."""
    points = [coordinates] if kind == "Point" else coordinates[0] if kind == "Polygon" else coordinates
    return ";".join(f"{latitude} {longitude} 0 0" for longitude, latitude, *_more in points)


def _xml_rows(text: str, _part: str) -> FormNode:
    top = FormNode("list")
    xform.append_element(top, xform.safe_xml(text))
    return top
