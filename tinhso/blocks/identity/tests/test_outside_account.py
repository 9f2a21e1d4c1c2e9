import html
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from django.conf import settings as real
from django.test import Client

from tinhso.blocks.audit.models import Entry
from tinhso.blocks.identity import queries
from tinhso.blocks.identity.models import Person
from tinhso.blocks.identity.tests import provider
from tinhso.blocks.identity.tests.makers import PASSWORD, a_person, a_post, a_role, a_unit, today

pytestmark = [pytest.mark.django_db, pytest.mark.conformance, pytest.mark.slow]
CALLBACK = "http://testserver/accounts/oidc/vneid/login/callback/"


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """A running OpenID provider that we did not write."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    clean = {key: value for key, value in os.environ.items() if key not in ("DJANGO_SETTINGS_MODULE", "DATABASE_URL")}
    command = [sys.executable, "-m", provider.__name__, str(port), CALLBACK]
    process = subprocess.Popen(command, cwd=real.ROOT, env=clean)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}/.well-known/openid-configuration", process)
        yield address
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(address: str, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(150):
        assert process.poll() is None, "the provider did not start"
        try:
            requests.get(address, timeout=20).raise_for_status()
        except (requests.ConnectionError, requests.Timeout):
            time.sleep(0.2)
        else:
            return
    raise AssertionError("the provider did not answer")


@pytest.fixture(autouse=True)
def relying_party(issuer: str, settings: Any) -> None:
    """Our side, as the environment variables would set it."""
    app = {
        "provider_id": "vneid",
        "name": "VNeID (hoặc tương đương)",
        "client_id": provider.CLIENT_ID,
        "secret": provider.SECRET,
        "settings": {"server_url": issuer, "token_auth_method": "client_secret_basic"},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}


def press(browser: requests.Session, page: requests.Response, told: dict[str, Any]) -> requests.Response:
    """Fill in the only form of a page of the provider and send it, without following where it leads."""
    found = re.findall(r'<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"', page.text)
    fields = {name: html.unescape(value) for name, value in found}
    action = re.search(r'<form[^>]*action="([^"]+)"', page.text)
    to = urljoin(page.url, html.unescape(action[1])) if action else page.url
    return browser.post(to, data=fields | told, headers={"Referer": page.url}, allow_redirects=False, timeout=60)


def at_the_provider(start: str) -> str:
    """Log in and agree at the provider; the address it sends the browser back to."""
    browser = requests.Session()
    page = browser.get(start, timeout=60)
    press(browser, page, {"login": provider.CITIZEN, "password": provider.PASSWORD})
    page = browser.get(start, timeout=60)
    agreed = press(browser, page, {"scopes": ["openid", "profile", "email"], "action": "grant"})
    return agreed.headers["Location"]


def start(client: Client, *, process: str = "login") -> str:
    """Press our button; the provider's address."""
    return str(client.post(f"/accounts/oidc/vneid/login/?process={process}")["Location"])


def come_back(client: Client, address: str) -> Any:
    """Follow the provider's answer."""
    return client.get(urlsplit(address).path, dict(parse_qsl(urlsplit(address).query)))


def test_the_log_in_page_offers_the_provider_by_name(client: Client) -> None:
    assert "Tiếp tục với VNeID (hoặc tương đương)" in client.get("/accounts/login/").content.decode()


def test_a_first_time_citizen_becomes_a_person_without_posts(client: Client) -> None:
    answer = come_back(client, at_the_provider(start(client)))

    person = Person.objects.get()
    assert answer.status_code == 302
    assert client.get("/accounts/").status_code == 200
    assert person.name
    assert not person.has_usable_password()
    assert not queries.standing_on(person, today()).rights
    assert Entry.objects.filter(did="signed up", subject=person.ref).count() == 1
    assert Entry.objects.get(did="logged in").after == {"how": "outside account"}


def test_a_citizen_who_comes_again_is_the_same_person(client: Client) -> None:
    come_back(client, at_the_provider(start(client)))
    again = Client()

    come_back(again, at_the_provider(start(again)))

    assert Person.objects.count() == 1
    assert again.get("/accounts/").status_code == 200


def test_an_official_connects_the_account_and_then_enters_with_their_own_posts(client: Client) -> None:
    official, commune = a_person("can-bo"), a_unit("xa")
    a_post(official, commune, a_role("see returns"))
    client.post("/accounts/login/", {"login": "can-bo", "password": PASSWORD})
    come_back(client, at_the_provider(start(client, process="connect")))
    later = Client()

    come_back(later, at_the_provider(start(later)))

    assert Person.objects.get() == official
    assert SocialAccount.objects.get().user_id == official.pk
    assert later.session["_auth_user_id"] == str(official.pk)


def test_an_answer_that_this_browser_never_asked_for_lets_nobody_in(client: Client) -> None:
    address = at_the_provider(start(Client()))

    page = come_back(client, address)

    assert page.status_code == 401
    assert "Chưa đăng nhập" in page.content.decode()
    assert not Person.objects.exists()


def test_a_closed_citizen_stays_outside(client: Client) -> None:
    come_back(client, at_the_provider(start(client)))
    Person.objects.update(is_active=False)
    again = Client()

    answer = come_back(again, at_the_provider(start(again)))

    assert answer["Location"] == "/accounts/inactive/"
    assert again.get("/accounts/").status_code == 302
