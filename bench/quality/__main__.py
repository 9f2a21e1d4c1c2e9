"""``python -m bench.quality``: needs a loaded demo (DATABASE_URL, TINHSO_VAR). Changes nothing but a copy in memory.

The demo's values were generated without faults, so whatever a test finds before faults are put in is a false alarm.
"""

import os
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import django
import duckdb

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tinhso.project.settings")
django.setup()

from tinhso.blocks.indicators.contract import Fact, Nature  # noqa: E402
from tinhso.blocks.indicators.queries.catalogue import offered_facts  # noqa: E402
from tinhso.blocks.indicators.services import store  # noqa: E402
from tinhso.ioc.queries.quality import series  # noqa: E402
from tinhso.ioc.queries.quality.limits import limits  # noqa: E402

SEED, A_FACT, SINCE, FIRST = 20241130, 4, "2024-11", "2023-10"
Fault = Callable[[duckdb.DuckDBPyConnection, Fact, random.Random], "tuple[str, str] | None"]


@dataclass(frozen=True)
class Cell:
    """One value of ``wide``."""

    unit: str
    month: str
    n: int
    member: str
    column: str
    value: float


def main() -> None:
    """Print a table: faults put in, found, false alarms and what they are out of, seconds."""
    put, hit, false, out_of = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    seconds: dict[str, float] = dict.fromkeys(FAULTS, 0.0)
    for fact in offered_facts():
        files = store.default_store().files(fact)
        for test, fault in FAULTS.items():
            with series.open_engine() as engine:
                if not series.load_fact(engine, fact, files, FIRST):
                    continue
                began = time.perf_counter()
                before = _found(engine, fact, test)
                seconds[test] += time.perf_counter() - began
                false[test] += len(before)
                out_of[test] += engine.execute(OUT_OF[test], [SINCE]).fetchall()[0][0]
                chance = random.Random(f"{SEED} {fact.code} {test}")
                faults = set(filter(None, (fault(engine, fact, chance) for _ in range(A_FACT))))
                series.unfold_columns(engine, fact)
                put[test] += len(faults)
                hit[test] += len(faults & _found(engine, fact, test))
    print(f"{'test':<10}{'put in':>8}{'found':>8}{'share':>8}{'false alarms':>14}{'out of':>10}{'seconds':>9}")
    for test in FAULTS:
        share = 100 * hit[test] / put[test] if put[test] else 0
        print(
            f"{test:<10}{put[test]:>8}{hit[test]:>8}{share:>7.1f}%{false[test]:>14}{out_of[test]:>10}{seconds[test]:>9.1f}"
        )


def _found(engine: duckdb.DuckDBPyConnection, fact: Fact, test: str) -> set[tuple[str, str]]:
    rows = engine.execute(series.STATEMENTS[test](fact, limits(), SINCE)).fetchall()
    return {(row[0], "" if test == series.HEAPED else row[1]) for row in rows}


def _cell(
    engine: duckdb.DuckDBPyConnection, fact: Fact, chance: random.Random, where: str, *, flows: bool = False
) -> Cell | None:
    """A value from ``SINCE`` on that is worth faking, drawn by the seed."""
    names = [repr(one.code) for one in fact.columns if one.nature is Nature.FLOW or not flows]
    if not names:
        return None
    rows = engine.execute(
        f"SELECT unit, month, n, member, col, val FROM long WHERE month >= '{SINCE}' AND {where}"
        f" AND col IN ({', '.join(names)}) ORDER BY hash(unit, n, member, col, {chance.randrange(10**6)}) LIMIT 1"
    ).fetchall()
    return Cell(*rows[0]) if rows else None


def _write(engine: duckdb.DuckDBPyConnection, cell: Cell, value: str, where: str = "n = ?") -> None:
    arguments = [cell.unit, cell.member, *([cell.n] if where == "n = ?" else [])]
    engine.execute(f"UPDATE wide SET {cell.column} = {value} WHERE unit = ? AND member = ? AND {where}", arguments)


def negative(engine: duckdb.DuckDBPyConnection, fact: Fact, chance: random.Random) -> tuple[str, str] | None:
    """A sign slipped in."""
    cell = _cell(engine, fact, chance, "val > 0")
    if cell is not None:
        _write(engine, cell, str(-cell.value))
        return cell.unit, cell.month
    return None


def zero(engine: duckdb.DuckDBPyConnection, fact: Fact, chance: random.Random) -> tuple[str, str] | None:
    """A field left at nought."""
    cell = _cell(engine, fact, chance, f"val >= 30 AND {EARLIER}")
    if cell is not None:
        _write(engine, cell, "0")
        return cell.unit, cell.month
    return None


