"""When units merge or are split, open cases go on; what is not clear waits for somebody to say."""

from datetime import date

import pytest

from tinhso.blocks.cases import services
from tinhso.blocks.cases.models import Entry, Task
from tinhso.blocks.cases.queries import lookup
from tinhso.blocks.cases.tests import makers
from tinhso.kernel.actor import program_actor
from tinhso.kernel.errors import Forbidden, Refused

pytestmark = pytest.mark.django_db
FOLLOWER = program_actor("cases", rights=["receive cases", "process cases"])
DAY = date(2026, 12, 1)
MONDAY = makers.MONDAY


def test_open_dossiers_go_on_under_the_one_successor_with_their_history_untouched() -> None:
    old, new = makers.a_unit("A", "Xã An"), makers.a_unit("AB", "Xã An Bình", since=DAY)
    running, done = makers.received(old), makers.finished(old)
    services.hand_out(code=done.code, step=makers.step_of(done), by=makers.a_receiver(old), now=MONDAY)
    before = list(Entry.objects.filter(case=running).order_by("number").values_list("did", "unit__ref"))
    makers.became(old, new, on=DAY)

    moved = services.follow_units(today=DAY, by=FOLLOWER, now=MONDAY)
    again = services.follow_units(today=DAY, by=FOLLOWER, now=MONDAY)

    running.refresh_from_db()
    done.refresh_from_db()
    assert (moved.moved, moved.doubtful, again.moved) == (1, 0, 0)
    assert (running.unit, running.origin_unit) == (new, old)
    assert done.unit == old
    assert Task.objects.get(case=running, done_at=None).unit == new
    story = list(Entry.objects.filter(case=running).order_by("number").values_list("did", "unit__ref"))
    assert story == [*before, ("moved", "AB")]
    services.complete(code=running.code, step=makers.step_of(running), by=makers.an_officer(new), now=MONDAY)


def test_a_dossier_follows_its_unit_through_several_mergers() -> None:
    first, second = makers.a_unit("A", "Một"), makers.a_unit("B", "Hai", since=date(2026, 11, 25))
    third = makers.a_unit("C", "Ba", since=DAY)
    case = makers.received(first)
    makers.became(first, second, on=date(2026, 11, 25))
    makers.became(second, third, on=DAY)

    services.follow_units(today=DAY, by=FOLLOWER, now=MONDAY)

    case.refresh_from_db()
    assert case.unit == third


def test_what_was_split_waits_until_somebody_who_may_says_who_goes_on() -> None:
    old = makers.a_unit("A", "Xã An")
    one, two = makers.a_unit("B", "Xã Bắc", since=DAY), makers.a_unit("N", "Xã Nam", since=DAY)
    case = makers.received(old)
    makers.became(old, one, two, on=DAY)
    moved = services.follow_units(today=DAY, by=FOLLOWER, now=MONDAY)
    case.refresh_from_db()
    assert (moved.moved, moved.doubtful, case.needs_unit, case.unit) == (0, 1, True, old)
    assigner = makers.an_actor("assigner", "Phân định", ["assign cases"], one, two)

    with pytest.raises(Forbidden):
        services.choose_successor(code=case.code, unit="B", today=DAY, by=makers.an_officer(one), now=MONDAY)
    with pytest.raises(Refused, match="no_successor"):
        services.choose_successor(code=case.code, unit="A", today=DAY, by=assigner, now=MONDAY)
    settled = services.choose_successor(code=case.code, unit="N", today=DAY, by=assigner, now=MONDAY)

    assert (settled.unit, settled.needs_unit) == (two, False)
    assert Task.objects.get(case=case, done_at=None).unit == two
    with pytest.raises(Refused, match="not_doubtful"):
        services.choose_successor(code=case.code, unit="B", today=DAY, by=assigner, now=MONDAY)


def test_whoever_had_to_do_with_a_dossier_goes_on_finding_it_and_strangers_do_not() -> None:
    old, new, stranger = (
        makers.a_unit("A", "Xã An"),
        makers.a_unit("AB", "Xã Bình", since=DAY),
        makers.a_unit("C", "Xã C"),
    )
    case = makers.received(old)
    makers.became(old, new, on=DAY)
    services.follow_units(today=DAY, by=FOLLOWER, now=MONDAY)

    found = {unit.ref: list(lookup.seen_by(makers.an_officer(unit))) for unit in (old, new, stranger)}

    assert found == {"A": [case], "AB": [case], "C": []}
