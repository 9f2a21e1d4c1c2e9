"""Codes of a second factor cannot be guessed, however often and from wherever, and none serves twice."""

import re
import threading
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import connections
from django.db.models import F
from django.test import Client

from tinhso.blocks.audit.models import Entry
from tinhso.blocks.identity import queries, services
from tinhso.blocks.identity.models import Person, WrongCode
from tinhso.blocks.identity.tests.makers import OFFICE, PASSWORD, a_person, an_administrator
from tinhso.blocks.identity.tests.soft_key import SoftKey
from tinhso.blocks.identity.tests.test_second_factor import code_for, log_in, passkey_wish, with_an_app
from tinhso.kernel import clock
from tinhso.kernel.actor import NOBODY
from tinhso.kernel.errors import Refused

pytestmark = pytest.mark.django_db
AT_LOG_IN, AGAIN = "/accounts/2fa/authenticate/", "/accounts/2fa/reauthenticate/"


@pytest.fixture
def secret(client: Client) -> str:
    """What the administrator's authenticator app holds; ``client`` is logged in."""
    an_administrator()
    log_in(client, "sen")
    return with_an_app(client)[0]


def half_way_in() -> Client:
    """A browser of somebody who knows the password."""
    browser = Client()
    log_in(browser, "sen")
    return browser


def guess(browser: Client, times: int, address: str = AT_LOG_IN) -> list[int]:
    """Try wrong codes; how each was answered."""
    return [browser.post(address, {"code": f"00000{number}"}).status_code for number in range(times)]


def minutes_pass(minutes: float) -> None:
    """Let the wrong codes lie so far back."""
    WrongCode.objects.update(tried_at=F("tried_at") - timedelta(minutes=minutes))


def test_five_wrong_codes_shut_out_even_the_right_one_from_any_browser(secret: str) -> None:
    answers = guess(half_way_in(), 5)

    later = half_way_in()
    right = later.post(AT_LOG_IN, {"code": code_for(secret)})

    assert answers == [200] * 5
    assert right.status_code == 429
    assert later.get("/accounts/people/").status_code == 403


def test_the_page_says_from_when_codes_are_looked_at_again(secret: str) -> None:
    browser = half_way_in()
    guess(browser, 5)
    until = clock.local(clock.now() + timedelta(minutes=15))

    page = browser.post(AT_LOG_IN, {"code": code_for(secret)}).content.decode()

    told = re.search(r"thử lại từ (\d\d:\d\d)", page)
    assert told
    assert told[1] in {(until + timedelta(minutes=more)).strftime("%H:%M") for more in (0, 1)}


def test_after_a_quarter_of_an_hour_the_right_code_lets_in(secret: str) -> None:
    browser = half_way_in()
    guess(browser, 5)

    minutes_pass(14)
    early = browser.post(AT_LOG_IN, {"code": code_for(secret)})
    minutes_pass(1)
    late = browser.post(AT_LOG_IN, {"code": code_for(secret)})

    assert (early.status_code, late.status_code) == (429, 302)


def test_twenty_wrong_codes_within_a_day_shut_out_for_the_day(secret: str) -> None:
    browser = half_way_in()
    for _quarter in range(4):
        guess(browser, 5)
        minutes_pass(16)

    soon = browser.post(AT_LOG_IN, {"code": code_for(secret)})
    minutes_pass(24 * 60)
    tomorrow = browser.post(AT_LOG_IN, {"code": code_for(secret)})

    assert (soon.status_code, tomorrow.status_code) == (429, 302)
    assert re.search(r"thử lại từ \d\d:\d\d \d\d/\d\d/\d{4}", soon.content.decode())


def test_each_wrong_code_and_the_lock_are_written_down(secret: str) -> None:
    guess(half_way_in(), 7)

    person = Person.objects.get()
    assert Entry.objects.filter(did="wrong second factor", subject=person.ref, address="127.0.0.1").count() == 5
    assert Entry.objects.filter(did="second factor locked", subject=person.ref).count() == 1


def test_a_right_code_is_no_wrong_one(secret: str) -> None:
    browser = half_way_in()
    guess(browser, 4)

    browser.post(AT_LOG_IN, {"code": code_for(secret)})

    assert browser.get("/accounts/people/").status_code == 200
    assert WrongCode.objects.count() == 4


def test_guessing_recovery_codes_counts_alike(client: Client) -> None:
    an_administrator()
    log_in(client, "sen")
    _secret, page = with_an_app(client)
    good = re.findall(r"<code>(\w{8})</code>", page)[0]
    browser = half_way_in()
    for number in range(5):
        browser.post(AT_LOG_IN, {"code": f"1000000{number}"})

    right = browser.post(AT_LOG_IN, {"code": good})

    assert right.status_code == 429