def still(engine: duckdb.DuckDBPyConnection, fact: Fact, chance: random.Random) -> tuple[str, str] | None:
    """Eight periods with the number of the first of them; the last month is told."""
    cell = _cell(engine, fact, chance, f"val >= 30 AND {EARLIER}", flows=True)
    if cell is not None:
        _write(engine, cell, str(cell.value), f"n BETWEEN {cell.n - 7} AND {cell.n}")
        return cell.unit, cell.month
    return None


def factor(engine: duckdb.DuckDBPyConnection, fact: Fact, chance: random.Random) -> tuple[str, str] | None:
    """A unit of measure mistaken: ten, a hundred or a thousand times as much, or as little."""
    cell = _cell(engine, fact, chance, "val >= 20")
    if cell is not None:
        times = chance.choice((10, 100, 1000, 0.1, 0.01))
        if cell.value * times < 1:
            times = 10
        _write(engine, cell, str(cell.value * times))
        return cell.unit, cell.month
    return None


def copied(engine: duckdb.DuckDBPyConnection, fact: Fact, chance: random.Random) -> tuple[str, str] | None:
    """Last period's file handed in again."""
    return _copy(engine, fact, chance, lambda cell, other: f"source.unit = '{cell.unit}' AND source.n = {cell.n - 1}")


def twin(engine: duckdb.DuckDBPyConnection, fact: Fact, chance: random.Random) -> tuple[str, str] | None:
    """A neighbour's file handed in as one's own."""
    return _copy(engine, fact, chance, lambda cell, other: f"source.unit = '{other}' AND source.n = {cell.n}")


def _copy(
    engine: duckdb.DuckDBPyConnection, fact: Fact, chance: random.Random, source: Callable[[Cell, str], str]
) -> tuple[str, str] | None:
    cell = _cell(engine, fact, chance, f"val > 0 AND {EARLIER}", flows=True)
    if cell is None:
        return None
    others = engine.execute(
        "SELECT DISTINCT unit FROM wide WHERE n = ? AND unit <> ? ORDER BY unit", [cell.n, cell.unit]
    ).fetchall()
    where = source(cell, chance.choice(others)[0] if others else "")
    rows = engine.execute(f"SELECT count(*) FROM wide source WHERE {where}").fetchall()[0][0]
    if not rows:
        return None
    columns = ", ".join(f"{one.code} = source.{one.code}" for one in fact.columns)
    engine.execute(
        f"UPDATE wide SET {columns} FROM wide source WHERE source.member = wide.member AND {where}"
        f" AND wide.unit = '{cell.unit}' AND wide.n = {cell.n}"
    )
    return cell.unit, cell.month


def heaped(engine: duckdb.DuckDBPyConnection, fact: Fact, chance: random.Random) -> tuple[str, str] | None:
    """A unit that estimates: nine in ten of one column's numbers are rounded to tens."""
    whole = [repr(one.code) for one in fact.columns if not one.decimals]
    enough = engine.execute(
        f"""SELECT unit, col FROM long WHERE val >= 300 AND month >= '{SINCE}' AND col IN ({", ".join(whole) or "''"})
            GROUP BY unit, col HAVING count(*) >= {limits().heap_values} ORDER BY unit, col"""
    ).fetchall()
    if not enough:
        return None
    unit, column = chance.choice(enough)
    engine.execute(
        f"UPDATE wide SET {column} = round({column}, -1)"
        f" WHERE unit = ? AND {column} >= 100 AND hash(n, member) % 10 < 9",
        [unit],
    )
    return unit, ""


EARLIER = "(unit, n - 7) IN (SELECT unit, n FROM wide)"  # eight periods of its own
FAULTS: dict[str, Fault] = {
    series.NEGATIVE: negative,
    series.ZERO: zero,
    series.STILL: still,
    series.FACTOR: factor,
    series.COPIED: copied,
    series.TWIN: twin,
    series.HEAPED: heaped,
}
CELLS = "SELECT count(*) FROM long WHERE month >= ?"
SERIES = "SELECT count(DISTINCT (unit, member, col)) FROM long WHERE month >= ?"
MONTHS = "SELECT count(DISTINCT (unit, month)) FROM long WHERE month >= ?"
COLUMNS = "SELECT count(DISTINCT (unit, col)) FROM long WHERE month >= ?"
OUT_OF = {
    series.NEGATIVE: CELLS,
    series.ZERO: CELLS,
    series.STILL: SERIES,
    series.FACTOR: CELLS,
    series.COPIED: MONTHS,
    series.TWIN: MONTHS,
    series.HEAPED: COLUMNS,
}

if __name__ == "__main__":
    main()
