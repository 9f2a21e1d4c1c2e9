"""Tasks and directives that fall due in a week."""

from datetime import date

import pytest

from tinhso.blocks.indicators.contract import DueWork
from tinhso.government.programme import services
from tinhso.government.programme.queries import due
from tinhso.government.programme.tests import makers
from tinhso.kernel.weeks import week_of
from tinhso.ui.round_trips import read_together

pytestmark = pytest.mark.django_db


def due_in_week_of(day: date, place: makers.Place, name: str, *units: int) -> list[DueWork]:
    week = week_of(day)
    read = due.due_work(place.by(name), frozenset(units), week.begins_at, week.ends_before, 50)
    return list(read_together([read])[0])


def test_what_is_due_stands_there_done_or_not(place: makers.Place) -> None:
    directive, task = makers.a_directive(place), makers.a_task(place)
    services.answer(ref=directive.ref, words="Đã gỡ.", by=place.by("clerk"), now=makers.MONDAY)

    works = due_in_week_of(makers.FRIDAY, place, "leader")

    assert {(work.kind, work.title, work.done, work.total) for work in works} == {
        ("Chỉ đạo", directive.title, 1, 1),
        ("Nhiệm vụ", task.title, 0, 1),
    }
    assert {work.holder for work in works} == {directive.owner_name}


def test_a_week_has_only_its_own_days_and_a_unit_only_its_own_work(place: makers.Place) -> None:
    makers.a_directive(place)

    assert due_in_week_of(date(2026, 11, 30), place, "leader") == []
    assert due_in_week_of(makers.FRIDAY, place, "leader", place.commune.pk) == []
    assert len(due_in_week_of(makers.FRIDAY, place, "leader", place.agency.pk)) == 1


def test_who_may_not_see_a_directive_does_not_read_of_it(place: makers.Place) -> None:
    makers.a_directive(place)

    assert due_in_week_of(makers.FRIDAY, place, "stranger") == []


def test_what_was_withdrawn_is_not_due(place: makers.Place) -> None:
    one = makers.a_directive(place)
    services.withdraw(ref=one.ref, words="Không cần nữa.", by=place.by("leader"), now=makers.MONDAY)

    assert due_in_week_of(makers.FRIDAY, place, "leader") == []
