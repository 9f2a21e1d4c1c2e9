"""Forgotten passwords and names shut by failed log-ins, as who manages people mends them."""

import re
from typing import Any

import pytest
from django.test import Client

from tinhso.blocks.audit.models import Entry
from tinhso.blocks.identity import queries, services
from tinhso.blocks.identity.models import Person, Session
from tinhso.blocks.identity.tests.makers import (
    OFFICE,
    PASSWORD,
    a_person,
    a_post,
    a_province,
    a_role,
    a_unit,
    an_administrator,
)
from tinhso.kernel import clock
from tinhso.kernel.errors import Forbidden, Refused

pytestmark = pytest.mark.django_db


def log_in(client: Client, username: str, password: str) -> Any:
    """Fill in the log-in page."""
    return client.post("/accounts/login/", {"login": username, "password": password})


def a_manager() -> Client:
    """Somebody who manages people everywhere, logged in."""
    manager = a_person("quan-ly")
    a_post(manager, a_province(), a_role("manage people", everywhere=True))
    client = Client()
    client.force_login(manager)
    return client


def shown_secret(page: str) -> str:
    """The password on the page."""
    found = re.search(r'<code class="secret">([^<]+)</code>', page)
    assert found is not None
    return found[1]


def test_a_forgotten_password_is_reset_on_the_page_shown_once_and_ends_every_session(client: Client) -> None:
    person, manager = a_person(), a_manager()
    log_in(client, "lan", PASSWORD)

    answer = manager.post(f"/accounts/people/{person.ref}/password/")
    password = shown_secret(answer.content.decode())

    person.refresh_from_db()
    assert person.check_password(password)
    assert "no-store" in answer["Cache-Control"]
    assert not Session.objects.filter(person=person).exists()
    assert client.get("/accounts/").status_code == 302
    assert password not in manager.get(f"/accounts/people/{person.ref}/").content.decode()
    entry = Entry.objects.get(did="reset password", subject=person.ref)
    assert password not in str((entry.before, entry.after))


def test_a_password_that_was_reset_opens_only_the_page_to_change_it(client: Client) -> None:
    person = a_person()
    password = services.reset_password(person=person, by=OFFICE)
    new = "trái dừa khô rụng xuống"

    log_in(client, "lan", password)
    stopped = client.get("/accounts/")
    page = client.get(stopped["Location"])
    changed = client.post("/accounts/password/change/", {"oldpassword": password, "password1": new, "password2": new})

    assert stopped["Location"] == "/accounts/password/change/"
    assert "mật khẩu tạm" in page.content.decode()
    assert changed["Location"] == "/accounts/"
    assert client.get("/accounts/").status_code == 200
    person.refresh_from_db()
    assert not person.must_change_password


def test_nobody_resets_their_own_password() -> None:
    person = a_person("quan-ly")
    a_post(person, a_province(), a_role("manage people", everywhere=True))

    with pytest.raises(Refused, match="own_password"):
        services.reset_password(person=person, by=queries.actor_for(person))


def test_who_manages_a_commune_resets_only_its_own_people() -> None:
    commune, elsewhere = a_unit("xa"), a_unit("xa-khac")
    clerk_role = a_role("hand in returns", code="can-bo")
    head, clerk, stranger, citizen = a_person("truong"), a_person("can-bo"), a_person("xa-la"), a_person("dan")
    a_post(head, commune, a_role("manage people", code="truong"))
    a_post(clerk, commune, clerk_role)
    a_post(stranger, commune, clerk_role)
    a_post(stranger, elsewhere, clerk_role)
    by = queries.actor_for(head)

    password = services.reset_password(person=clerk, by=by)

    assert Person.objects.get(pk=clerk.pk).check_password(password)
    for act in (services.reset_password, services.unlock_person):
        with pytest.raises(Forbidden):
            act(person=stranger, by=by)
    with pytest.raises(Forbidden):
        services.set_password(person=stranger, password="một mật khẩu đủ dài", by=by)
    assert Person.objects.get(pk=stranger.pk).check_password(PASSWORD)
    assert not citizen.must_change_password


def test_who_manages_a_commune_cannot_enter_as_an_administrator_posted_there() -> None:
    commune, head, administrator = a_unit("xa"), a_person("truong"), a_person("quan-tri")
    a_post(head, commune, a_role("manage people", code="truong"))
    a_post(administrator, commune, a_role("operate system", code="quan-tri", admin=True))

    with pytest.raises(Forbidden, match="role_too_high"):
        services.reset_password(person=administrator, by=queries.actor_for(head))


def test_a_name_shut_by_failed_log_ins_is_opened_on_the_page(client: Client) -> None:
    person, manager = a_person("Lan"), a_manager()
    for _ in range(5):
        log_in(client, " LAN", "sai rồi")
    address = f"/accounts/people/{person.ref}/"
    before = manager.get(address).content.decode()

    manager.post(f"{address}unlock/")

    assert "Mở chặn đăng nhập" in before
    assert "Mở chặn đăng nhập" not in manager.get(address).content.decode()
    assert not queries.is_locked_out(person, now=clock.now())
    assert log_in(client, "Lan", PASSWORD).status_code == 302
    assert Entry.objects.filter(did="unlocked name", subject=person.ref).count() == 1


def test_an_opened_name_leaves_the_others_shut(client: Client) -> None:
    person, other = a_person(), a_person("hoa")
    for name in ("lan", "hoa"):
        for _ in range(5):
            log_in(client, name, "sai rồi")

    services.unlock_person(person=person, by=OFFICE)

    assert queries.is_locked_out(other, now=clock.now())
    assert log_in(client, "hoa", PASSWORD).status_code == 429


def test_a_visitor_resets_and_opens_nothing(client: Client) -> None:
    person = a_person()

    answers = [client.post(f"/accounts/people/{person.ref}/{act}/").status_code for act in ("password", "unlock")]

    assert answers == [403, 403]
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


def test_a_reset_administrator_still_needs_the_second_factor(client: Client) -> None:
    administrator = an_administrator()
    password = services.reset_password(person=administrator, by=OFFICE)
    new = "trái dừa khô rụng xuống"

    log_in(client, "sen", password)
    client.post("/accounts/password/change/", {"oldpassword": password, "password1": new, "password2": new})

    assert client.get("/accounts/people/")["Location"] == "/accounts/2fa/"
