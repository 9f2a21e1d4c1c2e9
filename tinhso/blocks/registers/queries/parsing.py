"""What people and programs write, as values of columns: the same rules for forms, files and interfaces.

A reader takes what stood there (text, or a number, day or truth value of a spreadsheet) and gives the typed value as it
stands in versions, or raises :class:`Unreadable` with a sentence that says what to write.
"""

import math
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext as _

from tinhso.blocks.registers.contract import Register
from tinhso.blocks.registers.models import derived
from tinhso.blocks.registers.queries import registry
from tinhso.blocks.registers.queries.registry import RegisterColumn
from tinhso.blocks.units import queries as units
from tinhso.kernel.errors import Refused
from tinhso.kernel.text import fold, nfc

THOUSANDS = re.compile(r"^-?[1-9]\d{0,2}(\.\d{3})+$")
YES = {"1", "co", "true", "yes", "x", "dung", "v"}
NO = {"0", "khong", "false", "no", "sai", ""}
DAYS = (
    (re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})$"), (0, 1, 2)),
    (re.compile(r"^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$"), (2, 1, 0)),
)
Reader = Callable[[Any], Any]
MOST_WHOLE, LEAST_WHOLE = 2_147_483_647, -2_147_483_648
LIMITS = {
    registry.WHOLE: (LEAST_WHOLE, MOST_WHOLE),
    registry.FLOAT: (-sys.float_info.max, sys.float_info.max),
}
REPEATING = (registry.CHOICE, registry.FLAG, registry.UNIT, registry.RECORD)


class UnreadableValue(ValueError):
    """A value that the column cannot hold; the argument says why."""


class Invalid(Refused):
    """Some values are wrong: ``faults`` says by column what and why."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__("invalid_values", _("Có ô chưa đúng: %(faults)s"), faults="; ".join(faults.values()))
        self.faults = dict(faults)


@dataclass
class UnitLookup:
    """Units of a day by reference, code or name; names and codes that several units share find none."""

    found: dict[str, int] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)

    @staticmethod
    def of(day: date) -> "UnitLookup":
        """The units of ``day``."""
        places, doubtful = UnitLookup(), set[str]()
        rows = list(units.at(day).values_list("pk", "ref", "code", "name"))
        for pk, ref, _code, name in rows:
            places.found[ref] = pk
            places.names[pk] = name
        for pk, _ref, code, name in rows:
            for text in {code, fold(name)}:
                if places.found.setdefault(text, pk) != pk:
                    doubtful.add(text)
        for text in doubtful - {ref for _pk, ref, _code, _name in rows}:
            del places.found[text]
        return places

    def find(self, told: str) -> int | None:
        """The unit that ``told`` names."""
        return self.found.get(told) or self.found.get(fold(told))


def column_readers(register: Register, day: date) -> dict[str, Reader]:
    """A reader for each column, by the column's name."""
    places = UnitLookup.of(day)
    return {
        register_column.name: _column_reader(register_column, places) for register_column in registry.columns(register)
    }


def parse_record(register: Register, told: Mapping[str, Any], day: date) -> dict[str, Any]:
    """Values by stored name; raises :class:`Invalid` with every fault. Names of no column are refused."""
    values, faults = {}, {}
    by_name = column_readers(register, day)
    for name, value in told.items():
        stored = registry.column(register, name).stored
        try:
            values[stored] = by_name[name](value)
        except UnreadableValue as fault:
            faults[name] = f"{registry.column(register, name).label}: {fault}"
    if faults:
        raise Invalid(faults)
    return values


def check_record(register: Register, values: Mapping[str, Any]) -> None:
    """Hold all values together to what the register demands of them; raises :class:`Invalid`."""
    faults = {
        register_column.name: f"{register_column.label}: " + _("thiếu")
        for register_column in registry.columns(register)
        if register_column.required and values.get(register_column.stored) in (None, "")
    }
    faults |= cross_column_faults(register, values)
    if faults:
        raise Invalid(faults)


