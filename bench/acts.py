"""Acts a second through the services, beside pgbench that replays the very statements of one into the same tables.

The replay is the floor: the same rows with the same indexes, checks and triggers, and no program of ours. It is taken
twice, as pgbench sends statements by itself and with each prepared once (``-M prepared``), as ours are. The sides take
turns, and the same acts are done by eight processes each.
"""

import json
import os
import random
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.ioc import place

ACTORS, SECONDS, ROUNDS = 8, int(os.environ.get("BENCH_ACT_SECONDS", "20")), 2
MODES = ("simple", "prepared")
Act = Callable[[], list[str]]  # gives what names this one act, and no other


def measure(name: str) -> dict[str, Any]:
    """Acts a second of every side, in turn, twice; the ratios of ours to both replays.

    Where others use the machine, too, compare the milliseconds of processor that an act takes with those of its replay:
    client and server together, without the start of either.
    """
    rounds = [{"ours": _ours(name)} | {mode: _replayed(name, mode) for mode in MODES} for _ in range(ROUNDS)]
    return {
        "rounds": rounds,
        "ratio": [
            {mode: round(one["ours"]["a_second"] / one[mode]["a_second"], 3) for mode in MODES} for one in rounds
        ],
        "ratio_by_processor": [
            {mode: round(one[mode]["cpu_ms"] / one["ours"]["cpu_ms"], 3) for mode in MODES} for one in rounds
        ],
        "load_after": round(os.getloadavg()[0], 1),
    }


def _ours(name: str) -> dict[str, float]:
    """Eight processes act for a while."""
    code = f"from bench.acts import act_for; act_for({name!r})"
    before = _server_seconds()
    workers = [
        subprocess.Popen([sys.executable, "-c", code], cwd=place.ROOT, env=dict(os.environ), stdout=subprocess.PIPE)
        for _ in range(ACTORS)
    ]
    done = [json.loads(worker.communicate(timeout=SECONDS + 300)[0].splitlines()[-1]) for worker in workers]
    acts = sum(one["acts"] for one in done)
    return {
        "a_second": round(sum(one["acts"] / one["seconds"] for one in done), 1),
        "cpu_ms": round(1000 * (sum(one["cpu"] for one in done) + _server_seconds() - before) / acts, 3),
        "cpu_ms_of_python": round(1000 * sum(one["cpu"] for one in done) / acts, 3),
    }


def _server_seconds() -> float:
    """Seconds of processor that the server and its processes have used, those that ended included."""
    import psutil

    folder = Path(os.environ["TINHSO_VAR"])
    lines = next(folder.rglob("postmaster.pid")).read_text().splitlines()
    server = psutil.Process(int(lines[0]))
    times = [process.cpu_times() for process in (server, *server.children())]
    ended = server.cpu_times()
    return float(sum(one.user + one.system for one in times) + ended.children_user + ended.children_system)


