"""The province's indicators of infrastructure, computed by the engine: they are what one counts in the registers."""

import shutil
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tinhso.blocks.indicators import contract, queries
from tinhso.blocks.indicators import services as engine
from tinhso.blocks.indicators.contract import SYSTEM
from tinhso.blocks.registers import services as records
from tinhso.blocks.registers.contract import REGISTERS
from tinhso.blocks.registers.tests.makers import MONDAY, a_keeper, a_place
from tinhso.government.infrastructure import indicators
from tinhso.kernel import clock
from tinhso.kernel.actor import program_actor

PROVINCE = Path(__file__).parents[4] / "provinces" / "ben_tre"
ENGINE = program_actor("test", rights=["operate system", "manage indicators"])
SINCE = date(2026, 9, 10)


@pytest.fixture
def catalogue(transactional_db: None, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with these definitions alone, and a fact store of its own: the engine reads what is committed."""
    settings.FACT_STORE, settings.SNAPSHOT_DIR, settings.VAR = f"{tmp_path}/facts", tmp_path / "cells", tmp_path
    monkeypatch.setattr(contract, "FACT_PROVIDERS", [indicators.infrastructure_as_facts])
    monkeypatch.setattr(contract, "INDICATORS", [])
    queries.clear_caches()
    (tmp_path / "indicators").mkdir()
    shutil.copy(PROVINCE / "domains.toml", tmp_path)
    shutil.copy(PROVINCE / "indicators" / "ha-tang.toml", tmp_path / "indicators")
    yield tmp_path
    queries.clear_caches()


def a_thing(register: str, code: str, *, unit: str = "W", **told: Any) -> Any:
    values = {"code": code, "name": f"Thứ {code}", "unit": unit} | told
    return records.add_record(register=REGISTERS[register], values=values, by=a_keeper(), now=MONDAY, valid_from=SINCE)


def test_each_indicator_is_what_one_counts_in_the_registers(catalogue: Path) -> None:
    a_place()
    a_thing("rooms", "P1", kind="centre", backup_minutes=60)
    a_thing("rooms", "P2", kind="cabinet", unit="E", backup_minutes=10)
    for n, kind in enumerate(("virtual", "physical", "storage", "network")):
        a_thing("servers", f"M{n}", kind=kind, warranty_until=f"20{20 + 5 * n}-01-01", state="spare" if n else "in_use")
    a_thing("services", "S1", kind="public", essential=True, fallback="Nộp tại quầy")
    a_thing("services", "S2", kind="internal")
    for n, unit in enumerate("WWE"):
        line = a_thing("lines", f"D{n}", unit=unit, kind="lan" if n else "tslcd", mbps=100 * (n + 1))
    records.end_record(
        register=REGISTERS["lines"], ref=line.ref, on=date(2026, 10, 5), why="Bỏ", by=a_keeper(), now=MONDAY
    )

    engine.load_catalogue(catalogue, by=ENGINE, today=clock.today())
    engine.refresh_snapshot(by=ENGINE, now=clock.now(), today=clock.today(), old_day=date(2025, 6, 30))

    known = queries.catalogue(day=clock.today())

    def value_of(code: str, month: str, unit: str = "T") -> Decimal | None:
        found = [one for one in queries.reading_series(known.indicators[code], unit, to=SYSTEM) if one.period == month]
        return None if not found or found[0].value is None else round(found[0].value, 1)

    expected = {
        "HT-101": 11,
        "HT-102": 2,
        "HT-103": 50,
        "HT-104": 4,
        "HT-105": 50,
        "HT-106": 25,
        "HT-107": 2,
        "HT-108": 100,
        "HT-109": 3,
        "HT-110": 600,
        "HT-111": round(Decimal(800) / 11, 1),
    }
    assert {code: value_of(code, "2026-09") for code in expected} == expected
    assert [value_of("HT-109", "2026-10"), value_of("HT-110", "2026-10"), value_of("HT-102", "2026-09", "E")] == [
        2,
        300,
        1,
    ]
    by_kind = queries.reading_breakdown(known.indicators["HT-109"], "T", "2026-09", to=SYSTEM)
    assert {one.member: one.count for one in by_kind if one.count} == {"lines.lan": 2, "lines.tslcd": 1}
