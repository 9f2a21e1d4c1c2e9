"""Two hundred open walls and fifty readers for ten minutes, while returns are published; then Superset beside our API.

Everything runs on the measurement's own copy of the demo province (made at the first run, about a minute and a half),
never on a system that people use. All of it is on this machine and ends by itself.
"""

import asyncio
import json
import os
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import psutil

from bench.ioc import pages, place, superset
from bench.ioc.pages import PERSONAS, Reader

WALLS, SESSIONS, READERS = 200, 20, 50
SECONDS = int(os.environ.get("BENCH_LOAD_SECONDS", "600"))
EVERY = 60  # seconds between two published returns
TOGETHER = 0.4  # seconds that a page gathers events before it reads itself afresh (frontend/parts/live.ts)
SAMPLE_EVERY = 10
RIGHTS = ["see indicators", "see returns", "hand in returns", "approve returns", "publish returns", "operate system"]
SNAPSHOT = "event: indicators.SnapshotPublished"


@dataclass
class Walls:
    """What the open walls saw: when they heard of a snapshot, what reading themselves afresh took, what went wrong."""

    heard: list[tuple[float, float]] = field(default_factory=list)
    read: list[Any] = field(default_factory=list)
    failed: int = 0
    open: int = 0


async def wall(reader: Reader, cookie: str, seen: Walls, threads: ThreadPoolExecutor, until: float) -> None:
    """One wall: listens, and reads itself afresh when told of a snapshot; comes back when the stream ends."""
    while time.monotonic() < until:
        try:
            source, sink = await asyncio.open_connection("127.0.0.1", pages.PORT + 1)
            sink.write(f"GET /live/ HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n\r\n".encode())
            status = (await source.readline()).split()[1:2]
            if status != [b"200"]:
                raise OSError(status)
            seen.open += 1
            await _listen(source, reader, seen, threads, until)
            sink.close()
        except (OSError, asyncio.IncompleteReadError):
            seen.failed += 1
            await asyncio.sleep(1)


async def _listen(
    source: asyncio.StreamReader, reader: Reader, seen: Walls, threads: ThreadPoolExecutor, until: float
) -> None:
    while time.monotonic() < until:
        try:
            line = await asyncio.wait_for(source.readline(), max(until - time.monotonic(), 0.1))
        except TimeoutError:
            return
        if not line:
            return
        if line.decode().strip() == SNAPSHOT:
            heard = time.time()
            await asyncio.sleep(TOGETHER)
            try:
                took = await asyncio.get_running_loop().run_in_executor(threads, reader.get, "/wall/")
                seen.read.append(("wall", *took[1:]))
            except OSError:
                seen.failed += 1
            seen.heard.append((heard, time.time()))


async def _all_walls(people: list[Reader], seen: Walls, until: float) -> None:
    with ThreadPoolExecutor(max_workers=40) as threads:
        mine = [people[n % len(people)] for n in range(WALLS)]
        await asyncio.gather(*(wall(one, one.cookie(), seen, threads, until) for one in mine))


def publish(until: float, published: list[float]) -> None:
    """A corrected return every minute, through the services; notes when the snapshot that carries it was there."""
    from tinhso.blocks.indicators import queries
    from tinhso.government.reporting import services
    from tinhso.government.reporting.models import Return
    from tinhso.kernel import clock
    from tinhso.kernel.actor import program_actor

    first, second = program_actor("bench", rights=RIGHTS), program_actor("bench-2", rights=RIGHTS)
    found = list(
        Return.objects.filter(state="published", period="2026-09").order_by("ref").values_list("ref", flat=True)
    )
    for ref in found:
        time.sleep(EVERY)
        if time.monotonic() > until - 20:
            return
        number = queries.newest_number()
        services.revise(ref=ref, why="đo tải", by=first, now=clock.now())
        services.submit(ref=ref, by=first, now=clock.now())
        services.approve(ref=ref, by=second, now=clock.now())
        services.publish(ref=ref, by=second, now=clock.now())
        while queries.newest_number() == number and time.monotonic() < until:
            time.sleep(0.02)
        published.append(time.time())


def watch(processes: dict[str, "subprocess.Popen[bytes]"], until: float, samples: list[dict[str, int]]) -> None:
    """Resident MB of each part, and how much of it is its own (no mapped file), every few seconds."""
    while time.monotonic() < until:
        resident = {name: sum(pages.memory(one)) for name, one in processes.items()}
        samples.append(resident | {f"{name}_own": _own(one) for name, one in processes.items()})
        time.sleep(SAMPLE_EVERY)


