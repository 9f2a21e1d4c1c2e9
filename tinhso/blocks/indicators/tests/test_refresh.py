from dataclasses import replace
from decimal import Decimal

import pytest
from django.conf import settings
from django.db import connection

from tinhso.blocks.indicators import contract, queries, services
from tinhso.blocks.indicators.contract import SYSTEM
from tinhso.blocks.indicators.models import Snapshot
from tinhso.blocks.indicators.services import engine
from tinhso.blocks.indicators.tests import makers
from tinhso.blocks.indicators.tests.conftest import refresh
from tinhso.blocks.indicators.tests.test_engine import at, lines

pytestmark = pytest.mark.usefixtures("country")


def test_a_second_refresh_without_changes_publishes_nothing() -> None:
    makers.dossiers(lines("2024-01", "a1"))
    makers.a_catalogue()

    assert refresh() is not None
    assert refresh() is None


def test_a_corrected_month_changes_its_readings_and_leaves_the_other_months() -> None:
    makers.dossiers([*lines("2024-01", "a1", "a2"), *lines("2024-02", "a1"), *lines("2023-05", "b1")])
    makers.a_catalogue()
    first = refresh()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE test_dossiers SET finished = 11 WHERE unit = 'a1' AND month = '2024-01' AND channel = 'desk'"
        )

    second = refresh()

    assert first is not None
    assert second is not None
    assert second.summary["changed"]["DOSSIERS"]["months"] == ["2024-01"]
    assert at(queries.reading_series(makers.FINISHED, "p", to=SYSTEM), "2024-01").count == Decimal(31)
    assert at(queries.reading_series(makers.FINISHED, "p", to=SYSTEM), "2024-02").count == Decimal(15)
    assert at(queries.reading_series(makers.FINISHED, "p", kind="year", to=SYSTEM), "2024").count == Decimal(46)
    chunks = [snapshot.manifest["facts"]["DOSSIERS"]["chunks"] for snapshot in (first, second)]
    assert chunks[0]["2023"] == chunks[1]["2023"]


def test_readings_of_a_past_snapshot_stay_as_they_were() -> None:
    makers.dossiers(lines("2024-01", "a1"))
    makers.a_catalogue()
    first = refresh()
    makers.dossiers(lines("2024-01", "a2"))
    refresh()

    assert first is not None
    assert at(
        queries.reading_series(makers.FINISHED, "p", snapshot=first.number, to=SYSTEM), "2024-01"
    ).count == Decimal(15)
    assert at(queries.reading_series(makers.FINISHED, "p", to=SYSTEM), "2024-01").count == Decimal(30)


def test_an_incremental_refresh_gives_the_same_readings_as_a_full_one() -> None:
    makers.dossiers([*lines("2024-01", "a1", "b1"), *lines("2024-02", "a2", "b2"), *lines("2024-08", "x", "y")])
    makers.a_catalogue([*makers.ALL, makers.UNITS])
    refresh()
    makers.dossiers(lines("2024-03", "a1", "a2"))
    refresh()
    step = {
        item.code: queries.reading_series(item, "p", kind=kind, to=SYSTEM)
        for item in makers.ALL
        for kind in ("month", "quarter", "year")
    }

    refresh(full=True)

    again = {
        item.code: queries.reading_series(item, "p", kind=kind, to=SYSTEM)
        for item in makers.ALL
        for kind in ("month", "quarter", "year")
    }
    assert [[(r.period, r.count, r.out_of, r.expected) for r in found] for found in step.values()] == [
        [(r.period, r.count, r.out_of, r.expected) for r in found] for found in again.values()
    ]


def test_a_month_that_was_withdrawn_disappears() -> None:
    makers.dossiers([*lines("2024-01", "a1"), *lines("2024-02", "a1")])
    makers.a_catalogue()
    refresh()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM test_dossiers WHERE month = '2024-02'")

    refresh()

    assert [reading.period for reading in queries.reading_series(makers.FINISHED, "p", to=SYSTEM)] == ["2024-01"]


def test_years_that_are_known_of_and_have_no_row_yet_break_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    makers.dossiers([*lines("2023-05", "a1"), *lines("2024-01", "a1")])
    late = replace(makers.DOSSIERS, select="SELECT * FROM test_dossiers WHERE month > '2023-12'")
    monkeypatch.setattr(contract, "FACT_PROVIDERS", [lambda: [late]])
    monkeypatch.setattr(engine, "ROWS_AT_ONCE", 0)  # year by year, as large facts are computed
    makers.a_catalogue()

    refresh()

    assert [reading.period for reading in queries.reading_series(makers.FINISHED, "p", to=SYSTEM)] == ["2024-01"]


def test_a_refresh_that_breaks_half_way_leaves_the_former_snapshot_serving_and_the_next_one_catches_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    makers.dossiers(lines("2024-01", "a1"))
    makers.a_catalogue()
    refresh()
    makers.dossiers(lines("2024-02", "a1"))
    whole = engine.Workshop._write
    monkeypatch.setattr(engine.Workshop, "_write", lambda *_: (_ for _ in ()).throw(OSError("disk full")))

    with pytest.raises(OSError, match="disk full"):
        refresh()

    assert [reading.period for reading in queries.reading_series(makers.FINISHED, "p", to=SYSTEM)] == ["2024-01"]
    monkeypatch.setattr(engine.Workshop, "_write", whole)
    refresh()
    assert [reading.period for reading in queries.reading_series(makers.FINISHED, "p", to=SYSTEM)] == [
        "2024-01",
        "2024-02",
    ]


def test_sweeping_keeps_every_file_that_a_kept_snapshot_lists() -> None:
    makers.dossiers(lines("2024-01", "a1"))
    makers.a_catalogue()
    refresh()
    makers.dossiers(lines("2024-01", "a2"))
    refresh()

    removed = services.sweep_files(keep=1)

    assert removed == 3, "the chunk, its open file, and what its places were made of"
    assert Snapshot.objects.count() == 2
    assert len(list(settings.SNAPSHOT_DIR.glob("*/*.parquet"))) == 1
