"""The map tells what was given of what was approved, commune by commune, to whoever may read the applications there."""

from datetime import date
from typing import Any

import pytest

from tinhso.blocks.identity.tests import makers as people
from tinhso.blocks.units.models import Boundary, Succession, Unit
from tinhso.kernel.actor import Actor
from tinhso.society.support.models import Programme
from tinhso.society.support.queries import given_map, standing
from tinhso.society.support.rights import SEE_SUPPORT
from tinhso.society.support.tests import makers
from tinhso.society.support.tests.makers import MONDAY, Place

pytestmark = pytest.mark.django_db
DAY = MONDAY.date()


def outline(*units: Unit) -> None:
    """A square for each unit, side by side."""
    for number, unit in enumerate(units):
        ring = [[number, 0], [number + 1, 0], [number + 1, 1], [number, 1], [number, 0]]
        shape = {"type": "Polygon", "coordinates": [ring]}
        Boundary.objects.create(unit=unit, geometry=shape, schematic=True, source="t")


@pytest.fixture
def place() -> Place:
    """A province whose two communes have outlines."""
    found = makers.a_place()
    outline(found.west, found.east)
    return found


def given_in(place: Place) -> Programme:
    """Three approved in the west, two of them handed over; one handed over in the east."""
    programme = makers.a_programme(place)
    makers.delivered(programme, 1, commune=place.west.ref)
    makers.delivered(programme, 2, commune=place.west.ref)
    makers.approved(programme, 3, commune=place.west.ref)
    makers.delivered(programme, 4, commune=place.east.ref)
    return programme


def map_context(programme: Programme, by: Actor, show: str = given_map.GIVEN, day: date = DAY) -> dict[str, Any]:
    """What the map says by unit."""
    found = standing.programme_page(programme, by, day, show).map
    assert found is not None
    return {shape.ref: None if shape.value is None else float(shape.value) for shape in found.drawn.shapes}


def test_each_commune_tells_what_was_given_of_what_was_approved(place: Place) -> None:
    programme = given_in(place)

    assert map_context(programme, makers.a_manager()) == {"W": 2, "E": 1}
    assert map_context(programme, makers.a_manager(), given_map.SHARE) == {"W": 66.7, "E": 100}
    found = standing.programme_page(programme, makers.a_manager(), DAY, given_map.GIVEN).map
    assert found is not None
    assert (found.given, found.entitled, found.adrift, found.hidden) == (3, 4, 0, 0)


def test_who_reads_one_communes_applications_is_told_of_that_one(place: Place) -> None:
    programme = given_in(place)
    clerk = makers.a_clerk(place.west)

    assert map_context(programme, clerk) == {"W": 2, "E": None}
    shown = standing.programme_page(programme, clerk, DAY, given_map.GIVEN)
    found = shown.map
    assert found is not None
    assert (found.given, found.entitled, found.hidden) == (2, 3, 1)
    assert {one.unit.ref for one in shown.places} == {"W"}
    assert SEE_SUPPORT not in clerk.everywhere


def test_what_was_given_in_a_commune_that_ended_lies_in_what_it_became(place: Place) -> None:
    programme = given_in(place)
    after = people.a_unit("N", place.province)
    outline(after)
    Unit.objects.filter(pk__in=[place.west.pk, place.east.pk]).update(valid=(None, DAY))
    Unit.objects.filter(pk=after.pk).update(valid=(DAY, None))
    known = Unit.objects.get(pk=after.pk).known
    for before in (place.west, place.east):
        Succession.objects.create(before=before, after=after, kind="merge", effective=DAY, known=known)

    assert map_context(programme, makers.a_manager()) == {"N": 3}


def test_without_outlines_there_is_no_map() -> None:
    programme = makers.a_programme(makers.a_place())

    assert standing.programme_page(programme, makers.a_manager(), DAY, given_map.GIVEN).map is None
