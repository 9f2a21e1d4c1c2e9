"""Values of columns in words: on pages, in files, in history."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from tinhso.blocks.registers.contract import Register
from tinhso.blocks.registers.queries import registry
from tinhso.blocks.registers.queries.registry import RegisterColumn
from tinhso.blocks.units.models import Unit
from tinhso.kernel.actor import Actor
from tinhso.ui import wording

MASK = "•••"
_WORDS = {True: "có", False: "không"}  # in files, whatever the reader's language: they are read again


def is_masked(register: Register, name: str) -> bool:
    """Whether a column's values are shown only to who asks for them."""
    return name in register.private


class ValueWords:
    """Words for values; units and records are looked up together, once for all rows at hand."""

    def __init__(self, columns: Iterable[RegisterColumn], rows: Iterable[Mapping[str, Any]]) -> None:
        self.columns = tuple(columns)
        self.known: dict[str, dict[int, str]] = {}
        listed = list(rows)
        for register_column in self.columns:
            if register_column.kind in (registry.UNIT, registry.RECORD):
                keys = {row.get(register_column.stored) for row in listed} - {None}
                self.known[register_column.name] = _names_by_key(register_column, keys)

    def of(self, column: RegisterColumn, value: Any) -> str:
        """The words for one value; empty for none."""
        if value is None or value == "":
            return ""
        if column.kind in self._plain:
            return str(self._plain[column.kind](value))
        if column.kind == registry.CHOICE:
            return str(next((label for choice_value, label in column.choices if choice_value == value), value))
        if column.name in self.known:
            return self.known[column.name].get(value, "?")
        return str(value)

    _plain: Mapping[str, Any] = {
        registry.FLAG: lambda value: _("có") if value else _("không"),
        registry.DATE: lambda value: wording.date_text(value if isinstance(value, date) else date.fromisoformat(value)),
        registry.DECIMAL: lambda value: wording.number_text(value),
        registry.WHOLE: lambda value: wording.number_text(value),
        registry.FLOAT: lambda value: f"{value:.6f}".rstrip("0").rstrip("."),
    }


def _names_by_key(column: RegisterColumn, keys: set[Any]) -> dict[int, str]:
    if column.kind == registry.UNIT:
        return {unit.pk: wording.name_in_language(unit) for unit in Unit.objects.filter(pk__in=keys)}
    model = column.field.related_model
    return dict(model.objects.filter(pk__in=keys).values_list("pk", "name"))


def values_of(entry: Any, columns: Iterable[RegisterColumn]) -> dict[str, Any]:
    """The values of a record by stored name."""
    return {register_column.stored: getattr(entry, register_column.stored) for register_column in columns}


def initial_values(entry: Any, columns: Iterable[RegisterColumn]) -> dict[str, str]:
    """What a form begins with: values as people write them, units and records by reference."""
    values_by_column = {}
    for register_column in columns:
        value = (
            getattr(entry, register_column.name)
            if register_column.kind in (registry.UNIT, registry.RECORD)
            else getattr(entry, register_column.stored)
        )
        if register_column.kind in (registry.UNIT, registry.RECORD):
            value = value.ref if value is not None else ""
        elif register_column.kind == registry.DATE and value is not None:
            value = value.isoformat()
        values_by_column[register_column.name] = "" if value is None else value
    return values_by_column


def may_reveal(register: Register, by: Actor, unit: Unit) -> bool:
    """Whether somebody may ask for masked values of a unit's records: who may change them."""
    return bool(register.private) and by.can(register.change, at=unit)
