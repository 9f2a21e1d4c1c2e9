"""Tasks and directives on the worklist over all systems."""

import pytest

from tinhso.blocks.worklist.tests.makers import work_of
from tinhso.government.programme import services
from tinhso.government.programme.tests import makers

pytestmark = pytest.mark.django_db


def test_a_directive_waits_for_whoever_was_named_and_its_answer_for_whoever_gave_it() -> None:
    place = makers.a_place()
    one = makers.a_directive(place)

    assert work_of(place.by("clerk"), makers.MONDAY) == [("directives", one.ref, "Trả lời")]
    assert work_of(place.by("leader"), makers.MONDAY) == []
    assert work_of(place.by("stranger"), makers.MONDAY) == []

    services.answer(ref=one.ref, words="Đã gỡ.", by=place.by("clerk"), now=makers.MONDAY)

    assert work_of(place.by("clerk"), makers.MONDAY) == []
    assert work_of(place.by("leader"), makers.MONDAY) == [("directives", one.ref, "Xem trả lời, kết thúc")]


def test_a_task_given_to_nobody_by_name_waits_for_everybody_who_does_tasks_there() -> None:
    place = makers.a_place()
    one = makers.a_task(place, owner="", partners=[])

    assert work_of(place.by("clerk"), makers.MONDAY) == [("tasks", one.ref, "Thực hiện")]
    assert work_of(place.by("stranger"), makers.MONDAY) == []
