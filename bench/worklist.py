"""``python -m bench.worklist``: the worklist with a million cases and a million reports, beside the lists that the
systems themselves have. Everything runs on a database of the measurement's own."""

import json
import os
import random
import shutil
import time
from statistics import quantiles
from typing import Any

from bench import cases, reports_map
from bench.ioc import place

HOME = place.VAR / "worklist"
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "60"))
PERSONAS = ("mot-cua-an-hoi", "can-bo-an-hoi", "chu-tich-an-hoi", "pho-chu-tich", "giam-doc-hcc")
WORKLIST, SYSTEM_LISTS = ("/toi/", "/toi/?late=1"), ("/cases/", "/field-reports/")
RESULTS = place.ROOT / "bench" / "results" / "worklist.json"


def main() -> None:
    """Prepare, measure, print, keep."""
    os.environ["TINHSO_VAR"] = str(HOME)
    os.environ.pop("DATABASE_URL", None)
    HOME.mkdir(parents=True, exist_ok=True)
    cases.place_settings()
    from tinhso.project.cli.place import open_database

    with open_database():
        cases.prepare()
        reports_map.prepare()
        measured = {"cases": cases.DOSSIERS, "reports": reports_map.REPORTS, "milliseconds": _measure()}
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(measured, indent=1))
    print(json.dumps(measured, indent=1))
    if os.environ.get("BENCH_KEEP") != "1":
        shutil.rmtree(HOME, ignore_errors=True)


def _measure() -> dict[str, Any]:
    """Whole pages, made in this process: worklist and the systems' own lists in turn, so that noise hits both."""
    browsers = {username: _browser_of(username) for username in PERSONAS}
    durations: dict[str, list[float]] = {"worklist": [], "systems' lists": []}
    durations |= {f"worklist of {username}": [] for username in PERSONAS}
    turns = [(username, turn) for username in PERSONAS for turn in range(ROUNDS)]
    random.Random(5).shuffle(turns)
    for username, turn in turns:
        worklist = _milliseconds(browsers[username], WORKLIST[turn % len(WORKLIST)])
        durations["worklist"].append(worklist)
        durations[f"worklist of {username}"].append(worklist)
        address = SYSTEM_LISTS[turn % len(SYSTEM_LISTS)]
        if browsers[username].get(address).status_code == 200:  # a list of a system that is theirs
            durations["systems' lists"].append(_milliseconds(browsers[username], address))
    return {name: _summary(values) for name, values in durations.items()}


def _browser_of(username: str) -> Any:
    """A browser in which somebody of the demo is logged in, and has looked at each page once."""
    from django.conf import settings
    from django.test import Client

    from tinhso.blocks.identity.models import Person

    browser = Client()
    browser.force_login(Person.objects.get(username=username), backend=settings.AUTHENTICATION_BACKENDS[-1])
    for address in (*WORKLIST, *SYSTEM_LISTS):
        browser.get(address)
    return browser


def _milliseconds(browser: Any, address: str) -> float:
    began = time.perf_counter()
    answer = browser.get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address}: {answer.status_code}")
    return (time.perf_counter() - began) * 1000


def _summary(values: list[float]) -> dict[str, float]:
    cuts = quantiles(values, n=100)
    return {"p50": round(cuts[49], 1), "p95": round(cuts[94], 1), "max": round(max(values), 1), "times": len(values)}


if __name__ == "__main__":
    main()
