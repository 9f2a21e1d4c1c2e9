"""What somebody handed in, read out under the version that they filled in: labels and words, section by section."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from tinhso.blocks.forms.models import FormVersion
from tinhso.blocks.forms.queries import persons
from tinhso.blocks.forms.queries import values as reading
from tinhso.blocks.forms.queries.checking import shape_of
from tinhso.blocks.forms.queries.reading_out import text_in_language
from tinhso.blocks.forms.queries.shape import FormField, FormShape, Item, Json
from tinhso.blocks.units import queries as units

SHOWN_END = 3  # of a number; with so few letters or fewer nothing is shown


@dataclass(frozen=True)
class ReadableAnswer:
    """An answer: ``text``, or in a group ``parts``, or in a repeated question ``rows`` of them."""

    label: str
    text: str = ""
    parts: tuple["ReadableAnswer", ...] = ()
    rows: tuple[tuple["ReadableAnswer", ...], ...] = ()
    masked: bool = False


@dataclass(frozen=True)
class SaidSection:
    """The answers under one heading."""

    title: str
    answers: tuple[ReadableAnswer, ...]


def submitted_sections(version: FormVersion, values: Json, *, masked: bool) -> tuple[SaidSection, ...]:
    """Canonical values in words; questions without an answer are left out. ``masked``: personal ones are, too."""
    shape = shape_of(version)
    personal = _personal_fields(shape) if masked else frozenset()
    sections = (
        SaidSection(
            text_in_language(form_section.title, form_section.title_en),
            tuple(_readable_answers(form_section.items, values, personal)),
        )
        for form_section in shape.sections
    )
    return tuple(said_section for said_section in sections if said_section.answers)


def _personal_fields(shape: FormShape) -> frozenset[int]:
    """Which questions are about a person, by identity: names repeat between rows."""
    about = {name for name, key in shape.prefill.items() if key.startswith("person.")}
    personal_ids = {id(field) for field in shape.fields if field.name in about and field.personal is None}
    return frozenset(personal_ids | {id(field) for field in _nested_fields(shape.fields) if _is_personal(field)})


def _nested_fields(fields: Iterable[FormField]) -> Iterator[FormField]:
    for field in fields:
        yield field
        yield from _nested_fields(field.fields)


def _is_personal(field: FormField) -> bool:
    if field.personal is not None:
        return field.personal
    return persons.looks_personal(
        name=field.name,
        label=field.label,
        widget=field.widget,
        form=str(field.schema.get("format", "")),
        autocomplete=field.autocomplete,
    )


def _readable_answers(
    items: Iterable[Item], values: Any, personal: frozenset[int], hide: bool = False
) -> Iterator[ReadableAnswer]:
    values_by_name = values if isinstance(values, dict) else {}
    for item in items:
        if isinstance(item, FormField) and values_by_name.get(item.name) is not None:
            yield _field_text(item, values_by_name[item.name], personal, hide)


def _field_text(field: FormField, value: Any, personal: frozenset[int], hide: bool) -> ReadableAnswer:
    label, hide = text_in_language(field.label, field.label_en), hide or id(field) in personal
    if field.kind == "group":
        return ReadableAnswer(label, parts=tuple(_readable_answers(field.items, value, personal, hide)), masked=hide)
    if field.kind == "repeat":
        rows = value if isinstance(value, list) else []
        return ReadableAnswer(
            label, rows=tuple(tuple(_readable_answers(field.items, row, personal, hide)) for row in rows), masked=hide
        )
    text = _answer_text(field, value)
    return ReadableAnswer(label, _masked_text(field, text) if hide else text, masked=hide)


def _answer_text(field: FormField, value: Any) -> str:
    if field.kind == "boolean":
        return _("có") if value is True else _("không")
    if field.kind == "file":
        return _("đã nộp tệp")
    if field.kind in ("choice", "many"):
        names = {
            field_choice.value: text_in_language(field_choice.name, field_choice.name_en)
            for field_choice in field.choices
        }
        return ", ".join(names.get(choice, str(choice)) for choice in (value if isinstance(value, list) else [value]))
    if field.kind == "unit":
        unit = units.known_now().filter(ref=str(value)).first()
        return unit.name if unit else str(value)
    display_text = reading.value_text(field, value)
    return _("%(amount)s đồng") % {"amount": display_text} if field.kind == "money" else display_text


def _masked_text(field: FormField, text: str) -> str:
    """A number keeps its end, by which its owner knows it; of anything else nothing is shown."""
    if field.kind in ("digits", "phone") and len(text) > SHOWN_END:
        return "•" * (len(text) - SHOWN_END) + text[-SHOWN_END:]
    return "•••"
