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
class FormFault:
    """What is wrong, and where in the document (a JSON pointer such as ``/schema/properties/name/pattern``)."""

    where: str
    why: str


def fingerprint(document: Json) -> str:
    """SHA-256 of the document, whatever the order of its keys."""
    return sha256(dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def document_faults(document: Any) -> list[FormFault]:
    """Everything that is wrong with a document, or the first thing that keeps the rest from being read."""
    if not isinstance(document, dict):
        return [FormFault("", _("không phải một đối tượng JSON"))]
    form_faults = list(_head_faults(document))
    if form_faults:
        return form_faults
    if form_faults := list(_size_faults(document)):
        return form_faults
    try:
        Draft202012Validator.check_schema(document["schema"])
        schema = shape.with_inlined_refs(document["schema"])
    except SchemaError as error:
        return [FormFault("/".join(["/schema", *map(str, error.absolute_path)]), error.message[:200])]
    except ValueError as error:
        return [FormFault("/schema", _("“$ref”: “%(ref)s” không có trong $defs hoặc tự gọi mình") % {"ref": error})]
    if form_faults := list(_object_faults(schema, "/schema")):
        return form_faults
    form_faults = [
        FormFault(*fault_parts)
        for fault_parts in (*layouts.layout_faults(document, schema), *conditions.condition_faults(document, schema))
    ]
    return form_faults or [FormFault(*field) for field in persons.unmarked_personal_fields(document, schema)]


def _head_faults(document: Json) -> Iterator[FormFault]:
    for key in sorted(document.keys() - TOP):
        yield FormFault(f"/{key}", _("không có mục nào tên như vậy"))
    for key in NEEDED:
        if not document.get(key):
            yield FormFault(f"/{key}", _("còn thiếu"))
    if not CODE.match(str(document.get("code", ""))):
        yield FormFault("/code", _("mã chỉ gồm chữ thường không dấu, chữ số và gạch nối"))
    for key in ("effective_from", "effective_to"):
        if document.get(key) is not None and not _is_day(document[key]):
            yield FormFault(f"/{key}", _("không phải một ngày viết như 2026-07-01"))
    kinds: dict[str, type] = {"name": str, "schema": dict, "layout": list, "prefill": dict, "procedures": list}
    for key, kind in kinds.items():
        if document.get(key) is not None and not isinstance(document[key], kind):
            yield FormFault(f"/{key}", _("sai kiểu dữ liệu"))


def _is_day(value: Any) -> bool:
    try:
        return bool(date.fromisoformat(value).isoformat() == value)
    except (TypeError, ValueError):
        return False


def _size_faults(document: Json) -> Iterator[FormFault]:
    """A document that is too large or too deep is not looked at any further."""
    waiting: list[tuple[Any, int]] = [(document, 0)]
    part_count = 0
    while waiting:
        part, depth = waiting.pop()
        part_count += 1
        if part_count > MOST_PARTS or depth > DEEPEST * 2:
            yield FormFault("", _("biểu mẫu quá lớn hoặc lồng quá sâu"))
            return
        inside = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
        waiting += [(child, depth + 1) for child in inside]


def _object_faults(schema: Any, where: str, depth: int = 0) -> Iterator[FormFault]:
    """Faults of an object's schema and of everything below it."""
    if not isinstance(schema, dict) or schema.get("type") != "object":
        yield FormFault(where, _("phải là đối tượng (“type”: “object”)"))
        return
    yield from _unknown_keyword_faults(schema, where)
    if depth > DEEPEST:
        yield FormFault(where, _("biểu mẫu quá lớn hoặc lồng quá sâu"))
        return
    if schema.get("additionalProperties") is not False:
        yield FormFault(f"{where}/additionalProperties", _("phải là false: không nhận trường lạ"))
    properties = schema.get("properties", {})
    if not properties:
        yield FormFault(f"{where}/properties", _("còn thiếu"))
    named = [*schema.get("required", []), *schema.get("dependentRequired", {})]
    named += [dependent_name for several in schema.get("dependentRequired", {}).values() for dependent_name in several]
    for name in named:
        if name not in properties:
            yield FormFault(f"{where}/required", _("“%(name)s” không phải một trường của biểu mẫu") % {"name": name})
    for name, property_schema in properties.items():
        here = f"{where}/properties/{name}"
        if not NAME.match(name):
            yield FormFault(here, _("tên trường chỉ gồm chữ thường không dấu, chữ số và gạch dưới"))
        yield from _property_faults(property_schema, here, depth)


def _unknown_keyword_faults(schema: Json, where: str) -> Iterator[FormFault]:
    kind = schema.get("type")
    if kind not in KEYWORDS:
        yield FormFault(f"{where}/type", _("phải là string, integer, boolean, array hoặc object"))
        return
    for key in sorted(schema.keys() - KEYWORDS[kind] - NOTES):
        yield FormFault(f"{where}/{key}", _("từ khóa này không dùng được với kiểu %(kind)s") % {"kind": kind})


def _property_faults(schema: Any, where: str, depth: int) -> Iterator[FormFault]:
    kind = schema.get("type") if isinstance(schema, dict) else None
    if kind == "object":
        yield from _object_faults(schema, where, depth + 1)
        return
    if not isinstance(schema, dict):
        yield FormFault(where, _("phải là đối tượng (“type”: “object”)"))
        return
    yield from _unknown_keyword_faults(schema, where)
    if kind == "string":
        yield from _string_faults(schema, where)
    if kind == "array":
        yield from _array_faults(schema, where, depth)


def _string_faults(schema: Json, where: str) -> Iterator[FormFault]:
    form = schema.get("format")
    if form is not None and form not in FORMATS:
        yield FormFault(f"{where}/format", _("chỉ có các dạng: %(known)s") % {"known": ", ".join(sorted(FORMATS))})
    if not ("enum" in schema or "const" in schema or form in BOUNDED) and not (
        0 < schema.get("maxLength", 0) <= LONGEST_TEXT
    ):
        yield FormFault(
            f"{where}/maxLength", _("chữ phải có độ dài tối đa, không quá %(most)d") % {"most": LONGEST_TEXT}
        )
    if not all(isinstance(choice, str) and choice for choice in schema.get("enum", ["-"])):
        yield FormFault(f"{where}/enum", _("mỗi lựa chọn phải là một chuỗi có chữ"))
    if (pattern := schema.get("pattern")) is not None and (why := patterns.pattern_fault(pattern)):
        yield FormFault(f"{where}/pattern", why)
    if schema.get("x-not-after", "today") != "today":
        yield FormFault(f"{where}/x-not-after", _("chỉ nhận giá trị “today”"))


def _array_faults(schema: Json, where: str, depth: int) -> Iterator[FormFault]:
    if not 0 < schema.get("maxItems", 0) <= MOST_ROWS:
        yield FormFault(f"{where}/maxItems", _("phải có số dòng tối đa, không quá %(most)d") % {"most": MOST_ROWS})
    items = schema.get("items")
    if isinstance(items, dict) and items.get("type") == "string":
        if not items.get("enum"):
            yield FormFault(f"{where}/items/enum", _("ô chọn nhiều phải có danh sách lựa chọn"))
        else:
            yield from _unknown_keyword_faults(items, f"{where}/items")
            yield from _string_faults(items, f"{where}/items")
    else:
        yield from _object_faults(items, f"{where}/items", depth + 1)
