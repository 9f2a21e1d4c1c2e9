"""How an app declares a register: a table of things that live long, change now and then, and lie somewhere.

The app writes the table (a model over ``registers.models.Entry``) and names its columns here, in its ``registers.py``.
Everything else is made of that: lists, forms, maps, history, files, interfaces for programs, open data.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True)
class RecordLink:
    """A way from a record to another page."""

    label: str
    href: str


Check = Callable[[Mapping[str, Any]], Mapping[str, str]]
"""Given all values of a record by field (a unit or record by its key under ``<field>_id``), what is wrong, by field."""


@dataclass(frozen=True)
class Register:
    """One register.

    ``code`` is in addresses and file names. ``columns`` are names of the model's fields in the order of forms and
    files; what they are called, may hold and must have is told by the fields themselves. ``listed`` stand in lists.
    ``filters`` must be among the model's ``facets``, ``keys`` be those of its ``key``: by them files find a record.
    ``sorts`` are offered beside the name; each needs an index (field, id). ``alike`` names groups of columns: records
    that agree in all columns of a group may be the same thing. ``private`` columns hold data of persons: masked until
    somebody asks for them, never in files without saying so, never open. ``open`` columns are for everybody.
    ``see`` and ``change`` are rights, held at the record's unit. ``check`` looks at several values together.
    ``more`` gives links for a record's page. ``colour`` is a filter whose values tell marks on the map apart.
    ``refusals`` are names of constraints of the table, each with what to say where it refuses a record.
    """

    code: str
    model: type[Any]
    prefix: str
    name: str
    name_en: str
    description: str
    description_en: str
    see: str
    change: str
    columns: tuple[str, ...]
    keys: tuple[str, ...]
    listed: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()
    sorts: tuple[str, ...] = ()
    alike: tuple[tuple[str, ...], ...] = (("name", "unit"),)
    private: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    check: Check | None = None
    more: Callable[[Any, date], Sequence[RecordLink]] | None = None
    located: bool = True
    colour: str = ""
    icon: str = "database"
    refusals: tuple[tuple[str, str], ...] = ()


REGISTERS: dict[str, Register] = {}


def declare_register(declared: Register) -> Register:
    """Declare a register under its code."""
    REGISTERS[declared.code] = declared
    return declared


def register_of(model: type[Any]) -> Register | None:
    """The register that is kept in ``model``; None where it is none."""
    return next((register for register in REGISTERS.values() if register.model is model), None)
