"""Training: seats are not overrun, attendance is written down once, certificates are earned, numbered and provable."""

import threading
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client

from tinhso.blocks.documents import queries as documents
from tinhso.blocks.units.models import Unit
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Forbidden, Refused
from tinhso.society.community_teams import services
from tinhso.society.community_teams.models import Attendance, Session
from tinhso.society.community_teams.queries import certificates
from tinhso.society.community_teams.services.training import AttendanceRecord
from tinhso.society.community_teams.tests import makers


def a_session(place: makers.Place, **told: Any) -> Session:
    values: dict[str, Any] = {
        "title": "Nộp hồ sơ trực tuyến",
        "skill": "dich-vu-cong",
        "unit": place.west,
        "held_on": date(2026, 11, 20),
        "hours": Decimal(4),
        "place": "Nhà văn hóa",
        "trainer": "Cán bộ sở",
        "seats": 2,
        "by": makers.a_manager(),
        "now": makers.MONDAY,
    }
    return services.plan_session(**values | told)


@pytest.mark.django_db
def test_members_take_their_own_seat_and_whoever_manages_those_of_others() -> None:
    place = makers.a_place()
    team = makers.a_team()
    hoa = makers.a_volunteer(team)
    mine, other = team.members.get(), makers.a_member(team, "TV-2")
    far = makers.a_member(makers.a_team("TCN-2", unit="E"), "TV-3")
    session = a_session(place, seats=3)

    assert services.enrol_members(ref=session.ref, members=[mine.ref], by=hoa, now=makers.MONDAY) == 1
    assert services.enrol_members(ref=session.ref, members=[mine.ref], by=hoa, now=makers.MONDAY) == 0
    with pytest.raises(Forbidden):
        services.enrol_members(ref=session.ref, members=[far.ref], by=hoa, now=makers.MONDAY)
    with pytest.raises(Forbidden):
        services.enrol_members(ref=session.ref, members=[far.ref], by=makers.a_manager(place.west), now=makers.MONDAY)
    assert (
        services.enrol_members(ref=session.ref, members=[other.ref], by=makers.a_manager(place.west), now=makers.MONDAY)
        == 1
    )


@pytest.mark.django_db(transaction=True)
def test_two_at_once_do_not_both_get_the_last_seat() -> None:
    place = makers.a_place()
    team = makers.a_team()
    members = [makers.a_member(team, f"TV-{n}") for n in range(6)]
    session = a_session(place, seats=3)
    outcomes: list[str] = []

    def take(by: Actor, refs: list[str]) -> None:
        try:
            services.enrol_members(ref=session.ref, members=refs, by=by, now=makers.MONDAY)
            outcomes.append("taken")
        except Refused as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    halves = [[one.ref for one in members[:2]], [one.ref for one in members[2:4]], [one.ref for one in members[4:]]]
    threads = [threading.Thread(target=take, args=(makers.a_manager(), half)) for half in halves]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["full", "full", "taken"]
    assert session.seats_taken.count() == 2
    Attendance.objects.create(session=session, member=_free(session, members))
    with pytest.raises(IntegrityError), transaction.atomic():
        Attendance.objects.create(session=session, member=_free(session, members))


def _free(session: Session, members: list[Any]) -> Any:
    taken = set(session.seats_taken.values_list("member", flat=True))
    return next(one for one in members if one.pk not in taken)


@pytest.mark.django_db
def test_who_was_there_and_passed_gets_one_certificate_that_anybody_can_check(client: Client) -> None:
    place = makers.a_place()
    team = makers.a_team()
    members = [makers.a_member(team, f"TV-{n}") for n in range(3)]
    session = a_session(place, seats=9, pass_score=50)
    refs, by = [one.ref for one in members], makers.a_manager()
    services.enrol_members(ref=session.ref, members=refs, by=by, now=makers.MONDAY)

    with pytest.raises(Refused, match="trạng thái"):
        services.certify_members(ref=session.ref, by=by, now=makers.MONDAY)
    services.record_attendance(
        ref=session.ref,
        seen={refs[0]: AttendanceRecord(True, 80), refs[1]: AttendanceRecord(True, 40)},
        by=by,
        now=makers.MONDAY,
    )
    assert services.certify_members(ref=session.ref, by=by, now=makers.MONDAY) == 1
    assert services.certify_members(ref=session.ref, by=by, now=makers.MONDAY) == 0

    seat = Attendance.objects.select_related("session__unit", "member__team").get(member=members[0])
    assert seat.certificate == "01/2026/W-GCN-TCNS"
    page = client.get(f"/verify/{seat.token}/").content.decode()
    assert seat.certificate in page
    assert members[0].name not in page
    told = certificates.certificate_document(seat)
    assert "80/100" in " ".join(block.text for block in told.blocks if hasattr(block, "text"))
    assert told.verify == documents.verify_url(seat.token)
    with pytest.raises(IntegrityError), transaction.atomic():
        Attendance.objects.filter(pk=seat.pk).update(score=100)
    with pytest.raises(IntegrityError), transaction.atomic():
        Attendance.objects.filter(member=members[2]).update(certificate="x", certified_at=makers.MONDAY)  # not there


@pytest.mark.django_db
def test_nobody_is_written_down_before_the_day_nor_twice() -> None:
    place = makers.a_place()
    member = makers.a_member(makers.a_team())
    later = a_session(place, held_on=date(2026, 12, 1))
    by = makers.a_manager()
    services.enrol_members(ref=later.ref, members=[member.ref], by=by, now=makers.MONDAY)

    with pytest.raises(Refused, match="Chưa đến ngày"):
        services.record_attendance(ref=later.ref, seen={member.ref: AttendanceRecord(True)}, by=by, now=makers.MONDAY)
    services.cancel_session(ref=later.ref, why="Bão, hoãn vô thời hạn", by=by, now=makers.MONDAY)
    with pytest.raises(Refused, match="trạng thái"):
        services.enrol_members(ref=later.ref, members=[member.ref], by=by, now=makers.MONDAY)


@pytest.mark.django_db
def test_a_unit_that_took_over_a_code_gives_certificates_of_its_own_numbers() -> None:
    place, by = makers.a_place(), makers.a_manager()

    def certified(unit: Unit, code: str) -> None:
        member = makers.a_member(makers.a_team(code, unit=unit.ref), f"TV-{code}")
        session = a_session(place, unit=unit)
        services.enrol_members(ref=session.ref, members=[member.ref], by=by, now=makers.MONDAY)
        services.record_attendance(ref=session.ref, seen={member.ref: AttendanceRecord(True)}, by=by, now=makers.MONDAY)
        services.certify_members(ref=session.ref, by=by, now=makers.MONDAY)

    certified(place.west, "A")
    Unit.objects.filter(pk=place.west.pk).update(valid=DateRange(None, makers.TODAY, "[)"))
    Unit.objects.filter(pk=place.east.pk).update(
        code="W", valid=DateRange(makers.TODAY, None, "[)")
    )  # as successors do
    place.east.refresh_from_db()
    certified(place.east, "B")

    assert set(Attendance.objects.values_list("certificate", flat=True)) == {"01/2026/W-GCN-TCNS", "01/2026/E-GCN-TCNS"}
