"""Our engine on one of the engines below it, in a process of its own: ``ours KIND ROWS``.

The same definitions, fact store and reach of units for all of them; only the name of the engine differs.
"""

import json
import shutil
import sys
import time
from pathlib import Path

from bench.ioc import place


def folder(kind: str) -> Path:
    """Where the cells of an engine are written."""
    return place.VAR / f"snapshots-{kind}"


def main(kind: str, rows: int) -> None:
    """Compute everything once and print the seconds of each step."""
    place.settle()
    from bench.ioc import facts
    from tinhso.blocks.indicators.services import engine, engines

    kept, tables = facts.ensure(rows), place.reach_tables()
    shutil.rmtree(folder(kind), ignore_errors=True)
    years = sorted({month[:4] for month in place.MONTHS})
    jobs = [engine.Job(year, tuple(m for m in place.MONTHS if m[:4] == year)) for year in years]
    steps, began = {}, time.perf_counter()
    with engines.open_engine(kind) as running:
        steps["open"] = time.perf_counter() - began
        shop = engine.Workshop(running, kept, tables, folder(kind))
        shop.compute(facts.plan(), jobs, "full")
        steps["compute"] = time.perf_counter() - began - steps["open"]
    print(json.dumps({"steps": {name: round(took, 3) for name, took in steps.items()}}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
