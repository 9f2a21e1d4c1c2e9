"""Cells of a snapshot as it holds them, told to nobody yet: see ``readings`` for who may be told what."""

import hashlib
import json
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_UP, Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
from django.conf import settings

from tinhso.blocks.indicators.contract import FigureStatus, Indicator, IndicatorTarget
from tinhso.blocks.indicators.models import Snapshot
from tinhso.blocks.indicators.queries import laid_open
from tinhso.blocks.indicators.queries.laid_open import Cell, CellLine, Chunk
from tinhso.blocks.indicators.queries.plans import count_of
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
    status: FigureStatus
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
    def margin(self) -> Decimal | None:
        """How far an estimate may lie from the truth, either way, in 95 of 100 cases; None where the figure is exact.

        Each thing is counted with a chance of one in ``sample``, so the estimate's variance is (sample - 1) times it.
        """
        sample = self.indicator.sample
        if sample == 1 or self.count is None:
            return None
        return (Decimal("1.96") * ((sample - 1) * self.count).sqrt() * self.indicator.scale).quantize(
            Decimal(1), ROUND_UP
        )

    @property
    def is_complete(self) -> bool:
        """Whether everyone who should have reported has."""
        return self.reported >= self.expected

    @property
    def target(self) -> IndicatorTarget | None:
        """The target that binds this unit at the end of the period."""
        return self.indicator.target(f"{periods.parse(self.period).end:%Y-%m}", self.unit) if not self.dim else None

    @property
    def meets_target(self) -> bool | None:
        """Whether the target is met; None when there is no target or no value."""
        value, target = self.value, self.target
        return None if value is None or target is None else target.met_by(value)


STATUSES = tuple(FigureStatus)


class Reader:
    """One snapshot opened for reading: its files never change. What is read of it is noted (see :func:`noting`)."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.number = snapshot.number
        self.at = snapshot.at
        self.facts: dict[str, Any] = snapshot.manifest["facts"]

    @cached_property
    def versions(self) -> Mapping[str, str]:
        """What changes for a fact whenever one of its cells does: equal versions are equal cells."""
        return {code: _digest_of_fact(fact) for code, fact in self.facts.items()}

    def ask(self, fact: str, columns: str, where: str, arguments: Sequence[Any]) -> Any:
        """A cursor of its own over cells of a fact as SQL finds them: for reading many."""
        note_facts(fact)
        files = [str(Path(settings.SNAPSHOT_DIR) / name) for name in self.facts[fact]["chunks"].values()]
        listed = ", ".join("'" + name.replace("'", "''") + "'" for name in files)
        cells = f"read_parquet([{listed}], union_by_name = true)"
        return _reading_engine().cursor().execute(f"SELECT {columns} FROM {cells} WHERE {where}", list(arguments))

    def rows(self, fact: str, columns: str, where: str, arguments: Sequence[Any]) -> list[tuple[Any, ...]]:
        """All of them at once."""
        cell_rows: list[tuple[Any, ...]] = self.ask(fact, columns, where, arguments).fetchall()
        return cell_rows

    def columns(self, indicator: Indicator) -> tuple[str, str] | None:
        """Columns of the indicator's parts, as this snapshot was made; None when it did not hold the indicator."""
        note_facts(indicator.fact)
        fact = self.facts.get(indicator.fact)
        if fact is None or not fact["chunks"]:
            return None
        names: dict[str, str] = fact["measures"]
        count, out_of = names.get(count_of(indicator)), names.get(indicator.out_of.strip(), "")
        return (count, out_of) if count and bool(indicator.out_of) == bool(out_of) else None

    def chunks(self, fact: str, year: str = "") -> Iterator[Chunk]:
        """The years of a fact (or one of them) laid open, the newest first."""
        names: dict[str, str] = self.facts[fact]["chunks"]
        return (laid_open.chunk_by_name(names[name]) for name in sorted(names, reverse=True) if year in ("", name))


def _digest_of_fact(fact: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(fact, sort_keys=True).encode()).hexdigest()[:16]


_noted: ContextVar[set[str] | None] = ContextVar("facts read", default=None)


def note_facts(*facts: str) -> None:
    """Say that cells of ``facts`` were read, or something made of them."""
    noted = _noted.get()
    if noted is not None:
        noted.update(facts)


@contextmanager
def facts_read_within() -> Iterator[set[str]]:
    """The facts of which something is read meanwhile: what is made of them holds until one of them changes."""
    mine: set[str] = set()
    token = _noted.set(mine)
    try:
        yield mine
    finally:
        _noted.reset(token)
        note_facts(*mine)  # who asked for this depends on them too


_lock = threading.Lock()
_readers: dict[int, Reader] = {}
_engines: list[duckdb.DuckDBPyConnection] = []


def _reading_engine() -> duckdb.DuckDBPyConnection:
    """The one engine that this process reads with."""
    with _lock:
        if not _engines:
            # The operating system keeps what was read of files; the engine need not keep it a second time.
            config: dict[str, Any] = {"threads": 1, "memory_limit": "400MB", "enable_external_file_cache": "false"}
            opened = duckdb.connect(":memory:", config=config)
            opened.execute("SET enable_object_cache = true; SET TimeZone = 'UTC'")
            _engines.append(opened)
        return _engines[0]


def newest_snapshot() -> Snapshot | None:
    """The snapshot that is published now."""
    return Snapshot.objects.order_by("-number").first()


def newest_number() -> int:
    """Its number; 0 when nothing has been published."""
    return Snapshot.objects.order_by("-number").values_list("number", flat=True).first() or 0


