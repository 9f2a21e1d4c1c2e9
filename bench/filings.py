"""Filings a second through the services, beside pgbench that replays the very statements of one into the same tables.

The replay is the floor: the same rows with the same indexes, checks and triggers, and no program of ours.
"""

import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.ioc import place

FILERS, SECONDS = 8, 20


def measure() -> dict[str, Any]:
    """Both, one after the other, twice: filings a second and their ratio."""
    rounds = [(_ours(), _replayed()) for _ in range(2)]
    told = [{"ours": ours, "pgbench": bare, "ratio": round(ours / bare, 3)} for ours, bare in rounds if bare]
    return {"a_second": told, "load_after": round(os.getloadavg()[0], 1)}


def _ours() -> float:
    """Eight processes file for twenty seconds."""
    code = "from bench.filings import file_for; file_for()"
    workers = [
        subprocess.Popen([sys.executable, "-c", code], cwd=place.ROOT, env=dict(os.environ), stdout=subprocess.PIPE)
        for _ in range(FILERS)
    ]
    told = [json.loads(worker.communicate(timeout=SECONDS + 120)[0].splitlines()[-1]) for worker in workers]
    return round(sum(float(one["filed"] / one["seconds"]) for one in told), 1)


def file_for() -> None:
    """File dossiers as fast as one process can, and print how many."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tinhso.project.settings"
    import django

    django.setup()
    from tinhso.project.cli.place import database

    with database():
        file_one, filed = _filer(random.Random(os.getpid())), 0
        file_one()
        began = time.perf_counter()
        while time.perf_counter() - began < SECONDS:
            file_one()
            filed += 1
        print(json.dumps({"filed": filed, "seconds": time.perf_counter() - began}))


def _filer(picks: random.Random) -> Any:
    """What files one dossier of a birth at a commune of chance."""
    from tinhso.blocks.cases import services
    from tinhso.blocks.cases.contract import PROVIDERS, Applicant, Channel
    from tinhso.blocks.cases.queries import places
    from tinhso.kernel import clock
    from tinhso.kernel.actor import NOBODY

    offer = next(iter(PROVIDERS.values())).find("khai sinh", day=clock.today(), limit=1)[0]
    communes = list(places.communes(clock.today()))

    def file_one() -> str:
        unit = picks.choice(communes)
        applicant = Applicant("Người nộp", id_number="000000000001")
        filing = services.Filing(offer, applicant, Channel.ONLINE, unit, unit)
        return services.file(filing=filing, by=NOBODY, now=clock.now()).code

    return file_one


def _replayed() -> float | None:
    """Transactions a second of pgbench; None where that program is not installed."""
    from tinhso.project import bundled_postgres

    found = shutil.which("pgbench") or next(map(str, Path("/usr/lib/postgresql").glob("*/bin/pgbench")), None)
    if found is None:
        print("  pgbench is not installed (apt: postgresql)", file=sys.stderr)
        return None
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(_script())
        script.flush()
        url = bundled_postgres.server(Path(os.environ["TINHSO_VAR"])).url()
        command = [found, "-n", "-c", str(FILERS), "-j", "2", "-T", str(SECONDS), "-f", script.name, url]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return float(next(line for line in said.splitlines() if line.startswith("tps")).split()[2])


def _script() -> str:
    """The statements of one filing, with a code of its own for each turn."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    file_one = _filer(random.Random(5))
    file_one()
    with CaptureQueriesContext(connection) as asked:
        code = file_one()
    organisation, lines = code.split("-")[0], [r"\set turn random(1, 1000000000000000)", r"\set unit random(1, 124)"]
    keys = re.compile(r"\(\d+, ")
    for one in asked:
        sql = one["sql"].strip().rstrip(";").replace(f"'{code}'", "('R' || :client_id || '.' || :turn)")
        sql = sql.replace(f"'{organisation}'", "('R' || :unit)")
        if sql.startswith('INSERT INTO "cases_case"'):
            lines.append(re.sub(r"RETURNING .*$", 'RETURNING "cases_case"."id"', sql, flags=re.S) + r" \gset case_")
        elif re.match(r'INSERT INTO "cases_(party|entry|task)"', sql):
            lines.append(keys.sub("(:case_id, ", sql, count=1) + ";")
        elif not sql.startswith('SELECT "units_'):
            lines.append(sql + ";")
    return "\n".join(lines) + "\n"
