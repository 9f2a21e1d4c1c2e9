from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client

from tinhso.blocks.audit.models import Entry
from tinhso.blocks.identity import queries, services
from tinhso.blocks.identity.models import Post
from tinhso.blocks.identity.tests.makers import OFFICE, a_person, a_post, a_province, a_role, a_unit, today
from tinhso.blocks.units.models import Level
from tinhso.kernel.errors import Forbidden, Refused

pytestmark = pytest.mark.django_db


def test_a_right_reaches_the_units_below_the_post_and_no_other() -> None:
    province = a_province()
    district = a_unit("huyen", province, level=Level.DISTRICT)
    inside, outside = a_unit("xa-trong", district), a_unit("xa-ngoai", province)
    person = a_person()
    a_post(person, district, a_role("approve returns"))

    actor = queries.actor_for(person)

    assert actor.can("approve returns", at=inside)
    assert actor.can("approve returns", at=district)
    assert not actor.can("approve returns", at=outside)
    assert not actor.can("hand in returns", at=inside)


def test_a_right_marked_everywhere_needs_no_place() -> None:
    province = a_province()
    agency = a_unit("so", province, level=Level.AGENCY)
    commune = a_unit("xa", province)
    person = a_person()
    a_post(person, agency, a_role("see indicators", everywhere=True))

    actor = queries.actor_for(person)

    assert actor.can("see indicators", at=commune)


def test_a_post_gives_nothing_before_it_begins_and_nothing_from_the_day_it_ends() -> None:
    commune, role = a_unit("xa"), a_role("see returns")
    early, late, present = a_person("som"), a_person("muon"), a_person("nay")
    a_post(early, commune, role, until=today())
    a_post(late, commune, role, since=today() + timedelta(days=1))
    a_post(present, commune, role, since=today(), until=today() + timedelta(days=1))

    assert not queries.actor_for(early).can("see returns")
    assert not queries.actor_for(late).can("see returns")
    assert queries.actor_for(present).can("see returns")


def test_a_citizen_is_somebody_without_any_right() -> None:
    citizen = a_person()

    actor = queries.actor_for(citizen)

    assert actor.is_someone
    assert not actor.reach
    assert not actor.everywhere


def test_a_changed_post_is_felt_within_thirty_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    person, commune = a_person(), a_unit("xa")
    before = queries.standing_of(person, session="mot")
    a_post(person, commune, a_role("see returns"))

    assert queries.standing_of(person, session="mot") == before
    assert queries.STANDING_SECONDS + queries.REACH_SECONDS <= 30


def test_what_is_remembered_of_one_session_is_unknown_to_the_next() -> None:
    person, commune = a_person(), a_unit("xa")
    queries.standing_of(person, session="mot")
    a_post(person, commune, a_role("see returns"))

    assert "see returns" in queries.standing_of(person, session="hai").rights


def test_the_same_post_cannot_be_held_twice_at_a_time() -> None:
    person, commune, role = a_person(), a_unit("xa"), a_role("see returns")
    services.appoint_person(person=person, unit=commune, role=role, since=date(2024, 1, 1), by=OFFICE)

    with pytest.raises(Refused) as refusal:
        services.appoint_person(person=person, unit=commune, role=role, since=date(2025, 1, 1), by=OFFICE)

    assert refusal.value.code == "post_held"
    with pytest.raises(IntegrityError):
        a_post(person, commune, role, since=date(2025, 1, 1))


def test_a_commune_that_manages_its_people_cannot_make_an_administrator() -> None:
    commune, elsewhere, person = a_unit("xa"), a_unit("xa-khac"), a_person()
    head = a_person("truong")
    a_post(head, commune, a_role("manage people", code="truong"))
    by = queries.actor_for(head)

    with pytest.raises(Forbidden):
        services.appoint_person(
            person=person, unit=commune, role=a_role("operate system", admin=True), since=today(), by=by
        )
    with pytest.raises(Forbidden):
        services.appoint_person(
            person=person, unit=elsewhere, role=a_role("see returns", code="nho"), since=today(), by=by
        )

    assert not Post.objects.filter(person=person).exists()


def test_ending_a_post_keeps_what_it_was_in_the_audit_log() -> None:
    person, commune = a_person(), a_unit("xa")
    post = services.appoint_person(
        person=person, unit=commune, role=a_role("see returns"), since=date(2024, 1, 1), by=OFFICE
    )

    services.end_post(post=post, on=today(), by=OFFICE)

    entry = Entry.objects.get(did="ended post")
    assert entry.before is not None
    assert entry.before["until"] is None
    assert entry.after is not None
    assert entry.after["until"] == today().isoformat()
    with pytest.raises(Refused):
        services.end_post(post=post, on=today(), by=OFFICE)


def test_those_who_hold_a_right_at_a_unit_are_found_from_the_unit_up() -> None:
    province = a_province()
    commune, other = a_unit("xa", province), a_unit("xa-khac", province)
    clerk, leader, stranger = a_person("can-bo"), a_person("lanh-dao"), a_person("xa-la")
    role = a_role("approve returns")
    a_post(clerk, commune, role)
    a_post(leader, province, role)
    a_post(stranger, other, role)

    assert set(queries.holders_of_rights("approve returns", at=commune)) == {clerk, leader}
    assert queries.holders_of_rights("approve returns", at=commune, here_only=True) == [clerk]


def test_a_closed_account_is_out_at_once_and_comes_back_only_when_opened(client: Client) -> None:
    person = a_person()
    client.force_login(person)

    services.disable_person(person=person, by=OFFICE, why="nghỉ việc")

    answer = client.get("/accounts/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("address", ["/accounts/people/", "/accounts/people/new/", "/accounts/people/NG-KHONGCO/"])
def test_nobody_without_the_right_sees_people(client: Client, address: str) -> None:
    client.force_login(a_person())

    assert client.get(address).status_code == 403


def test_looking_at_a_person_is_written_down(client: Client, settings: Any) -> None:
    manager, looked_at = a_person("quan-ly"), a_person("duoc-xem")
    a_post(manager, a_province(), a_role("manage people", everywhere=True))
    client.force_login(manager)

    page = client.get(f"/accounts/people/{looked_at.ref}/")

    assert page.status_code == 200
    assert looked_at.name in page.content.decode()
    assert Entry.objects.filter(did="viewed", actor=manager.ref, subject=looked_at.ref).count() == 1


def test_a_manager_makes_a_person_and_gives_a_post_on_the_pages(client: Client) -> None:
    manager, province = a_person("quan-ly"), a_province()
    a_post(manager, province, a_role("manage people", everywhere=True))
    clerk = a_role("hand in returns", code="can-bo")
    client.force_login(manager)
    told = {"username": "moi", "name": "Người Mới", "email": "", "password": "một mật khẩu đủ dài"}

    made = client.post("/accounts/people/new/", told)
    person = queries.person_by_username("moi")
    post = {"role": clerk.code, "unit": "tinh", "title": "Chuyên viên", "since": today().isoformat()}
    client.post(f"/accounts/people/{person.ref}/appoint/", post)

    assert made.status_code == 302
    assert queries.actor_for(person).can("hand in returns", at=province)


def test_a_weak_password_is_refused_with_the_reason_on_the_page(client: Client) -> None:
    manager = a_person("quan-ly")
    a_post(manager, a_province(), a_role("manage people", everywhere=True))
    client.force_login(manager)

    page = client.post("/accounts/people/new/", {"username": "moi", "name": "Người Mới", "password": "ngắn quá"})

    assert "14 ký tự" in page.content.decode()
    with pytest.raises(Refused):
        queries.person_by_username("moi")
