"""The visit log: only one's own team's, only what can be, voided and never rewritten."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from tinhso.kernel.errors import Forbidden, Refused
from tinhso.society.community_teams import services
from tinhso.society.community_teams.models import Visit
from tinhso.society.community_teams.queries import lookup
from tinhso.society.community_teams.rights import SEE_TEAMS
from tinhso.society.community_teams.tests import makers

pytestmark = pytest.mark.django_db


def test_a_member_logs_for_their_own_team_and_nobody_elses() -> None:
    makers.a_place()
    ours, theirs = makers.a_team("TCN-1"), makers.a_team("TCN-2", unit="E")
    hoa = makers.a_volunteer(ours)

    made = makers.a_visit(ours, hoa, women=3, done_by_self=2, longitude=106.37512, latitude=10.23456)

    assert (made.unit, made.people, made.topics) == (ours.unit, 4, ["dvc", "vneid"])
    assert (str(made.longitude), str(made.latitude)) == ("106.375", "10.235")  # rounded to a hundred metres
    with pytest.raises(Forbidden):
        makers.a_visit(theirs, hoa)
    assert [one.ref for one in lookup.visits(hoa)] == [made.ref]
    with pytest.raises(Refused, match="không được xem"):
        lookup.visit(made.ref, makers.somebody("x", (SEE_TEAMS,), theirs.unit))


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"day": date(2026, 11, 24)}, "sau hôm nay"),
        ({"day": date(2026, 8, 1)}, "quá 62 ngày"),
        ({"people": 0}, "từ 1 đến"),
        ({"people": 5, "women": 6}, "trong đó"),
        ({"topics": []}, "nội dung"),
        ({"topics": ["khong-co"]}, "nội dung"),
        ({"kind": "phone"}, "hình thức"),
    ],
)
def test_what_cannot_be_is_refused(told: dict[str, object], words: str) -> None:
    makers.a_place()
    team = makers.a_team()
    hoa = makers.a_volunteer(team)

    with pytest.raises(Refused, match=words):
        makers.a_visit(team, hoa, **told)
    assert not Visit.objects.exists()


def test_whoever_left_the_team_or_whose_team_ended_logs_no_more() -> None:
    from tinhso.blocks.registers import services as records
    from tinhso.blocks.registers.contract import REGISTERS

    makers.a_place()
    team = makers.a_team()
    hoa = makers.a_volunteer(team)
    member = team.members.get()
    records.end_record(
        register=REGISTERS["team-members"],
        ref=member.ref,
        on=makers.TODAY,
        why="Chuyển đi",
        by=makers.a_manager(),
        now=makers.MONDAY,
    )

    with pytest.raises(Forbidden):
        makers.a_visit(team, hoa)

    records.end_record(
        register=REGISTERS["teams"],
        ref=team.ref,
        on=makers.TODAY,
        why="Giải thể",
        by=makers.a_manager(),
        now=makers.MONDAY,
    )
    with pytest.raises(Refused, match="kết thúc"):
        makers.a_visit(team, makers.a_manager())


def test_a_wrong_visit_is_voided_with_a_reason_once_and_stays() -> None:
    place = makers.a_place()
    team = makers.a_team()
    hoa = makers.a_volunteer(team)
    made = makers.a_visit(team, hoa)

    with pytest.raises(Refused, match="ghi rõ"):
        services.void_visit(ref=made.ref, why=" ", by=hoa, now=makers.MONDAY)
    with pytest.raises(Refused):
        services.void_visit(ref=made.ref, why="Ghi nhầm", by=makers.a_manager(place.east), now=makers.MONDAY)
    services.void_visit(ref=made.ref, why="Ghi nhầm tổ", by=hoa, now=makers.MONDAY)

    with pytest.raises(Refused, match="đã được hủy"):
        services.void_visit(ref=made.ref, why="Lần nữa", by=hoa, now=makers.MONDAY)
    for change in ({"people": 9}, {"voided_at": None, "void_why": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Visit.objects.filter(pk=made.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        Visit.objects.filter(pk=made.pk).delete()


def test_one_form_is_one_visit_also_where_it_is_sent_twice_and_nobody_elses_form_counts() -> None:
    makers.a_place()
    team = makers.a_team()
    hoa, lan = makers.a_volunteer(team), makers.a_volunteer(team, "lan", "TV-L")

    first, again = (
        services.log_visit(team=team, draft=makers.a_draft(), by=hoa, now=makers.MONDAY, submission="PH-1")
        for _n in range(2)
    )

    assert (first, Visit.objects.count()) == (again, 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        services.log_visit(team=team, draft=makers.a_draft(), by=lan, now=makers.MONDAY, submission="PH-1")


def test_who_manages_may_write_what_is_long_past() -> None:
    makers.a_place()
    team = makers.a_team()

    made = makers.a_visit(team, makers.a_manager(), day=makers.TODAY - timedelta(days=200))

    assert made.day == makers.TODAY - timedelta(days=200)
