"""Files that break, a clock that jumps back, a column that comes later: found, named, and mended by a refresh."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from tinhso.blocks.indicators import contract, queries, services
from tinhso.blocks.indicators.contract import SYSTEM, Dimension, Member
from tinhso.blocks.indicators.services import care, store
from tinhso.blocks.indicators.tests import makers
from tinhso.blocks.indicators.tests.conftest import NOW, country, refresh
from tinhso.blocks.indicators.tests.test_changes import cells, define, work
from tinhso.blocks.indicators.tests.test_engine import at, lines
from tinhso.project import doctor

__all__ = ["country"]  # the fixture of the tiny country
pytestmark = pytest.mark.usefixtures("country")


def tear(path: Path) -> None:
    """Cut a file short, as a disk does that loses its power."""
    path.write_bytes(path.read_bytes()[:-20])


def two_years() -> None:
    """Rows in two years, published."""
    makers.dossiers([*lines("2023-05", "a1", "b1"), *lines("2024-01", "a1"), *lines("2024-02", "a2")])
    makers.a_catalogue()
    refresh()


def test_a_torn_fact_file_is_named_by_the_doctor_and_taken_again_from_the_database() -> None:
    two_years()
    before = cells(refresh(full=True))
    [file] = store.default_store().files(makers.DOSSIERS, ["2024-01"])
    tear(Path(file))

    finding = doctor._check_fact_store()
    explained = work()
    after = refresh()

    assert (finding.state, "DOSSIERS" in finding.said, "tinhso refresh" in finding.do) == ("fail", True, True)
    assert explained.export == ["2024-01"]
    assert cells(after) == before
    assert doctor._check_fact_store().state == "ok"


def test_a_fact_table_whose_log_is_torn_is_made_anew() -> None:
    two_years()
    before = cells(refresh(full=True))
    for log in Path(store.default_store().uri(makers.DOSSIERS), "_delta_log").glob("*.json"):
        log.write_text('{"commitInfo": {"times')

    finding = doctor._check_fact_store()
    after = refresh()

    assert finding.state == "fail"
    assert cells(after) == before
    assert doctor._check_fact_store().state == "ok"


@pytest.mark.parametrize("how", ["torn", "gone"])
def test_a_broken_chunk_is_named_by_the_doctor_and_its_year_alone_computed_again(how: str) -> None:
    two_years()
    first = refresh(full=True)
    assert first is not None
    before = cells(first)
    chunks = first.manifest["facts"]["DOSSIERS"]["chunks"]
    path = settings.SNAPSHOT_DIR / chunks["2023"]
    tear(path) if how == "torn" else path.unlink()

    finding = doctor._check_snapshot()
    after = refresh()

    assert (finding.state, "DOSSIERS" in finding.said, "tinhso refresh" in finding.do) == ("fail", True, True)
    assert cells(after) == before
    assert after is not None
    assert after.manifest["facts"]["DOSSIERS"]["chunks"]["2024"] == chunks["2024"]


def test_when_the_clock_jumps_back_the_newest_figures_are_still_the_last_computed(settings: Any) -> None:
    makers.dossiers(lines("2024-01", "a1"))
    makers.a_catalogue()
    refresh(now=NOW + timedelta(days=40_000))
    finding = doctor._check_snapshot()
    makers.dossiers(lines("2024-01", "a2"))

    refresh(now=NOW)

    assert (finding.state, "NTP" in finding.do) == ("fail", True)
    assert at(queries.reading_series(makers.FINISHED, "p", to=SYSTEM), "2024-01").count == Decimal(30)
    services.sweep_files(keep=1, days=0)
    services.tend_fact_store()
    queries.clear_caches()
    assert at(queries.reading_series(makers.FINISHED, "p", to=SYSTEM), "2024-01").count == Decimal(30)


def test_tending_the_fact_store_takes_old_files_only_and_changes_no_figure() -> None:
    two_years()
    for fees in ("1", "2", "3"):
        with connection.cursor() as cursor:
            cursor.execute("UPDATE test_dossiers SET fees = %s WHERE month = '2024-01'", [fees])
        refresh()
    before = cells(refresh(full=True))
    facts = store.default_store()
    there = len(list(Path(facts.root).rglob("*.parquet")))

    assert services.tend_fact_store() == 0, "what a commit of the last days lists may be read by somebody"
    removed = care.tend_store(facts, ["DOSSIERS"], timedelta(0))

    assert removed == there - 3
    assert work().is_idle
    assert cells(refresh(full=True)) == before


def test_a_dimension_that_comes_later_leaves_former_rows_without_a_member(monkeypatch: pytest.MonkeyPatch) -> None:
    two_years()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE test_dossiers ADD COLUMN area text")
        cursor.execute("UPDATE test_dossiers SET area = 'delta' WHERE month = '2024-02'")
    area = Dimension("area", "Vùng", "Area", (Member("delta", "Đồng bằng"), Member("coast", "Ven biển")))
    wider = replace(makers.DOSSIERS, dims=(makers.CHANNEL, area))
    monkeypatch.setattr(contract, "FACT_PROVIDERS", [lambda: [wider]])
    by_area = replace(makers.FINISHED, code="D-10", by=("area",))
    define(*makers.ALL, by_area)

    refresh()

    told = queries.reading_series(by_area, "p", family=("area", "delta"), to=SYSTEM)
    assert [(reading.period, reading.count) for reading in told] == [("2024-02", Decimal(15))]
    assert at(queries.reading_series(makers.FINISHED, "p", kind="year", to=SYSTEM), "2024").count == Decimal(30)
