"""Cells of a snapshot as it holds them, told to nobody yet: see ``readings`` for who may be told what."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
from django.conf import settings

from tinhso.blocks.indicators.contract import Indicator, Status, Target
from tinhso.blocks.indicators.models import Snapshot
from tinhso.kernel import periods


@dataclass(frozen=True)
class Reading:
    """One indicator's value for a unit, a period and a basis.

    ``count`` None with ``computable`` False means that the figure cannot be known on this basis (a split without a
    sourced share, or a past that was never reported); ``reported`` of ``expected`` returns are in. ``hidden`` says why
    the reader is not told the count: ``restricted`` (see :class:`Access`) or ``small`` (see ``queries.protection``).
    """

    indicator: Indicator
    unit: str
    period: str
    basis: str
    dim: str
    member: str
    count: Decimal | None
    out_of: Decimal | None
    reported: int
    expected: int
    computable: bool
    status: Status
    true_for: datetime | None
    snapshot: int
    hidden: str = ""

    @property
    def value(self) -> Decimal | None:
        """The figure in the indicator's unit of measure; None when there is none (nothing to divide by, not known)."""
        if self.count is None:
            return None
        if not self.indicator.kind.has_out_of:
            return self.count * self.indicator.scale
        return self.count * self.indicator.scale / self.out_of if self.out_of else None

    @property
    def is_complete(self) -> bool:
        """Whether everyone who should have reported has."""
        return self.reported >= self.expected

    @property
    def target(self) -> Target | None:
        """The target that binds this unit at the end of the period."""
        return self.indicator.target(f"{periods.parse(self.period).end:%Y-%m}", self.unit) if not self.dim else None

    @property
    def meets_target(self) -> bool | None:
        """Whether the target is met; None when there is no target or no value."""
        value, target = self.value, self.target
        return None if value is None or target is None else target.met_by(value)


class Reader:
    """One snapshot opened for reading; its files never change, so what was read may be kept."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.number = snapshot.number
        self.at = snapshot.at
        self.facts: dict[str, Any] = snapshot.manifest["facts"]
        self.connection = duckdb.connect(":memory:", config={"threads": 1, "memory_limit": "400MB"})
        self.connection.execute("SET enable_object_cache = true; SET TimeZone = 'UTC'")
        self.local = threading.local()
        for code, fact in self.facts.items():
            files = [str(Path(settings.SNAPSHOT_DIR) / name) for name in fact["chunks"].values()]
            quoted = ", ".join("'" + name.replace("'", "''") + "'" for name in files)
            if files:
                self.connection.execute(
                    f'CREATE VIEW "{code}" AS SELECT * FROM read_parquet([{quoted}], union_by_name = true)'
                )

    def rows(self, fact: str, columns: str, where: str, arguments: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Cells of a fact. Each thread has a cursor of its own."""
        if not hasattr(self.local, "cursor"):
            self.local.cursor = self.connection.cursor()
        found: list[tuple[Any, ...]] = self.local.cursor.execute(
            f'SELECT {columns} FROM "{fact}" WHERE {where}', list(arguments)
        ).fetchall()
        return found

    def columns(self, indicator: Indicator) -> tuple[str, str] | None:
        """Columns of the indicator's parts, as this snapshot was made; None when it did not hold the indicator."""
        fact = self.facts.get(indicator.fact)
        if fact is None or not fact["chunks"]:
            return None
        names: dict[str, str] = fact["measures"]
        distinct = "distinct:" if indicator.kind.value == "distinct" else ""
        count, out_of = names.get(distinct + indicator.count.strip()), names.get(indicator.out_of.strip(), "")
        return (count, out_of) if count and bool(indicator.out_of) == bool(out_of) else None


_lock = threading.Lock()
_readers: dict[int, Reader] = {}


def newest() -> Snapshot | None:
    """The snapshot that is published now."""
    return Snapshot.objects.order_by("-number").first()


def newest_number() -> int:
    """Its number; 0 when nothing has been published."""
    return Snapshot.objects.order_by("-number").values_list("number", flat=True).first() or 0


