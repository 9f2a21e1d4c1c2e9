"""Reading a published snapshot of the demo province: points, slices, walls, and everything as SDMX-CSV.

*Opened*: the first question after the snapshot was switched, nothing kept of anything. *Cold*: a question that was not
asked before, of a snapshot that is open. *Warm*: the same question again. Times are server times of
``indicators.queries``, the query for the newest snapshot's number included; no page is drawn.
"""

import json
import os
import random
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import Any

import psutil

from bench.ioc import place

SEED, POINTS, SLICES, WALLS, OPENINGS = 7, 400, 300, 40, 12
WALL = 300
TILES, MONTHS = 25, 12
EXTRACT_SECONDS = 900
Ask = Callable[[], object]


def main() -> None:
    """Print all as one line of JSON."""
    place.own_demo()
    os.environ["DJANGO_SETTINGS_MODULE"] = "tinhso.project.settings"
    import django

    django.setup()
    from django.db import connections

    from tinhso.project import bundled_postgres

    with ExitStack() as stack:
        stack.enter_context(bundled_postgres.in_use(place.DEMO))
        stack.callback(connections["default"].close_pool)  # type: ignore[attr-defined]
        stack.callback(connections.close_all)
        found: dict[str, Any] = {}
        for name, questions in _questions().items():
            found[name] = _times(questions)
            print(f"  … {name}: {found[name]}", flush=True)
        found["extract"] = _extract()
    print(json.dumps(found))


def _questions() -> dict[str, Sequence[Ask]]:
    from tinhso.blocks.indicators import queries
    from tinhso.blocks.indicators.contract import SYSTEM
    from tinhso.blocks.units import queries as units
    from tinhso.blocks.units.models import Level
    from tinhso.kernel import clock

    known, picks = queries.catalogue(), random.Random(SEED)
    monthly = [one for one in known.indicators.values() if one.period == "month"]
    local = [one for one in monthly if known.facts[one.fact].level == "commune"]
    nodes = units.tree(clock.today()).nodes.values()
    communes = tuple(node.ref for node in nodes if node.level == Level.COMMUNE)
    (province,) = [node.ref for node in nodes if node.level == Level.PROVINCE]
    months = [f"{year}-{month:02d}" for year in (2024, 2025) for month in range(1, 13)]

    def point(indicator: Any, unit: str) -> Ask:
        return lambda: queries.reading_series(indicator, unit, to=SYSTEM, kind="month")

    def slice_of(indicator: Any, month: str) -> Ask:
        return lambda: queries.readings_across(indicator, communes, month, to=SYSTEM)

    def wall(size: int, last: int, unit: str) -> Ask:
        chosen = picks.sample(monthly, min(size, len(monthly)))
        return lambda: queries.latest_readings(chosen, unit, to=SYSTEM, last=last)

    points = picks.sample([(one, unit) for one in local for unit in communes], POINTS)
    slices = picks.sample([(one, month) for one in local for month in months], SLICES)
    seats = [province, *picks.sample(communes, WALLS - 1)]
    return {
        "point": [point(*pair) for pair in points],
        "slice": [slice_of(*pair) for pair in slices],
        "wall of 300 indicators": [wall(WALL, 1, unit) for unit in seats],
        "wall of 25 × 12 months": [wall(TILES, MONTHS, unit) for unit in seats],
    }


def _times(questions: Sequence[Ask]) -> dict[str, Any]:
    from tinhso.blocks.indicators import queries

    opened = []
    for ask in questions[-OPENINGS:]:
        queries.clear_caches()
        opened.append(_milliseconds(ask))
    cold = [_milliseconds(ask) for ask in questions[:-OPENINGS]]
    warm = []
    for ask in questions[:-OPENINGS]:
        ask()
        warm.append(_milliseconds(ask))
    return {"questions": len(cold), "opened": _spread(opened), "cold": _spread(cold), "warm": _spread(warm)}


def _milliseconds(ask: Ask) -> float:
    began = time.perf_counter()
    ask()
    return (time.perf_counter() - began) * 1000


def _spread(times: Sequence[float]) -> dict[str, float]:
    ranked = sorted(times)
    return {"p50": round(ranked[len(ranked) // 2], 2), "p95": round(ranked[int(0.95 * len(ranked))], 2)}


def _extract() -> dict[str, Any]:
    """The SDMX data of every indicator as CSV, thrown away as it is written, for as long as the measurement gives."""
    from tinhso.blocks.sdmx import queries
    from tinhso.blocks.sdmx.queries.data import DataQuestion, observations
    from tinhso.blocks.sdmx.queries.data_csv import Columns, data_csv
    from tinhso.blocks.sdmx.queries.desk import ALL
    from tinhso.blocks.sdmx.queries.shapes import DataflowAnswer, data_form
    from tinhso.kernel.actor import program_actor

    desk = queries.sdmx_desk(program_actor("bench", rights=["see indicators"]))
    asked = DataQuestion(desk.flows[ALL])
    answer = DataflowAnswer(asked, observations(desk, asked))
    began, rows, size, memory, next_look = time.perf_counter(), 0, 0, [], 5.0
    whole = True
    for piece in data_csv(desk, [answer], data_form("dsd", "all"), Columns()):
        rows, size = rows + piece.count("\r\n"), size + len(piece)
        spent = time.perf_counter() - began
        if spent > next_look:
            memory.append(round(psutil.Process().memory_info().rss / 2**20))
            next_look += 5.0
        if spent > EXTRACT_SECONDS:
            whole = False
            break
    spent = time.perf_counter() - began
    return {
        "rows": rows,
        "of_rows": _cells(desk),
        "whole": whole,
        "seconds": round(spent, 1),
        "rows_a_second": round(rows / spent),
        "mb": round(size / 1e6),
        "memory_mb_every_5_s": memory,
    }


def _cells(desk: Any) -> int:
    """How many observations the whole would have."""
    from tinhso.blocks.indicators import queries

    opened = queries.reader_of(desk.number)
    assert opened is not None
    counted: dict[str, dict[tuple[str, str], int]] = {}
    total = 0
    for piece in desk.pieces:
        fact = piece.item.indicator.fact
        if opened.columns(piece.item.indicator) is None:
            continue
        if fact not in counted:
            cells = opened.rows(fact, "dim, member, count(*)", "TRUE GROUP BY ALL", ())
            counted[fact] = {(dim, member): number for dim, member, number in cells}
        total += counted[fact].get(piece.family, 0)
    return total


if __name__ == "__main__":
    main()
