"""Does a layout fit its schema? Every question has its place once, every choice its words, every widget its type."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from tinhso.blocks.forms.queries.shape import NESTED, WIDGETS, Json, natural_widget

Wrong = tuple[str, str]
ITEM_KEYS = {
    "field",
    "label",
    "label_en",
    "help",
    "help_en",
    "widget",
    "width",
    "autocomplete",
    "inputmode",
    "choices",
    "paper",
    "items",
    "personal",
}
SECTION_KEYS = {"title", "title_en", "help", "help_en", "items"}
NOTE_KEYS = {"note", "note_en"}
WIDTHS = {"full", "half", "short"}
INPUT_MODES = {"text", "numeric", "decimal", "tel", "email"}
# tokens of HTML's autofill that a form of the administration may ask for
AUTOCOMPLETE = {
    "off",
    "name",
    "bday",
    "sex",
    "email",
    "tel",
    "street-address",
    "address-line1",
    "address-line2",
    "organization",
    "organization-title",
    "postal-code",
}
TYPES = {
    "text": "string",
    "textarea": "string",
    "radio": "string",
    "select": "string",
    "checkbox": "boolean",
    "checkboxes": "array",
    "date": "string",
    "money": "integer",
    "integer": "integer",
    "decimal": "string",
    "phone": "string",
    "id-number": "string",
    "email": "string",
    "unit-picker": "string",
    "parcel": "object",
    "group": "object",
    "file": "string",
    "repeat": "array",
}
FORMATS = {"date": "date", "decimal": "decimal", "unit-picker": "unit", "file": "file", "email": "email"}
PARCEL = {"commune", "sheet", "parcel"}


def layout_faults(document: Json, schema: Json) -> Iterator[Wrong]:
    """What is wrong with ``layout`` and ``prefill``: place and reason."""
    placed_names: list[str] = []
    for at, section in enumerate(document["layout"]):
        here = f"/layout/{at}"
        if not isinstance(section, dict) or not isinstance(section.get("items"), list):
            yield here, _("phần phải có danh sách “items”")
            continue
        for key in sorted(section.keys() - SECTION_KEYS):
            yield f"{here}/{key}", _("không có mục nào tên như vậy")
        yield from _item_faults(section["items"], schema, here, placed_names)
    yield from _missing_field_faults(schema, placed_names, "/layout")
    for name, key in document.get("prefill", {}).items():
        if name not in schema["properties"]:
            yield f"/prefill/{name}", _("“%(name)s” không phải một trường của biểu mẫu") % {"name": name}
        if not isinstance(key, str) or not key:
            yield f"/prefill/{name}", _("phải nêu nguồn")


def _missing_field_faults(schema: Json, seen: list[str], where: str) -> Iterator[Wrong]:
    for name in schema["properties"]:
        if seen.count(name) != 1:
            yield where, _("trường “%(name)s” phải có chỗ đúng một lần") % {"name": name}


def _item_faults(items: list[Any], schema: Json, where: str, seen: list[str]) -> Iterator[Wrong]:
    for at, item in enumerate(items):
        here = f"{where}/items/{at}"
        if not isinstance(item, dict):
            yield here, _("sai kiểu dữ liệu")
        elif "note" in item:
            for key in sorted(item.keys() - NOTE_KEYS):
                yield f"{here}/{key}", _("không có mục nào tên như vậy")
        elif item.get("field") not in schema["properties"]:
            yield f"{here}/field", _("“%(name)s” không phải một trường của biểu mẫu") % {"name": item.get("field")}
        else:
            seen.append(item["field"])
            yield from _question_faults(item, schema["properties"][item["field"]], here)


def _question_faults(item: Json, schema: Json, where: str) -> Iterator[Wrong]:
    for key in sorted(item.keys() - ITEM_KEYS):
        yield f"{where}/{key}", _("không có mục nào tên như vậy")
    if not item.get("label"):
        yield f"{where}/label", _("còn thiếu")
    allowed = {"width": WIDTHS, "inputmode": INPUT_MODES, "autocomplete": AUTOCOMPLETE}
    for key, allowed_values in allowed.items():
        if key in item and item[key] not in allowed_values:
            yield f"{where}/{key}", _("chỉ nhận: %(known)s") % {"known": ", ".join(sorted(allowed_values))}
    if not isinstance(item.get("personal", False), bool):
        yield f"{where}/personal", _("sai kiểu dữ liệu")
    widget = item.get("widget") or natural_widget(schema)
    if widget not in WIDGETS or TYPES[widget] != schema["type"]:
        yield (
            f"{where}/widget",
            _("“%(widget)s” không hợp với kiểu %(kind)s")
            % {
                "widget": widget,
                "kind": schema["type"],
            },
        )
        return
    yield from _widget_faults(widget, item, schema, where)


def _widget_faults(widget: str, item: Json, schema: Json, where: str) -> Iterator[Wrong]:
    if schema.get("format") != FORMATS.get(widget) and (widget in FORMATS or "format" in schema):
        yield (
            f"{where}/widget",
            _("“%(widget)s” không hợp với dạng %(kind)s")
            % {
                "widget": widget,
                "kind": schema.get("format", "–"),
            },
        )
    enum = schema.get("enum") or schema.get("items", {}).get("enum")
    if widget in ("radio", "select", "checkboxes"):
        words = item.get("choices", {})
        for value in enum or []:
            if not (isinstance(words.get(value), list) and words[value]):
                yield f"{where}/choices", _("lựa chọn “%(value)s” chưa có lời") % {"value": value}
        if not enum:
            yield f"{where}/widget", _("ô chọn nhiều phải có danh sách lựa chọn")
    if widget == "file" and not item.get("paper"):
        yield f"{where}/paper", _("phải nêu mã giấy tờ")
    if widget == "file" and where.count("/items/") > 1:
        yield where, _("giấy tờ không nằm trong nhóm hay dòng")
    if widget == "parcel" and not schema["properties"].keys() >= PARCEL:
        yield where, _("thửa đất phải có các trường %(names)s") % {"names": ", ".join(sorted(PARCEL))}
    if WIDGETS[widget] in NESTED:
        inner = schema["items"] if widget == "repeat" else schema
        placed_names: list[str] = []
        yield from _item_faults(item.get("items", []), inner, where, placed_names)
        yield from _missing_field_faults(inner, placed_names, where)
