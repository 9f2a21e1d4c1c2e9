"""Who may shut whom out: a name by wrong passwords, an address by very many; passkeys pass both."""

from typing import Any

import pytest
from django.test import Client

from tinhso.blocks.audit.models import Entry
from tinhso.blocks.identity import queries
from tinhso.blocks.identity.models import Turns
from tinhso.blocks.identity.tests.makers import PASSWORD, a_person, a_post, a_province, a_role, an_administrator
from tinhso.blocks.identity.tests.soft_key import SoftKey
from tinhso.blocks.identity.tests.test_second_factor import log_in, passkey_wish, with_an_app

pytestmark = pytest.mark.django_db
# What a real system starts with; tests of other things run without
GRAVE_RIGHTS = None  # those that apps register as grave


@pytest.fixture
def four(settings: Any) -> None:
    """Four failures an hour from one address."""
    settings.LOG_IN_FAILURES_AN_HOUR = 4


def with_a_passkey() -> SoftKey:
    """What the administrator logs in with."""
    an_administrator()
    client, key = Client(), SoftKey()
    log_in(client, "sen")
    told = {"name": "Khóa mềm", "credential": key.register(passkey_wish(client)), "passwordless": "on"}
    client.post("/accounts/2fa/webauthn/add/", told)
    return key


def enter(key: SoftKey) -> Client:
    """Log in with a passkey."""
    browser = Client()
    options = browser.get("/accounts/2fa/webauthn/login/", headers={"X-Requested-With": "XMLHttpRequest"}).json()
    browser.post("/accounts/2fa/webauthn/login/", {"credential": key.sign(options["request_options"])})
    return browser


def test_an_address_from_which_many_names_were_tried_is_shut_for_the_hour(four: None) -> None:
    a_person()
    for number in range(4):
        log_in(Client(), f"ten-{number}", "sai")

    here = log_in(Client(), "lan")
    elsewhere = Client(REMOTE_ADDR="203.0.113.9").post("/accounts/login/", {"login": "lan", "password": PASSWORD})

    assert here.status_code == 429
    assert "khóa truy cập" in here.content.decode()
    assert elsewhere.status_code == 302
    assert Entry.objects.filter(did="stopped guessing", subject_kind="identity.log-in").count() == 1


def test_fewer_failures_than_that_shut_nobody_out_and_good_log_ins_are_not_counted(four: None) -> None:
    a_person()
    for number in range(3):
        log_in(Client(), f"ten-{number}", "sai")
        log_in(Client(), "lan")

    assert log_in(Client(), "lan").status_code == 302
    assert Turns.objects.get().count == 3


def test_a_passkey_lets_in_past_a_locked_name_and_a_shut_address(four: None) -> None:
    key = with_a_passkey()
    for _ in range(6):
        log_in(Client(), "sen", "sai")

    shut = log_in(Client(), "sen")
    inside = enter(key)

    assert shut.status_code == 429
    assert inside.get("/accounts/people/").status_code == 200


GRAVE = {
    "auditor": "see audit",
    "records clerk": "seal documents",
    "leader": "decide cases",
    "head": "assign cases",
    "support": "decide support",
    "payments": "oversee payments",
    "administrator": "manage people",
}


@pytest.mark.parametrize("right", GRAVE.values(), ids=GRAVE)
def test_a_grave_right_needs_a_second_factor_whatever_the_role_says(right: str, client: Client, settings: Any) -> None:
    settings.SECOND_FACTOR_RIGHTS = GRAVE_RIGHTS
    a_post(a_person(), a_province(), a_role(right, "see returns"))
    log_in(client, "lan")

    page = client.get("/accounts/", follow=True)

    assert page.redirect_chain == [("/accounts/2fa/", 302)]
    assert "Bật ứng dụng xác thực" in page.content.decode()


def test_an_everyday_right_does_not_and_a_persona_of_the_demo_enters_with_one_click(
    client: Client, settings: Any
) -> None:
    settings.DEMO, settings.SECOND_FACTOR_RIGHTS = True, GRAVE_RIGHTS
    place = a_province()
    a_post(a_person(), place, a_role("see returns", "process cases"))
    a_post(a_person("nhan-vat", demo=True, password=None), place, a_role("see audit", code="kiem-tra"))
    log_in(client, "lan")
    demo = Client()
    demo.post("/accounts/demo/", {"persona": "nhan-vat"})

    assert client.get("/accounts/").status_code == 200
    assert demo.get("/accounts/").status_code == 200


def test_who_needs_a_second_factor_by_right_cannot_drop_the_last_one(client: Client, settings: Any) -> None:
    settings.SECOND_FACTOR_RIGHTS = ["seal documents"]
    person = a_person()
    a_post(person, a_province(), a_role("seal documents"))
    log_in(client, "lan")
    with_an_app(client)

    page = client.post("/accounts/2fa/totp/deactivate/")

    assert "Bạn cần xác thực hai lớp" in page.content.decode()
    assert queries.has_second_factor(person)