def reader(number: int | None = None) -> Reader | None:
    """The newest snapshot (or one by number), open for reading; None before the first refresh."""
    wanted = number or newest_number()
    if not wanted:
        return None
    with _lock:
        if wanted not in _readers:
            snapshot = Snapshot.objects.filter(number=wanted).first()
            if snapshot is None:
                return None
            if len(_readers) > 2:
                _readers.pop(min(_readers))
            _readers[wanted] = Reader(snapshot)
        return _readers[wanted]


CELL = "target, period, basis, dim, member, reported, expected, computable, status, true_for"


def _plain(amount: Any) -> Decimal | None:
    """The amount without the zeros that its column pads it with."""
    if amount is None:
        return None
    exact = Decimal(amount)
    return exact.quantize(Decimal(1)) if exact == exact.to_integral_value() else exact.normalize()


@lru_cache(maxsize=8192)
def read(number: int, indicator: Indicator, where: str, arguments: tuple[Any, ...]) -> tuple[Reading, ...]:
    """Cells of one indicator that fit ``where``; none where the snapshot does not hold it."""
    open_reader = reader(number)
    columns = open_reader.columns(indicator) if open_reader else None
    if open_reader is None or columns is None:
        return ()
    count, out_of = columns
    cells = open_reader.rows(indicator.fact, f"{CELL}, {count}, {out_of or 'NULL'}", where, arguments)
    return tuple(reading_of(indicator, cell, number) for cell in cells)


def reading_of(indicator: Indicator, cell: tuple[Any, ...], number: int) -> Reading:
    """The reading in a row of :data:`CELL` followed by its count and out-of."""
    target, period, basis, dim, member, reported, expected, computable, status, true_for, count, out_of = cell
    return Reading(
        indicator=indicator, unit=target, period=period, basis=basis, dim=dim, member=member,
        count=_plain(count),
        out_of=_plain(out_of),
        reported=reported, expected=expected, computable=computable,
        status=list(Status)[(status or 3) - 1], true_for=true_for, snapshot=number,
    )  # fmt: skip


@lru_cache(maxsize=1024)
def read_latest(
    number: int, indicators: tuple[Indicator, ...], unit: str, basis: str, last: int
) -> tuple[tuple[str, tuple[Reading, ...]], ...]:
    """The last few cells of many indicators for one unit, one scan per fact."""
    open_reader = reader(number)
    found: dict[str, tuple[Reading, ...]] = {}
    if open_reader is None:
        return ()
    groups: dict[tuple[str, str], list[Indicator]] = {}
    for indicator in indicators:
        groups.setdefault((indicator.fact, indicator.period), []).append(indicator)
    for (fact, kind), mine in groups.items():
        found |= _latest_of(open_reader, fact, kind, mine, unit, basis, last)
    return tuple(found.items())


def _latest_of(
    open_reader: Reader, fact: str, kind: str, mine: list[Indicator], unit: str, basis: str, last: int
) -> dict[str, tuple[Reading, ...]]:
    columns = {item.code: parts for item in mine if (parts := open_reader.columns(item))}
    if not columns:
        return {}
    names = sorted({name for parts in columns.values() for name in parts if name})
    where = "target = ? AND basis = ? AND dim = '' AND period_type = ? ORDER BY period DESC LIMIT ?"
    cells = open_reader.rows(fact, f"{CELL}, {', '.join(names)}", where, (unit, basis, kind, last))[::-1]
    place = {name: 10 + n for n, name in enumerate(names)}
    found = {}
    for item in mine:
        if item.code in columns:
            count, out_of = columns[item.code]
            values = [(*cell[:10], cell[place[count]], cell[place[out_of]] if out_of else None) for cell in cells]
            found[item.code] = tuple(reading_of(item, value, open_reader.number) for value in values)
    return found


def close_readers() -> None:
    """Close open snapshots and drop what was read from them."""
    with _lock:
        _readers.clear()
    read.cache_clear()
    read_latest.cache_clear()
