"""What people typed, and what it means: read leniently, kept canonically, without what the form hides.

The same rules stand in ``frontend/parts/form-values.ts``; the table of cases in the tests holds both to one answer.
Canonical: text composed (NFC) and trimmed, days ISO, whole numbers as numbers, decimals as text with a point and at
most two places, absent instead of empty. What cannot be read stays as it was typed, so that the check can say what is
wrong.
"""

import re
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from json import dumps, loads
from typing import Any

from jsonschema import Draft202012Validator

from tinhso.blocks.forms.queries.shape import FormField, FormShape, Json, conditional_branches, forbidden_properties
from tinhso.kernel.text import nfc

ABSENT = object()
BLANKS = re.compile(r"[ \t\r\n\u00a0]+")
SPACED = re.compile(r"[ .\u00a0]")
GROUPED = re.compile(r"^-?[0-9]{1,3}(?:[. \u00a0][0-9]{3})+$")
WHOLE = re.compile(r"^-?[0-9]{1,15}$")
DECIMAL = re.compile(r"^(?:0|[1-9][0-9]{0,12})(?:\.[0-9]{1,2})?$")
DAY = re.compile(r"^([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})$")
DIGITS = re.compile(r"^([0-9]{2})([0-9]{2})([0-9]{4})$")  # a phone's number pad has no slash
ISO = re.compile(r"^([0-9]{4})-([0-9]{2})-([0-9]{2})$")
YES, NO = {"on", "true", "1", "yes"}, {"off", "false", "0", "no"}


def canonical_values(shape: FormShape, typed: Json) -> Json:
    """What was typed, in its canonical form: known fields only, hidden ones dropped. Doing it twice changes nothing."""
    return _canonical_object(shape.fields, shape.schema, typed if isinstance(typed, dict) else {})


def hidden_paths(shape: FormShape, values: Json) -> set[str]:
    """Paths (``members.0.job``) of fields that the form hides, given canonical values."""
    return set(_hidden_in(shape.fields, shape.schema, values, ""))


def _canonical_object(fields: Iterable[FormField], schema: Json, typed: Json) -> Json:
    values: Json = {}
    for field in fields:
        if field.name not in hidden_by(schema, values):
            value = read_value(field, typed.get(field.name))
            if value is not ABSENT:
                values[field.name] = value
    return values


def _hidden_in(fields: Iterable[FormField], schema: Json, values: Json, before: str) -> Iterable[str]:
    hidden = hidden_by(schema, values)
    for field in fields:
        here, value = f"{before}{field.name}", values.get(field.name)
        if field.name in hidden:
            yield here
        elif field.kind == "group":
            yield from _hidden_in(field.fields, field.inner, value if isinstance(value, dict) else {}, f"{here}.")
        elif field.kind == "repeat" and isinstance(value, list):
            for at, row in enumerate(value):
                yield from _hidden_in(field.fields, field.inner, row if isinstance(row, dict) else {}, f"{here}.{at}.")


def hidden_by(schema: Json, values: Json) -> set[str]:
    """Names of the properties that the conditions of an object's schema do not let be, given what is known so far."""
    hidden: set[str] = set()
    for branch in conditional_branches(schema):
        side = "then" if _condition_validator(dumps(branch["if"], sort_keys=True)).is_valid(values) else "else"
        hidden |= forbidden_properties(branch.get(side))
    return hidden


@lru_cache(maxsize=2000)
def _condition_validator(schema: str) -> Draft202012Validator:
    return Draft202012Validator(loads(schema))


def read_value(field: FormField, typed: Any) -> Any:
    """One answer in its canonical form; :data:`ABSENT` where there is none."""
    if field.kind == "boolean":
        return _canonical_boolean(typed)
    if field.kind == "group":
        return _canonical_group(field, typed)
    if typed is None or typed == "":
        return ABSENT
    if field.kind == "repeat":
        return _canonical_rows(field, typed)
    if field.kind == "many":
        return _distinct_choices(typed)
    if not isinstance(typed, str):
        return typed
    return _canonical_text(field, nfc(typed))


def _canonical_text(field: FormField, typed: str) -> Any:
    if field.kind == "textarea":
        text = typed.replace("\r\n", "\n").replace("\r", "\n").strip(" \t\n\u00a0")
    else:
        text = BLANKS.sub(" ", typed).strip(" ")
    if text == "":
        return ABSENT
    reader = {
        "integer": _integer_of,
        "money": _integer_of,
        "decimal": _decimal_text,
        "date": _iso_day,
        "phone": _phone_number,
        "digits": _without_separators,
    }
    return reader[field.kind](text) if field.kind in reader else text


def _canonical_boolean(typed: Any) -> Any:
    if isinstance(typed, str) and typed.lower() in YES:
        return True
    if typed is None or (isinstance(typed, str) and (typed == "" or typed.lower() in NO)):
        return False
    return typed


def _canonical_group(field: FormField, typed: Any) -> Any:
    if typed is not None and not isinstance(typed, dict):
        return typed
    values = _canonical_object(field.fields, field.inner, typed or {})
    is_empty = all(value is False for value in values.values())
    return ABSENT if is_empty and not field.required else values


def _canonical_rows(field: FormField, typed: Any) -> Any:
    if not isinstance(typed, list):
        return typed
    rows = [_canonical_object(field.fields, field.inner, row) if isinstance(row, dict) else row for row in typed]
    return rows or ABSENT


def _distinct_choices(typed: Any) -> Any:
    if isinstance(typed, str):
        typed = [typed]
    if not isinstance(typed, list):
        return typed
    chosen = [choice for choice in typed if choice != ""]
    once = [choice for at, choice in enumerate(chosen) if choice not in chosen[:at]]
    return once or ABSENT


def _integer_of(text: str) -> Any:
    bare = SPACED.sub("", text) if GROUPED.match(text) else text
    return int(bare) if WHOLE.match(bare) else text


def _decimal_text(text: str) -> str:
    bare = text.replace(" ", "")
    head, comma, tail = bare.partition(",")
    if comma or GROUPED.match(bare):
        bare = head.replace(".", "") + ("." + tail if comma else "")
    return bare if DECIMAL.match(bare) else text


def _iso_day(text: str) -> str:
    match = DAY.match(text) or DIGITS.match(text)
    return f"{match[3]}-{int(match[2]):02d}-{int(match[1]):02d}" if match else text


def _phone_number(text: str) -> str:
    bare = re.sub(r"[ .()-]", "", text)
    return "0" + bare[3:] if bare.startswith("+84") else bare


def _without_separators(text: str) -> str:
    return re.sub(r"[ .-]", "", text)


def is_day(text: str) -> bool:
    """Whether a text is a day of the calendar in ISO form."""
    if not ISO.match(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def value_text(field: FormField, value: Any) -> str:
    """A value as people write it: ``05/10/2024``, ``1.500.000``, ``120,5``; what was not understood, as typed."""
    if value is None or isinstance(value, (dict, list)):
        return ""
    if field.kind == "date" and isinstance(value, str) and (match := ISO.match(value)):
        return f"{match[3]}/{match[2]}/{match[1]}"
    if field.kind == "money" and isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}".replace(",", ".")
    if field.kind == "decimal" and isinstance(value, str) and DECIMAL.match(value):
        return value.replace(".", ",")
    return str(value)
