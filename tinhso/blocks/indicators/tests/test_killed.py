"""A refresh killed with kill -9, or left without room on the disk, in a process of its own, at the worst moments."""

import os
import signal
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from tinhso.blocks.indicators import queries
from tinhso.blocks.indicators.contract import SYSTEM
from tinhso.blocks.indicators.tests import makers
from tinhso.blocks.indicators.tests.conftest import refresh
from tinhso.blocks.indicators.tests.test_engine import lines
from tinhso.kernel.errors import Refused

pytestmark = [pytest.mark.usefixtures("country"), pytest.mark.slow]

VICTIM = """
import os, resource, signal, sys
import django
django.setup()
from django.conf import settings
settings.FACT_STORE, settings.SNAPSHOT_DIR, settings.VAR = sys.argv[2], sys.argv[3], sys.argv[4]
from tinhso.blocks.indicators import contract
from tinhso.blocks.indicators.services import engine, store
from tinhso.blocks.indicators.tests import conftest, makers
refreshing = sys.modules["tinhso.blocks.indicators.services.refresh"]
contract.FACT_PROVIDERS[:] = makers.PROVIDERS
contract.INDICATORS[:] = []
def strike():
    if sys.argv[5] == "kill -9":
        os.kill(os.getpid(), signal.SIGKILL)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64, 64))
place, name = {
    "before the facts": (store.FactStore, "replace_months"),
    "after the facts, before the cells": (engine.Workshop, "compute"),
    "while a chunk is written": (engine.Path, "replace"),
    "while the units that report are looked up": (store.FactStore, "units"),
    "while cells are computed": (engine.pipeline, "period_cells"),
    "before the snapshot is published": (refreshing, "_publish"),
}[sys.argv[1]]
plain = getattr(place, name)
def struck(*given, **named):
    strike()
    return plain(*given, **named)
setattr(place, name, struck)
conftest.refresh()
"""


def strike_a_refresh(moment: str, how: str = "kill -9") -> int:
    """Run a refresh that dies, or finds the disk full, at ``moment``; returns its exit code."""
    conf = connection.settings_dict
    account = f"{conf['USER']}:{conf['PASSWORD']}"
    url = f"postgresql://{account}@/{conf['NAME']}?host={conf['HOST']}&port={conf['PORT'] or 5432}"
    environment = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tinhso.project.settings"}
    places = [settings.FACT_STORE, str(settings.SNAPSHOT_DIR), str(settings.VAR), how]
    root = Path(__file__).resolve().parents[4]
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", VICTIM, moment, *places],
        env=environment,
        cwd=root,
        capture_output=True,
        text=True,
    ).returncode


def refresh_when_free() -> object:
    """The next refresh: what was killed holds its lock until the database has noticed that nobody is there any more."""
    for _ in range(100):
        try:
            return refresh()
        except Refused as refusal:
            if refusal.code != "already_refreshing":
                raise
            time.sleep(0.1)
    return None


def finished() -> dict[str, Decimal | None]:
    """The published series of the province."""
    return {reading.period: reading.count for reading in queries.reading_series(makers.FINISHED, "p", to=SYSTEM)}


@pytest.mark.parametrize(
    "moment",
    [
        "before the facts",
        "after the facts, before the cells",
        "while the units that report are looked up",
        "while cells are computed",
        "while a chunk is written",
        "before the snapshot is published",
    ],
)
def test_kill_9_leaves_the_former_snapshot_serving_and_the_next_refresh_catches_up(moment: str) -> None:
    makers.dossiers(lines("2024-01", "a1"))
    makers.a_catalogue()
    refresh()
    makers.dossiers([*lines("2024-01", "a2"), *lines("2024-02", "a1")])

    assert strike_a_refresh(moment) == -signal.SIGKILL

    assert finished() == {"2024-01": Decimal(15)}
    assert refresh_when_free() is not None
    queries.clear_caches()
    assert finished() == {"2024-01": Decimal(30), "2024-02": Decimal(15)}


@pytest.mark.parametrize("moment", ["before the facts", "while cells are computed"])
def test_a_full_disk_leaves_the_former_snapshot_serving_and_the_next_refresh_catches_up(moment: str) -> None:
    makers.dossiers(lines("2024-01", "a1"))
    makers.a_catalogue()
    refresh()
    makers.dossiers([*lines("2024-01", "a2"), *lines("2024-02", "a1")])

    assert strike_a_refresh(moment, "disk full") == 1

    assert finished() == {"2024-01": Decimal(15)}
    assert refresh() is not None
    queries.clear_caches()
    assert finished() == {"2024-01": Decimal(30), "2024-02": Decimal(15)}