def reader_of(number: int | None = None) -> Reader | None:
    """The newest snapshot (or one by number), open for reading; None before the first refresh."""
    snapshot_number = number or newest_number()
    if not snapshot_number:
        return None
    reader = _readers.get(snapshot_number)
    if reader is not None:
        return reader
    snapshot = Snapshot.objects.filter(number=snapshot_number).first()
    if snapshot is None:
        return None
    with _lock:
        while len(_readers) > 2:
            _readers.pop(min(_readers))
        return _readers.setdefault(snapshot_number, Reader(snapshot))


CELL = "target, period, basis, dim, member, reported, expected, computable, status, true_for"
FIELDS = CELL.count(",") + 1


def _without_zeros(amount: Any) -> Decimal | None:
    """The amount without the zeros that its column pads it with."""
    if amount is None or isinstance(amount, int):
        return amount if amount is None else Decimal(amount)
    exact = Decimal(amount)
    return exact.quantize(Decimal(1)) if exact == exact.to_integral_value() else exact.normalize()


def _reader_with_columns(number: int, indicator: Indicator) -> tuple[Reader, list[str]] | None:
    """The snapshot, and the columns of the indicator's count and (where it has one) its out-of in it."""
    reader = reader_of(number)
    columns = reader.columns(indicator) if reader else None
    return None if reader is None or columns is None else (reader, [name for name in columns if name])


def read_line(number: int, indicator: Indicator, line: CellLine) -> tuple[Reading, ...]:
    """All periods of one line, oldest first; none where the snapshot does not hold it."""
    opened = _reader_with_columns(number, indicator)
    if opened is None:
        return ()
    snapshot, names = opened
    cells = [cell for chunk in [*snapshot.chunks(indicator.fact)][::-1] for cell in chunk.line(line, names)]
    return tuple(reading_of(indicator, cell, number) for cell in cells)


def read_at(number: int, indicator: Indicator, lines: Iterable[CellLine], period: str) -> tuple[Reading, ...]:
    """One period of many lines (kind of period aside, which the period says), in their order."""
    opened = _reader_with_columns(number, indicator)
    if opened is None:
        return ()
    snapshot, names = opened
    kind = periods.parse(period).kind
    cell_lines = [line._replace(kind=kind) for line in lines]
    cells = (
        cell for chunk in snapshot.chunks(indicator.fact, period[:4]) for cell in chunk.at(cell_lines, period, names)
    )
    return tuple(reading_of(indicator, cell, number) for cell in cells)


def read_members(number: int, indicator: Indicator, unit: str, period: str, basis: str) -> tuple[Reading, ...]:
    """One period of one unit for every member of the indicator's families, in the order of dimensions and members."""
    opened = _reader_with_columns(number, indicator)
    if opened is None:
        return ()
    snapshot, names = opened
    kind, cells = periods.parse(period).kind, []
    for chunk in snapshot.chunks(indicator.fact, period[:4]):
        lines = [CellLine(basis, dim, member, kind, unit) for dim, member in chunk.families if dim in indicator.by]
        cells += chunk.at(lines, period, names)
    return tuple(reading_of(indicator, cell, number) for cell in cells)


def read_last(
    number: int, indicators: Sequence[Indicator], unit: str, basis: str, last: int
) -> dict[str, tuple[Reading, ...]]:
    """The last few periods of many indicators for one unit, oldest first: one search a fact and kind of period."""
    snapshot = reader_of(number)
    groups: dict[tuple[str, str], list[tuple[Indicator, list[str]]]] = {}
    for indicator in indicators:
        opened = _reader_with_columns(number, indicator)
        if opened is not None:
            groups.setdefault((indicator.fact, indicator.period), []).append((indicator, opened[1]))
    if snapshot is None:
        return {}
    readings_by_key: dict[str, tuple[Reading, ...]] = {}
    for (fact, kind), mine in groups.items():
        columns = sorted({name for _indicator, names in mine for name in names})
        cells = _last_cells(snapshot.chunks(fact), CellLine(basis, "", "", kind, unit), columns, last)
        place = {name: FIELDS + n for n, name in enumerate(columns)}
        for indicator, names in mine:
            own = ((*cell[:FIELDS], *(cell[place[name]] for name in names)) for cell in cells)
            readings_by_key[indicator.code] = tuple(reading_of(indicator, cell, number) for cell in own)
    return readings_by_key


def _last_cells(chunks: Iterable[Chunk], line: CellLine, names: Sequence[str], last: int) -> list[Cell]:
    cells: list[Cell] = []
    for chunk in chunks:
        cells = [*chunk.line(line, names), *cells]
        if len(cells) >= last:
            break
    return cells[-last:]


def reading_of(indicator: Indicator, cell: Cell, number: int) -> Reading:
    """The reading in a row of :data:`CELL` followed by its count and, where there is one, its out-of."""
    target, period, basis, dim, member, reported, expected, computable, status, true_for, count, *rest = cell
    return Reading(
        indicator=indicator,
        unit=target,
        period=period,
        basis=basis,
        dim=dim,
        member=member,
        count=_without_zeros(count),
        out_of=_without_zeros(rest[0]) if rest else None,
        reported=reported,
        expected=expected,
        computable=computable,
        status=STATUSES[(status or 3) - 1],
        true_for=true_for,
        snapshot=number,
    )


def close_readers() -> None:
    """Close open snapshots and the engine."""
    with _lock:
        _readers.clear()
        _engines.clear()
    laid_open.close_chunks()
