"""Is a form's document sound? Every fault says which element is wrong and why; a document with faults is not loaded."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from json import dumps
from typing import Any

from django.utils.translation import gettext as _
from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from tinhso.blocks.forms.queries import conditions, layouts, patterns, persons, shape
from tinhso.blocks.forms.queries.shape import Json

TOP = {
    "code",
    "name",
    "name_en",
    "procedures",
    "effective_from",
    "effective_to",
    "source",
    "verified",
    "schema",
    "layout",
    "prefill",
}
NEEDED = ("code", "name", "effective_from", "schema", "layout")
NOTES = {"title", "description", "readOnly", "$comment"}
# type → the keywords that both sides know
KEYWORDS = {
    "string": {"type", "enum", "const", "minLength", "maxLength", "pattern", "format", "x-not-after"},
    "integer": {"type", "const", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"},
    "boolean": {"type", "const"},
    "array": {"type", "items", "minItems", "maxItems", "uniqueItems"},
    "object": {
        "type",
        "properties",
        "required",
        "additionalProperties",
        "dependentRequired",
        "allOf",
        "if",
        "then",
        "else",
    },
}
FORMATS = {"date", "email", "unit", "file", "decimal"}
BOUNDED = {"date", "unit", "file", "decimal"}  # formats that are short by themselves
LONGEST_TEXT, MOST_ROWS, MOST_PARTS, DEEPEST = 20_000, 100, 4_000, 12
CODE = re.compile(r"^[a-z0-9][a-z0-9-]{1,59}$")
NAME = re.compile(r"^[a-z][a-z0-9_]{0,39}$")


@dataclass(frozen=True)
class Fault:
    """What is wrong, and where in the document (a JSON pointer such as ``/schema/properties/name/pattern``)."""

    where: str
    why: str


def fingerprint(document: Json) -> str:
    """SHA-256 of the document, whatever the order of its keys."""
    return sha256(dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def faults(document: Any) -> list[Fault]:
    """Everything that is wrong with a document, or the first thing that keeps the rest from being read."""
    if not isinstance(document, dict):
        return [Fault("", _("không phải một đối tượng JSON"))]
    found = list(_head(document))
    if found:
        return found
    if found := list(_size(document)):
        return found
    try:
        Draft202012Validator.check_schema(document["schema"])
        schema = shape.inlined(document["schema"])
    except SchemaError as error:
        return [Fault("/".join(["/schema", *map(str, error.absolute_path)]), error.message[:200])]
    except ValueError as error:
        return [Fault("/schema", _("“$ref”: “%(ref)s” không có trong $defs hoặc tự gọi mình") % {"ref": error})]
    if found := list(_objects(schema, "/schema")):
        return found
    found = [Fault(*one) for one in (*layouts.faults(document, schema), *conditions.faults(document, schema))]
    return found or [Fault(*one) for one in persons.unmarked(document, schema)]


def _head(document: Json) -> Iterator[Fault]:
    for key in sorted(document.keys() - TOP):
        yield Fault(f"/{key}", _("không có mục nào tên như vậy"))
    for key in NEEDED:
        if not document.get(key):
            yield Fault(f"/{key}", _("còn thiếu"))
    if not CODE.match(str(document.get("code", ""))):
        yield Fault("/code", _("mã chỉ gồm chữ thường không dấu, chữ số và gạch nối"))
    for key in ("effective_from", "effective_to"):
        if document.get(key) is not None and not _is_day(document[key]):
            yield Fault(f"/{key}", _("không phải một ngày viết như 2026-07-01"))
    kinds: dict[str, type] = {"name": str, "schema": dict, "layout": list, "prefill": dict, "procedures": list}
    for key, kind in kinds.items():
        if document.get(key) is not None and not isinstance(document[key], kind):
            yield Fault(f"/{key}", _("sai kiểu dữ liệu"))


def _is_day(value: Any) -> bool:
    try:
        return bool(date.fromisoformat(value).isoformat() == value)
    except (TypeError, ValueError):
        return False


def _size(document: Json) -> Iterator[Fault]:
    """A document that is too large or too deep is not looked at any further."""
    waiting: list[tuple[Any, int]] = [(document, 0)]
    seen = 0
    while waiting:
        part, depth = waiting.pop()
        seen += 1
        if seen > MOST_PARTS or depth > DEEPEST * 2:
            yield Fault("", _("biểu mẫu quá lớn hoặc lồng quá sâu"))
            return
        inside = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
        waiting += [(one, depth + 1) for one in inside]


def _objects(schema: Any, where: str, depth: int = 0) -> Iterator[Fault]:
    """Faults of an object's schema and of everything below it."""
    if not isinstance(schema, dict) or schema.get("type") != "object":
        yield Fault(where, _("phải là đối tượng (“type”: “object”)"))
        return
    yield from _known(schema, where)
    if depth > DEEPEST:
        yield Fault(where, _("biểu mẫu quá lớn hoặc lồng quá sâu"))
        return
    if schema.get("additionalProperties") is not False:
        yield Fault(f"{where}/additionalProperties", _("phải là false: không nhận trường lạ"))
    properties = schema.get("properties", {})
    if not properties:
        yield Fault(f"{where}/properties", _("còn thiếu"))
    named = [*schema.get("required", []), *schema.get("dependentRequired", {})]
    named += [one for several in schema.get("dependentRequired", {}).values() for one in several]
    for name in named:
        if name not in properties:
            yield Fault(f"{where}/required", _("“%(name)s” không phải một trường của biểu mẫu") % {"name": name})
    for name, one in properties.items():
        here = f"{where}/properties/{name}"
        if not NAME.match(name):
            yield Fault(here, _("tên trường chỉ gồm chữ thường không dấu, chữ số và gạch dưới"))
        yield from _property(one, here, depth)


