"""Windows of maps: what lies in them, by facet and in squares, and that an index alone answers."""

from typing import Any

import pytest
from django.db import connection

from tinhso.blocks.registers.contract import REGISTERS
from tinhso.blocks.registers.queries import finding, maps
from tinhso.blocks.registers.queries.finding import RecordFilter
from tinhso.blocks.registers.tests.makers import a_keeper, a_line, a_place, lines

pytestmark = pytest.mark.django_db
BOX = (107.0, 15.0, 107.045, 15.045)


def a_line_at(code: str, longitude: float, latitude: float, **values: Any) -> Any:
    return a_line(a_keeper(), code, longitude=longitude, latitude=latitude, **values)


def test_a_filtered_window_is_answered_by_the_index_of_places_alone() -> None:
    by, _places = a_keeper(), a_place()
    a_line_at("D1", 107.01, 15.01)
    rows = finding.records_by_index(
        lines(), RecordFilter(facets={"kind": "lan", "state": "in_use"}, unit="W", box=BOX), by
    )

    with connection.cursor() as cursor:
        # Of a table of one row every index costs the same; what is asked is whether this one can answer alone
        _drop_other_indexes(cursor)
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        sql, params = rows.order_by().values_list("longitude", "latitude").query.sql_with_params()
        cursor.execute(f"EXPLAIN {sql}", params)
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert "Index Only Scan using reg_line_place" in plan
    assert "floor((latitude * '80'" in plan.partition("Index Cond: ")[2].splitlines()[0]


def _drop_other_indexes(cursor: Any) -> None:
    table = lines().model._meta.db_table
    cursor.execute(
        "SELECT indexrelid::regclass FROM pg_index LEFT JOIN pg_constraint ON conindid = indexrelid"
        " WHERE indrelid = %s::regclass AND conindid IS NULL AND indexrelid <> 'reg_line_place'::regclass",
        [table],
    )
    for (index,) in cursor.fetchall():
        cursor.execute(f"DROP INDEX {index}")


def test_the_edges_of_a_window_belong_to_it_and_nothing_beyond_them() -> None:
    by, _places = a_keeper(), a_place()
    west, south, east, north = BOX
    for n, (x, y) in enumerate([(west, south), (east, north), (west, north), (107.02, 15.02)]):
        a_line_at(f"IN{n}", x, y)
    for n, (x, y) in enumerate([(106.999, 15.02), (107.046, 15.02), (107.02, 14.999), (107.02, 15.046)]):
        a_line_at(f"OUT{n}", x, y)
    a_line(by, "NOWHERE")

    found = finding.filtered_records(lines(), RecordFilter(box=BOX), finding.visible_records(lines(), by))

    assert sorted(found.values_list("code", flat=True)) == ["IN0", "IN1", "IN2", "IN3"]


@pytest.mark.parametrize(
    ("box", "codes"),
    [
        ((179.0, -20.0, -179.0, -10.0), ["E", "W"]),
        ((-180.0, -90.0, 180.0, 90.0), ["E", "N", "S", "W"]),
        ((-1.0, 89.0, 1.0, 90.0), ["N"]),
        ((-1.0, -90.0, 1.0, -89.999), ["S"]),
    ],
)
def test_windows_across_the_date_line_and_at_the_poles_hold_what_lies_there(
    box: tuple[float, float, float, float], codes: list[str]
) -> None:
    by, _places = a_keeper(), a_place()
    for code, x, y in (("W", -179.5, -15.01), ("E", 179.5, -15.0), ("N", 0.0, 90.0), ("S", 0.0, -90.0)):
        a_line_at(code, x, y)

    found = finding.filtered_records(lines(), RecordFilter(box=box), finding.visible_records(lines(), by))

    assert sorted(found.values_list("code", flat=True)) == codes


@pytest.mark.parametrize("words", ["", "duong"])
def test_a_filtered_window_shows_points_or_squares_of_the_same_records(
    words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    by, _places = a_keeper(), a_place()
    for n in range(6):
        a_line_at(f"D{n}", 107.001 + n * 0.001, 15.001, kind="lan" if n % 3 else "internet")
    wanted = RecordFilter(words=words, facets={"kind": "lan"})

    points = maps.map_window(lines(), wanted, by, BOX)
    monkeypatch.setattr(maps, "MOST_POINTS", 2)
    squares = maps.map_window(lines(), wanted, by, BOX)
    monkeypatch.setattr(maps, "MOST_GROUPED", 3)
    partly = maps.map_window(lines(), wanted, by, BOX)

    assert [(one.label, one.count) for one in points.marks] == [(f"Đường D{n}", 1) for n in (1, 2, 4, 5)]
    assert (sorted(one.count for one in squares.marks), squares.there, squares.partly) == ([2, 2], 4, False)
    assert (partly.there, partly.partly) == (3, True)


@pytest.mark.parametrize("wanted", [RecordFilter(facets={"kind": "nothing"}), RecordFilter(unit="nowhere")])
def test_a_window_of_what_cannot_be_is_empty(wanted: RecordFilter) -> None:
    by, _places = a_keeper(), a_place()
    a_line_at("D1", 107.01, 15.01)

    window = maps.map_window(lines(), wanted, by, BOX)

    assert (window.marks, window.partly) == ((), False)


def test_the_station_nearest_to_a_place_is_found_by_an_index() -> None:
    names = {index.name for index in REGISTERS["stations"].model._meta.indexes}

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
        cursor.execute(
            """EXPLAIN SELECT ref FROM connectivity_station WHERE NOT removed AND longitude IS NOT NULL
               ORDER BY point(longitude, latitude) <-> point(107, 15) LIMIT 1"""
        )
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert "reg_station_near" in names
    assert "Index Scan using reg_station_near" in plan
