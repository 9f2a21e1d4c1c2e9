"""The rules of a data set, applied to the values of one return."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from tinhso.government.reporting.queries.numbers import canonical_text
from tinhso.government.reporting.queries.specs import DataSetSpec, FieldSpec, RuleSpec
from tinhso.ui.wording import name_in_language

ERROR, WARNING, NOTE = "error", "warning", "note"
RowKey = tuple[int, str]
Values = Mapping[RowKey, Mapping[str, str]]


@dataclass(frozen=True)
class ReturnProblem:
    """One thing wrong (``error``), doubtful (``warning``) or assumed (``note``), with the place to look.

    ``unit`` is a unit's key (0 when the file as a whole is meant), ``cell`` a spreadsheet address such as ``D7``.
    """

    code: str
    severity: str
    message: str
    unit: int = 0
    unit_name: str = ""
    member: str = ""
    column: str = ""
    value: str = ""
    cell: str = ""
    member_name: str = ""

    @property
    def place(self) -> str:
        """The unit and the member, as people say it."""
        return ", ".join(part for part in (self.unit_name, self.member_name) if part)

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for storing and for the API."""
        return asdict(self)


@dataclass(frozen=True)
class RowPlace:
    """A row that a return must have."""

    unit: int
    unit_name: str
    member: str
    member_name: str = ""

    def problem(self, code: str, severity: str, message: str, column: str = "", value: str = "") -> ReturnProblem:
        """A problem of this row."""
        return ReturnProblem(
            code, severity, message, self.unit, self.unit_name, self.member, column, value, member_name=self.member_name
        )


def places_of(spec: DataSetSpec, units: Sequence[Any]) -> list[RowPlace]:
    """All rows of a return, in the order of its units and members."""
    return [
        RowPlace(unit.pk, name_in_language(unit), key, name) for unit in units for key, name in spec.members.items()
    ]


def check_values(
    spec: DataSetSpec, places: Sequence[RowPlace], values: Values, last: Values | None = None
) -> list[ReturnProblem]:
    """Everything wrong or doubtful in ``values``; ``last`` are the values of the period before."""
    return_problems: list[ReturnProblem] = []
    for place in places:
        row = values.get((place.unit, place.member), {})
        before = (last or {}).get((place.unit, place.member), {})
        for field in spec.fields:
            return_problems.extend(_field_problems(field, place, row.get(field.code)))
        for rule in spec.rules:
            return_problems.extend(_rule_problems(rule, spec, place, row, before))
    return return_problems


def blocking_errors(problems: Sequence[ReturnProblem]) -> list[ReturnProblem]:
    """Those that forbid handing in."""
    return [problem for problem in problems if problem.severity == ERROR]


def _field_problems(field: FieldSpec, place: RowPlace, value: str | None) -> Iterator[ReturnProblem]:
    if value is None or value == "":
        if field.required:
            yield place.problem(
                "required", ERROR, _("%(name)s: còn thiếu") % {"name": name_in_language(field)}, field.code
            )
        return
    number = Decimal(value)
    words = {"name": name_in_language(field), "value": number_text(value)}
    if field.min is not None and number < field.min:
        text = _("%(name)s: %(value)s nhỏ hơn mức thấp nhất %(limit)s")
        yield place.problem("too_small", ERROR, text % {**words, "limit": number_text(field.min)}, field.code, value)
    if field.max is not None and number > field.max:
        text = _("%(name)s: %(value)s lớn hơn mức cao nhất %(limit)s")
        yield place.problem("too_large", ERROR, text % {**words, "limit": number_text(field.max)}, field.code, value)


def _rule_problems(
    rule: RuleSpec, spec: DataSetSpec, place: RowPlace, row: Mapping[str, str], before: Mapping[str, str]
) -> Iterator[ReturnProblem]:
    field_values = {code: Decimal(row[code]) for code in rule.fields if row.get(code)}
    if len(field_values) < len(rule.fields):
        return
    if rule.kind == "part_le_whole" and field_values[rule.part] > field_values[rule.whole]:
        text = _("%(part)s (%(a)s) lớn hơn %(whole)s (%(b)s)")
        words = {"part": name_in_language(spec.by_code[rule.part]), "whole": name_in_language(spec.by_code[rule.whole])}
        words |= {"a": number_text(field_values[rule.part]), "b": number_text(field_values[rule.whole])}
        yield place.problem(rule.kind, rule.severity, text % words, rule.part, row[rule.part])
    elif rule.kind == "sum_equals" and sum(field_values[code] for code in rule.parts) != field_values[rule.whole]:
        text = _("%(whole)s (%(b)s) khác tổng của %(parts)s (%(a)s)")
        parts = " + ".join(name_in_language(spec.by_code[code]) for code in rule.parts)
        total = sum((field_values[code] for code in rule.parts), Decimal(0))
        words = {"whole": name_in_language(spec.by_code[rule.whole]), "parts": parts}
        words |= {"a": number_text(total), "b": number_text(field_values[rule.whole])}
        yield place.problem(rule.kind, rule.severity, text % words, rule.whole, row[rule.whole])
    elif rule.kind == "jump" and before.get(rule.field):
        yield from _jump_problems(
            rule, spec.by_code[rule.field], place, field_values[rule.field], Decimal(before[rule.field])
        )


def _jump_problems(
    rule: RuleSpec, field: FieldSpec, place: RowPlace, now: Decimal, then: Decimal
) -> Iterator[ReturnProblem]:
    """A value more than ``max_ratio`` times the last one, or less than that part of it."""
    small, large = sorted((abs(now), abs(then)))
    if then and large > small * rule.max_ratio:
        text = _("%(name)s: %(now)s so với kỳ trước %(then)s, chênh hơn %(ratio)s lần")
        words = {
            "name": name_in_language(field),
            "now": number_text(now),
            "then": number_text(then),
            "ratio": number_text(rule.max_ratio),
        }
        yield place.problem(rule.kind, rule.severity, text % words, rule.field, canonical_text(now))


def in_words(spec: DataSetSpec) -> list[tuple[str, str]]:
    """The rules of a data set as sentences, each with its severity."""
    names = {field.code: name_in_language(field) for field in spec.fields}
    texts = {
        "part_le_whole": _("%(part)s không lớn hơn %(whole)s"),
        "sum_equals": _("%(whole)s bằng tổng của %(parts)s"),
        "jump": _("%(field)s không chênh quá %(ratio)s lần so với kỳ trước"),
    }
    return [
        (
            texts[rule.kind]
            % {
                "part": names.get(rule.part, ""),
                "whole": names.get(rule.whole, ""),
                "parts": " + ".join(names[code] for code in rule.parts),
                "field": names.get(rule.field, ""),
                "ratio": number_text(rule.max_ratio),
            },
            rule.severity,
        )
        for rule in spec.rules
    ]


def number_text(value: Decimal | str) -> str:
    """A number in Vietnamese style."""
    return f"{Decimal(value):,f}".translate(str.maketrans(",.", ".,"))
