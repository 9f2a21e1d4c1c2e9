"""Cells laid open for reading are the cells of the snapshot, whoever reads them how often."""

import os
import threading
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import pytest
from django.conf import settings
from django.db import connection
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as some

from tinhso.blocks.indicators import queries, services
from tinhso.blocks.indicators.contract import Access, Audience
from tinhso.blocks.indicators.queries import laid_open
from tinhso.blocks.indicators.queries.cells import CELL
from tinhso.blocks.indicators.queries.laid_open import CellLine
from tinhso.blocks.indicators.tests import makers
from tinhso.blocks.indicators.tests.conftest import refresh
from tinhso.kernel.errors import Refused

INSIDE = Audience(Access.RESTRICTED, None)
YEARS = [
    ("a1", f"{year}-{month:02d}", "desk", year - 2000 + month, month, 3, "0.125")
    for year in (2023, 2024)
    for month in range(1, 7)
]


@pytest.fixture
def two_years(country: None) -> queries.Reader:
    makers.dossiers([*YEARS, ("b2", "2024-05", "online", 7, 7, 1, "1.5")])
    makers.a_catalogue([*makers.ALL, makers.UNITS])
    refresh()
    opened = queries.reader_of()
    assert opened is not None
    return opened


def _moment_in_the_table() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT true_for FROM test_dossiers")
        ((moment,),) = cursor.fetchall()
    return cast(datetime, moment)


def test_every_cell_is_found_where_sql_finds_it(two_years: queries.Reader) -> None:
    chunks = list(two_years.chunks("DOSSIERS"))
    names = sorted(set(two_years.facts["DOSSIERS"]["measures"].values()))
    by_sql = two_years.rows("DOSSIERS", ", ".join(["period_type", CELL, *names]), "TRUE ORDER BY period", ())
    lines: dict[CellLine, list[Any]] = {}
    for kind, *cell in by_sql:
        lines.setdefault(CellLine(cell[2], cell[3], cell[4], kind, cell[0]), []).append(tuple(cell))

    for line, cells in lines.items():
        assert [cell for chunk in reversed(chunks) for cell in chunk.line(line, names)] == cells
        for cell in cells:
            assert [one for chunk in chunks for one in chunk.at([line], cell[1], names)] == [cell]

    assert len(lines) > 50


@hypothesis(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    line=some.tuples(
        *[
            some.sampled_from(
                ["published", "current", "old", "channel", "desk", "month", "year", "a1", "x", "p", "", "ß"]
            )
        ]
        * 5
    )
)
def test_a_line_that_there_is_not_is_empty(two_years: queries.Reader, line: tuple[str, ...]) -> None:
    where = "basis = ? AND dim = ? AND member = ? AND period_type = ? AND target = ?"
    ((many,),) = two_years.rows("DOSSIERS", "count(*)", where, line)

    found = [cell for chunk in two_years.chunks("DOSSIERS") for cell in chunk.line(CellLine(*line), ["m0"])]

    assert len(found) == many


def test_readings_of_several_years_come_in_the_order_of_time_with_their_own_numbers(two_years: queries.Reader) -> None:
    told = queries.reading_series(makers.FINISHED, "a1", to=INSIDE)

    assert [one.period for one in told] == [line[1] for line in YEARS]
    assert [one.count for one in told] == [Decimal(line[3]) for line in YEARS]
    assert {one.true_for for one in told} == {_moment_in_the_table()}
    assert queries.latest_readings([makers.FINISHED], "a1", to=INSIDE, last=8)["D-1"] == told[-8:]


def test_units_side_by_side_are_those_that_have_the_period(two_years: queries.Reader) -> None:
    told = queries.readings_across(makers.FINISHED, ["b2", "a1", "nobody"], "2024-05", to=INSIDE)

    assert [(one.unit, one.count) for one in told] == [("a1", Decimal(29)), ("b2", Decimal(7))]


def test_a_torn_open_file_is_made_again(two_years: queries.Reader) -> None:
    whole = queries.reading_series(makers.FEES, "a1", to=INSIDE)
    for path in Path(settings.SNAPSHOT_DIR).glob(f"*/*{laid_open.SUFFIX}"):
        path.write_bytes(path.read_bytes()[:-100])
    laid_open.close_chunks()

    assert queries.reading_series(makers.FEES, "a1", to=INSIDE) == whole


@pytest.mark.parametrize(
    "harm", [lambda path: path.write_bytes(path.read_bytes()[:-50]), Path.unlink], ids=["torn", "lost"]
)
def test_figures_of_a_broken_chunk_are_read_from_what_was_laid_open_while_it_was_whole(
    two_years: queries.Reader, harm: Callable[[Path], object]
) -> None:
    whole = queries.reading_series(makers.FEES, "a1", to=INSIDE)
    for path in Path(settings.SNAPSHOT_DIR).glob("DOSSIERS/*.parquet"):
        harm(path)
    laid_open.close_chunks()

    assert queries.reading_series(makers.FEES, "a1", to=INSIDE) == whole


