"""One way of computing, run in a process of its own so that its peak memory is its own: ``variants NAME ROWS``."""

import json
import resource
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from bench.ioc import place

MONTH = "2024-09"


@dataclass
class Stopwatch:
    """Wall and CPU seconds of named steps."""

    steps: dict[str, dict[str, float]] = field(default_factory=dict)

    def time(self, name: str, work: Callable[[], Any]) -> Any:
        """Run ``work`` and keep how long it took."""
        wall, cpu = time.perf_counter(), time.process_time()
        result = work()
        self.steps[name] = {
            "wall": round(time.perf_counter() - wall, 3),
            "cpu": round(time.process_time() - cpu, 3),
        }
        return result


def prepare(_watch: Stopwatch, rows: int) -> None:
    """Make the rows and the reach of units unless they are there."""
    from bench.ioc import facts

    facts.ensure(rows)


def scan(watch: Stopwatch, rows: int) -> None:
    """Every number read once."""
    from bench.ioc import by_hand, facts

    files = facts.ensure(rows).files(facts.FACT)
    running = by_hand.connect()
    watch.time("scan", lambda: by_hand.scan(running, files))


def hand(watch: Stopwatch, rows: int) -> None:
    """Grain, and all cells from it, written by hand."""
    from bench.ioc import by_hand, facts
    from tinhso.blocks.indicators.services.reach import month_periods

    kept, tables = facts.ensure(rows), place.reach_tables()
    files = kept.files(facts.FACT)

    def lay_out(running: Any) -> None:
        reporting = {unit for (unit,) in running.execute("SELECT DISTINCT unit FROM grain").fetchall()}
        running.register("reach", tables.table())
        running.register("periods", month_periods(1))
        running.register("calendar", tables.calendar(facts.FACT, place.MONTHS, frozenset(reporting)))

    running = by_hand.connect()
    watch.time("grain", lambda: by_hand.grain(running, files))
    watch.time("small tables", lambda: lay_out(running))
    watch.time("cells", lambda: by_hand.cells(running, place.VAR / "by-hand"))


def put(watch: Stopwatch, rows: int) -> None:
    """All months written to Delta again, a year at a time: the part of a full refresh before anything is computed."""
    import pyarrow.parquet as pq

    from bench.ioc import facts
    from tinhso.blocks.indicators.services import store

    kept = facts.ensure(rows)
    copy = store.FactStore(str(place.VAR / "changing"))
    shutil.rmtree(copy.root, ignore_errors=True)
    for year in sorted({month[:4] for month in place.MONTHS}):
        months = [month for month in place.MONTHS if month[:4] == year]
        table = pq.read_table(kept.files(facts.FACT, months), partitioning=None)
        watch.time(year, partial(copy.put, facts.FACT, months, table))
    steps = watch.steps.values()
    watch.steps = {"put": {clock: round(sum(step[clock] for step in steps), 3) for clock in ("wall", "cpu")}}
    shutil.rmtree(copy.root)


def ours(watch: Stopwatch, rows: int) -> None:
    """The engine: everything, then one changed month on top."""
    from bench.ioc import facts
    from tinhso.blocks.indicators.services import engine, engines

    kept, tables = facts.ensure(rows), place.reach_tables()
    folder = place.VAR / "snapshots"
    shutil.rmtree(folder, ignore_errors=True)
    years = sorted({month[:4] for month in place.MONTHS})
    jobs = [engine.Job(year, tuple(m for m in place.MONTHS if m[:4] == year)) for year in years]
    with engines.open_engine("duckdb") as running:
        shop = watch.time("small tables", lambda: engine.Workshop(running, kept, tables, folder))
        watch.time("full", lambda: shop.compute(facts.plan(), jobs, "full"))


def one_month(watch: Stopwatch, rows: int) -> None:
    """One month of a copy of the fact is handed in again: written to Delta, computed, its year's chunk replaced."""
    from bench.ioc import facts
    from tinhso.blocks.indicators.services import engine, engines, store

    kept, tables, folder = facts.ensure(rows), place.reach_tables(), place.VAR / "snapshots"
    copy = store.FactStore(str(place.VAR / "changing"))
    shutil.rmtree(copy.root, ignore_errors=True)
    shutil.copytree(kept.root, copy.root)
    changed = facts.month_rows(MONTH, rows)
    job = engine.Job(MONTH[:4], (MONTH,), f"{facts.FACT.code}/{MONTH[:4]}-full.parquet")
    watch.time("put", lambda: copy.put(facts.FACT, [MONTH], changed))
    with engines.open_engine("duckdb") as running:
        shop = watch.time("small tables", lambda: engine.Workshop(running, copy, tables, folder))
        watch.time("month", lambda: shop.compute(facts.plan(), [job], "month"))
    shutil.rmtree(copy.root)


def check(_watch: Stopwatch, _rows: int) -> int:
    """How many cells differ between the hand-written ones and the engine's; both ways."""
    import duckdb

    ours = str(place.VAR / "snapshots" / "BENCH" / "*-full.parquet")
    theirs = str(place.VAR / "by-hand" / "*.parquet")
    running = duckdb.connect(config={"memory_limit": "3GB", "temp_directory": str(place.VAR / "scratch")})
    names = ", ".join(row[0] for row in running.execute(f"DESCRIBE SELECT * FROM '{ours}'").fetchall())
    found = running.execute(f"SELECT count(*) FROM '{ours}'").fetchone()
    sides = [
        (f"SELECT {names} FROM '{one}'", f"SELECT {names} FROM '{other}'")
        for one, other in ((ours, theirs), (theirs, ours))
    ]
    queries = [f"SELECT count(*) FROM ({a} EXCEPT ALL {b})" for a, b in sides]
    different = sum(running.execute(query).fetchall()[0][0] for query in queries)
    if different:
        raise SystemExit(f"{different} cells differ from those computed by hand")
    return int(found[0]) if found else 0


VARIANTS: dict[str, Callable[[Stopwatch, int], Any]] = {
    "prepare": prepare,
    "scan": scan,
    "hand": hand,
    "put": put,
    "ours": ours,
    "month": one_month,
    "check": check,
}


def main(name: str, rows: int) -> None:
    """Print what one variant took as a line of JSON."""
    place.settle()
    watch = Stopwatch()
    result = VARIANTS[name](watch, rows)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"steps": watch.steps, "peak_mb": round(peak), "result": result}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
