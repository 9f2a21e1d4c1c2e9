"""The same facts as one plain DuckDB file with a table of units: what the peers that ask DuckDB are given."""

from pathlib import Path

import duckdb
import pyarrow as pa

from bench.engine import questions
from bench.ioc import place


def path(rows: int) -> Path:
    """Where the file of this size lies."""
    return place.VAR / f"flat-{rows}.duckdb"


def ensure(rows: int) -> Path:
    """Written once: rows in the order of the fact store, texts as DuckDB packs them best, months as dates."""
    from bench.ioc import facts

    made = path(rows)
    if made.exists():
        return made
    aside = made.with_suffix(".part")
    aside.unlink(missing_ok=True)
    files = facts.ensure(rows).files(facts.FACT)
    columns = ", ".join(("unit", *facts.SIZES, *questions.NUMBERS))
    with duckdb.connect(str(aside), config={"memory_limit": "3GB", "temp_directory": str(place.VAR / "scratch")}) as db:
        db.execute("SET enable_progress_bar = false")
        db.register("places", pa.Table.from_pylist(questions.units()))
        db.execute("CREATE TABLE units AS SELECT * FROM places ORDER BY unit")
        db.execute(
            f"CREATE TABLE facts AS SELECT (month || '-01')::DATE AS day, {columns} FROM read_parquet({files!r})"
        )
        db.execute(
            "CREATE TABLE days AS SELECT day::DATE AS day"
            " FROM range(DATE '2022-01-01', DATE '2027-01-01', INTERVAL 1 DAY) t(day)"
        )
    aside.rename(made)
    return made
