"""Difficulties and tasks of teams on the worklist over all systems."""

import pytest

from tinhso.blocks.worklist.tests.makers import work_of
from tinhso.society.community_teams import services
from tinhso.society.community_teams.tests import makers

pytestmark = pytest.mark.django_db


def test_a_difficulty_waits_for_the_agency_that_answers_and_for_nobody_else() -> None:
    place = makers.a_place()
    team = makers.a_team()
    hoa = makers.a_volunteer(team)

    one = services.report_difficulty(team=team, kind="song-yeu", text="Sóng yếu.", by=hoa, now=makers.MONDAY)

    assert work_of(makers.an_agency(place), makers.MONDAY) == [("difficulties", one.ref, "Trả lời")]
    assert work_of(makers.a_manager(place.west), makers.MONDAY) == []
    assert work_of(hoa, makers.MONDAY) == []
