"""How a system offers facts to the operations centre.

A *fact* is a flat, analysis-ready table: one row per unit, month and combination of dimension members, with whole or
decimal columns. Indicators are expressions over one fact, so that the engine computes all of them in one pass.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


class Nature(StrEnum):
    """How a column behaves over time: a flow adds up, a stock is the state at the end of the period."""

    FLOW = "flow"
    STOCK = "stock"


class FigureStatus(StrEnum):
    """How firm a figure is (Luật Thống kê 89/2015/QH13); the weakest of its parts decides."""

    ESTIMATE = "estimate"
    PRELIMINARY = "preliminary"
    OFFICIAL = "official"

    @property
    def rank(self) -> int:
        """1 estimate, 2 preliminary, 3 official."""
        return list(FigureStatus).index(self) + 1


class Access(StrEnum):
    """Who may see a figure: everybody, those who work here, or those who were given the right to restricted figures."""

    PUBLIC = "public"
    INTERNAL = "internal"
    RESTRICTED = "restricted"

    @property
    def rank(self) -> int:
        """1 public, 2 internal, 3 restricted."""
        return _RANKS[self]


_RANKS = {access: place for place, access in enumerate(Access, 1)}  # asked for every reading


@dataclass(frozen=True)
class Audience:
    """Who reads. ``restricted_at``: refs of the units whose restricted figures they may see; None means every unit."""

    access: Access = Access.PUBLIC
    restricted_at: frozenset[str] | None = frozenset()

    def may_see(self, access: Access, unit: str) -> bool:
        """Whether figures of ``unit`` that are for ``access`` are for them."""
        if access is Access.RESTRICTED:
            return self.sees_restricted(unit)
        return access.rank <= self.access.rank

    def sees_restricted(self, unit: str) -> bool:
        """Whether restricted and small figures of ``unit`` are for them."""
        return self.access is Access.RESTRICTED and (self.restricted_at is None or unit in self.restricted_at)


EVERYONE = Audience()
SYSTEM = Audience(Access.RESTRICTED, None)  # jobs, recomputation: never what a person is shown
SMALLEST = 5  # a count of people below it points at persons: the common threshold of statistical offices


@dataclass(frozen=True)
class Member:
    """One value of a dimension, such as *online* of *channel*."""

    code: str
    name: str
    name_en: str = ""


@dataclass(frozen=True)
class Dimension:
    """A way to break a fact down."""

    code: str
    name: str
    name_en: str
    members: tuple[Member, ...]


@dataclass(frozen=True)
class FactColumn:
    """A number that the fact carries. ``decimals`` 0 means whole numbers."""

    code: str
    name: str
    name_en: str = ""
    nature: Nature = Nature.FLOW
    decimals: int = 0
    unit_of_measure: str = ""


@dataclass(frozen=True)
class RecordQuery:
    """Which records make a reading: source units, months, and the members of dimensions that were kept.

    ``since`` asks only for those that became known after that moment.
    """

    units: tuple[str, ...]
    months: tuple[str, ...]
    members: tuple[tuple[str, str], ...] = ()
    limit: int = 200
    since: datetime | None = None


@dataclass(frozen=True)
class Record:
    """One record behind a reading, with the address to open it; ``why`` says why it was corrected, where it was."""

    title: str
    href: str
    unit: str
    period: str
    status: str
    as_of: datetime | None
    by: str
    values: tuple[tuple[str, str], ...] = ()
    why: str = ""


@dataclass(frozen=True)
class Fact:
    """A table of facts.

    ``select`` is SQL on the operational database giving columns ``unit`` (a unit's ref), ``month`` (``2024-09``), one
    text column per dimension, one per number (bigint, or numeric cast to text if it has decimals), ``status`` (1 to 3,
    see :class:`Status`) and ``true_for`` (timestamptz, when the row became known); the engine wraps it in
    ``WHERE month = ANY(...)``. ``fingerprints`` is SQL giving ``month, fingerprint``: a month whose text changed is
    exported again. ``every`` is the months between two rows of one unit: 1 monthly, 3 quarterly (at the quarter's last
    month), 12 yearly.
    """

    code: str
    name: str
    name_en: str
    select: str
    fingerprints: str
    columns: tuple[FactColumn, ...]
    dims: tuple[Dimension, ...] = ()
    level: str = "commune"
    every: int = 1
    domain: str = ""
    agency: str = ""
    records: Callable[[RecordQuery], Sequence[Record]] | None = None

    def column(self, code: str) -> FactColumn:
        """The column called ``code``; KeyError when there is none."""
        return {column.code: column for column in self.columns}[code]


class ReadingKind(StrEnum):
    """How a reading is made: of one amount, or of a count and what it is out of."""

    SUM = "sum"
    LATEST = "latest"
    RATIO = "ratio"
    MEAN = "mean"
    DISTINCT = "distinct"

    @property
    def has_out_of(self) -> bool:
        """Whether there are two parts: shares and means add up from their parts and are never averaged."""
        return self in (ReadingKind.RATIO, ReadingKind.MEAN)


class Better(StrEnum):
    """Which way is good."""

    HIGHER = "higher"
    LOWER = "lower"
    NONE = "none"


@dataclass(frozen=True)
class IndicatorTarget:
    """What the value should be from one month to another (both included), for all units or for one.

    A floor, a ceiling, or both (a range), in the indicator's unit of measure.
    """

    since: str
    until: str = ""
    floor: Decimal | None = None
    ceiling: Decimal | None = None
    unit: str = ""
    source: str = ""

    def covers(self, month: str, unit: str) -> bool:
        """Whether it binds ``unit`` in ``month``."""
        return self.since <= month and (not self.until or month <= self.until) and self.unit in ("", unit)

    def met_by(self, value: Decimal) -> bool:
        """Whether ``value`` is not below the floor nor above the ceiling."""
        return (self.floor is None or value >= self.floor) and (self.ceiling is None or value <= self.ceiling)


@dataclass(frozen=True)
class Indicator:
    """What is measured, how, on what legal basis, by whom.

    ``count`` and ``out_of`` are expressions over the columns of ``fact`` (see ``queries.expressions``); the value is
    ``count`` or ``count / out_of``, times ``scale``. ``by`` names dimensions: each of their members is an indicator of
    its own (a family). Source of the required texts: Luật Thống kê 89/2015/QH13, Nghị định 94/2022/NĐ-CP.

    ``access`` pairs a level (``province``, ``district``, ``commune``, ``agency``; empty for all others) with who may
    see figures of units of that level. Counts from 1 to ``smallest`` - 1 are not told to the public, nor, where the
    indicator is ``sensitive``, to those without the right to restricted figures; 0 where a small count harms nobody.

    ``sample``: of a distinct count, that only one of so many things is counted (chosen by its digest, always the same
    ones) and the result is an estimate that states its margin; 1 is exact.
    """

    code: str
    name: str
    domain: str
    fact: str
    kind: ReadingKind
    count: str
    unit_of_measure: str
    method: str
    source: str
    agency: str
    name_en: str = ""
    out_of: str = ""
    scale: int = 1
    decimals: int = 0
    period: str = "month"
    better: Better = Better.NONE
    targets: tuple[IndicatorTarget, ...] = ()
    by: tuple[str, ...] = ()
    basis: str = ""
    headline: bool = False
    key: bool = False
    synonyms: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    access: tuple[tuple[str, Access], ...] = ()
    smallest: int = SMALLEST
    sensitive: bool = False
    sample: int = 1

    def access_at(self, level: str) -> Access:
        """Who may see its figures of units of ``level``; those who work here, unless the definition says otherwise."""
        accesses_by_key = dict(self.access)
        return accesses_by_key.get(level, accesses_by_key.get("", Access.INTERNAL))

    def target(self, month: str, unit: str) -> IndicatorTarget | None:
        """The target that binds ``unit`` in ``month``; one set for the unit itself goes before a general one."""
        binding = [target for target in self.targets if target.covers(month, unit)]
        return max(binding, key=lambda target: (bool(target.unit), target.since), default=None)


@dataclass(frozen=True)
class ConcernPlace:
    """One unit named in a concern: where to open it, since when, and what is wrong there."""

    unit: str
    href: str
    since: datetime
    words: str = ""


@dataclass(frozen=True)
class DataSetConcern:
    """One thing wrong with a data set in a period, with every unit where it is so: late (``late``) or against a rule
    (``rule``). ``expected`` is how many units should have reported."""

    kind: str
    data_set: str
    name: str
    domain: str
    agency: str
    period: str
    places: tuple[ConcernPlace, ...]
    expected: int = 0
    name_en: str = ""


@dataclass(frozen=True)
class DataSetRule:
    """A rule of a data set: ``part_le_whole``, ``sum_equals`` (parts make the whole), ``jump`` (no more than ``limit``
    times the last value, nor less than that part of it); ``words`` say it."""

    kind: str
    severity: str
    parts: tuple[str, ...]
    words: str
    whole: str = ""
    limit: Decimal | None = None


@dataclass(frozen=True)
class DataSetFacts:
    """A data set as its quality is judged; ``filed_by`` is ``agency`` or ``commune``; its fact has the same code."""

    code: str
    name: str
    agency: str
    filed_by: str
    domain: str
    rules: tuple[DataSetRule, ...] = ()
    name_en: str = ""


FactProvider = Callable[[], Iterable[Fact]]
DataSetProvider = Callable[[], Iterable[DataSetFacts]]
ConcernProvider = Callable[[datetime], Iterable[DataSetConcern]]
INDICATORS: list[Indicator] = []
FACT_PROVIDERS: list[FactProvider] = []
CONCERN_PROVIDERS: list[ConcernProvider] = []
DATA_SET_PROVIDERS: list[DataSetProvider] = []
DUE_ROWS: list[str] = []


def register_facts(provider: FactProvider) -> FactProvider:
    """Register a function that yields the facts an app offers today."""
    FACT_PROVIDERS.append(provider)
    return provider


def register_concerns(provider: ConcernProvider) -> ConcernProvider:
    """Register a function (now) that yields what is wrong with an app's data sets, grouped: alerts are made of it."""
    CONCERN_PROVIDERS.append(provider)
    return provider


def declare_indicators(*indicators: Indicator) -> None:
    """Register indicators that are declared in code, beside the domain they belong to."""
    INDICATORS.extend(indicators)


def register_quality(data_sets: DataSetProvider, due_rows: str) -> None:
    """Register data sets with their rules, and SQL of the returns that fell due: ``ref, href, data_set, agency, unit``
    (a key), ``unit_ref, period, month, day, due_at, sent_at`` (null: never). Boards narrow and count it."""
    DATA_SET_PROVIDERS.append(data_sets)
    DUE_ROWS.append(due_rows)
