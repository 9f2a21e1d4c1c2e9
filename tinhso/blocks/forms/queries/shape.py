"""A form's document as its pages use it: sections, fields with what they hold, and the schema without references."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
# widget → what it holds; the schema alone decides where the layout names none
WIDGETS = {
    "text": "text",
    "textarea": "textarea",
    "radio": "choice",
    "select": "choice",
    "checkbox": "boolean",
    "checkboxes": "many",
    "date": "date",
    "money": "money",
    "integer": "integer",
    "decimal": "decimal",
    "phone": "phone",
    "id-number": "digits",
    "email": "text",
    "unit-picker": "unit",
    "parcel": "group",
    "group": "group",
    "file": "file",
    "repeat": "repeat",
}
NESTED = ("group", "repeat")
FEW = 5  # choices that are shown all at once


@dataclass(frozen=True)
class FieldChoice:
    """One of the values that a field may have, in the words of people."""

    value: str
    name: str
    name_en: str = ""


@dataclass(frozen=True)
class FormField:
    """A question. ``kind`` says how an answer is read and written, ``fields`` what a group or a row asks in turn.

    ``required``: always; ``demanded``: always or under a condition. ``personal``: whether an answer is masked where it
    need not be read; None where the document leaves that to the kind of question.
    """

    name: str
    kind: str
    widget: str
    schema: Json
    label: str
    label_en: str = ""
    help: str = ""
    help_en: str = ""
    required: bool = False
    demanded: bool = False
    choices: tuple[FieldChoice, ...] = ()
    width: str = "full"
    autocomplete: str = ""
    inputmode: str = ""
    paper: str = ""
    personal: bool | None = None
    items: tuple["Item", ...] = ()

    @property
    def fields(self) -> tuple["FormField", ...]:
        """The questions of a group or a row, in their order."""
        return tuple(item for item in self.items if isinstance(item, FormField))

    @property
    def inner(self) -> Json:
        """The schema of a group, or of one row."""
        inner: Json = self.schema["items"] if self.kind == "repeat" else self.schema
        return inner

    @property
    def read_only(self) -> bool:
        """Whether what a register says may not be corrected here."""
        return bool(self.schema.get("readOnly"))


@dataclass(frozen=True)
class FormNote:
    """A remark between questions."""

    text: str
    text_en: str = ""


Item = FormField | FormNote


@dataclass(frozen=True)
class FormSection:
    """Questions under one heading."""

    title: str
    title_en: str
    help: str
    help_en: str
    items: tuple[Item, ...]


@dataclass(frozen=True)
class FormShape:
    """A whole form. ``prefill``: field → key of who answers it."""

    schema: Json
    sections: tuple[FormSection, ...]
    prefill: Mapping[str, str] = field(default_factory=dict)

    @property
    def fields(self) -> tuple[FormField, ...]:
        """The questions of the top level, in their order."""
        return tuple(item for section in self.sections for item in section.items if isinstance(item, FormField))


def of(document: Json) -> FormShape:
    """The shape of a document without faults."""
    schema = with_inlined_refs(document["schema"])
    sections = tuple(_section_of(section, schema) for section in document["layout"])
    return FormShape(schema, sections, document.get("prefill", {}))


def with_inlined_refs(schema: Json) -> Json:
    """The schema with each ``$ref`` into ``$defs`` replaced by what it names; other keys beside it are kept."""
    definitions = schema.get("$defs", {})

    def laid_open(part: Any, inside: tuple[str, ...]) -> Any:
        if isinstance(part, list):
            return [laid_open(item, inside) for item in part]
        if not isinstance(part, dict):
            return part
        rest = {key: laid_open(value, inside) for key, value in part.items() if key not in ("$ref", "$defs")}
        name = _definition_name(part.get("$ref"))
        if "$ref" not in part:
            return rest
        if name not in definitions or name in inside:
            raise ValueError(part["$ref"])
        return laid_open(definitions[name], (*inside, name)) | rest

    values: Json = laid_open(schema, ())
    return values


def _definition_name(ref: Any) -> str:
    return ref.removeprefix("#/$defs/") if isinstance(ref, str) and ref.startswith("#/$defs/") else ""


def _section_of(table: Json, schema: Json) -> FormSection:
    return FormSection(
        table.get("title", ""),
        table.get("title_en", ""),
        table.get("help", ""),
        table.get("help_en", ""),
        tuple(_items_of(table.get("items", []), schema)),
    )


def _items_of(tables: list[Json], schema: Json) -> Iterator[Item]:
    for table in tables:
        if "note" in table:
            yield FormNote(table["note"], table.get("note_en", ""))
        else:
            yield _field_of(table, schema)


def _field_of(table: Json, parent: Json) -> FormField:
    name = table["field"]
    schema: Json = parent["properties"][name]
    widget = table.get("widget") or natural_widget(schema)
    kind = WIDGETS[widget]
    inner = schema.get("items", {}) if kind == "repeat" else schema
    values: Json = {
        key: table[key]
        for key in ("label_en", "help", "help_en", "width", "autocomplete", "inputmode", "personal")
        if key in table
    }
    return FormField(
        name=name,
        kind=kind,
        widget=widget,
        schema=schema,
        label=str(table.get("label", name)),
        required=name in parent.get("required", []),
        demanded=name in _demanded_properties(parent),
        choices=tuple(_choices_of(table, schema)),
        paper=table.get("paper", ""),
        items=tuple(_items_of(table.get("items", []), inner)) if kind in NESTED else (),
        **values,
    )


def _demanded_properties(schema: Json) -> set[str]:
    """Properties that an object's schema may ask for, under whatever condition."""
    sides = [branch.get(side) or {} for branch in conditional_branches(schema) for side in ("then", "else")]
    required_names = {name for side in (schema, *sides) for name in side.get("required", [])}
    return required_names | {name for several in schema.get("dependentRequired", {}).values() for name in several}


def _choices_of(table: Json, schema: Json) -> Iterator[FieldChoice]:
    values = schema.get("enum") or schema.get("items", {}).get("enum", [])
    words = table.get("choices", {})
    for value in values:
        name, *others = words.get(value, [value])
        yield FieldChoice(value, name, others[0] if others else "")


def natural_widget(schema: Json) -> str:
    """The widget of a property for which the layout names none."""
    kind, form = schema.get("type"), schema.get("format")
    if kind == "string":
        by_format = {"date": "date", "unit": "unit-picker", "file": "file", "decimal": "decimal", "email": "email"}
        if "enum" in schema:
            return "radio" if len(schema["enum"]) <= FEW else "select"
        return by_format.get(str(form), "text")
    if kind == "array":
        return "repeat" if schema.get("items", {}).get("type") == "object" else "checkboxes"
    return {"integer": "integer", "boolean": "checkbox", "object": "group"}.get(str(kind), "text")


def conditional_branches(schema: Json) -> list[Json]:
    """The conditions of an object's schema: tables with ``if`` and ``then`` or ``else``."""
    return [subschema for subschema in (schema, *schema.get("allOf", [])) if "if" in subschema]


def forbidden_properties(branch: Any) -> set[str]:
    """The properties that a ``then`` or ``else`` does not let be (``"field": false``): these are hidden."""
    properties = branch.get("properties", {}) if isinstance(branch, dict) else {}
    return {name for name, rule in properties.items() if rule is False}
