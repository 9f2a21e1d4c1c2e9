"""Coverage is told by operator and place: what nobody told stays unknown, a commune is as good as its worst part."""

from datetime import date

import pytest

from tinhso.blocks.identity.tests import makers as people
from tinhso.blocks.registers import services as records
from tinhso.blocks.registers.contract import REGISTERS
from tinhso.blocks.registers.tests.makers import MONDAY, a_place
from tinhso.blocks.units.models import Level, Succession, Unit
from tinhso.economy.connectivity.queries import coverage as reached
from tinhso.economy.connectivity.tests.makers import an_officer, an_operator, coverage

pytestmark = pytest.mark.django_db
DAY = MONDAY.date()


def test_each_operator_has_its_own_gaps_and_what_nobody_told_is_no_gap() -> None:
    a_place()
    first, second = an_operator("a"), an_operator("b")
    coverage("1", g2=True, g3=True)
    coverage("2", unit="E", g4=False)
    coverage("3", operator="b", g4=False, g3=True, told_by="measured")

    known = reached.covered_places(an_officer(), DAY)
    lines = {one.operator.code: one for one in reached.operator_coverages(known, reached.mobile_operators())}

    assert [(line.told, line.out_of) for line in lines.values()] == [(2, 2), (1, 2)]
    assert [(one.count, one.out_of) for one in lines["a"].counts] == [(1, 2), (1, 2), (1, 2), (0, 2)]
    assert [gap.unit.ref for gap in reached.coverage_gaps(known, first.pk, "g4")] == ["E"]
    (gap,) = reached.coverage_gaps(known, second.pk, "g4")
    assert (gap.unit.ref, gap.records[0].by, gap.records[0].on) == ("W", "cơ quan đo kiểm", date(2026, 9, 1))
    assert [gap.unit.ref for gap in reached.coverage_gaps(known, None, "g4")] == ["E"]  # nobody at all
    assert (reached.unreported_count(known, second.pk), reached.unreported_count(known, None)) == (1, 0)


def test_a_commune_is_reached_where_each_of_its_places_is() -> None:
    west, _east = a_place()
    hamlet = people.a_unit("W1", west)
    Unit.objects.filter(pk=hamlet.pk).update(level=Level.HAMLET)
    operator = an_operator()
    coverage("1", g5=True)
    coverage("2", unit=hamlet.ref, g4=False, g3=True)

    known = reached.covered_places(an_officer(west), DAY)

    (place,) = known
    assert (place.has(operator.pk, "g4"), place.has(operator.pk, "g5"), place.best(operator.pk)) == (False, False, 0)
    (gap,) = reached.coverage_gaps(known, operator.pk, "g4")
    assert [one.name for one in gap.records] == ["Vùng phủ 2"]


def test_communes_that_merge_bring_their_records_along() -> None:
    west, east = a_place()
    operator = an_operator()
    coverage("1", valid_from=date(2026, 1, 5))
    coverage("2", unit="E", valid_from=date(2026, 1, 5), g4=False, g3=True)
    after = people.a_unit("N", west.parent)
    Unit.objects.filter(pk__in=[west.pk, east.pk]).update(valid=(None, DAY))
    Unit.objects.filter(pk=after.pk).update(valid=(DAY, None))
    known = Unit.objects.get(pk=after.pk).known
    for before in (west, east):
        Succession.objects.create(before=before, after=after, kind="merge", effective=DAY, known=known)

    records.move_units(today=DAY, by=an_officer(), now=MONDAY)

    (place,) = reached.covered_places(an_officer(), DAY)
    assert (place.unit, len(place.told[operator.pk]), place.has(operator.pk, "g4")) == (after, 2, False)
    assert place.has(operator.pk, "g5") is False


def test_a_record_that_was_taken_away_says_nothing() -> None:
    a_place()
    operator = an_operator()
    one = coverage("1")

    records.end_record(
        register=REGISTERS["coverage"], ref=one.ref, on=DAY, why="Nhập nhầm", by=an_officer(), now=MONDAY
    )

    known = reached.covered_places(an_officer(), DAY)
    assert [place.best(operator.pk) for place in known] == [None, None]
    assert reached.coverage_gaps(known, operator.pk, "g4") == []
