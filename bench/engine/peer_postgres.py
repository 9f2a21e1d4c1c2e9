"""Peer: PostgreSQL with materialised views, as a good database administrator would lay them out.

Floors of views: the finest grain, from it one view for each breakdown with every sum, from these the 120 views that
answer the questions. The naive way, a view for each single question straight over the facts, is sampled beside it. The
server is the bundled one with the settings that a machine like this deserves.
"""

import csv
import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import psycopg
from pyarrow import csv as arrow_csv

from bench.engine import peer_statements
from bench.engine.questions import DIMS, NUMBERS, PLACES
from bench.ioc import place
from tinhso.project import bundled_postgres

HOME = place.VAR / "peer-postgres"
SETTINGS = {
    "shared_buffers": "2GB",
    "work_mem": "512MB",
    "maintenance_work_mem": "1GB",
    "max_wal_size": "8GB",
    "max_parallel_workers_per_gather": "2",
    "effective_cache_size": "12GB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "synchronous_commit": "off",
    "jit": "on",
}
DIM_COLUMNS = tuple(dim for dim in DIMS if dim)


@contextmanager
def server() -> Iterator[Any]:
    """A connection to a server that lives for the length of the block."""
    bundled_postgres.SETTINGS |= SETTINGS
    with (
        bundled_postgres.in_use(HOME) as bundled,
        psycopg.connect(bundled.url(), autocommit=True) as connection,
    ):
        yield connection


def load(data: Path) -> None:
    """Facts and units into tables, then statistics: what an operational database would hold anyway."""
    numbers = ", ".join(f"{name} {'numeric' if name == 'fees' else 'bigint'}" for name in NUMBERS)
    dims = ", ".join(f"{dim} text" for dim in DIM_COLUMNS)
    with server() as connection, duckdb.connect(str(data), read_only=True) as source:
        connection.execute("DROP TABLE IF EXISTS facts, units CASCADE")
        connection.execute(f"CREATE TABLE facts (day date, unit text, {dims}, {numbers})")
        connection.execute("CREATE TABLE units (unit text, " + ", ".join(f"{name} text" for name in PLACES) + ")")
        for table in ("units", "facts"):
            _copy(connection, source, table)
        connection.execute("VACUUM ANALYZE facts")
        connection.execute("VACUUM ANALYZE units")


def _copy(connection: Any, source: Any, table: str) -> None:
    reader = source.execute(f"SELECT * FROM {table}").to_arrow_reader(200_000)
    with connection.cursor().copy(f"COPY {table} FROM STDIN (FORMAT csv)") as copy:
        writer = arrow_csv.CSVWriter(
            _Sink(copy), reader.schema, write_options=arrow_csv.WriteOptions(include_header=False)
        )
        for batch in reader:
            writer.write_batch(batch)
        writer.close()


class _Sink:
    """A file for Arrow that hands on what is written."""

    closed = False

    def __init__(self, copy: Any) -> None:
        self.copy = copy

    def write(self, data: Any) -> int:
        """Hand on."""
        self.copy.write(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """The copy is closed by who opened it."""


def floors(asked: Path, folder: Path) -> None:
    """Views of every floor, timed; then, not timed, the answers for the check."""
    questions = json.loads(asked.read_text())
    steps: dict[str, float] = {}
    with server() as connection:
        connection.execute("DROP MATERIALIZED VIEW IF EXISTS grain CASCADE")
        steps["grain"] = _timed(connection, _grain())
        sums = _sums(questions)
        steps["breakdowns"] = sum(_timed(connection, _breakdown(dim, sums)) for dim in DIMS)
        steps["answers"] = 0.0
        for question in questions:
            steps["answers"] += _timed(connection, _answer(question, sums))
        print("  … views made", flush=True)
        for question in questions:
            _keep(connection, f"SELECT * FROM answer_{question['number']}", folder / f"{question['number']}.csv")
    print(json.dumps({"steps": {name: round(took, 3) for name, took in steps.items()}}))


def each(asked: Path, folder: Path) -> None:
    """A view for each question straight over the facts."""
    took = []
    with server() as connection:
        for question in json.loads(asked.read_text()):
            query, name = peer_statements.statement(question, "postgres"), f"single_{question['number']}"
            connection.execute(f"DROP MATERIALIZED VIEW IF EXISTS {name}")
            wall = _timed(connection, f"CREATE MATERIALIZED VIEW {name} AS {query}")
            took.append({"number": question["number"], "wall": round(wall, 4)})
            print(f"  … {wall:.2f} s", flush=True)
            _keep(connection, f"SELECT * FROM {name}", folder / f"{question['number']}.csv")
    print(json.dumps({"open": 0.0, "questions": took}))


def _timed(connection: Any, statement: str) -> float:
    began = time.perf_counter()
    connection.execute(statement)
    return time.perf_counter() - began


def _grain() -> str:
    sums = ", ".join(f"sum({name}) AS {name}" for name in NUMBERS)
    keys = ", ".join(("unit", "day", *DIM_COLUMNS))
    return f"CREATE MATERIALIZED VIEW grain AS SELECT {keys}, {sums} FROM facts GROUP BY {keys}"


def _sums(questions: list[dict[str, Any]]) -> dict[str, str]:
    """Each expression once, with the name of its column."""
    known = [one for question in questions for one in question["definitions"]]
    texts = {text for one in known for text in (one["count"], one["out_of"]) if text}
    return {text: f"m{n}" for n, text in enumerate(sorted(texts))}


def _breakdown(dim: str, sums: dict[str, str]) -> str:
    keys = "unit, day" + (f", {dim}" if dim else "")
    amounts = ", ".join(f"sum({text}) AS {name}" for text, name in sums.items())
    member = f"{dim} AS member" if dim else "'' AS member"
    shown = keys if not dim else "unit, day"
    made = f"SELECT {shown}, {member}, {amounts} FROM grain GROUP BY {keys}"
    return f"CREATE MATERIALIZED VIEW by_{dim or 'none'} AS {made}"


def _answer(question: dict[str, Any], sums: dict[str, str]) -> str:
    parts = []
    for one in question["definitions"]:
        amount = f"sum({sums[one['count']]})"
        amount += f" / nullif(sum({sums[one['out_of']]}), 0)" if one["out_of"] else ""
        parts.append(f"{amount} AS {one['code']}")
    period = f"date_trunc('{question['grain']}', day)::date"
    return (
        f"CREATE MATERIALIZED VIEW answer_{question['number']} AS"
        f" SELECT {question['place']} AS target, {period} AS day, member, {', '.join(parts)}"
        f" FROM by_{question['dim'] or 'none'} JOIN units USING (unit) WHERE {question['place']} IS NOT NULL"
        f" GROUP BY 1, 2, 3"
    )


def _keep(connection: Any, query: str, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    found = connection.execute(query)
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([column.name for column in found.description])
        writer.writerows(found)


def main(words: list[str]) -> None:
    """``load DATA``, ``floors QUESTIONS FOLDER`` or ``each QUESTIONS FOLDER``."""
    if words[0] == "load":
        began = time.perf_counter()
        load(Path(words[1]))
        print(json.dumps({"steps": {"load": round(time.perf_counter() - began, 3)}}))
    else:
        {"floors": floors, "each": each}[words[0]](Path(words[1]), Path(words[2]))


if __name__ == "__main__":
    main(sys.argv[1:])
