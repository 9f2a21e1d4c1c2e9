"""How a system takes values from programs elsewhere: it describes its forms, and turns given values into its own work.

A *form* asks the units it is about for numbers (*elements*), broken down by combinations of members (*combos*), once
a period. Everything is named by codes; nothing here knows which protocol carried the values.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from tinhso.blocks.indicators.contract import Dimension
from tinhso.kernel.actor import Actor
from tinhso.kernel.periods import Period, PeriodType


@dataclass(frozen=True)
class Element:
    """A number that a form asks for: whole when ``decimals`` is 0."""

    code: str
    name: str
    name_en: str = ""
    unit_of_measure: str = ""
    decimals: int = 0
    least: Decimal | None = None
    adds_up: bool = True


@dataclass(frozen=True)
class Combo:
    """One combination of members, by its key (``channel=online``; empty without dimensions)."""

    key: str
    name: str


@dataclass(frozen=True)
class EntryForm:
    """A set of elements that units report once a period, from ``first`` on (to ``last``, when it has ended)."""

    code: str
    name: str
    name_en: str
    domain: str
    description: str
    period: PeriodType
    first: Period
    last: Period | None
    dims: tuple[Dimension, ...]
    combos: tuple[Combo, ...]
    elements: tuple[Element, ...]


@dataclass(frozen=True)
class GivenValue:
    """One value for a form's cell: ``unit`` is a unit's reference, ``value`` plain digits ("84.5"); None takes it away.

    ``place`` is where it stood in what was sent, counted from 0.
    """

    form: str
    element: str
    unit: str
    period: str
    combo: str
    value: str | None
    place: int = 0


@dataclass(frozen=True)
class HeldValue:
    """A value that is held: the newest one, even if nobody has approved it yet."""

    form: str
    element: str
    unit: str
    period: str
    combo: str
    value: str
    at: datetime
    by: str


class Strategy(StrEnum):
    """Which values to touch."""

    CREATE_AND_UPDATE = "create_and_update"
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"


class ImportOutcome(StrEnum):
    """What became of a given value. The last eight refuse it."""

    IMPORTED = "imported"
    UPDATED = "updated"
    DELETED = "deleted"
    IGNORED = "ignored"
    NO_RIGHT = "no_right"
    FOREIGN_UNIT = "foreign_unit"
    FOREIGN_COMBO = "foreign_combo"
    WRONG_PERIOD_TYPE = "wrong_period_type"
    FUTURE = "future"
    NOT_OPEN = "not_open"
    LOCKED = "locked"
    BAD_VALUE = "bad_value"

    @property
    def refused(self) -> bool:
        """Whether the value was refused rather than merely passed over."""
        return list(ImportOutcome).index(self) > 3


class Taker(Protocol):
    """A system that takes values. ``put`` answers for each given value in its order, and stores unless it is a dry run.

    Given twice for one cell, the first stands where nothing was held, the last where something was.
    """

    def forms(self) -> Sequence[EntryForm]:
        """Every form that is filled in today."""
        ...

    def units(self, form: str) -> Collection[str]:
        """References of the units that the form is about today."""
        ...

    def held_values(
        self, form: str, *, periods: Iterable[Period], units: Collection[str], by: Actor
    ) -> Iterable[HeldValue]:
        """Values held for these units and periods, as far as ``by`` may see them."""
        ...

    def store_values(
        self, given: Sequence[GivenValue], *, strategy: Strategy, dry_run: bool, why: str, by: Actor, now: datetime
    ) -> list[ImportOutcome]:
        """Store values, each under the rules and rights of the system itself."""
        ...


TAKERS: list[Taker] = []


def register_value_taker(taker: Taker) -> Taker:
    """Register a system that takes values."""
    TAKERS.append(taker)
    return taker
