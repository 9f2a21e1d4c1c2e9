"""Measure the engine, its floor and its peers: ``python -m bench.engine [--rows N,N] [--only hand,duckdb]``.

Results are kept after every step, so that parts can be measured alone; tables and charts of ``bench/README.md`` are
made again from all of them at the end.
"""

import argparse
import json
import os
import shutil
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

import psutil

from bench.engine import charts, flat, meter, report, sides
from bench.ioc import place

RESULTS = place.ROOT / "bench" / "results" / "engine.json"
ROWS = "1000000,10000000,100000000"
OTHERS = ("reading", "report")
REPEATED, TIMES = ("scan", "hand", "duckdb"), 3  # their ratios are aims: the best run counts
IDLE_PERCENT, LOOK_SECONDS = 80.0, 4.0


def main() -> int:
    """Prepare each size, measure each side of it, then reading; keep, print, draw. Returns 1 when a side differs."""
    arguments = _arguments()
    only = [*sides.SIDES, *OTHERS] if not arguments.only else arguments.only.split(",")
    place.settle()
    found = json.loads(RESULTS.read_text()) if RESULTS.exists() else {"sizes": {}}
    wanted = [name for name in sides.SIDES if name in only]
    for rows in [int(word) for word in arguments.rows.split(",")] if wanted else []:
        _size(found, rows, wanted, arguments.patience)
        if arguments.tidy:
            _tidy(rows)
    if "reading" in only:
        print("» reading", flush=True)
        _wait_for_calm(arguments.patience)
        taken = meter.run([sys.executable, "-m", "bench.engine.reading"], cwd=place.ROOT)
        _keep(found, {"reading": taken.told | taken.costs() | _now()})
    report.write(found)
    charts.draw(found)
    return int(
        any("Differs" in side.get("not_measured", "") for size in found["sizes"].values() for side in size.values())
    )


def _size(found: dict[str, Any], rows: int, wanted: list[str], patience: float) -> None:
    from bench.ioc import facts

    print(f"\n{rows:,} rows", flush=True)
    facts.ensure(rows)
    size = found["sizes"].setdefault(str(rows), {})
    for name in wanted:
        print(f"» {name}", flush=True)
        began = time.monotonic()
        if name not in ("scan", "hand", "duckdb", "spark", "pysail"):
            flat.ensure(rows)
        size[name] = _best(partial(sides.measure, name, rows), TIMES if name in REPEATED else 1, patience) | _now()
        print(f"  {report.line(size[name])} ({time.monotonic() - began:.0f} s with its check)", flush=True)
        _keep(found, {})


def _best(measure: Callable[[], dict[str, Any]], times: int, patience: float) -> dict[str, Any]:
    """The quickest of some runs, with the wall seconds of all of them."""
    runs = []
    for _ in range(times):
        waited = _wait_for_calm(patience)
        runs.append(measure() | {"waited_for_calm": waited})
    walls = [sum(run.get("steps", {}).values()) for run in runs]
    return runs[walls.index(min(walls))] | ({"runs": [round(wall, 2) for wall in walls]} if times > 1 else {})


def _wait_for_calm(patience: float) -> float:
    """Wait, at most ``patience`` minutes, until nobody else uses the processors; returns the seconds it took."""
    began = time.monotonic()
    while time.monotonic() - began < 60 * patience:
        if 100 - psutil.cpu_percent(interval=LOOK_SECONDS) >= IDLE_PERCENT:
            break
    return round(time.monotonic() - began, 1)


def _now() -> dict[str, Any]:
    return {"at": f"{datetime.now(UTC):%Y-%m-%d %H:%M}", "load_after": round(os.getloadavg()[0], 1)}


def _keep(found: dict[str, Any], more: dict[str, Any]) -> None:
    found |= more | {"cores": os.cpu_count(), "memory_gb": round(_memory_bytes() / 2**30)}
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(json.dumps(found, indent=1))


def _memory_bytes() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def _tidy(rows: int) -> None:
    """Give the disk back: the rows can be made again from their seed."""
    shutil.rmtree(place.VAR / f"facts-{rows}", ignore_errors=True)
    flat.path(rows).unlink(missing_ok=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.engine", description=__doc__)
    parser.add_argument("--rows", default=ROWS, help="sizes, smallest first")
    parser.add_argument("--only", default="", help=f"parts: {', '.join([*sides.SIDES, *OTHERS])}")
    parser.add_argument("--patience", type=float, default=0.5, help="minutes to wait for a calm machine before a side")
    parser.add_argument("--tidy", action="store_true", help="remove each size's data when it has been measured")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
