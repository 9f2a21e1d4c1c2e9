"""Fifty readers on the demo province: server time, client time, bytes and SQL queries of a page, memory of the server.

Runs in a process of its own against the database that ``DATABASE_URL`` names (the demo must be loaded there), or the
bundled one under ``var/``.
"""

import gzip
import json
import os
import random
import re
import statistics
import subprocess
import threading
import time
import urllib.parse
import urllib.request
from collections import defaultdict
from http.cookiejar import CookieJar
from typing import Any

import psutil

READERS, SECONDS, THINK = 50, 60, (1.0, 3.0)
BUSY_READERS, BUSY_SECONDS = 8, 15
WARM_UP_SECONDS = 20
PORT = 8790
PERSONAS = ("pho-chu-tich", "truong-ioc", "thong-ke")
Address = tuple[str, str]


class Reader:
    """Someone who has logged in and walks from page to page."""

    def __init__(self, persona: str) -> None:
        self.jar = CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        page = self.get("/accounts/demo/")[0].decode()
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert found, "the page of demo accounts has no form"
        form = {"csrfmiddlewaretoken": found[1], "persona": persona, "next": "/"}
        self.opener.open(f"{base()}/accounts/demo/", urllib.parse.urlencode(form).encode(), timeout=30).read()

    def cookie(self) -> str:
        """The log-in as a header."""
        return "; ".join(f"{one.name}={one.value}" for one in self.jar)

    def get(self, path: str) -> tuple[bytes, float, float, int]:
        """Body, client milliseconds, server milliseconds, bytes on the wire."""
        asked = urllib.request.Request(
            base() + urllib.parse.quote(path, safe="/?=&"), headers={"Accept-Encoding": "gzip"}
        )
        began = time.perf_counter()
        with self.opener.open(asked, timeout=30) as answer:
            sent = answer.read()
            took = (time.perf_counter() - began) * 1000
            told = re.search(r"app;dur=([\d.]+)", answer.headers.get("Server-Timing", ""))
            packed = answer.headers.get("Content-Encoding") == "gzip"
        return gzip.decompress(sent) if packed else sent, took, float(told[1]) if told else 0.0, len(sent)


def base() -> str:
    """Where the measured server listens."""
    return f"http://127.0.0.1:{PORT}"


def addresses() -> list[Address]:
    """(kind, path) of pages that leaders open: the wall, all domains, indicators and units of every kind."""
    from tinhso.blocks.indicators import queries
    from tinhso.blocks.units import queries as units
    from tinhso.blocks.units.models import Level
    from tinhso.kernel import clock

    picks = random.Random(1)
    catalogue = queries.catalogue()
    domains = sorted({item.domain for item in catalogue.indicators.values()})
    codes = picks.sample(sorted(catalogue.indicators), 60)
    communes = [node.ref for node in units.tree(clock.today()).nodes.values() if node.level == Level.COMMUNE]
    found = [("domain", f"/domains/{code}/") for code in domains]
    found += [("indicator", f"/indicators/{code}/") for code in codes]
    return [*found, *(("unit", f"/ioc/units/{ref}/") for ref in picks.sample(communes, 20))]


def queries_of(pages: list[Address]) -> dict[str, int]:
    """SQL statements of one page of each kind, seen from inside; the worst of a few."""
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from tinhso.blocks.identity.models import Person

    client = Client()
    client.force_login(Person.objects.get(username=PERSONAS[0]), settings.AUTHENTICATION_BACKENDS[-1])
    worst: dict[str, int] = defaultdict(int)
    few = [
        *[page for page in pages if page[0] == "domain"][:3],
        *[page for page in pages if page[0] == "indicator"][:3],
    ]
    for kind, path in [("wall", "/wall/"), *few, *[page for page in pages if page[0] == "unit"][:3]]:
        client.get(path)
        with CaptureQueriesContext(connection) as seen:
            answer = client.get(path)
        assert answer.status_code == 200, f"{path}: {answer.status_code}"
        worst[kind] = max(worst[kind], len(seen))
    return dict(worst)


def walk(reader: Reader, pages: list[Address], seed: int, until: float, seen: list[Any], think: bool) -> None:
    """Open a page of a random kind, think, open the next, until the time is over."""
    picks = random.Random(seed)
    kinds: dict[str, list[str]] = defaultdict(list, wall=["/wall/"])
    for kind, path in pages:
        kinds[kind].append(path)
    time.sleep(picks.uniform(0, THINK[1]) if think else 0)
    while time.monotonic() < until:
        kind = picks.choice(sorted(kinds))
        try:
            _, client_ms, server_ms, size = reader.get(picks.choice(kinds[kind]))
        except OSError:
            seen.append(None)
            return
        seen.append((kind, client_ms, server_ms, size))
        time.sleep(picks.uniform(*THINK) if think else 0)


