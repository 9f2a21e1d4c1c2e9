"""The province's indicators of enterprises, computed by the engine, are what one counts in the registers."""

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tinhso.blocks.indicators import contract, queries
from tinhso.blocks.indicators import services as engine
from tinhso.blocks.indicators.contract import SYSTEM, RecordQuery
from tinhso.blocks.indicators.queries.pairs import compare_pairs
from tinhso.blocks.registers.tests.makers import a_place
from tinhso.economy.enterprises import indicators
from tinhso.economy.enterprises.models import SiteCheck
from tinhso.economy.enterprises.queries import facts
from tinhso.economy.enterprises.tests.makers import CODES, a_firm, a_household, an_officer
from tinhso.kernel import clock
from tinhso.kernel.actor import program_actor

PROVINCE = Path(__file__).parents[4] / "provinces" / "ben_tre"
ENGINE = program_actor("test", rights=["operate system", "manage indicators"])
SINCE = date(2026, 9, 10)


@pytest.fixture
def catalogue(transactional_db: None, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with these definitions alone, and a fact store of its own: the engine reads what is committed."""
    settings.FACT_STORE, settings.SNAPSHOT_DIR, settings.VAR = f"{tmp_path}/facts", tmp_path / "cells", tmp_path
    monkeypatch.setattr(contract, "FACT_PROVIDERS", [indicators.enterprises_as_facts])
    monkeypatch.setattr(contract, "INDICATORS", [])
    queries.clear_caches()
    (tmp_path / "indicators").mkdir()
    shutil.copy(PROVINCE / "domains.toml", tmp_path)
    shutil.copy(PROVINCE / "indicators" / "doanh-nghiep.toml", tmp_path / "indicators")
    shutil.copy(PROVINCE / "enterprises.toml", tmp_path)
    settings.PROVINCE_DIR = tmp_path
    yield tmp_path
    queries.clear_caches()


def test_each_indicator_is_what_one_counts_in_the_registers(catalogue: Path) -> None:
    a_place()
    uses = {"valid_from": SINCE, "told_on": "2026-09-01", "e_tax": True, "e_invoice": True, "signature": True}
    first = a_firm(CODES[0], **uses, size="micro", sector="it", site="mot.vn", platform=True, founded_on="2026-09-02")
    a_firm(CODES[1], **uses, unit="E", size="medium", site="hai.com", platform=True, shop=True)
    a_firm(CODES[2], **uses, size="large", site="ba.vn", founded_on="2020-01-01")
    a_firm("0314409058001", **uses, kind="branch", site="bon.vn")
    for n in range(4):
        a_household(f"H{n}", valid_from=SINCE, cashless=n > 0, e_tax=n > 1, e_invoice=n > 2)
    at = datetime(2026, 9, 20, tzinfo=UTC)
    SiteCheck.objects.create(firm=first.ref, site="mot.vn", at=at, named=True, answered=True)
    SiteCheck.objects.create(firm="x", site="khong.vn", at=at, named=False, answered=False)  # of no firm: not counted

    engine.load_catalogue(catalogue, by=ENGINE, today=clock.today())
    engine.refresh_snapshot(by=ENGINE, now=clock.now(), today=clock.today(), old_day=date(2025, 6, 30))

    known = queries.catalogue(day=clock.today())

    def value_of(code: str) -> Decimal | None:
        found = [
            one for one in queries.reading_series(known.indicators[code], "T", to=SYSTEM) if one.period == "2026-09"
        ]
        return None if not found or found[0].value is None else round(found[0].value, 1)

    two_thirds, third = round(Decimal(200) / 3, 1), round(Decimal(100) / 3, 1)
    expected = {
        "DN-101": 3,
        "DN-102": 1,
        "DN-103": 1,
        "DN-104": 2,
        "DN-105": two_thirds,
        "DN-106": 100,
        "DN-107": 100,
        "DN-108": 100,
        "DN-109": 100,
        "DN-110": third,
        "DN-111": third,
        "DN-112": 1,
        "DN-113": 100,
        "DN-121": 4,
        "DN-122": 75,
        "DN-123": 25,
        "DN-124": 50,
        "DN-131": 1,
        "DN-132": 100,
        "DN-133": 100,
    }
    assert {code: value_of(code) for code in expected} == expected
    reported = [("DN-107", "DN-108"), ("DN-101", "DN-104"), ("DN-101", "KHONG-CO")]
    found = [
        one for one in compare_pairs(reported, an_officer(), at=[("T", "2026-09")]) if one.left.period == "2026-09"
    ]
    assert [(one.agrees, int(one.difference)) for one in found] == [(True, 0), (False, -1)]


@pytest.mark.django_db
def test_a_figure_of_firms_leads_to_the_firms_and_one_of_households_names_no_owner() -> None:
    a_place()
    a_firm(CODES[0], valid_from=SINCE, sector="it")
    a_firm(CODES[1], valid_from=SINCE)
    a_household("H1", valid_from=SINCE, owner="Chủ hộ kín")
    asked = RecordQuery(units=("W",), months=("2026-09",), members=(("nganh", "it"),))
    all_of_it = RecordQuery(units=("W",), months=("2026-09",))

    firms, households = facts.firms_fact().records, facts.households_fact().records

    assert firms is not None
    assert households is not None
    assert [one.title for one in firms(asked)] == [f"Công ty {CODES[0]}"]
    (one,) = households(all_of_it)
    assert one.title == one.href.rstrip("/").rpartition("/")[2]