def test_where_nothing_whole_is_left_the_reader_is_told_what_to_do(two_years: queries.Reader) -> None:
    for path in Path(settings.SNAPSHOT_DIR).glob("DOSSIERS/*"):
        path.unlink()
    laid_open.close_chunks()

    with pytest.raises(Refused, match="tinhso refresh"):
        queries.reading_series(makers.FEES, "a1", to=INSIDE)


def test_a_disk_without_room_keeps_nobody_from_reading(
    two_years: queries.Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = queries.reading_series(makers.FEES, "a1", to=INSIDE)
    for path in Path(settings.SNAPSHOT_DIR).glob(f"*/*{laid_open.SUFFIX}"):
        path.unlink()
    laid_open.close_chunks()
    opened = Path.open

    def no_room(path: Path, mode: str = "r", *rest: Any, **more: Any) -> Any:
        if "w" in mode:
            raise OSError(28, "No space left on device")
        return opened(path, mode, *rest, **more)

    monkeypatch.setattr(Path, "open", no_room)

    assert queries.reading_series(makers.FEES, "a1", to=INSIDE) == whole
    assert not list(Path(settings.SNAPSHOT_DIR).glob("*/*.arrow*"))


def test_a_chunk_that_took_the_name_of_another_is_not_read_from_the_others_file(two_years: queries.Reader) -> None:
    queries.reading_series(makers.FINISHED, "a1", to=INSIDE)
    name = two_years.facts["DOSSIERS"]["chunks"]["2024"]
    former = laid_open.chunk_by_name(name)
    source = Path(settings.SNAPSHOT_DIR) / name
    source.write_bytes((source.parent / Path(two_years.facts["DOSSIERS"]["chunks"]["2023"]).name).read_bytes())
    os.utime(source, ns=(1, 1))
    laid_open.close_chunks()

    assert former.words["period"] != laid_open.chunk_by_name(name).words["period"]


def test_what_is_read_is_noted_for_whoever_asked_and_whoever_asked_them(two_years: queries.Reader) -> None:
    with queries.facts_read_within() as outer:
        with queries.facts_read_within() as inner:
            queries.reading_series(makers.FINISHED, "a1", to=INSIDE)
        queries.note_facts("OTHER")

    assert inner == {"DOSSIERS"}
    assert outer == {"DOSSIERS", "OTHER"}


def test_a_fact_has_another_version_when_its_cells_change_and_only_then(two_years: queries.Reader) -> None:
    before = two_years.versions["DOSSIERS"]
    makers.a_catalogue([makers.FINISHED.__class__(**{**makers.FINISHED.__dict__, "code": "D-9", "name": "Tên khác"})])
    refresh()
    renamed = queries.reader_of()
    makers.dossiers([("a1", "2024-06", "online", 1, 1, 1, "0")])
    refresh()
    corrected = queries.reader_of()

    assert renamed is not None
    assert corrected is not None
    assert renamed.number > two_years.number
    assert renamed.versions["DOSSIERS"] == before != corrected.versions["DOSSIERS"]


def test_what_a_small_refresh_wrote_lies_open_before_anybody_reads_it(two_years: queries.Reader) -> None:
    makers.dossiers([("a1", "2024-06", "online", 1, 1, 1, "0")])
    refresh()
    newest = queries.reader_of()
    assert newest is not None
    chunk = Path(settings.SNAPSHOT_DIR, newest.facts["DOSSIERS"]["chunks"]["2024"])

    assert chunk.with_name(chunk.name + laid_open.SUFFIX).is_file()


def test_readers_see_one_snapshot_or_the_next_and_never_an_error_while_it_changes(two_years: queries.Reader) -> None:
    told: list[Decimal | None] = []
    stop = threading.Event()
    numbers = [two_years.number]
    queries.reading_series(makers.FINISHED, "a1", to=INSIDE, snapshot=numbers[-1])

    def read_on() -> None:
        while not stop.is_set():
            told.append(queries.reading_series(makers.FINISHED, "a1", to=INSIDE, snapshot=numbers[-1])[-1].count)

    readers = [threading.Thread(target=read_on) for _ in range(4)]
    for one in readers:
        one.start()
    for _n in range(1, 4):
        makers.dossiers([("a1", "2024-06", "online", 100, 1, 1, "0")])
        refresh()
        opened = queries.reader_of()
        assert opened is not None
        numbers.append(opened.number)
    services.sweep_files()
    stop.set()
    for one in readers:
        one.join()

    assert told
    assert set(told) <= {Decimal(30 + 100 * n) for n in range(4)}
    assert queries.reading_series(makers.FINISHED, "a1", to=INSIDE)[-1].count == 330
