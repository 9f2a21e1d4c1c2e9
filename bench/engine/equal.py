"""Whether what somebody computed are the floor's numbers: all cells of an engine of ours, all answers of a peer."""

import csv
import json
from pathlib import Path
from typing import Any

import duckdb

from bench.engine.questions import PLACES
from bench.ioc import place

NEAR = 1e-9  # peers divide in floating point
PERIODS = {
    "month": "strftime(day, '%Y-%m')",
    "quarter": "year(day) || '-Q' || quarter(day)",
    "year": "year(day)::VARCHAR",
}


class Differs(Exception):
    """Numbers are not the floor's."""


def cells(ours: str) -> int:
    """How many cells ours has, each equal to the hand-written one, and none missing; raises Differs."""
    theirs = str(place.VAR / "by-hand" / "*.parquet")
    running = _running()
    kinds = dict(
        running.execute(f"SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM '{theirs}')").fetchall()
    )
    chosen = ", ".join(f"{name}::{kind} AS {name}" for name, kind in kinds.items())
    for one, other in ((ours, theirs), (theirs, ours)):
        query = f"SELECT count(*) FROM (SELECT {chosen} FROM '{one}' EXCEPT ALL SELECT {chosen} FROM '{other}')"
        (different,) = running.execute(query).fetchall()[0]
        if different:
            raise Differs(f"{different} cells differ from those computed by hand")
    (found,) = running.execute(f"SELECT count(*) FROM '{ours}'").fetchall()[0]
    return int(found)


def answers(asked: Path, folder: Path) -> int:
    """How many numbers a peer told that are the floor's; raises Differs when one is not, or when one is missing.

    Only cells that can be computed are compared: where they cannot, peers tell a number that ours withholds.
    """
    running, compared = _running(), 0
    running.execute(f"CREATE VIEW floor AS SELECT * FROM '{place.VAR / 'by-hand' / '*.parquet'}' WHERE computable")
    levels = {node.ref: int(node.level) for node in place.reach_tables().reach.nodes.values()}
    running.execute("CREATE TABLE levels (target VARCHAR, level INT)")
    running.executemany("INSERT INTO levels VALUES (?, ?)", list(levels.items()))
    for question in json.loads(asked.read_text()):
        compared += _one(running, question, folder / f"{question['number']}.csv")
    return compared


def _one(running: Any, question: dict[str, Any], path: Path) -> int:
    with path.open() as file:
        names = next(csv.reader(file))
    member = "coalesce(member, '')" if "member" in names else "''"
    basis, level = PLACES[question["place"]]
    parts = [_parts(one["code"]) for one in question["definitions"]]
    wrong = " + ".join(f"count_if(NOT coalesce({_same(*part)}, false))" for part in parts)
    found = running.execute(
        f"WITH told AS (SELECT *, {member} AS of, {PERIODS[question['grain']]} AS period FROM (SELECT * REPLACE"
        f" (day::TIMESTAMP AS day) FROM read_csv('{path}', header = true, all_varchar = true, nullstr = ''))),"
        f" held AS (SELECT * FROM floor JOIN levels USING (target) WHERE basis = '{basis}' AND level = {level}"
        f" AND dim = '{question['dim']}' AND period_type = '{question['grain']}')"
        f" SELECT count(*), {wrong} FROM held LEFT JOIN told"
        " ON held.target = told.target AND held.period = told.period AND held.member = told.of"
    ).fetchall()
    cells, different = found[0]
    if different or not cells:
        raise Differs(f"question {question['number']}: {different} of {cells} × {len(parts)} numbers")
    return int(cells) * len(parts)


def _parts(code: str) -> tuple[str, str, str]:
    from bench.ioc import facts

    plan = facts.plan()
    (one,) = [item for item in facts.indicators() if item.code.lower().replace("-", "_") == code]
    return (code, *plan.columns_of(one))


def _same(code: str, count: str, out_of: str) -> str:
    right = f"(held.{count}::DOUBLE / nullif(held.{out_of}, 0))" if out_of else f"held.{count}::DOUBLE"
    told = f"(CASE WHEN isfinite(told.{code}::DOUBLE) THEN told.{code}::DOUBLE END)"
    return f"({right} IS NULL AND {told} IS NULL) OR abs({told} - {right}) <= {NEAR} * abs({right})"


def _running() -> Any:
    running = duckdb.connect(config={"memory_limit": "3GB", "temp_directory": str(place.VAR / "scratch")})
    running.execute("SET enable_progress_bar = false")
    return running
