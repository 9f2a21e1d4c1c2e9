"""Which addresses take a request that carries no form's token, each for a reason; every other one refuses it."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tinhso.government.reporting.tests import makers as a
from tinhso.government.reporting.tests.test_pages import an_official

ONLY_TOKENS = "a program's token or key opens it, never a browser's session"
# Families of addresses for programs. Whoever adds one must see that no session is worth anything there.
PROGRAMS = {
    "csc/": ONLY_TOKENS,
    "dhis2/api/": ONLY_TOKENS,
    "govstack/registration/": ONLY_TOKENS,
    "odk/": ONLY_TOKENS,
    "open311/": ONLY_TOKENS,
    "sdmx/3.0/": "reads alone",
    "api/v1/": "asks for it itself where a session acts: test_the_api_takes_no_write_of_a_session_without_it",
}
SINGLE = {
    "channels/zalo/webhook": "signed by Zalo",
    "channels/messenger/webhook": "signed by Messenger",
    "pay/ipn/": "signed by the gateway",
    "pay/arrived/": "signed by the bank",
    "verify/signature/": "looks at a file, keeps nothing",
    "verify/<str:token>/": "looks at a file, keeps nothing",
}


def addresses(patterns: list[Any] | None = None, before: str = "") -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every address of the system as it is declared, and its view."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, before + str(pattern.pattern))
        elif isinstance(pattern, URLPattern):
            yield before + str(pattern.pattern), pattern.callback


def takes_no_token(view: Callable[..., Any]) -> bool:
    """Whether Django lets a form through to ``view`` without its token."""
    return bool(getattr(view, "csrf_exempt", False))


EXEMPT = {address for address, view in addresses() if takes_no_token(view)}
GUARDED = {address for address, view in addresses() if not takes_no_token(view)}
FAMILIES = tuple(PROGRAMS)


def test_every_address_that_takes_a_request_without_a_forms_token_is_listed_with_a_reason() -> None:
    single = {address for address in EXEMPT if not address.startswith(FAMILIES)}

    assert single == set(SINGLE)


@pytest.mark.parametrize("family", PROGRAMS)
def test_every_listed_family_still_takes_requests_without_a_forms_token(family: str) -> None:
    assert any(address.startswith(family) for address in EXEMPT)


def concrete(address: str) -> str:
    """An address that leads to the view: any word or number where one stands."""
    return "/" + re.sub(r"<(?:(\w+):)?\w+>", _example, address)


def _example(place: "re.Match[str]") -> str:
    kinds = {"uuid": "00000000-0000-0000-0000-000000000000", "path": "a/b", "slug": "a"}
    return kinds.get(place[1], "1")


@pytest.mark.django_db
def test_every_other_address_refuses_a_form_without_its_token_before_it_looks_at_anything() -> None:
    units = a.a_province()
    person = an_official("A", units["T"], *a.EVERYTHING, "see indicators", "manage people", "operate system")
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[-1])
    plain = sorted(address for address in GUARDED if "(?P" not in address)

    answers = {address: browser.post(concrete(address), {"x": "1"}).status_code for address in plain}

    assert len(plain) > 300
    assert {address: status for address, status in answers.items() if status != 403} == {}


@pytest.mark.django_db
def test_the_api_takes_no_write_of_a_session_without_it() -> None:
    units = a.a_province()
    one = a.a_return(a.a_data_set(), units["VP"])
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(an_official("A", units["VP"], *a.EVERYTHING), backend=settings.AUTHENTICATION_BACKENDS[-1])
    address, body = f"/api/v1/returns/{one.ref}/values", '{"values": []}'
    browser.get("/accounts/")
    token = {"X-CSRFToken": browser.cookies["csrftoken"].value}

    without = browser.put(address, body, content_type="application/json")
    with_token = browser.put(address, body, content_type="application/json", headers=token)

    assert without.status_code == 403
    assert with_token.status_code in {200, 422}
