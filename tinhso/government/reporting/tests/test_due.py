"""Data sets that fall due in a week, with how many of their returns were handed in."""

import pytest

from tinhso.government.reporting import services
from tinhso.government.reporting.queries import due
from tinhso.government.reporting.tests import makers
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.weeks import week_of
from tinhso.ui.round_trips import read_together

pytestmark = pytest.mark.django_db


def test_a_data_set_is_due_in_its_week_with_how_many_of_its_returns_were_handed_in() -> None:
    units = makers.a_province()
    one = makers.a_return(makers.a_data_set(), units["VP"])
    clerk, elsewhere = (makers.a_person(f"clerk{ref}", units[ref]) for ref in ("VP", "X2"))
    week = week_of(clock.local(one.due_at).date())

    def due_of(by: Actor, weeks_later: int = 0) -> list[tuple[int, int]]:
        asked = week.shift(weeks_later)
        (works,) = read_together([due.due_work(by, frozenset(), asked.begins_at, asked.ends_before, 50)])
        return [(work.done, work.total) for work in works]

    assert due_of(clerk) == [(0, 1)]
    services.save_draft(ref=one.ref, entries=makers.entries(one, nhan="9", xong="9"), by=clerk, now=makers.NOW)
    services.submit(ref=one.ref, by=clerk, now=makers.NOW)
    assert due_of(clerk) == [(1, 1)]
    assert due_of(clerk, weeks_later=1) == []
    assert due_of(elsewhere) == []
