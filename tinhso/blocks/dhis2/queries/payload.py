"""Data value sets as they are sent and given: JSON or CSV, with the words that DHIS2 uses for what is wrong."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from tinhso.blocks.dhis2.queries.refusal import DhisRefused
from tinhso.kernel import strict_json

CSV_COLUMNS = (
    "dataelement",
    "period",
    "orgunit",
    "categoryoptioncombo",
    "attributeoptioncombo",
    "value",
    "storedby",
    "lastupdated",
    "comment",
    "followup",
    "deleted",
)
OUTER = ("dataSet", "completeDate", "period", "orgUnit", "attributeOptionCombo", "comment")
INNER = (
    "dataElement",
    "period",
    "orgUnit",
    "categoryOptionCombo",
    "attributeOptionCombo",
    "value",
    "comment",
    "deleted",
)
SCHEMES = ("idScheme", "dataElementIdScheme", "orgUnitIdScheme", "categoryOptionComboIdScheme", "dataSetIdScheme")
ABOUT = (*SCHEMES, "dryRun", "importStrategy")  # how to import, which a payload may say of itself
DXF = "http://dhis2.org/schema/dxf/2.0"
MOST = 50_000
LONGEST = 1_000  # of one text


@dataclass(frozen=True)
class Value:
    """One data value as it was sent: text only; empty where nothing was said."""

    data_element: str
    period: str
    org_unit: str
    combo: str
    attribute_combo: str
    value: str
    comment: str
    deleted: bool


@dataclass(frozen=True)
class ValueSet:
    """A whole data value set."""

    data_set: str = ""
    period: str = ""
    org_unit: str = ""
    attribute_combo: str = ""
    values: list[Value] = field(default_factory=list)
    about: Mapping[str, str] = field(default_factory=dict)


def read_xml(body: bytes) -> ValueSet:
    """Read a dxf2 data value set in XML, with or without its namespace. No DTD, no entities, no nesting to speak of."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _unreadable_payload("not XML") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise _unreadable_payload("a document type is not allowed")
    if etree.QName(root).localname != "dataValueSet" or etree.QName(root).namespace not in (None, DXF):
        raise _unreadable_payload("the data value set must be a dataValueSet of dxf2")
    listed = [child for child in root if child.tag in (f"{{{etree.QName(root).namespace}}}dataValue", "dataValue")]
    if len(listed) < len(root):
        raise _unreadable_payload("a dataValueSet holds dataValue only")
    if len(listed) > MOST:
        raise DhisRefused(413, "", f"At most {MOST} data values can be sent at once.")
    outer = {name: _text_of_json(root.get(name)) for name in OUTER}
    values = [_data_value({name: _text_of_json(item.get(name)) for name in INNER}, outer) for item in listed]
    return _value_set(outer, values, {name: _text_of_json(root.get(name)) for name in ABOUT})


def _value_set(outer: Mapping[str, str], values: list[Value], about: Mapping[str, str]) -> ValueSet:
    return ValueSet(outer["dataSet"], outer["period"], outer["orgUnit"], outer["attributeOptionCombo"], values, about)


def read_json(body: bytes) -> ValueSet:
    """Read a JSON data value set; numbers are kept as they are written. Refuses what is none."""
    try:
        raw = strict_json.read_json(body.decode("utf-8"), number=str)
    except ValueError as error:
        raise _unreadable_payload("not JSON") from error
    if not isinstance(raw, Mapping):
        raise _unreadable_payload("the data value set must be an object")
    listed = raw.get("dataValues", [])
    if not isinstance(listed, list) or not all(isinstance(item, Mapping) for item in listed):
        raise _unreadable_payload("dataValues must be a list of objects")
    if len(listed) > MOST:
        raise DhisRefused(413, "", f"At most {MOST} data values can be sent at once.")
    outer = {name: _text_of_json(raw.get(name)) for name in OUTER}
    values = [_data_value({name: _text_of_json(item.get(name)) for name in INNER}, outer) for item in listed]
    return _value_set(outer, values, {name: _text_of_json(raw.get(name)) for name in ABOUT})


def read_csv(body: bytes, *, has_header: bool = True) -> ValueSet:
    """Read a CSV data value set in the columns that DHIS2 documents."""
    if body.count(b"\n") > 2 * MOST:  # before each of them, empty ones too, becomes a list in memory
        raise DhisRefused(413, "", f"At most {MOST} data values can be sent at once.")
    try:
        lines = list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))
    except (ValueError, csv.Error) as error:
        raise _unreadable_payload("not CSV") from error
    rows = [line for line in lines[1 if has_header else 0 :] if any(line)]
    if len(rows) > MOST:
        raise DhisRefused(413, "", f"At most {MOST} data values can be sent at once.")
    names = {
        "dataElement": 0,
        "period": 1,
        "orgUnit": 2,
        "categoryOptionCombo": 3,
        "attributeOptionCombo": 4,
        "value": 5,
        "comment": 8,
        "deleted": 10,
    }
    named_rows = [{name: row[at] if at < len(row) else "" for name, at in names.items()} for row in rows]
    return ValueSet(
        values=[_data_value({name: _text_of_json(text) for name, text in row.items()}, {}) for row in named_rows]
    )


def _text_of_json(value: Any) -> str:
    """A JSON value as text; objects and lists are refused."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, str):
        raise _unreadable_payload("a value is an object or a list")
    if len(value) > LONGEST or "\0" in value:
        raise _unreadable_payload("a text is too long or holds the letter NUL")
    return value.strip()


def _data_value(item: Mapping[str, str], outer: Mapping[str, str]) -> Value:
    return Value(
        data_element=item["dataElement"],
        period=item["period"] or outer.get("period", ""),
        org_unit=item["orgUnit"] or outer.get("orgUnit", ""),
        combo=item["categoryOptionCombo"],
        attribute_combo=item["attributeOptionCombo"] or outer.get("attributeOptionCombo", ""),
        value=item["value"],
        comment=item["comment"],
        deleted=item["deleted"].lower() == "true",
    )


def _unreadable_payload(why: str) -> DhisRefused:
    return DhisRefused(400, "E1003", f"The data value set cannot be read: {why}.")


def write_csv(rows: Iterator[Mapping[str, Any]]) -> str:
    """Data values as DHIS2 writes them in CSV."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(CSV_COLUMNS)
    names = (
        "dataElement",
        "period",
        "orgUnit",
        "categoryOptionCombo",
        "attributeOptionCombo",
        "value",
        "storedBy",
        "lastUpdated",
        "comment",
        "followup",
        "deleted",
    )
    for row in rows:
        writer.writerow([_value_text(row.get(name, "")) for name in names])
    return out.getvalue()


def _value_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
