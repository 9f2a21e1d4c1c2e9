"""A spot on the live map tells where it is and what stands there, and a directive may begin at it."""

from datetime import datetime
from typing import Any

import pytest

from tinhso.blocks.identity.models import Person
from tinhso.blocks.identity.queries import actor_for
from tinhso.blocks.identity.tests import makers as people
from tinhso.blocks.indicators import contract
from tinhso.blocks.indicators.contract import Box, Layer, Spot, subject_of
from tinhso.blocks.units.models import Boundary, Unit
from tinhso.ioc.tests.conftest import logged_in
from tinhso.ioc.tests.makers import dossiers, published, text_of

pytestmark = pytest.mark.usefixtures("centre")
OPEN = [Spot(0.5, 0.5, 7, urgent=2), Spot(1.5, 0.5, 1)]


@pytest.fixture
def leader(leader: Person, monkeypatch: Any) -> Person:
    """A leader of two communes side by side, with seven open things in the first and one in the second."""
    published(*dossiers("2024-07", "x", "y"), *dossiers("2024-08", "x", "y"))
    for number, ref in enumerate("xy"):
        ring = [[number, 0], [number + 1, 0], [number + 1, 1], [number, 1], [number, 0]]
        shape = {"type": "Polygon", "coordinates": [ring]}
        Boundary.objects.create(unit=Unit.objects.get(ref=ref), geometry=shape, schematic=True, source="t")

    def provider(units: frozenset[int], box: Box, across: int, now: datetime) -> Layer:
        return Layer("r", "Việc đang mở", 8, tuple(OPEN), (), "sổ")

    monkeypatch.setattr(contract, "LAYER_PROVIDERS", [provider])
    people.a_post(leader, Unit.objects.get(ref="p"), people.a_role("give directives", code="giver", everywhere=True))
    return leader


def test_each_spot_of_the_map_leads_to_its_panel_with_the_place_and_the_button(leader: Person) -> None:
    page = logged_in(leader).get("/map/live/?spot=0.5,0.5").content.decode()

    assert 'href="?spot=1.5%2C0.5#spot"' in page
    assert "/directives/new/?about=spot%3A0.50000%2C0.50000/p" in page
    words = text_of(logged_in(leader), "/map/live/?spot=0.5,0.5")
    assert "Đơn vị x" in words
    assert "0,50000; 0,50000" in words


def test_the_directive_is_told_the_commune_the_coordinates_and_what_stands_there(leader: Person) -> None:
    told = subject_of("spot:0.51,0.5/p", actor_for(leader))  # within the circle: the spot is meant

    assert told is not None
    assert (told.kind, told.unit) == ("spot", "x")
    assert told.label == "Đơn vị x, 0,50000; 0,50000 (Việc đang mở: 7, trong đó 2 gấp hoặc trễ)"
    assert told.href == "/map/live/?unit=p&spot=0.50000,0.50000"
    assert "Đơn vị x, 0,50000; 0,50000" in text_of(logged_in(leader), "/directives/new/?about=spot:0.5,0.5/p")


def test_where_nothing_stands_the_place_alone_is_told_and_no_place_is_no_subject(leader: Person) -> None:
    by = actor_for(leader)

    empty = subject_of("spot:1.9,0.9/p", by)

    assert empty is not None
    assert (empty.unit, empty.label) == ("y", "Đơn vị y, 0,90000; 1,90000")
    for ref in ("5,5/p", "x/p", "0.5/p", "nan,1/p", "0.5,0.5/nowhere", "999,1/p"):
        assert subject_of(f"spot:{ref}", by) is None
    assert subject_of("spot:0.5,0.5/p", actor_for(people.a_person("la"))) is None


def test_who_gives_no_directives_sees_the_panel_without_the_button(leader: Person) -> None:
    reader = people.a_person("xem")
    people.a_post(reader, Unit.objects.get(ref="p"), people.a_role("see indicators", code="reader", everywhere=True))

    page = logged_in(reader).get("/map/live/?spot=0.5,0.5").content.decode()

    assert 'id="spot"' in page
    assert "about=spot" not in page


def test_a_spot_that_is_none_leaves_the_map_as_it_is(leader: Person) -> None:
    assert 'id="spot"' not in logged_in(leader).get("/map/live/?spot=nothing").content.decode()
