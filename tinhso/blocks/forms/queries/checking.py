"""Checking answers against the one schema: canonical values, and problems with their places and sentences."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from json import dumps, loads
from typing import Any

from django.utils.translation import get_language
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend

from tinhso.blocks.forms.models import FormVersion
from tinhso.blocks.forms.queries import shape as shapes
from tinhso.blocks.forms.queries import values as reading
from tinhso.blocks.forms.queries import words
from tinhso.blocks.forms.queries.shape import FormField, FormShape, Json
from tinhso.blocks.units import queries as units
from tinhso.blocks.units.models import Level
from tinhso.kernel.patterns import has_pattern

EMAIL = re.compile(r"^[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,190}\.[A-Za-z]{2,20}$")
REF = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$")
MOST_PROBLEMS = 200


@dataclass(frozen=True)
class FieldProblem:
    """What is wrong with one answer. ``path``: ``members.0.name``; ``code``: the keyword of the schema that says so."""

    path: str
    code: str
    label: str
    label_en: str
    message_vi: str
    message_en: str

    @property
    def message(self) -> str:
        """The sentence in the reader's language."""
        return self.message_en if (get_language() or "vi").startswith("en") else self.message_vi


@dataclass(frozen=True)
class CheckedValues:
    """Canonical values, and what is wrong with them (nothing: they may be handed in)."""

    values: Json
    problems: tuple[FieldProblem, ...]


FORMATS = FormatChecker(formats=())


def _register_format(name: str, pattern: re.Pattern[str]) -> None:
    FORMATS.checks(name)(lambda value: not isinstance(value, str) or bool(pattern.fullmatch(value)))


FORMATS.checks("date")(lambda value: not isinstance(value, str) or reading.is_day(value))
for _name, _pattern in {"email": EMAIL, "decimal": reading.DECIMAL, "file": REF, "unit": REF}.items():
    _register_format(_name, _pattern)


def _not_after(_validator: Validator, latest: Any, value: Any, _schema: Any) -> Iterator[ValidationError]:
    if isinstance(value, str) and reading.is_day(value) and value > latest:
        yield ValidationError(f"{value} is after {latest}")


def _pattern_fits(_validator: Validator, pattern: str, value: Any, _schema: Any) -> Iterator[ValidationError]:
    if isinstance(value, str) and not has_pattern(pattern, value):
        yield ValidationError(f"{value!r} does not match {pattern!r}")


RULES = {"x-not-after": _not_after, "pattern": _pattern_fits}
WithDays: type[Validator] = extend(Draft202012Validator, RULES)  # type: ignore[no-untyped-call]


def shape_of(version: FormVersion) -> FormShape:
    """The shape of a version; versions never change, so it is kept in memory."""
    return _cached_shape(dumps(version.document))


@lru_cache(maxsize=100)
def _cached_shape(document: str) -> FormShape:
    return shapes.of(loads(document))


@lru_cache(maxsize=100)
def _schema_validator(schema: str, day: date) -> Validator:
    dated = schema.replace('"x-not-after": "today"', f'"x-not-after": "{day.isoformat()}"')
    return WithDays(loads(dated), format_checker=FORMATS)


def check_typed_values(shape: FormShape, typed: Json, *, day: date, held: Iterable[str] = ()) -> CheckedValues:
    """Canonical values and their problems on ``day``; papers at the paths ``held`` need not be handed in."""
    values = reading.canonical_values(shape, typed)
    fields = dict(_by_path(shape.fields, values, ""))
    limit_by_problem = {(path, code): limit for path, code, limit in _schema_errors(shape, values, day)}
    limit_by_problem |= {(path, "unit"): None for path in _unknown_units(fields, values, day)}
    excused = {(path, "required") for path in held}
    first: dict[str, str] = {}
    for path, code in sorted(limit_by_problem.keys() - excused, key=lambda key: words.PRECEDENCE.index(key[1])):
        first.setdefault(path, code)
    order = {path: at for at, path in enumerate(fields)}
    problems = [_problem_of_field(path, code, fields, limit_by_problem[path, code]) for path, code in first.items()]
    problems.sort(key=lambda field_problem: order.get(field_problem.path, len(order)))
    return CheckedValues(values, tuple(problems[:MOST_PROBLEMS]))


def _schema_errors(shape: FormShape, values: Json, day: date) -> Iterator[tuple[str, str, object]]:
    for error in _schema_validator(dumps(shape.schema), day).iter_errors(values):
        path = ".".join(map(str, error.absolute_path))
        code = str(error.validator)
        if code == "required" or code == "dependentRequired":
            for name in _absent_properties(error):
                yield ".".join(filter(None, (path, name))), "required", None
        else:
            yield path, code if code in words.PRECEDENCE else "other", error.validator_value


def _absent_properties(error: ValidationError) -> list[str]:
    instance: Mapping[str, Any] = error.instance  # type: ignore[assignment]
    required_names: Any = error.validator_value
    if error.validator == "dependentRequired":
        required_names = [
            name for property_name, several in required_names.items() if property_name in instance for name in several
        ]
    return [name for name in required_names if name not in instance]


def _by_path(fields: Iterable[FormField], values: Any, before: str) -> Iterator[tuple[str, FormField]]:
    inside = values if isinstance(values, dict) else {}
    for field in fields:
        here, value = f"{before}{field.name}", inside.get(field.name)
        yield here, field
        if field.kind == "group":
            yield from _by_path(field.fields, value, f"{here}.")
        elif field.kind == "repeat" and isinstance(value, list):
            for at, row in enumerate(value[:MOST_PROBLEMS]):
                yield from _by_path(field.fields, row, f"{here}.{at}.")


def value_at(values: Any, path: str) -> Any:
    """What stands at a path; None where nothing does."""
    for part in path.split("."):
        if isinstance(values, list) and part.isdecimal() and int(part) < len(values):
            values = values[int(part)]
        elif isinstance(values, dict):
            values = values.get(part)
        else:
            return None
    return values


def _unknown_units(fields: Mapping[str, FormField], values: Json, day: date) -> Iterator[str]:
    named = {path: value_at(values, path) for path, field in fields.items() if field.kind == "unit"}
    named = {path: value for path, value in named.items() if isinstance(value, str)}
    if named:
        commune_refs = {ref for ref, _name in commune_choices(day)}
        yield from (path for path, value in named.items() if value not in commune_refs)


def commune_choices(day: date) -> list[tuple[str, str]]:
    """Reference and name of the communes of a day, in the order of the dictionary."""
    return list(units.at(day).filter(level=Level.COMMUNE).values_list("ref", "name"))


def _problem_of_field(path: str, code: str, fields: Mapping[str, FormField], limit: object) -> FieldProblem:
    field = fields.get(path)
    vi, en = words.fault_sentences(code, field.kind if field else "", limit)
    label, label_en = (field.label, field.label_en) if field else ("", "")
    return FieldProblem(path, code, label, label_en or label, vi, en)
