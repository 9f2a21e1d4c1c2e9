"""Counts of registers for an app's first page: each with its source, when that was last written, and its records."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from tinhso.blocks.registers.contract import REGISTERS
from tinhso.blocks.registers.models import Act
from tinhso.kernel.reads import DeferredRead
from tinhso.ui.wording import name_in_language


@dataclass(frozen=True)
class RegisterTile:
    """A figure: ``value`` of ``out_of`` (None where it is a whole), by ``source`` as of ``date``, shown at ``href``."""

    label: str
    value: object
    href: str
    source: str
    date: datetime | None
    out_of: int | None = None
    decimals: int = 0


class TileMaker:
    """Makes tiles of some registers; ``at`` says when each was last written."""

    def __init__(self, at: Mapping[str, datetime]) -> None:
        self.at = at

    def tile(self, register: str, label: str, value: int, out_of: int | None = None, **filters: str) -> RegisterTile:
        """So many records of a register, which the list shows when it is narrowed by ``filters``."""
        return RegisterTile(
            label,
            value,
            filtered_list_address(register, filters),
            figure_source(register),
            self.at.get(register),
            out_of,
        )


def figure_source(register: str) -> str:
    """A register as the source of a figure."""
    name = name_in_language(REGISTERS[register])
    return _("danh mục %(name)s") % {"name": name[:1].lower() + name[1:]}


def filtered_list_address(register: str, filters: Mapping[str, str]) -> str:
    """The address of a register's list, narrowed."""
    return reverse("registers:list", args=[register]) + (f"?{urlencode(filters)}" if filters else "")


def last_written(*codes: str) -> DeferredRead[dict[str, datetime]]:
    """Read when something was last written in each register; those that are empty are missing."""
    rows = Act.objects.filter(register__in=codes).order_by("register", "-id").distinct("register")
    return DeferredRead(rows.values("register", "at"), lambda rows: {row["register"]: row["at"] for row in rows})
