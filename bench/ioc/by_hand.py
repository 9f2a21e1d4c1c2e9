"""The same cells as a good engineer would write them for DuckDB, statement by statement: what the engine is held to."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from bench.ioc import facts, place

KEYS = "unit, month, field, channel, level, result"
WHOLE = ("received", "finished", "on_time", "early", "late", "online", "rated", "satisfied", "days", "open")
CELL = "basis, target, dim, member"


def connect() -> Any:
    """DuckDB with the memory that the engine gets."""
    scratch = place.VAR / "scratch"
    scratch.mkdir(parents=True, exist_ok=True)
    running = duckdb.connect(config={"memory_limit": "1500MB", "temp_directory": str(scratch)})
    running.execute("SET preserve_insertion_order = false")
    return running


def scan(running: Any, files: Sequence[str]) -> None:
    """Read every number once: the bare scan."""
    sums = ", ".join(f"sum({column})" for column in (*WHOLE, "fees"))
    running.execute(f"SELECT {sums} FROM read_parquet({list(files)})").fetchall()


def grain(running: Any, files: Sequence[str]) -> None:
    """Group once to the finest grain."""
    sums = ", ".join(f"sum({column})::BIGINT AS {column}" for column in WHOLE)
    running.execute(
        f"CREATE TEMP TABLE grain AS SELECT {KEYS}, min(status) AS status, max(true_for) AS true_for, {sums},"
        f" sum(fees)::DECIMAL(38, 6) AS fees FROM read_parquet({list(files)}) GROUP BY {KEYS}"
    )


def cells(running: Any, folder: Path) -> None:
    """Families, units on three bases, and periods from the grain; one Parquet file a year."""
    names = _families(running)
    _units(running, names)
    _periods(running, names)
    folder.mkdir(parents=True, exist_ok=True)
    for year in sorted({month[:4] for month in place.MONTHS}):
        running.execute(
            f"COPY (SELECT * FROM finished WHERE left(period, 4) = '{year}'"
            f" ORDER BY basis, dim, member, period_type, target, period)"
            f" TO '{folder / f'{year}.parquet'}' (FORMAT parquet, COMPRESSION zstd)"
        )


def _measures() -> dict[str, tuple[str, str]]:
    """Cell column → (SQL over the grain, type)."""
    found = {}
    for measure in facts.plan().measures:
        text = measure.text.replace('"', "'").replace("==", "=")
        if text.startswith("when("):
            condition, amount = text[5:-1].split(", ")
            text = f"CASE WHEN {condition} THEN {amount} ELSE 0 END"
        found[measure.name] = text, "DECIMAL(38, 6)" if measure.decimals else "BIGINT"
    return found


def _families(running: Any) -> dict[str, str]:
    measures = _measures()
    sums = ", ".join(f"sum({text})::{kind} AS {name}" for name, (text, kind) in measures.items())
    parts = [
        f"SELECT unit, month, '{dim}' AS dim, {dim or repr('')} AS member, min(status) AS status,"
        f" max(true_for) AS true_for, {sums} FROM grain GROUP BY unit, month{', ' + dim if dim else ''}"
        for dim in ("", *facts.SIZES)
    ]
    running.execute(f"CREATE TEMP TABLE families AS {' UNION ALL '.join(parts)}")
    return {name: kind for name, (_, kind) in measures.items()}


def _units(running: Any, names: dict[str, str]) -> None:
    sums = ", ".join(f"sum({name})::{kind} AS {name}" for name, kind in names.items())
    running.execute(
        f"CREATE TEMP TABLE months AS SELECT {CELL}, month, count(*) AS reported, min(known) AS known,"
        f" min(status) AS status, max(true_for) AS true_for, {sums}"
        f" FROM families JOIN reach ON unit = source GROUP BY {CELL}, month"
    )


def _periods(running: Any, names: dict[str, str]) -> None:
    stocks = {measure.name for measure in facts.plan().measures if measure.nature == "stock"}
    amounts = ", ".join(
        f"arg_max({name}, month) AS {name}" if name in stocks else f"sum({name})::{kind} AS {name}"
        for name, kind in names.items()
    )
    shown = ", ".join(f"CASE WHEN computable THEN {name} END AS {name}" for name in names)
    running.execute(
        f"CREATE TEMP TABLE finished AS WITH spread AS (SELECT {CELL}, period_type, period,"
        f" sum(reported)::BIGINT AS reported, min(known) AS known, min(status) AS status, max(true_for) AS true_for,"
        f" {amounts} FROM months JOIN periods USING (month) GROUP BY {CELL}, period_type, period),"
        f" judged AS (SELECT spread.*, coalesce(expected, reported) AS due,"
        f" known = 1 AND coalesce(whole, true) AS computable"
        f" FROM spread LEFT JOIN calendar USING (basis, target, period_type, period))"
        f" SELECT {CELL}, period_type, period, reported, status, true_for, due AS expected, computable, {shown}"
        f" FROM judged"
    )
