"""What a browser sent, as a tree of what was typed: only the form's own fields are looked at.

A field is called ``f.name``, in a row ``f.members.0.name``. Buttons are called ``do``: ``save``, ``finish``,
``add:members``, ``remove:members.0``, ``drop:paper``.
"""

import re
from collections.abc import Iterable
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from tinhso.blocks.forms.queries.shape import FormField, FormShape, Json
from tinhso.kernel.errors import Refused

PREFIX = "f."


def posted_values(shape: FormShape, post: QueryDict, values: Json) -> Json:
    """The tree of what was typed. Papers are never taken from text: those already ``kept`` stay."""
    return _posted_object(shape.fields, post, PREFIX, values)


def _posted_object(fields: Iterable[FormField], post: QueryDict, before: str, kept: Any) -> Json:
    former = kept if isinstance(kept, dict) else {}
    values: Json = {}
    for field in fields:
        value = _posted_value(field, post, f"{before}{field.name}", former.get(field.name))
        if value not in (None, "", [], {}):
            values[field.name] = value
    return values


def _posted_value(field: FormField, post: QueryDict, name: str, kept: Any) -> Any:
    if field.kind == "file":
        return kept
    if field.kind == "group":
        return _posted_object(field.fields, post, f"{name}.", kept)
    if field.kind == "repeat":
        return _posted_rows(field, post, name, kept)
    if field.kind == "many":
        return [_without_nul(choice) for choice in post.getlist(name)]
    return _without_nul(post.get(name, ""))


def _without_nul(text: str) -> str:
    return text.replace("\0", "")


def _posted_rows(field: FormField, post: QueryDict, name: str, kept: Any) -> list[Json]:
    pattern = re.compile(re.escape(name) + r"\.([0-9]{1,5})(?:\.|$)")
    numbers = sorted({int(match[1]) for key in post if (match := pattern.match(key))})
    most = field.schema["maxItems"]
    if len(numbers) > most:
        raise Refused(
            "too_many_rows", _("Mục “%(label)s” nhận nhiều nhất %(most)d dòng."), label=field.label, most=most
        )
    former = kept if isinstance(kept, list) else []
    rows = [former[number] if number < len(former) else {} for number in numbers]
    return [
        _posted_object(field.fields, post, f"{name}.{number}.", row) for number, row in zip(numbers, rows, strict=True)
    ]