def cross_column_faults(register: Register, values: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong between values: half a place, and whatever the register's own check says."""
    faults = {}
    if (values.get("longitude") is None) != (values.get("latitude") is None):
        faults["longitude"] = _("Vị trí cần cả kinh độ và vĩ độ.")
    if register.check is not None:
        faults |= register.check(values)
    return faults


def model_validators(column: RegisterColumn) -> "list[Any]":
    """What else the model holds a value to; its length and digits are seen to by the reader."""
    validators = column.field.validators
    return [
        validator
        for validator in validators
        if type(validator).__name__ not in ("MaxLengthValidator", "DecimalValidator")
    ]


def number_limits(column: RegisterColumn) -> tuple[float, float] | None:
    """Between which a number of this column is right whatever else; None where that is not all there is to it."""
    validators = model_validators(column)
    if column.kind not in LIMITS or not all(
        isinstance(validator, MinValueValidator | MaxValueValidator) for validator in validators
    ):
        return None
    return _validator_bounds(validators, *LIMITS[column.kind])


def _column_reader(column: RegisterColumn, places: UnitLookup) -> Reader:
    reader = _validating_reader(column, _plain_reader(column, places), model_validators(column))
    if column.kind in REPEATING:
        # read once; a column of numbers or codes would only fill the memory
        return lru_cache(maxsize=4096, typed=True)(reader)
    bounds = number_limits(column)
    return reader if bounds is None else _bounded_number_reader(reader, column.kind == registry.WHOLE, *bounds)


def _bounded_number_reader(thorough: Reader, entire: bool, low: float, high: float) -> Reader:
    """What spreadsheets hold most, numbers within bounds, are read without asking any further."""

    def reader(told: Any) -> Any:
        if type(told) is float and low <= told <= high:
            if not entire:
                return told
            if told.is_integer():
                return int(told)
        return thorough(told)

    return reader


def _validating_reader(column: RegisterColumn, plain: Reader, validators: "list[Any]") -> Reader:
    low, high = _validator_bounds(validators)
    bounded = bool(validators) and all(
        isinstance(validator, MinValueValidator | MaxValueValidator) for validator in validators
    )
    blank = "" if column.kind in (registry.TEXT, registry.LONG) or _is_word(column) else None

    def reader(told: Any) -> Any:
        if told is None or told == "" or (isinstance(told, str) and not told.strip()):
            if column.required:
                raise UnreadableValue(_("thiếu"))
            return False if column.kind == registry.FLAG else blank
        value = plain(told)
        if bounded and low <= value <= high:  # asked of every cell of large files: validators are slow
            return value
        for validator in validators:
            try:
                validator(value)
            except ValidationError as fault:
                raise UnreadableValue(" ".join(fault.messages)) from fault
        return value

    return reader


def _validator_bounds(validators: Iterable[Any], low: float = -math.inf, high: float = math.inf) -> tuple[float, float]:
    """Between which values none of these has anything to say."""
    lows = [validator.limit_value for validator in validators if isinstance(validator, MinValueValidator)]
    highs = [validator.limit_value for validator in validators if isinstance(validator, MaxValueValidator)]
    return max([low, *lows]), min([high, *highs])


def _plain_reader(column: RegisterColumn, places: UnitLookup) -> Reader:
    simple: dict[str, Reader] = {
        registry.WHOLE: parse_integer,
        registry.FLOAT: parse_number,
        registry.DATE: day_of,
        registry.FLAG: parse_flag,
    }
    if column.kind in simple:
        return simple[column.kind]
    if column.kind == registry.UNIT:
        return _unit_reader(places)
    readers_by_kind = {
        registry.DECIMAL: _decimal_reader,
        registry.CHOICE: _choice_reader,
        registry.RECORD: _record_reader,
    }
    return readers_by_kind.get(column.kind, _text_reader)(column)


def _is_word(column: RegisterColumn) -> bool:
    return column.kind == registry.CHOICE and not column.field.null and column.field.get_internal_type() == "CharField"


def _text_reader(column: RegisterColumn) -> Reader:
    most = column.field.max_length

    def text(told: Any) -> str:
        if isinstance(told, float) and told.is_integer():
            told = int(told)
        cleaned_text = nfc(str(told)).strip()
        if "\0" in cleaned_text or (most is not None and len(cleaned_text) > most):
            raise UnreadableValue(_("dài nhất %(most)s ký tự") % {"most": most or ""})
        return cleaned_text

    return text


def parse_integer(told: Any) -> int:
    """A whole number; a dot before three digits is a thousand's."""
    number = parse_number(told.replace(".", "") if isinstance(told, str) and THOUSANDS.match(told.strip()) else told)
    if not float(number).is_integer() or not LEAST_WHOLE <= number <= MOST_WHOLE:
        raise UnreadableValue(_("phải là số nguyên"))
    return int(number)


def parse_number(told: Any) -> float:
    """A number as Vietnamese or programs write it."""
    if isinstance(told, bool):
        raise UnreadableValue(_("phải là số"))
    try:
        number = float(told) if isinstance(told, int | float | Decimal) else float(_plain_digits(str(told)))
    except (ValueError, OverflowError) as fault:
        raise UnreadableValue(_("phải là số")) from fault
    if not math.isfinite(number):
        raise UnreadableValue(_("phải là số"))
    return number


def _plain_digits(text: str) -> str:
    """1.234,5 and 1234.5 are the same; a single dot before three digits is a thousand's."""
    text = text.strip().replace(" ", "").replace("\u00a0", "")
    if "," in text:
        return text.replace(".", "").replace(",", ".")
    return text.replace(".", "") if re.fullmatch(r"-?[1-9]\d{0,2}(\.\d{3}){2,}", text) else text


def _decimal_reader(column: RegisterColumn) -> Reader:
    places, digits = column.field.decimal_places, column.field.max_digits

    def decimal(told: Any) -> float:
        try:
            number = Decimal(repr(parse_number(told)))
        except InvalidOperation as fault:
            raise UnreadableValue(_("phải là số")) from fault
        if abs(number) >= 10 ** (digits - places) or number != round(number, places):  # round() takes no larger
            raise UnreadableValue(_("nhiều nhất %(places)s chữ số thập phân") % {"places": places})
        return float(number)

    return decimal


def day_of(told: Any) -> str:
    """A day, as YYYY-MM-DD."""
    if isinstance(told, datetime):
        told = told.date()
    if isinstance(told, date):
        return told.isoformat()
    for pattern, order in DAYS:
        match = pattern.match(str(told).strip())
        if match:
            try:
                return date(*(int(match[n + 1]) for n in order)).isoformat()
            except ValueError:
                break
    raise UnreadableValue(_("phải là ngày, ví dụ 31/12/2026"))


def parse_flag(told: Any) -> bool:
    """Yes or no."""
    if isinstance(told, bool):
        return told
    text = fold(str(int(told) if isinstance(told, float) and told.is_integer() else told))
    if text in YES or text in NO:
        return text in YES
    raise UnreadableValue(_("ghi “có” hoặc “không”"))


def _choice_reader(column: RegisterColumn) -> Reader:
    values: dict[str, Any] = {}
    for value, label in column.choices:
        values[fold(label)] = value
    values |= {fold(str(value)): value for value, _label in column.choices}

    def choice(told: Any) -> Any:
        text = fold(str(int(told) if isinstance(told, float) and told.is_integer() else told))
        if text not in values:
            raise UnreadableValue(
                _("chọn một trong: %(all)s") % {"all": ", ".join(label for _v, label in column.choices)}
            )
        return values[text]

    return choice


def _unit_reader(places: UnitLookup) -> Reader:
    def unit(told: Any) -> int:
        text = str(int(told) if isinstance(told, float) and told.is_integer() else told).strip()
        unit_key = places.find(text)
        if unit_key is None:
            raise UnreadableValue(_("không có đơn vị nào (hoặc có nhiều đơn vị) tên hay mã như vậy"))
        return unit_key

    return unit


def _record_reader(column: RegisterColumn) -> Reader:
    assert column.target is not None, column.name
    rows = column.target.model.objects.filter(removed=False)

    def record(told: Any) -> int:
        text = str(int(told) if isinstance(told, float) and told.is_integer() else told).strip()
        pk = rows.filter(ref=text).values_list("pk", flat=True).first()
        pk = pk or rows.filter(key=derived.key_text(text)).values_list("pk", flat=True).first()
        if pk is None:
            raise UnreadableValue(_("không có bản ghi nào có mã như vậy"))
        return int(pk)

    return record


def columns_by_heading(columns: Iterable[RegisterColumn]) -> dict[str, RegisterColumn]:
    """What heads a column in files, folded: its name and its label."""
    return {
        fold(word): register_column
        for register_column in columns
        for word in (register_column.label, register_column.name)
    }
