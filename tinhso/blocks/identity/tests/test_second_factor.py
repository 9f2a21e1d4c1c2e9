import json
import re
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.test import Client

from tinhso.blocks.audit.models import Entry
from tinhso.blocks.identity import queries
from tinhso.blocks.identity.models import Person
from tinhso.blocks.identity.tests.makers import PASSWORD, a_person, an_administrator, today
from tinhso.blocks.identity.tests.soft_key import SoftKey

pytestmark = pytest.mark.django_db


def log_in(client: Client, username: str, password: str = PASSWORD) -> Any:
    return client.post("/accounts/login/", {"login": username, "password": password})


def code_for(secret: str) -> str:
    """What an authenticator app shows now."""
    return str(format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time())))))


def confirm(client: Client) -> None:
    """Give the password once more, as whoever changes the protection of an account must."""
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})


def passkey_wish(client: Client) -> dict[str, Any]:
    """What the page asks a new passkey for."""
    confirm(client)
    page = client.get("/accounts/2fa/webauthn/add/").content.decode()
    found = re.search(r'<script id="js_data" type="application/json">(.*?)</script>', page)
    assert found
    options: dict[str, Any] = json.loads(found[1])["creation_options"]
    return options


def with_an_app(client: Client) -> tuple[str, str]:
    """Set up an authenticator app on the pages; its secret and the page of recovery codes."""
    confirm(client)
    page = client.get("/accounts/2fa/totp/activate/").content.decode()
    found = re.search(r"<code>([A-Z2-7]{16,})</code>", page)
    assert found
    answer = client.post("/accounts/2fa/totp/activate/", {"code": code_for(found[1])}, follow=True)
    return found[1], answer.content.decode()


def test_an_administrator_without_a_second_factor_reaches_only_its_set_up(client: Client) -> None:
    an_administrator()
    log_in(client, "sen")

    for address in ("/accounts/people/", "/accounts/", "/messages/", "/accounts/tokens/"):
        assert client.get(address)["Location"] == "/accounts/2fa/"
    assert client.get("/accounts/2fa/").status_code == 200
    assert "/accounts/reauthenticate/" in client.get("/accounts/2fa/totp/activate/")["Location"]
    confirm(client)
    assert client.get("/accounts/2fa/totp/activate/").status_code == 200
    assert client.get("/accounts/logout/").status_code == 200


def test_once_an_app_is_set_up_the_administrator_may_go_on_and_must_show_it_at_the_next_log_in(client: Client) -> None:
    an_administrator()
    log_in(client, "sen")
    secret, codes = with_an_app(client)

    here = client.get("/accounts/people/")
    later = Client()
    asked = log_in(later, "sen")
    wrong = later.post("/accounts/2fa/authenticate/", {"code": "000000"})
    closed = later.get("/accounts/people/")
    right = later.post("/accounts/2fa/authenticate/", {"code": code_for(secret)})

    assert here.status_code == 200
    assert "chỉ hiện một lần" in codes
    assert asked["Location"].startswith("/accounts/2fa/authenticate/")
    assert "Mã không đúng." in wrong.content.decode()
    assert closed.status_code == 403
    assert right.status_code == 302
    assert later.get("/accounts/people/").status_code == 200
    assert Entry.objects.filter(did="logged in").last().after == {"how": "password + second factor"}  # type: ignore[union-attr]


def test_a_recovery_code_stands_in_once_for_a_lost_telephone(client: Client) -> None:
    an_administrator()
    log_in(client, "sen")
    _secret, page = with_an_app(client)
    code = re.findall(r"<code>(\w{8})</code>", page)[0]

    first, second = Client(), Client()
    log_in(first, "sen")
    once = first.post("/accounts/2fa/authenticate/", {"code": code})
    log_in(second, "sen")
    twice = second.post("/accounts/2fa/authenticate/", {"code": code})

    assert once.status_code == 302
    assert twice.status_code == 200
    assert first.get("/accounts/people/").status_code == 200


def test_an_administrator_cannot_drop_the_last_second_factor(client: Client) -> None:
    an_administrator()
    log_in(client, "sen")
    with_an_app(client)

    page = client.post("/accounts/2fa/totp/deactivate/")

    assert "Bạn cần xác thực hai lớp" in page.content.decode()
    assert queries.has_second_factor(Person.objects.get())


def test_a_passkey_is_registered_and_lets_in_without_a_password() -> None:
    client, key = Client(), SoftKey()
    an_administrator()
    log_in(client, "sen")
    wish = passkey_wish(client)
    told = {"name": "Khóa mềm", "credential": key.register(wish), "passwordless": "on"}
    added = client.post("/accounts/2fa/webauthn/add/", told)

    later = Client()
    options = later.get("/accounts/2fa/webauthn/login/", headers={"X-Requested-With": "XMLHttpRequest"}).json()
    inside = later.post("/accounts/2fa/webauthn/login/", {"credential": key.sign(options["request_options"])})

    assert added.status_code == 302
    assert inside.status_code == 302
    assert later.get("/accounts/people/").status_code == 200


def test_a_passkey_of_another_site_is_refused() -> None:
    client, key = Client(), SoftKey(origin="https://gia-mao.example", rp_id="gia-mao.example")
    an_administrator()
    log_in(client, "sen")
    wish = passkey_wish(client)

    client.post("/accounts/2fa/webauthn/add/", {"name": "x", "credential": key.register(wish), "passwordless": "on"})

    assert not queries.has_second_factor(Person.objects.get())


def test_a_persona_needs_no_second_factor_in_a_demo_and_nowhere_else(settings: Any) -> None:
    persona = an_administrator(demo=True, password=None)
    standing = queries.standing_on(persona, today())

    settings.DEMO, settings.PRODUCTION = True, False
    in_demo = queries.must_set_up(persona, standing)
    settings.DEMO = False
    outside = queries.must_set_up(persona, standing)
    settings.DEMO, settings.PRODUCTION = True, True
    in_production = queries.must_set_up(persona, standing)

    assert (in_demo, outside, in_production) == (False, True, True)


def test_a_short_password_alone_leads_to_the_set_up_page(client: Client) -> None:
    a_person(password="ngan-8-ky")
    log_in(client, "lan", "ngan-8-ky")

    assert client.get("/accounts/")["Location"] == "/accounts/2fa/"


@pytest.mark.parametrize(("second_factor", "length", "good"), [(0, 13, 0), (0, 14, 1), (1, 7, 0), (1, 8, 1)])
def test_a_password_has_fourteen_letters_or_eight_beside_a_second_factor(
    client: Client, second_factor: int, length: int, good: int
) -> None:
    person = a_person()
    log_in(client, "lan")
    if second_factor:
        with_an_app(client)
    new = "dừaxanhđỏtímvàng"[:length]

    client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})

    person.refresh_from_db()
    assert person.check_password(new) is bool(good)
