"""When communes merge, teams and members go along; what a decision has to say is settled once, and history stays."""

from datetime import date

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange, DateTimeTZRange

from tinhso.blocks.identity.tests import makers as people
from tinhso.blocks.registers import services as records
from tinhso.blocks.registers.contract import REGISTERS
from tinhso.blocks.registers.queries import history
from tinhso.blocks.units.models import Level, Succession, Unit
from tinhso.kernel.errors import Refused
from tinhso.society.community_teams import services
from tinhso.society.community_teams.models import Member, Team
from tinhso.society.community_teams.queries import reorganising
from tinhso.society.community_teams.tests import makers

pytestmark = pytest.mark.django_db
MERGED, EARLY = date(2026, 7, 1), makers.BEFORE


def a_merger() -> tuple[Unit, Unit, Unit, Unit]:
    """Two communes of a district that become one commune on 1 July 2026; the district ends."""
    province = people.a_unit("T", level=Level.PROVINCE)
    district = people.a_unit("H", province, level=Level.DISTRICT, until=MERGED)
    one, two = people.a_unit("X1", district, until=MERGED), people.a_unit("X2", district, until=MERGED)
    new = people.a_unit("X", province)
    Unit.objects.filter(pk=new.pk).update(valid=DateRange(MERGED, None, "[)"))
    for old in (one, two):
        Succession.objects.create(
            before=old,
            after=new,
            kind="merge",
            share=1,
            decision="1687/NQ",
            effective=MERGED,
            known=DateTimeTZRange(people.LONG_AGO, None, "[)"),
        )
    return district, one, two, new


def test_two_commune_teams_become_one_with_all_members_and_the_past_is_as_it_was() -> None:
    _district, _one, two, _new = a_merger()
    first, second = (
        makers.a_team("A", unit="X1", tier="commune", now=EARLY),
        makers.a_team("B", unit="X2", tier="commune", now=EARLY),
    )
    makers.a_team("C", unit="X2", now=EARLY)
    makers.a_member(first, "TV-1", role="head", now=EARLY)
    other = makers.a_member(second, "TV-2", role="head", now=EARLY)
    by = makers.a_manager()
    records.move_units(today=makers.TODAY, by=by, now=makers.MONDAY)

    waits = reorganising.pending_changes(by, makers.TODAY)
    assert waits.count == reorganising.pending_count(by, makers.TODAY)
    assert [(each.unit.ref, len(each.teams), each.members) for each in waits.several] == [("X", 2, 2)]
    services.join_teams(
        keep=first.ref,
        name="Tổ công nghệ số xã X",
        decision="05/QĐ-UBND",
        decided_on=makers.TODAY,
        decided_by="Ủy ban nhân dân xã X",
        by=by,
        now=makers.MONDAY,
    )

    alive = set(Team.objects.filter(ended_on=None).values_list("code", "name", "unit__ref"))
    assert alive == {("A", "Tổ công nghệ số xã X", "X"), ("C", "Tổ C", "X")}
    kept = {row[0]: row[1:] for row in Member.objects.values_list("number", "team__code", "role", "unit__ref")}
    assert kept == {"TV-1": ("A", "head", "X"), "TV-2": ("A", "deputy", "X")}
    assert reorganising.pending_changes(by, makers.TODAY).count == reorganising.pending_count(by, makers.TODAY) == 0
    before = history.version_on(REGISTERS["teams"], second.ref, date(2026, 6, 30))
    assert before is not None
    assert (before.data["unit_id"], before.data["ended_on"]) == (two.pk, None)
    was = history.version_on(REGISTERS["team-members"], other.ref, date(2026, 6, 30))
    assert was is not None
    assert was.data["team_id"] == second.pk
    with pytest.raises(Refused, match="chỉ còn một tổ"):
        services.join_teams(
            keep=first.ref,
            name="Tổ X lần nữa",
            decision="06/QĐ-UBND",
            decided_on=makers.TODAY,
            decided_by="Ủy ban nhân dân xã X",
            by=by,
            now=makers.MONDAY,
        )


def test_district_teams_end_with_their_members_once_there_are_no_districts() -> None:
    _district, *_rest = a_merger()
    team = makers.a_team("H", unit="H", tier="district", now=EARLY)
    makers.a_member(team, "TV-9", now=EARLY)
    by = makers.a_manager()
    records.move_units(today=makers.TODAY, by=by, now=makers.MONDAY)

    waits = reorganising.pending_changes(by, makers.TODAY)
    assert waits.count == reorganising.pending_count(by, makers.TODAY)
    assert [one.code for one in waits.ended_level] == ["H"]
    assert (
        services.end_level(refs=[team.ref], on=makers.TODAY, decision="1687/NQ-UBTVQH15", by=by, now=makers.MONDAY) == 1
    )

    assert set(Team.objects.values_list("ended_on", flat=True)) == {makers.TODAY}
    assert set(Member.objects.values_list("ended_on", flat=True)) == {makers.TODAY}
    assert reorganising.pending_changes(by, makers.TODAY).count == reorganising.pending_count(by, makers.TODAY) == 0


def test_a_team_of_a_divided_commune_waits_until_somebody_says_where_it_belongs() -> None:
    _district, one, _two, _new = a_merger()
    province = Unit.objects.get(ref="T")
    other = people.a_unit("Y", province)
    Unit.objects.filter(pk=other.pk).update(valid=DateRange(MERGED, None, "[)"))
    Succession.objects.create(
        before=one,
        after=other,
        kind="split",
        share=None,
        decision="1687/NQ",
        effective=MERGED,
        known=DateTimeTZRange(people.LONG_AGO, None, "[)"),
    )
    team = makers.a_team("A", unit="X1", now=EARLY)
    makers.a_member(team, "TV-1", now=EARLY)
    by = makers.a_manager()
    records.move_units(today=makers.TODAY, by=by, now=makers.MONDAY)

    ((waiting, choices),) = reorganising.pending_changes(by, makers.TODAY).in_doubt
    assert (waiting.code, sorted(unit.ref for unit in choices)) == ("A", ["X", "Y"])
    with pytest.raises(Refused, match="kế thừa"):
        services.settle_team(ref=team.ref, unit="T", why="Biên bản bàn giao", by=by, now=makers.MONDAY)
    services.settle_team(ref=team.ref, unit="Y", why="Biên bản bàn giao", by=by, now=makers.MONDAY)

    assert Team.objects.get().unit.ref == Member.objects.get().unit.ref == "Y"