def measure() -> dict[str, Any]:
    """Start everything, let walls and readers be, publish, watch memory; then the questions to Superset and us."""
    from tinhso.project import processes

    addresses = pages.addresses()
    processes.must_be_free("127.0.0.1", pages.PORT, pages.PORT + 1)
    environment = {**os.environ, "TINHSO_LIVE_PORT": str(pages.PORT + 1)}
    commands = {
        "web": processes.web_command("127.0.0.1", pages.PORT, 2),
        "live": processes.live_command("127.0.0.1", pages.PORT + 1),
        "worker": processes.worker_command(),
    }
    running = {name: subprocess.Popen(command, env=environment) for name, command in commands.items()}
    try:
        pages.wait(running["web"])
        people = [Reader(PERSONAS[n % len(PERSONAS)]) for n in range(SESSIONS)]
        pages.crowd(people[:4], addresses, pages.WARM_UP_SECONDS, think=False)
        found = _load(people, addresses, running)
        return found | {"superset": superset.compare(people[0])}
    finally:
        for one in running.values():
            one.terminate()
        for one in running.values():
            one.wait(timeout=30)


def _load(people: list[Reader], addresses: list[Any], running: dict[str, "subprocess.Popen[bytes]"]) -> dict[str, Any]:
    seen, samples, published = Walls(), list[dict[str, int]](), list[float]()
    load, until = os.getloadavg()[0], time.monotonic() + SECONDS
    threads = [
        threading.Thread(target=asyncio.run, args=(_all_walls(people, seen, until),), daemon=True),
        threading.Thread(target=publish, args=(until, published), daemon=True),
        threading.Thread(target=watch, args=(running, until, samples), daemon=True),
    ]
    for thread in threads:
        thread.start()
    walked = pages.crowd([people[n % len(people)] for n in range(READERS)], addresses, SECONDS, think=True)
    for thread in threads:
        thread.join(timeout=60)
    cpu = {name: _cpu(one) for name, one in running.items()}
    return {
        "walls": WALLS,
        "readers": READERS,
        "seconds": SECONDS,
        "load_before": round(load, 1),
        "readers_pages": pages.summary(walked),
        "walls_pages": pages.summary(seen.read) if seen.read else {},
        "walls_failed": seen.failed,
        "streams_opened": seen.open,
        "published": len(published),
        "to_wall": _delays(seen, published),
        "memory_mb": _trend(samples),
        "cpu_seconds": cpu,
    }


def _own(process: "subprocess.Popen[bytes]") -> int:
    """MB that are in no file: what the system cannot simply take back."""
    top = psutil.Process(process.pid)
    told = [one.memory_info() for one in [top, *top.children(recursive=True)]]
    return round(sum(one.rss - one.shared for one in told) / 2**20)


def _cpu(process: "subprocess.Popen[bytes]") -> float:
    top = psutil.Process(process.pid)
    return round(sum(sum(one.cpu_times()[:2]) for one in [top, *top.children(recursive=True)]), 1)


def _delays(seen: Walls, published: list[float]) -> dict[str, Any]:
    """Seconds from the snapshot being in force to the wall having heard, and to its page having been read anew."""
    heard, shown = [], []
    for at_heard, at_shown in seen.heard:
        before = [at for at in published if at <= at_heard + 1]
        if before:
            heard.append(at_heard - before[-1])
            shown.append(at_shown - before[-1])

    def at(values: list[float], percent: int) -> float | None:
        ordered = sorted(values)
        return round(ordered[min(len(ordered) - 1, len(ordered) * percent // 100)], 2) if ordered else None

    return {"told": len(heard)} | {
        f"{name}_p{p}_s": at(values, p) for name, values in (("heard", heard), ("shown", shown)) for p in (50, 95, 100)
    }


def _trend(samples: list[dict[str, int]]) -> dict[str, list[int]]:
    """Resident MB of each part after a tenth of the time, at half-time and at the end."""
    if not samples:
        return {}
    places = (len(samples) // 10, len(samples) // 2, len(samples) - 1)
    return {name: [samples[n][name] for n in places] for name in samples[0]}


def main() -> None:
    """Print the measurement as a line of JSON."""
    place.own_demo()
    os.environ["DJANGO_SETTINGS_MODULE"] = "tinhso.project.settings"
    from tinhso.project import bundled_postgres

    with bundled_postgres.in_use(place.DEMO) as server:
        os.environ["DATABASE_URL"] = server.url()
        import django

        django.setup()
        print(json.dumps(measure()))


if __name__ == "__main__":
    main()