def act_for(name: str) -> None:
    """Act as fast as one process can, and print how often."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tinhso.project.settings"
    import django

    django.setup()
    from tinhso.project.cli.place import open_database

    with open_database():
        act, acts = ACTS[name](random.Random(os.getpid())), 0
        for _ in range(5):
            act()
        began, used = time.perf_counter(), time.process_time()
        while time.perf_counter() - began < SECONDS:
            act()
            acts += 1
        spent = {"seconds": time.perf_counter() - began, "cpu": time.process_time() - used}
        print(json.dumps({"acts": acts} | spent))


def _filing(picks: random.Random) -> Act:
    """What files one case of a birth at a commune of chance."""
    from tinhso.blocks.cases import services
    from tinhso.blocks.cases.contract import PROVIDERS, Applicant, Channel
    from tinhso.blocks.cases.queries import places
    from tinhso.kernel import clock
    from tinhso.kernel.actor import NOBODY

    offer = next(iter(PROVIDERS.values())).find("khai sinh", day=clock.today(), limit=1)[0]
    communes = list(places.communes_of_day(clock.today()))

    def file_dossier() -> list[str]:
        unit = picks.choice(communes)
        applicant = Applicant("Người nộp", id_number="000000000001")
        filing = services.CaseFiling(offer, applicant, Channel.ONLINE, unit, unit)
        return [services.file_case(filing=filing, by=NOBODY, now=clock.now()).code]

    return file_dossier


def _report(picks: random.Random) -> Act:
    """What takes one report of a chat channel at a commune of chance."""
    from tinhso.kernel import clock
    from tinhso.kernel.actor import NOBODY
    from tinhso.society.field_reports import services
    from tinhso.society.field_reports.contract import Channel, ReportDraft
    from tinhso.society.field_reports.queries import places

    communes = [unit.ref for unit in places.communes(clock.today())]

    def take_report() -> list[str]:
        request = f"bench-{uuid.uuid4().hex}"
        draft = ReportDraft(
            request=request,
            channel=Channel.ZALO,
            text="Đống rác trước chợ bốc mùi đã ba ngày",
            commune=picks.choice(communes),
            address="12 đường Chợ, ấp 3",
            sender="000000000001",
        )
        return [services.submit_report(draft=draft, by=NOBODY, now=clock.now()).ref, request]

    return take_report


ACTS: dict[str, Callable[[random.Random], Act]] = {"filing": _filing, "report": _report}


def _replayed(name: str, mode: str) -> dict[str, float]:
    """What pgbench does; it must be installed (apt: postgresql)."""
    from tinhso.project import bundled_postgres

    found = shutil.which("pgbench") or next(map(str, Path("/usr/lib/postgresql").glob("*/bin/pgbench")), None)
    if found is None:
        sys.exit("pgbench is not installed (apt: postgresql)")
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(_script(name))
        script.flush()
        url = bundled_postgres.server_of_folder(Path(os.environ["TINHSO_VAR"])).url()
        command = [found, "-n", "-c", str(ACTORS), "-j", "2", "-T", str(SECONDS), "-M", mode, "-f", script.name, url]
        before = _server_seconds() + _children_seconds()
        answer = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        used = _server_seconds() + _children_seconds() - before
    lines = answer.splitlines()
    acts = int(next(line for line in lines if "actually processed" in line).split()[-1].split("/")[0])
    a_second = float(next(line for line in lines if line.startswith("tps")).split()[2])
    return {"a_second": round(a_second, 1), "cpu_ms": round(1000 * used / acts, 3)}


def _children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _script(name: str) -> str:
    """The statements of one act, with a reference of its own for each turn and a counter of a unit of chance."""
    act = ACTS[name](random.Random(5))
    for _ in range(5):
        act()
    with _statements() as asked:
        names = act()
    organisation = names[0].split("-")[0]
    lines = [r"\set turn random(1, 1000000000000000)", r"\set unit random(1, 124)", "BEGIN;"]
    for sql in asked:
        sql = _with_turn(sql, names)
        if "cases_counter" in sql:
            sql = sql.replace(f"'{organisation}'", "('R' || :unit)")
        lines.append(" ".join(sql.split("\n")).strip() + ";")
    return "\n".join([*lines, "COMMIT;"]) + "\n"


@contextmanager
def _statements() -> Iterator[list[str]]:
    """The statements of what is done meanwhile, each with its values; units are looked up once and kept."""
    from django.db import connection
    from psycopg import ClientCursor

    written: list[str] = []

    def keep(execute: Any, sql: str, values: Any, many: bool, context: Any) -> Any:
        if not sql.lstrip().startswith(('SELECT "units_', "SAVEPOINT", "RELEASE")):
            plain = re.sub(r"\$1\b", "%(given)s", sql) if "$1" in sql else sql
            given = {"given": values[0]} if "$1" in sql else values
            written.append(ClientCursor(connection.connection).mogrify(plain, given))
        return execute(sql, values, many, context)

    with connection.execute_wrapper(keep):
        yield written


def _with_turn(sql: str, names: list[str]) -> str:
    """The statement with other names in each turn, wherever they stand in a literal: both as they are and folded."""

    def changed(literal: "re.Match[str]") -> str:
        text = literal.group()
        mark = "E'" if text.startswith("E") else "'"
        for name in {*names, *map(str.lower, names)}:
            text = text.replace(name, f"' || 'R' || :client_id || '.' || :turn || {mark}")
        return f"({text})" if text != literal.group() else text

    return re.sub(r"E?'(?:[^']|'')*'", changed, sql)
