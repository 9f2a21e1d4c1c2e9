"""Stations and posts keep their registers' rules; a place far from any 4G station is told, in kilometres."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tinhso.blocks.identity.tests import makers as people
from tinhso.blocks.registers import services as records
from tinhso.blocks.registers.contract import REGISTERS
from tinhso.blocks.registers.queries.parsing import Invalid
from tinhso.blocks.registers.tests.makers import MONDAY, a_place
from tinhso.blocks.units.models import Succession, Unit
from tinhso.economy.connectivity.models import Station
from tinhso.economy.connectivity.queries import gaps, standing
from tinhso.economy.connectivity.tests.makers import a_post, a_station, an_officer, an_operator

pytestmark = pytest.mark.django_db
DAY = MONDAY.date()


@pytest.fixture
def place(settings: Any, tmp_path: Path) -> tuple[Unit, Unit]:
    """Two communes whose middles are known; a gap is more than three kilometres."""
    (tmp_path / "connectivity.toml").write_text("[gaps]\nkm = 3\n", encoding="utf-8")
    settings.PROVINCE_DIR = tmp_path
    west, east = a_place()
    Unit.objects.filter(pk=west.pk).update(lat=Decimal("10"), lon=Decimal("106"))
    Unit.objects.filter(pk=east.pk).update(lat=Decimal("10"), lon=Decimal("106.2"))
    return west, east


def test_the_nearest_working_4g_station_decides_whether_a_place_is_a_gap(place: tuple[Unit, Unit]) -> None:
    an_operator()
    a_station("T1", longitude=106.02, latitude=10.0)
    a_station("T2", longitude=106.001, latitude=10.0, g4=False, g3=True)
    a_station("T3", longitude=106.001, latitude=10.0, state="broken")

    found = {one.unit.ref: one for one in gaps.places_by_distance(an_officer(), DAY)}

    assert (found["W"].station, round(found["W"].km or 0, 2), found["W"].is_gap) == ("Trạm T1", 2.19, False)
    assert (round(found["E"].km or 0, 1), found["E"].is_gap) == (19.7, True)
    assert next(iter(gaps.places_by_distance(an_officer(), DAY))).unit.ref == "E"  # the worst first


def test_a_place_without_any_station_is_a_gap_and_who_sees_one_commune_hears_of_that_one(
    place: tuple[Unit, Unit],
) -> None:
    west, _east = place

    (only,) = gaps.places_by_distance(an_officer(west), DAY)

    assert (only.unit, only.km, only.is_gap) == (west, None, True)


def test_a_station_sends_something_and_a_removed_one_is_near_nobody(place: tuple[Unit, Unit]) -> None:
    an_operator()
    with pytest.raises(Invalid, match="ít nhất một công nghệ"):
        a_station("T1", g4=False)
    station = a_station("T1", longitude=106.0, latitude=10.0)
    with pytest.raises(IntegrityError, match="station_sends"), transaction.atomic():
        Station.objects.filter(pk=station.pk).update(g4=False)

    records.end_record(register=REGISTERS["stations"], ref=station.ref, on=DAY, why="Dời", by=an_officer(), now=MONDAY)

    assert all(one.km is None for one in gaps.places_by_distance(an_officer(), DAY))
    assert standing.connectivity_overview(an_officer()).stations["all"] == 0


def test_stations_and_posts_follow_their_commune_through_a_merger_and_operators_through_a_merging(
    place: tuple[Unit, Unit],
) -> None:
    west, east = place
    first, second = an_operator("a"), an_operator("b")
    station, post = (
        a_station("T1", operator="b", valid_from=date(2026, 1, 5)),
        a_post("B1", valid_from=date(2026, 1, 5)),
    )
    after = people.a_unit("N", west.parent)
    Unit.objects.filter(pk=west.pk).update(valid=(None, DAY))
    Unit.objects.filter(pk=after.pk).update(valid=(DAY, None))
    known = Unit.objects.get(pk=after.pk).known
    Succession.objects.create(before=west, after=after, kind="merge", effective=DAY, known=known)

    moved = records.move_units(today=DAY, by=an_officer(), now=MONDAY)
    records.merge_records(
        register=REGISTERS["operators"],
        keep=first.ref,
        lose=[second.ref],
        values={},
        why="Sáp nhập",
        by=an_officer(),
        now=MONDAY,
    )

    station.refresh_from_db()
    post.refresh_from_db()
    assert (moved, station.unit, post.unit, station.operator) == (2, after, after, first)
    assert east.pk not in {station.unit_id, post.unit_id}
