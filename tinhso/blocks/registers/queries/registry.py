"""Which registers there are, and what their columns are."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import models
from django.utils.translation import get_language

from tinhso.blocks.registers.contract import REGISTERS, Register, register_of
from tinhso.blocks.units.models import Unit
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused, gettext_noop

ALWAYS = ("longitude", "latitude")  # after the columns of a register whose things lie somewhere
TEXT, LONG, WHOLE, DECIMAL, FLOAT, DATE, FLAG, CHOICE, UNIT, RECORD = (
    "text",
    "long",
    "whole",
    "decimal",
    "float",
    "date",
    "flag",
    "choice",
    "unit",
    "record",
)
KINDS: "tuple[tuple[type[models.Field[Any, Any]], str], ...]" = (
    (models.BooleanField, FLAG),
    (models.DateField, DATE),
    (models.DecimalField, DECIMAL),
    (models.FloatField, FLOAT),
    (models.IntegerField, WHOLE),
    (models.TextField, LONG),
)


@dataclass(frozen=True)
class RegisterColumn:
    """One column: ``field`` is the model's; ``kind`` one of the constants above; ``target``: a record's register."""

    name: str
    kind: str
    field: Any
    target: Register | None = None

    @property
    def label(self) -> str:
        """What people call it, in the reader's language."""
        return str(self.field.verbose_name)

    @property
    def stored(self) -> str:
        """The column's name in the database and in versions."""
        return str(self.field.attname)

    @property
    def required(self) -> bool:
        """Whether it must have a value."""
        return not self.field.blank and not self.field.has_default() and self.kind != FLAG

    @property
    def choices(self) -> list[tuple[Any, str]]:
        """Values and their words."""
        return [(value, str(label)) for value, label in self.field.choices or ()]


def find(code: str) -> Register:
    """The register with this code; refuses an unknown one."""
    if code not in REGISTERS:
        raise Refused("unknown_register", gettext_noop("Không có danh mục “%(code)s”."), code=code[:40])
    return REGISTERS[code]


def seen_by(by: Actor) -> list[Register]:
    """The registers that somebody may look into, in the order of their declaration."""
    return [register for register in REGISTERS.values() if by.can(register.see)]


def open_registers() -> list[Register]:
    """The registers of which everybody may have something."""
    return [register for register in REGISTERS.values() if register.open]


def title(register: Register) -> str:
    """What it is called in the reader's language."""
    return register.name_en if (get_language() or "vi").startswith("en") else register.name


def description(register: Register) -> str:
    """What it holds, in the reader's language."""
    return register.description_en if (get_language() or "vi").startswith("en") else register.description


@lru_cache(maxsize=256)
def columns(register: Register) -> tuple[RegisterColumn, ...]:
    """All columns that people fill in: name and unit first where the register names them nowhere."""
    first = tuple(name for name in ("name", "unit") if name not in register.columns)
    last = ALWAYS if register.located else ()
    return tuple(_model_column(register, name) for name in (*first, *register.columns, *last))


def column(register: Register, name: str) -> RegisterColumn:
    """One column; refuses an unknown one."""
    register_column = next((candidate for candidate in columns(register) if candidate.name == name), None)
    if register_column is None:
        raise Refused("unknown_column", gettext_noop("Danh mục không có cột “%(name)s”."), name=name[:40])
    return register_column


@lru_cache(maxsize=256)
def stored_keys(register: Register) -> tuple[str, ...]:
    """The names of the key's columns in the database."""
    return tuple(column(register, name).stored for name in register.keys)


def list_columns(register: Register) -> tuple[RegisterColumn, ...]:
    """The columns of lists, after the name."""
    return tuple(column(register, name) for name in register.listed or register.columns[:5] if name != "name")


def _model_column(register: Register, name: str) -> RegisterColumn:
    field = register.model._meta.get_field(name)
    if isinstance(field, models.ForeignKey):
        if field.related_model is Unit:
            return RegisterColumn(name, UNIT, field)
        return RegisterColumn(name, RECORD, field, register_of(field.related_model))
    if field.choices:
        return RegisterColumn(name, CHOICE, field)
    return RegisterColumn(name, next((kind for base, kind in KINDS if isinstance(field, base)), TEXT), field)
