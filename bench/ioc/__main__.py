"""Measure the engine and the pages in one run: ``python -m bench.ioc [--rows N] [--only engine|pages|load]``.

Every way of computing runs in a process of its own; ratios compare what ran side by side. ``START=1`` adds fresh clone
and second start, which download packages.
"""

import argparse
import json
import os
import subprocess
import sys
from typing import Any

from bench.ioc import place
from bench.ioc.report import print_engine, print_load, print_pages, print_start

LONGEST = 1800


def main() -> int:
    """Run the parts, print tables, write the results; return 1 when the engine's cells differ from the hand-written."""
    arguments = _arguments()
    results: dict[str, Any] = json.loads(place.RESULTS.read_text()) if place.RESULTS.exists() else {}
    if arguments.only in ("", "engine"):
        results["engine"] = engine(arguments.rows)
        print_engine(results["engine"])
    if arguments.only in ("", "pages"):
        results["pages"] = _run("bench.ioc.pages")
        print_pages(results["pages"])
    if arguments.only in ("", "load"):
        results["load"] = _run("bench.ioc.load")
        print_load(results["load"])
    if os.environ.get("START") == "1":
        results["start"] = _run("bench.start")
        print_start(results["start"])
    place.RESULTS.parent.mkdir(parents=True, exist_ok=True)
    place.RESULTS.write_text(json.dumps(results, indent=2))
    return 0


def engine(rows: int) -> dict[str, Any]:
    """Bare scan, hand-written, ours, one month; the same rows for all."""
    found: dict[str, Any] = {"rows": rows, "load_before": round(os.getloadavg()[0], 1), "cores": os.cpu_count()}
    _run("bench.ioc.variants", "prepare", str(rows))
    for name in ("scan", "hand", "put", "ours", "check", "month"):
        print(f"» {name}", flush=True)
        found[name] = _run("bench.ioc.variants", name, str(rows))
    return found | _ratios(found) | {"load_after": round(os.getloadavg()[0], 1)}


def _ratios(found: dict[str, Any]) -> dict[str, Any]:
    def total(name: str, clock: str, steps: tuple[str, ...]) -> float:
        return sum(float(found[name]["steps"][step][clock]) for step in steps)

    ratios = {}
    for clock in ("wall", "cpu"):
        ours = total("ours", clock, ("small tables", "full"))
        ratios[f"to_grain_{clock}"] = round(ours / total("hand", clock, ("grain",)), 2)
        ratios[f"to_hand_{clock}"] = round(ours / total("hand", clock, ("grain", "small tables", "cells")), 2)
        month = total("month", clock, ("small tables", "month"))
        ratios[f"month_computed_{clock}"] = round(month / ours, 3)
        all_of_it = ours + total("put", clock, ("put",))
        ratios[f"month_{clock}"] = round((month + total("month", clock, ("put",))) / all_of_it, 3)
    return {"ratios": ratios}


def _run(module: str, *words: str) -> Any:
    """The last line that the module prints, read as JSON."""
    command = [sys.executable, "-m", module, *words]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, cwd=place.ROOT, timeout=LONGEST)
    if done.returncode:
        raise SystemExit(f"{module} {' '.join(words)} did not finish")
    return json.loads(done.stdout.strip().splitlines()[-1])


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.ioc", description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--only", choices=["", "engine", "pages", "load"], default="")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
