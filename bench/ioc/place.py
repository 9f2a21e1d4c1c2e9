"""Where the measurement keeps its data: a folder and a bundled database of its own, never those of a running system."""

import os
import pickle
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
VAR = Path(os.environ.get("TINHSO_BENCH_VAR", ROOT / "var" / "bench"))
DEMO = VAR / "demo"
RESULTS = ROOT / "bench" / "results" / "ioc.json"
TODAY = date(2026, 12, 31)
OLD_DAY = date(2024, 11, 30)
MONTHS = [f"{year}-{month:02d}" for year in range(2022, 2027) for month in range(1, 13)]


def settle() -> None:
    """Set Django up over the measurement's own folder; no database is contacted."""
    os.environ["TINHSO_VAR"] = str(VAR)
    os.environ.pop("DATABASE_URL", None)
    os.environ["DJANGO_SETTINGS_MODULE"] = "tinhso.project.settings"
    VAR.mkdir(parents=True, exist_ok=True)
    import django

    django.setup()


def own_demo() -> None:
    """A demo province of the measurement's own, which it may change."""
    os.environ["TINHSO_VAR"] = str(DEMO)
    os.environ.pop("DATABASE_URL", None)
    if not (DEMO / "snapshots").exists():
        DEMO.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "tinhso.project.cli", "load-province"]
        subprocess.run(command, check=True, cwd=ROOT, stdout=sys.stderr)


def reach_tables() -> Any:
    """Reach of the real province's units on three bases, worked out once from its CSVs and kept beside the facts."""
    from tinhso.blocks.indicators.services.reach import ReachTables

    kept = VAR / "reach.pickle"
    if not kept.exists():
        kept.write_bytes(pickle.dumps(_load_reach()))
    return ReachTables(pickle.loads(kept.read_bytes()))


def _load_reach() -> Any:
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connections

    from tinhso.blocks.units import queries, services
    from tinhso.kernel import clock
    from tinhso.kernel.actor import program_actor
    from tinhso.project import bundled_postgres

    with bundled_postgres.in_use(VAR):
        try:
            call_command("migrate", verbosity=0, interactive=False)
            by = program_actor("bench", rights=["manage units"])
            services.load_units(Path(settings.PROVINCE_DIR) / "units", by=by, now=clock.now())
            return queries.reach_rows(today=TODAY, old_day=OLD_DAY)
        finally:
            connections.close_all()
            connections["default"].close_pool()  # type: ignore[attr-defined]
