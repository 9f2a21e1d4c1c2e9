"""A small province that publishes figures: some for everybody, some for those who work there, some for few."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tinhso.blocks.indicators import contract, queries, services
from tinhso.blocks.indicators.contract import Access
from tinhso.blocks.indicators.models import Snapshot
from tinhso.blocks.indicators.tests import makers
from tinhso.blocks.sdmx.queries.data import clear_periods_cache as forget_data
from tinhso.blocks.sdmx.queries.desk import clear_pieces_cache as forget_desk
from tinhso.blocks.sdmx.queries.names import agency_id
from tinhso.kernel.actor import Actor, program_actor

ENGINE = program_actor("test", rights=["operate system", "manage indicators"])
OFFICIAL = program_actor("official", rights=["see indicators"])
EVERYBODY = (("", Access.PUBLIC),)
PROVINCE_ONLY = (("", Access.INTERNAL), ("province", Access.PUBLIC))
FINISHED = replace(makers.FINISHED, access=EVERYBODY, name_en="Dossiers finished")
ON_TIME = replace(makers.ON_TIME, access=PROVINCE_ONLY, smallest=0)
INTERNAL, RESTRICTED = makers.OPEN, replace(makers.FEES, access=(("", Access.RESTRICTED),))
PUBLISHED_AT = datetime(2024, 12, 31, tzinfo=UTC)
BASE = "/sdmx/3.0"


def forget() -> None:
    """Drop what the process keeps in memory."""
    queries.clear_caches()
    forget_desk()
    forget_data()


@pytest.fixture
def world(transactional_db: None, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Snapshot]:
    """Its first publication: two months of four communes that then merged into two."""
    settings.FACT_STORE, settings.SNAPSHOT_DIR = str(tmp_path / "facts"), tmp_path / "snapshots"
    settings.VAR = tmp_path
    monkeypatch.setattr(contract, "FACT_PROVIDERS", makers.PROVIDERS)
    monkeypatch.setattr(contract, "INDICATORS", [])
    forget()
    makers.a_country()
    makers.dossiers(LINES)
    makers.a_catalogue([FINISHED, ON_TIME, INTERNAL, RESTRICTED])
    yield published()
    forget()
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS test_dossiers")


# unit, month, channel, finished, on time, open, fees; the three cases of b2 point at persons
LINES = [
    ("a1", "2024-05", "desk", 40, 30, 7, "10.5"),
    ("a1", "2024-05", "online", 60, 55, 3, "20.25"),
    ("a2", "2024-05", "desk", 50, 25, 5, "5"),
    ("b2", "2024-05", "desk", 3, 1, 0, "1"),
    ("a1", "2024-06", "desk", 44, 40, 9, "11"),
    ("b2", "2024-06", "desk", 20, 20, 0, "2"),
    ("x", "2024-07", "desk", 90, 80, 6, "30"),
    ("y", "2024-07", "online", 30, 30, 2, "8"),
]


def published(now: datetime = PUBLISHED_AT) -> Snapshot:
    """Compute and publish, as the worker would."""
    made = services.refresh_snapshot(by=ENGINE, now=now, today=date(2024, 12, 31), old_day=date(2024, 6, 30), full=True)
    assert made is not None
    return made


def flow(name: str = "INDICATORS", *, key: str = "*", context: str = "dataflow") -> str:
    """The address of a dataflow's data."""
    return f"{BASE}/data/{context}/{agency_id()}/{name}/1.0/{key}"


def released_reading(
    indicator: Any, unit: str, by: Actor, *, family: tuple[str, str] = ("", ""), kind: str = "month"
) -> Any:
    """What the readings themselves say, period by period, on the units as they were."""
    found = queries.reading_series(indicator, unit, to=queries.audience_of(by), family=family, kind=kind)
    return {reading.period: reading for reading in found}