def _known(schema: Json, where: str) -> Iterator[Fault]:
    kind = schema.get("type")
    if kind not in KEYWORDS:
        yield Fault(f"{where}/type", _("phải là string, integer, boolean, array hoặc object"))
        return
    for key in sorted(schema.keys() - KEYWORDS[kind] - NOTES):
        yield Fault(f"{where}/{key}", _("từ khóa này không dùng được với kiểu %(kind)s") % {"kind": kind})


def _property(schema: Any, where: str, depth: int) -> Iterator[Fault]:
    kind = schema.get("type") if isinstance(schema, dict) else None
    if kind == "object":
        yield from _objects(schema, where, depth + 1)
        return
    if not isinstance(schema, dict):
        yield Fault(where, _("phải là đối tượng (“type”: “object”)"))
        return
    yield from _known(schema, where)
    if kind == "string":
        yield from _string(schema, where)
    if kind == "array":
        yield from _array(schema, where, depth)


def _string(schema: Json, where: str) -> Iterator[Fault]:
    form = schema.get("format")
    if form is not None and form not in FORMATS:
        yield Fault(f"{where}/format", _("chỉ có các dạng: %(known)s") % {"known": ", ".join(sorted(FORMATS))})
    if not ("enum" in schema or "const" in schema or form in BOUNDED) and not (
        0 < schema.get("maxLength", 0) <= LONGEST_TEXT
    ):
        yield Fault(f"{where}/maxLength", _("chữ phải có độ dài tối đa, không quá %(most)d") % {"most": LONGEST_TEXT})
    if not all(isinstance(one, str) and one for one in schema.get("enum", ["-"])):
        yield Fault(f"{where}/enum", _("mỗi lựa chọn phải là một chuỗi có chữ"))
    if (pattern := schema.get("pattern")) is not None and (why := patterns.fault(pattern)):
        yield Fault(f"{where}/pattern", why)
    if schema.get("x-not-after", "today") != "today":
        yield Fault(f"{where}/x-not-after", _("chỉ nhận giá trị “today”"))


def _array(schema: Json, where: str, depth: int) -> Iterator[Fault]:
    if not 0 < schema.get("maxItems", 0) <= MOST_ROWS:
        yield Fault(f"{where}/maxItems", _("phải có số dòng tối đa, không quá %(most)d") % {"most": MOST_ROWS})
    items = schema.get("items")
    if isinstance(items, dict) and items.get("type") == "string":
        if not items.get("enum"):
            yield Fault(f"{where}/items/enum", _("ô chọn nhiều phải có danh sách lựa chọn"))
        else:
            yield from _known(items, f"{where}/items")
            yield from _string(items, f"{where}/items")
    else:
        yield from _objects(items, f"{where}/items", depth + 1)
