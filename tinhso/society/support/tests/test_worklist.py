"""Applications for support on the worklist over all systems."""

import pytest

from tinhso.blocks.worklist.tests.makers import ticks_of, work_of
from tinhso.society.support.tests import makers

pytestmark = pytest.mark.django_db


def test_an_application_waits_to_be_approved_and_then_to_be_given() -> None:
    place = makers.a_place()
    programme = makers.a_programme(place)
    waiting, granted = makers.submitted(programme), makers.approved(programme, 2)
    chief, elsewhere = makers.a_chief(place.west), makers.a_chief(place.east)

    assert work_of(chief, makers.MONDAY) == [
        ("support", waiting.ref, "Duyệt"),
        ("support", granted.ref, "Trao hỗ trợ"),
    ]
    assert ticks_of(chief, makers.MONDAY) == [waiting.ref, ""]
    assert work_of(elsewhere, makers.MONDAY) == []
