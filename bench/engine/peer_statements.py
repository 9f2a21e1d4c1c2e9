"""Peer: one SQL statement per indicator over DuckDB, as a BI tool issues it for a chart."""

from pathlib import Path
from typing import Any

import duckdb

from bench.engine import asking


def opened(data: Path) -> asking.Answer:
    """DuckDB on the flat file, with all of its threads."""
    running = duckdb.connect(str(data), read_only=True, config={"memory_limit": asking.MEMORY})

    def answer(question: dict[str, Any]) -> tuple[list[str], list[Any]]:
        found = running.execute(statement(question))
        return [column[0] for column in found.description], found.fetchall()

    return answer


def statement(question: dict[str, Any], dialect: str = "duckdb") -> str:
    """The statement of one definition; of a stock the last month of the period stays."""
    (one,) = question["definitions"]
    member = f", {question['dim']} AS member" if question["dim"] else ""
    keys = "1, 2, 3" if member else "1, 2"
    period = f"date_trunc('{question['grain']}', day)::DATE"
    rows = f"FROM facts JOIN units USING (unit) WHERE {question['place']} IS NOT NULL GROUP BY {keys}"
    if one["kind"] == "latest" and question["grain"] != "month":
        last = "arg_max(amount, day)" if dialect == "duckdb" else "(array_agg(amount ORDER BY day DESC))[1]"
        months = f"SELECT {question['place']} AS target, day AS day{member}, sum({one['count']}) AS amount {rows}"
        shown = f"target, {period} AS since" + (", member" if member else "")
        found = f"SELECT {shown}, {last} AS {one['code']} FROM ({months}) months GROUP BY {keys}"
        return f"SELECT since AS day, * FROM ({found}) found"
    amount = f"sum({one['count']})" + (f" / nullif(sum({one['out_of']}), 0)" if one["out_of"] else "")
    return f"SELECT {question['place']} AS target, {period} AS day{member}, {amount} AS {one['code']} {rows}"


if __name__ == "__main__":
    asking.run(opened)
