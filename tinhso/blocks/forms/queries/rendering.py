"""A draft as its page shows it: plain data for ``{% include "forms/fields.html" %}`` and for the page's script."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from tinhso.blocks.forms.models import Draft
from tinhso.blocks.forms.queries import checking, prefill, reading_out, versions, words
from tinhso.blocks.forms.queries import values as reading
from tinhso.blocks.forms.queries.checking import FieldProblem
from tinhso.blocks.forms.queries.reading_out import text_in_language
from tinhso.blocks.forms.queries.shape import FieldChoice, FormField, FormNote, FormSection, FormShape, Item, Json
from tinhso.kernel import clock

MODES = {
    "integer": "numeric",
    "money": "numeric",
    "date": "numeric",
    "id-number": "numeric",
    "decimal": "decimal",
    "phone": "tel",
    "email": "email",
}


@dataclass(frozen=True)
class OptionView:
    """A choice on the page."""

    id: str
    value: str
    name: str
    chosen: bool


@dataclass(frozen=True)
class RowView:
    """One row of a repeated question."""

    id: str
    name: str
    number: int
    path: str
    parts: tuple["PartView", ...]


@dataclass(frozen=True)
class FieldView:
    """A question on the page. ``id`` is the element that labels and errors lead to."""

    field: FormField
    path: str
    id: str
    name: str
    label: str
    help: str
    value: str = ""
    options: tuple[OptionView, ...] = ()
    rows: tuple[RowView, ...] = ()
    parts: tuple["PartView", ...] = ()
    error: str = ""
    optional: bool = False
    source: str = ""
    source_day: str = ""
    fixed: bool = False
    held: bool = False
    may_add: bool = False

    @property
    def target(self) -> str:
        """Id of what a link to this question should reach: the first thing that takes the focus."""
        return self.options[0].id if self.field.widget in ("radio", "checkboxes") and self.options else self.id

    @property
    def described_by(self) -> str:
        """Ids of what describes the question, for ``aria-describedby``."""
        parts = [("hint", self.help), ("source", self.source), ("error", self.error)]
        return " ".join(f"{self.id}-{name}" for name, there in parts if there)

    @property
    def mode(self) -> str:
        """Which keys a phone offers (HTML ``inputmode``)."""
        return self.field.inputmode or MODES.get(self.field.widget, "")

    @property
    def longest(self) -> int | None:
        """The longest text that is taken; not said where typing may be longer than what is kept."""
        return self.field.schema.get("maxLength") if self.field.kind in ("text", "textarea") else None


@dataclass(frozen=True)
class NoteView:
    """A remark on the page."""

    text: str


@dataclass(frozen=True)
class PartView:
    """Questions that stand together. ``when`` says in words when they are asked; ``unmet``: they are not, now."""

    items: tuple[FieldView | NoteView, ...]
    when: str = ""
    unmet: bool = False
    path: str = ""


@dataclass(frozen=True)
class SectionView:
    """A section on the page."""

    title: str
    help: str
    parts: tuple[PartView, ...]


@dataclass(frozen=True)
class FormView:
    """Everything that a page shows of a draft."""

    draft: Draft
    name: str
    sections: tuple[SectionView, ...]
    problems: tuple[tuple[str, str, str], ...]  # id to go to, label, sentence
    script: Json
    revision: int
    newer: bool
    takes_files: bool
    conflict: bool = False


@dataclass(frozen=True)
class _Page:
    """What all questions of a page need to know."""

    answers: Json
    errors: Mapping[str, FieldProblem]
    communes: Callable[[], list[tuple[str, str]]]
    hidden: frozenset[str] = frozenset()
    file_name: Callable[[str], str] = field(default=str)


def view_of(
    draft: Draft,
    *,
    now: datetime,
    problems: Iterable[FieldProblem] = (),
    typed: Json | None = None,
    conflict: bool = False,
    file_name: Callable[[str], str] = str,
) -> FormView:
    """The page of a draft.

    ``typed`` shows what another window typed instead of what is saved (with ``conflict``: saving it now overwrites).
    ``file_name`` says how a kept paper is called by its reference.
    """
    day = clock.local(now).date()
    shape = checking.shape_of(draft.version)
    values = typed if typed is not None else draft.values
    hidden = frozenset(reading.hidden_paths(shape, _values_with_empty_rows(shape, values)))
    field_problems_by_key = {problem.path: problem for problem in problems}
    page = _Page(
        draft.answers, field_problems_by_key, _cached_call(lambda: checking.commune_choices(day)), hidden, file_name
    )
    sections = tuple(_section_view(section, shape, values, page) for section in shape.sections)
    return FormView(
        draft=draft,
        name=text_in_language(draft.version.form.name, draft.version.form.name_en),
        sections=sections,
        problems=tuple(_problem_summary(sections, field_problems_by_key)),
        script=_script_data(shape, draft, day),
        revision=draft.revision,
        newer=versions.newer_than(draft, day) is not None,
        takes_files=any(field.kind == "file" for field in shape.fields),
        conflict=conflict,
    )


def _values_with_empty_rows(shape: FormShape, values: Json) -> Json:
    """Canonical values, with rows that hold nothing yet, since their questions are on the page."""
    return reading.canonical_values(shape, _padded_values(shape.fields, values))


def _padded_values(fields: Iterable[FormField], values: Json) -> Json:
    return values | {
        form_field.name: _typed_rows(form_field, values.get(form_field.name))
        for form_field in fields
        if form_field.kind == "repeat"
    }


def _cached_call(ask: Callable[[], list[tuple[str, str]]]) -> Callable[[], list[tuple[str, str]]]:
    return lru_cache(maxsize=1)(ask)


def _section_view(section: FormSection, shape: FormShape, values: Json, page: _Page) -> SectionView:
    parts = _part_views(section.items, shape.fields, shape.schema, values, "", page)
    return SectionView(
        text_in_language(section.title, section.title_en), text_in_language(section.help, section.help_en), tuple(parts)
    )


def _part_views(
    items: Iterable[Item], fields: tuple[FormField, ...], schema: Json, values: Any, before: str, page: _Page
) -> Iterator[PartView]:
    """Questions in their order; those under the same conditions stand in one part."""
    typed = values if isinstance(values, dict) else {}

    def governing(item: Item) -> tuple[tuple[int, str], ...]:
        return reading_out.governing_conditions(item.name, schema) if isinstance(item, FormField) else ()

    for key, together in groupby(items, key=governing):
        group = list(together)
        views = tuple(_item_view(item, typed, before, page) for item in group)
        if not key:
            yield PartView(views)
            continue
        first = next(item for item in group if isinstance(item, FormField))
        path = f"{before}{first.name}"
        yield PartView(views, reading_out.condition_text(first.name, schema, fields), path in page.hidden, path)


def _item_view(item: Item, typed: Json, before: str, page: _Page) -> FieldView | NoteView:
    if isinstance(item, FormNote):
        return NoteView(text_in_language(item.text, item.text_en))
    return _field_view(item, typed.get(item.name), f"{before}{item.name}", page)


def id_of(path: str) -> str:
    """The id of the element that asks for a path."""
    return "f-" + path.replace(".", "-")


def _field_view(form_field: FormField, typed: Any, path: str, page: _Page) -> FieldView:
    answer = page.answers.get(path, {})
    parsed_value = reading.read_value(form_field, typed)
    error = page.errors.get(path)
    source, day = prefill.note_of(answer) if answer else ("", "")
    view: Json = {
        "value": reading.value_text(form_field, typed if parsed_value is reading.ABSENT else parsed_value),
        "error": error.message if error else "",
        "source": source,
        "source_day": day,
        "fixed": form_field.read_only and "value" in answer,
        "held": prefill.PAPER in answer,
    }
    if form_field.kind == "file" and isinstance(typed, str):
        view["value"] = page.file_name(typed)
    if form_field.kind == "repeat":
        view |= _row_views(form_field, typed, path, page)
    if form_field.kind == "group":
        view["parts"] = tuple(
            _part_views(form_field.items, form_field.fields, form_field.inner, typed, f"{path}.", page)
        )
    options = tuple(_option_views(form_field, parsed_value, path, page))
    label, help_text = (
        text_in_language(form_field.label, form_field.label_en),
        text_in_language(form_field.help, form_field.help_en),
    )
    optional = not (form_field.demanded or form_field.kind in ("boolean", "group"))
    return FieldView(
        form_field,
        path,
        id_of(path),
        f"f.{path}",
        label,
        help_text,
        options=options,
        optional=optional,
        **view,
    )


def _row_views(form_field: FormField, typed: Any, path: str, page: _Page) -> Json:
    rows = _typed_rows(form_field, typed)
    views = tuple(
        RowView(
            f"{id_of(path)}-{at}",
            f"f.{path}.{at}",
            at + 1,
            f"{path}.{at}",
            tuple(_part_views(form_field.items, form_field.fields, form_field.inner, row, f"{path}.{at}.", page)),
        )
        for at, row in enumerate(rows)
    )
    return {"rows": views, "may_add": len(rows) < form_field.schema["maxItems"]}


def _typed_rows(form_field: FormField, typed: Any) -> list[Any]:
    rows = list(typed) if isinstance(typed, list) else []
    least = form_field.schema.get("minItems", 0)
    return rows + [{} for _row in range(least - len(rows))]


def _option_views(form_field: FormField, known: Any, path: str, page: _Page) -> Iterator[OptionView]:
    choices: Iterable[FieldChoice] = form_field.choices
    if form_field.kind == "unit":
        choices = (FieldChoice(ref, name) for ref, name in page.communes())
    picked = known if isinstance(known, list) else [known]
    for at, choice in enumerate(choices):
        name = text_in_language(choice.name, choice.name_en)
        yield OptionView(f"{id_of(path)}-{at}", choice.value, name, choice.value in picked)


def _problem_summary(
    sections: Iterable[SectionView], field_problems_by_key: Mapping[str, FieldProblem]
) -> Iterator[tuple[str, str, str]]:
    targets = {view.path: view.target for section in sections for view in _field_views(section.parts)}
    for path, problem in field_problems_by_key.items():
        yield targets.get(path, ""), text_in_language(problem.label, problem.label_en) or _("Biểu mẫu"), problem.message


def _field_views(parts: Iterable[PartView]) -> Iterator[FieldView]:
    for part in parts:
        for item in part.items:
            if isinstance(item, FieldView):
                yield item
                yield from _field_views(item.parts)
                for row in item.rows:
                    yield from _field_views(row.parts)


def _script_data(shape: FormShape, draft: Draft, day: date) -> Json:
    """What the page's script needs to check and hide by the same schema."""
    values = {
        form_field.name: draft.values[form_field.name]
        for form_field in shape.fields
        if form_field.kind == "file" and form_field.name in draft.values
    }
    return {
        "schema": shape.schema,
        "fields": [script_field(form_field) for form_field in shape.fields],
        "held": sorted(prefill.held_paths(draft.answers)),
        "kept": prefill.with_fixed_answers(shape, draft.answers, values),
        "today": day.isoformat(),
        "order": list(words.PRECEDENCE),
        "words": dict(words.sentence_templates()) | {"error": _("Lỗi:")},
    }


def script_field(form_field: FormField) -> Json:
    """A question as the script reads it: name, kind, whether it is required, what it asks in turn."""
    values: Json = {"n": form_field.name, "k": form_field.kind}
    if form_field.required:
        values["r"] = 1
    if form_field.fields:
        values["f"] = [script_field(inner) for inner in form_field.fields]
    return values
