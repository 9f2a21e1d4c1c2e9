"""Who is told what: by level, by right, and never a small count to the public."""

from dataclasses import replace

import pytest

from tinhso.blocks.indicators import queries, services
from tinhso.blocks.indicators.contract import EVERYONE, SYSTEM, Access, Audience, Indicator
from tinhso.blocks.indicators.models import Snapshot
from tinhso.blocks.indicators.queries import Reading
from tinhso.blocks.indicators.tests import makers
from tinhso.blocks.indicators.tests.conftest import refresh
from tinhso.blocks.units.models import Unit
from tinhso.kernel.actor import NOBODY, Actor
from tinhso.kernel.errors import Refused

STAFF = Audience(Access.INTERNAL)
BY_LEVEL = (("province", Access.PUBLIC), ("district", Access.INTERNAL), ("", Access.RESTRICTED))


def published(indicator: Indicator) -> None:
    lines = [("a1", 10), ("a2", 3), ("b1", 20), ("b2", 30)]
    makers.dossiers((unit, "2024-01", "desk", finished, finished, 0, "0") for unit, finished in lines)
    makers.a_catalogue([indicator])
    refresh()


def released_reading(indicator: Indicator, unit: str, to: Audience) -> Reading:
    (reading,) = queries.reading_series(indicator, unit, to=to)
    return reading


@pytest.mark.usefixtures("country")
def test_each_level_is_told_to_those_it_is_for() -> None:
    indicator = replace(makers.FINISHED, access=BY_LEVEL, smallest=0)
    published(indicator)
    own = Audience(Access.RESTRICTED, frozenset({"a1"}))

    def sees(to: Audience) -> list[str]:
        return [unit for unit in ("p", "a", "a1", "a2") if not released_reading(indicator, unit, to).hidden]

    assert sees(EVERYONE) == ["p"]
    assert sees(STAFF) == ["p", "a"]
    assert sees(own) == ["p", "a", "a1"]
    assert sees(SYSTEM) == ["p", "a", "a1", "a2"]


@pytest.mark.usefixtures("country")
def test_a_withheld_reading_says_so_and_keeps_its_parts_to_itself() -> None:
    indicator = replace(makers.FINISHED, access=BY_LEVEL, smallest=0)
    published(indicator)

    reading = released_reading(indicator, "a2", STAFF)

    assert (reading.hidden, reading.count, reading.out_of, reading.value) == ("restricted", None, None, None)
    assert (reading.reported, reading.expected) == (1, 1)


@pytest.mark.usefixtures("country")
def test_a_small_count_and_what_would_give_it_away_are_kept_from_the_public_only() -> None:
    indicator = replace(makers.FINISHED, access=(("", Access.PUBLIC),), by=())
    published(indicator)
    queries.find_small_counts()

    hidden = {
        unit: released_reading(indicator, unit, EVERYONE).hidden for unit in ("p", "a", "b", "a1", "a2", "b1", "b2")
    }

    assert hidden["a2"] == hidden["a1"] == "small"
    assert [hidden[unit] for unit in ("p", "a", "b", "b1", "b2")] == [""] * 5
    assert released_reading(indicator, "a2", STAFF).count == 3


@pytest.mark.usefixtures("country")
def test_a_sensitive_small_count_is_kept_from_staff_too() -> None:
    indicator = replace(makers.FINISHED, access=(("", Access.PUBLIC),), by=(), sensitive=True)
    published(indicator)

    assert released_reading(indicator, "a2", STAFF).hidden == "small"
    assert released_reading(indicator, "a2", Audience(Access.RESTRICTED, frozenset({"a2"}))).count == 3


@pytest.mark.usefixtures("country")
def test_what_an_actor_may_be_told_follows_their_posts() -> None:
    key = Unit.objects.get(ref="a1").pk
    here = Actor("x", "x", reach={"see indicators": frozenset({key}), "see restricted indicators": frozenset({key})})

    assert queries.audience_of(NOBODY) == EVERYONE
    assert queries.audience_of(Actor("x", "x", everywhere=frozenset({"see indicators"}))) == STAFF
    assert queries.audience_of(here) == Audience(Access.RESTRICTED, frozenset({"a1"}))


@pytest.mark.usefixtures("country")
def test_a_pinned_snapshot_outlives_the_sweep() -> None:
    published(makers.FINISHED)
    first = queries.newest_number()
    services.pin_snapshot(first)
    makers.dossiers([("a1", "2024-01", "online", 1, 1, 0, "0")])
    refresh()
    makers.dossiers([("a2", "2024-01", "online", 1, 1, 0, "0")])
    refresh()

    services.sweep_files(keep=1, days=0)

    assert list(Snapshot.objects.order_by("number").values_list("swept", flat=True)) == [False, True, False]
    assert queries.reading_series(makers.FINISHED, "p", to=SYSTEM, snapshot=first)[0].count == 63
    with pytest.raises(Refused):
        services.pin_snapshot(first + 1)