def _once(reader: Reader, page: Address) -> tuple[str, float, float, int]:
    _, client_ms, server_ms, size = reader.get(page[1])
    return page[0], client_ms, server_ms, size


def crowd(people: list[Reader], pages: list[Address], seconds: int, *, think: bool) -> list[Any]:
    """All of them walk at once; returns what each page took. Ends by itself."""
    seen: list[Any] = []
    until = time.monotonic() + seconds
    threads = [
        threading.Thread(target=walk, args=(reader, pages, n, until, seen, think), daemon=True)
        for n, reader in enumerate(people)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=seconds + 60)
    return seen


def summary(seen: list[Any]) -> dict[str, Any]:
    """Median and 95th percentile of every kind of page, and of all."""
    kinds: dict[str, list[Any]] = defaultdict(list)
    for page in filter(None, seen):
        kinds[page[0]].append(page)
        kinds["all"].append(page)
    figures: dict[str, Any] = {kind: _figures(pages) for kind, pages in sorted(kinds.items())}
    return {**figures, "failed": seen.count(None)}


def _figures(pages: list[Any]) -> dict[str, Any]:
    def at(place: int, percent: int) -> float:
        values: list[float] = sorted(page[place] for page in pages)
        return round(values[min(len(values) - 1, len(values) * percent // 100)], 1)

    return {
        "pages": len(pages),
        "server_p50_ms": at(2, 50),
        "server_p95_ms": at(2, 95),
        "client_p50_ms": at(1, 50),
        "client_p95_ms": at(1, 95),
        "bytes": round(statistics.median(page[3] for page in pages)),
    }


def memory(server: "subprocess.Popen[bytes]") -> list[int]:
    """Resident MB of the server's processes."""
    top = psutil.Process(server.pid)
    return [round(one.memory_info().rss / 2**20) for one in [top, *top.children(recursive=True)]]


def measure() -> dict[str, Any]:
    """Start the server as ``tinhso up`` does, let people read, stop it."""
    from tinhso.project import processes

    pages = addresses()
    processes.must_be_free("127.0.0.1", PORT)
    counted = queries_of(pages)
    server = subprocess.Popen(processes.web_command("127.0.0.1", PORT, 2), env=dict(os.environ))
    try:
        wait(server)
        people = [Reader(PERSONAS[n % len(PERSONAS)]) for n in range(READERS)]
        cold = summary([_once(people[0], page) for page in [("wall", "/wall/"), *pages]])
        crowd(people[:4], pages, WARM_UP_SECONDS, think=False)
        load, began = os.getloadavg()[0], psutil.Process(server.pid)
        calm = summary(crowd(people, pages, SECONDS, think=True))
        spent = sum(sum(one.cpu_times()[:2]) for one in [began, *began.children(recursive=True)])
        busy = summary(crowd(people[:BUSY_READERS], pages, BUSY_SECONDS, think=False))
        return {
            "readers": READERS,
            "first_opening": cold,
            "load_before": round(load, 1),
            "server_cpu_seconds": round(spent, 1),
            "calm": calm,
            "saturated": busy,
            "saturated_pages_a_second": round(busy["all"]["pages"] / BUSY_SECONDS, 1),
            "sql_queries": counted,
            "server_rss_mb": memory(server),
        }
    finally:
        server.terminate()
        server.wait(timeout=15)


def wait(server: "subprocess.Popen[bytes]") -> None:
    """Until the server answers."""
    for _ in range(300):
        if server.poll() is not None:
            raise SystemExit("the server ended")
        try:
            urllib.request.urlopen(f"{base()}/accounts/demo/", timeout=5).read()
            return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("the server did not answer")


def _must_have_demo() -> None:
    from tinhso.blocks.identity.models import Person
    from tinhso.blocks.indicators import queries
    from tinhso.project.cli import loading

    loading.migrate_tables()
    if queries.newest_snapshot() is None or not Person.objects.filter(username=PERSONAS[0]).exists():
        raise SystemExit("Pages are measured on the demo province: load it first (make run, or tinhso load-province).")


def main() -> None:
    """Print the measurement as a line of JSON."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tinhso.project.settings"
    from tinhso.project.cli.place import open_database

    with open_database():
        _must_have_demo()
        print(json.dumps(measure()))


if __name__ == "__main__":
    main()
