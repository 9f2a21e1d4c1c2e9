"""The fact that is measured: ten million seeded rows over the real units, and a thousand indicators over it."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa

from bench.ioc import place
from tinhso.blocks.indicators.contract import Dimension, Fact, FactColumn, Indicator, Member, Nature, ReadingKind
from tinhso.blocks.indicators.queries import plans
from tinhso.blocks.indicators.queries.plans import FactPlan
from tinhso.blocks.indicators.services import store
from tinhso.blocks.units.models import Level
from tinhso.kernel import periods

ROWS = 10_000_000
SEED = 20_241_130
SIZES = {"field": 9, "channel": 3, "level": 4, "result": 3}
NAMES = ("received", "finished", "on_time", "early", "late", "online", "rated", "satisfied", "days")


def _dimension(code: str, size: int) -> Dimension:
    return Dimension(code, code, code, tuple(Member(f"{code}-{n}", f"{code} {n}") for n in range(size)))


FACT = Fact(
    code="BENCH",
    name="Hồ sơ",
    name_en="Dossiers",
    select="",
    fingerprints="",
    columns=(
        *(FactColumn(name, name) for name in NAMES),
        FactColumn("open", "open", nature=Nature.STOCK),
        FactColumn("fees", "fees", decimals=3),
    ),
    dims=tuple(_dimension(code, size) for code, size in SIZES.items()),
)


def indicators() -> list[Indicator]:
    """Fifty definitions, each with a family for every dimension: 1,000 indicators."""
    sums = [*NAMES, "fees"]
    narrowed = [f'when({dim} == "{dim}-{n}", finished)' for dim in ("field", "level") for n in range(SIZES[dim])]
    shares = [(a, b) for a in ("on_time", "early", "late", "online", "rated") for b in ("received", "finished")]
    shares += [
        ("satisfied", "rated"),
        ("finished", "received"),
        ("finished - on_time", "finished"),
        ("received - finished", "received"),
    ]
    shares += [
        (f'when(channel == "channel-{n}", {column})', column) for n in range(3) for column in ("received", "late")
    ]
    means = [("days", "finished"), ("fees", "finished"), ("fees", "received"), ("days", "received")]
    stocks = ["open", 'when(channel == "channel-0", open)', 'when(channel == "channel-1", open)']
    parts = [(ReadingKind.SUM, text, "") for text in [*sums, *narrowed]]
    parts += [(ReadingKind.RATIO, *pair) for pair in shares] + [(ReadingKind.MEAN, *pair) for pair in means]
    parts += [(ReadingKind.LATEST, text, "") for text in stocks]
    return [_indicator(n, *part) for n, part in enumerate(parts)]


def _indicator(n: int, kind: ReadingKind, count: str, out_of: str) -> Indicator:
    return Indicator(
        code=f"B-{n}",
        name=f"B {n}",
        domain="bench",
        fact=FACT.code,
        kind=kind,
        count=count,
        out_of=out_of,
        unit_of_measure="hồ sơ",
        method="m",
        source="s",
        agency="a",
        by=tuple(SIZES),
    )


def plan() -> FactPlan:
    """What the engine computes for them."""
    return plans.plan_of(FACT, indicators())


def how_many() -> int:
    """Definitions and every member of their families."""
    return len(indicators()) * (1 + sum(SIZES.values()))


def ensure(rows: int = ROWS) -> store.FactStore:
    """The fact store with the rows in it; written the first time only."""
    kept = store.FactStore(str(place.VAR / f"facts-{rows}"))
    if kept.months(FACT) != place.MONTHS:
        for months, table in _spans(rows):
            print(f"  … {months[-1]}", flush=True)
            kept.put(FACT, months, table)
    return kept


def month_rows(month: str, rows: int = ROWS) -> pa.Table:
    """One month's rows, other than those that ``ensure`` wrote: a correction."""
    communes = _communes()
    return _table(
        np.random.default_rng(SEED + 1), [(month, ref) for ref in communes[month]], rows // len(_all(communes))
    )


def _spans(rows: int) -> Iterator[tuple[list[str], pa.Table]]:
    """A year at a time, or a month where a year would not fit in the memory of a small machine."""
    communes = _communes()
    each, random = rows // len(_all(communes)), np.random.default_rng(SEED)
    length = 4 if rows <= ROWS else 7
    for span in sorted({month[:length] for month in place.MONTHS}):
        pairs = [pair for pair in _all(communes) if pair[0][:length] == span]
        yield sorted({month for month, _ in pairs}), _table(random, pairs, each)


def _all(communes: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(month, ref) for month, refs in communes.items() for ref in refs]


def _communes() -> dict[str, list[str]]:
    """Month → communes that existed at its end."""
    nodes = place.reach_tables().reach.nodes.values()
    ends = {month: periods.parse(month).end for month in place.MONTHS}
    return {
        month: sorted(node.ref for node in nodes if node.level == Level.COMMUNE and node.start <= end < node.end)
        for month, end in ends.items()
    }


def _table(random: np.random.Generator, pairs: list[tuple[str, str]], each: int) -> pa.Table:
    size = len(pairs) * each
    place_of = pa.array(np.repeat(np.arange(len(pairs), dtype=np.int32), each))
    columns: dict[str, Any] = {
        "unit": pa.DictionaryArray.from_arrays(place_of, pa.array([ref for _, ref in pairs])).cast(pa.string()),
        "month": pa.DictionaryArray.from_arrays(place_of, pa.array([month for month, _ in pairs])).cast(pa.string()),
    }
    for dim in FACT.dims:
        picks = pa.array(random.integers(0, len(dim.members), size, dtype=np.int8))
        columns[dim.code] = pa.DictionaryArray.from_arrays(picks, pa.array([m.code for m in dim.members])).cast(
            pa.string()
        )
    received = random.integers(0, 40, size)
    for name in NAMES:
        columns[name] = pa.array(received if name == "received" else random.integers(0, received + 1))
    columns["open"] = pa.array(random.integers(0, 9, size))
    columns["fees"] = pa.array(random.integers(0, 90_000_000, size)).cast(pa.decimal128(38, 0)).cast(store.DECIMAL)
    columns["status"] = pa.array(random.integers(1, 4, size).astype(np.int16))
    columns["true_for"] = pa.array(
        1_700_000_000_000_000 + random.integers(0, 10**12, size), pa.timestamp("us", tz="UTC")
    )
    return pa.table(columns)
