"""The province's indicators of connectivity, computed by the engine, are what one counts in the registers."""

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
from tinhso.blocks.registers.tests.makers import a_place
from tinhso.economy.connectivity import indicators
from tinhso.economy.connectivity.tests.makers import a_post, a_station, an_operator, coverage
from tinhso.kernel import clock
from tinhso.kernel.actor import program_actor

PROVINCE = Path(__file__).parents[4] / "provinces" / "ben_tre"
ENGINE = program_actor("test", rights=["operate system", "manage indicators"])
SINCE = date(2026, 9, 10)


@pytest.fixture
def catalogue(transactional_db: None, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with these definitions alone, and a fact store of its own: the engine reads what is committed."""
    settings.FACT_STORE, settings.SNAPSHOT_DIR, settings.VAR = f"{tmp_path}/facts", tmp_path / "cells", tmp_path
    monkeypatch.setattr(contract, "FACT_PROVIDERS", [indicators.connectivity_as_facts])
    monkeypatch.setattr(contract, "INDICATORS", [])
    queries.clear_caches()
    (tmp_path / "indicators").mkdir()
    named = '[[operator]]\ncode = "a"\nname = "Nhà mạng A"\n'
    (tmp_path / "connectivity.toml").write_text(named, encoding="utf-8")
    settings.PROVINCE_DIR = tmp_path
    shutil.copy(PROVINCE / "domains.toml", tmp_path)
    whole = (PROVINCE / "indicators" / "vien-thong.toml").read_text(encoding="utf-8")
    own = [part for part in whole.split("[[indicator]]")[1:] if '"KTS-NM"' not in part]  # those of returns stay away
    (tmp_path / "indicators" / "vt.toml").write_text("".join(f"[[indicator]]{part}" for part in own), encoding="utf-8")
    yield tmp_path
    queries.clear_caches()


def test_each_indicator_is_what_one_counts_in_the_registers(catalogue: Path) -> None:
    a_place()
    for code in "ab":
        an_operator(code, valid_from=SINCE, fixed=code == "a")
    for n in range(4):
        a_station(
            f"T{n}",
            valid_from=SINCE,
            unit="WWEE"[n],
            g2=True,
            g4=n > 0,
            g5=n == 3,
            since=f"2026-0{6 + n}-01",
            state="broken" if n == 1 else "in_use",
            longitude=106.1,
            latitude=10.0,
        )
    for n in range(2):
        a_post(f"B{n}", valid_from=SINCE, unit="WE"[n], kind=["office", "cultural"][n], helps_online=n == 0)

    for n in range(4):
        coverage(
            f"P{n}",
            valid_from=SINCE,
            unit="WWEE"[n],
            operator="aabb"[n],
            g4=n < 3,
            g5=n == 0,
            g3=n == 1,
            told_on="2025-01-01" if n else "2026-09-01",
        )

    engine.load_catalogue(catalogue, by=ENGINE, today=clock.today())
    engine.refresh_snapshot(by=ENGINE, now=clock.now(), today=clock.today(), old_day=date(2025, 6, 30))

    known = queries.catalogue(day=clock.today())

    def value_of(code: str) -> Decimal | None:
        found = [
            one for one in queries.reading_series(known.indicators[code], "T", to=SYSTEM) if one.period == "2026-09"
        ]
        return None if not found or found[0].value is None else round(found[0].value, 1)

    expected = {
        "VT-101": 2,
        "VT-102": 2,
        "VT-103": 1,
        "VT-111": 4,
        "VT-112": 75,
        "VT-113": 25,
        "VT-114": 1,
        "VT-115": 25,
        "VT-116": 1,
        "VT-117": 100,
        "VT-121": 2,
        "VT-122": 100,
        "VT-123": 50,
        "VT-124": 100,
        "VT-131": 4,
        "VT-132": 75,
        "VT-133": 25,
        "VT-134": 25,
        "VT-135": 1,
        "VT-136": 1,
        "VT-137": 25,
    }
    assert {code: value_of(code) for code in expected} == expected
    by_operator = {
        (one.member, one.indicator.code): one.value
        for code in ("VT-111", "VT-132", "VT-135")
        for one in queries.reading_breakdown(known.indicators[code], "T", "2026-09", to=SYSTEM)
        if one.dim == "nha_mang"
    }
    assert by_operator == {
        ("a", "VT-111"): 4,
        ("a", "VT-132"): 100,
        ("khac", "VT-132"): 50,
        ("a", "VT-135"): 0,
        ("khac", "VT-135"): 1,
    }