def test_guessing_at_re_authentication_counts_with_guessing_at_log_in(client: Client, secret: str) -> None:
    guess(client, 3, AGAIN)
    guess(half_way_in(), 2)

    here = client.post(AGAIN, {"code": code_for(secret)})
    there = half_way_in().post(AT_LOG_IN, {"code": code_for(secret)})

    assert (here.status_code, there.status_code) == (429, 429)


@pytest.mark.parametrize("address", ["/accounts/reauthenticate/", "/accounts/password/change/"])
def test_the_password_cannot_be_guessed_in_a_session_that_was_left_open(client: Client, address: str) -> None:
    person = a_person()
    log_in(client, "lan")
    new = "trái dừa khô rụng xuống"
    wrong = {"password": "sai", "oldpassword": "sai", "password1": new, "password2": new}
    right = wrong | {"password": PASSWORD, "oldpassword": PASSWORD}

    for _ in range(5):
        client.post(address, wrong)
    answer = client.post(address, right)

    person.refresh_from_db()
    assert answer.status_code == 429
    assert person.check_password(PASSWORD)
    assert Entry.objects.filter(did="log-in failed", subject=person.ref).count() >= 4
    assert Entry.objects.filter(did="log-in refused: locked", subject=person.ref).exists()


def test_a_passkey_lets_in_while_codes_are_shut(client: Client, secret: str) -> None:
    key = SoftKey()
    told = {"name": "Khóa mềm", "credential": key.register(passkey_wish(client)), "passwordless": "on"}
    client.post("/accounts/2fa/webauthn/add/", told)
    guess(half_way_in(), 6)

    browser = Client()
    options = browser.get("/accounts/2fa/webauthn/login/", headers={"X-Requested-With": "XMLHttpRequest"}).json()
    browser.post("/accounts/2fa/webauthn/login/", {"credential": key.sign(options["request_options"])})

    assert browser.get("/accounts/people/").status_code == 200


def test_a_code_that_let_in_lets_nobody_in_again_in_any_process(secret: str) -> None:
    code = code_for(secret)
    first = half_way_in().post(AT_LOG_IN, {"code": code})
    cache.clear()  # what only one process remembers, and only for half a minute

    replayed = [half_way_in().post(AT_LOG_IN, {"code": written}) for written in (code, f"{code[:3]} {code[3:]}")]

    assert first.status_code == 302
    assert [answer.status_code for answer in replayed] == [200, 200]
    assert "Mã này đã dùng" in replayed[0].content.decode()
    assert WrongCode.objects.count() == 2


def test_a_code_older_than_one_that_let_in_is_spent_too(secret: str) -> None:
    now = int(clock.now().timestamp()) // 30
    newer, older = (str(format_hotp_value(hotp_value(secret, step))) for step in (now, now - 1))

    first = half_way_in().post(AT_LOG_IN, {"code": newer})
    second = half_way_in().post(AT_LOG_IN, {"code": older})

    assert (first.status_code, second.status_code) == (302, 200)


def test_a_code_used_at_log_in_does_not_re_authenticate(secret: str) -> None:
    code, browser = code_for(secret), half_way_in()
    browser.post(AT_LOG_IN, {"code": code})
    cache.clear()

    again = browser.post(AGAIN, {"code": code})

    assert again.status_code == 200
    assert "Mã này đã dùng" in again.content.decode()


def test_who_manages_people_lets_somebody_try_codes_again_at_once(secret: str) -> None:
    guess(half_way_in(), 5)
    person = Person.objects.get()
    shut = queries.is_locked_out(person, now=clock.now())

    services.unlock_person(person=person, by=OFFICE)

    assert shut
    assert half_way_in().post(AT_LOG_IN, {"code": code_for(secret)}).status_code == 302


def test_the_limits_are_data(secret: str, settings: Any) -> None:
    settings.SECOND_FACTOR_LIMITS = [(2, timedelta(minutes=1))]
    browser = half_way_in()

    assert guess(browser, 3) == [200, 200, 429]


@pytest.mark.django_db(transaction=True)
def test_of_many_wrong_codes_at_once_no_more_are_looked_at_than_the_limit() -> None:
    person, start, looked_at = a_person(), threading.Barrier(8), []

    def try_wrong_code() -> None:
        start.wait()
        try:
            with services.trying_code(person=person, by=NOBODY, now=clock.now()):
                looked_at.append(1)
                raise ValidationError("wrong")
        except (ValidationError, Refused):
            pass
        finally:
            connections.close_all()

    threads = [threading.Thread(target=try_wrong_code) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(looked_at) == 5
    assert WrongCode.objects.count() == 5
