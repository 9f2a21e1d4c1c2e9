"""Somebody with a real account tries what is not theirs: by page, by address, by form, by replay."""

import re
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tinhso.blocks.identity.models import Person
from tinhso.blocks.units.models import Unit
from tinhso.government.reporting import services
from tinhso.government.reporting.models import Return, Revision
from tinhso.government.reporting.tests import makers as a
from tinhso.government.reporting.tests.test_pages import an_official, logged_in, typed

SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def units(db: None) -> dict[str, Unit]:
    """A tiny province."""
    return a.a_province()


@pytest.fixture
def one(units: dict[str, Unit]) -> Return:
    """The office's return of September 2024, opened."""
    return a.a_return(a.a_data_set(), units["VP"])


def handed_in(one: Return, units: dict[str, Unit]) -> Return:
    """The return, waiting for approval."""
    by = a.a_person("A", units["VP"])
    services.save_draft(ref=one.ref, entries=a.entries(one, nhan="5", xong="5"), by=by, now=a.NOW)
    return services.submit(ref=one.ref, by=by, now=a.NOW)


@pytest.mark.parametrize("act", ["submit", "send_back", "approve", "publish", "revise", "delegate"])
def test_an_official_of_another_unit_can_do_nothing_to_a_return(one: Return, units: dict[str, Unit], act: str) -> None:
    handed_in(one, units)
    stranger = logged_in(an_official("C", units["X1"]))
    before = Return.objects.values().get(pk=one.pk)

    answers = [
        stranger.post(f"/returns/{one.ref}/act/", {"act": act, "why": "vì muốn", "to": "C"}, follow=True),
        stranger.post(f"/returns/{one.ref}/fill-in/", typed(one, nhan="9", xong="9"), follow=True),
        stranger.post(f"/returns/{one.ref}/fill-in/row/", typed(one, nhan="9", xong="9"), follow=True),
        stranger.get(f"/returns/{one.ref}/revisions/1/"),
        stranger.get(f"/api/v1/returns/{one.ref}"),
    ]

    assert {answer.status_code for answer in answers} <= {403, 404}
    assert Return.objects.values().get(pk=one.pk) == before
    assert Revision.objects.filter(parent=one).count() == 1


def test_approving_in_bulk_reaches_no_return_of_another_unit(one: Return, units: dict[str, Unit]) -> None:
    handed_in(one, units)
    stranger = logged_in(an_official("C", units["X1"]))

    stranger.post("/returns/bulk/", {"act": "approve", "ref": [one.ref], "refs": [one.ref]})

    one.refresh_from_db()
    assert one.state == Return.State.SUBMITTED


def test_a_replayed_approval_is_refused_and_changes_nothing(one: Return, units: dict[str, Unit]) -> None:
    handed_in(one, units)
    chief = logged_in(an_official("B", units["VP"]))
    chief.post(f"/returns/{one.ref}/act/", {"act": "approve"})
    before = Return.objects.values().get(pk=one.pk)

    again = chief.post(f"/returns/{one.ref}/act/", {"act": "approve"}, follow=True)

    assert Return.objects.values().get(pk=one.pk) == before
    assert "không" in again.content.decode().lower()


def test_what_people_write_is_shown_and_never_run(one: Return, units: dict[str, Unit]) -> None:
    handed_in(one, units)
    chief = logged_in(an_official("B", units["VP"]))
    chief.post(f"/returns/{one.ref}/act/", {"act": "send_back", "why": SCRIPT})

    for address in (f"/returns/{one.ref}/", "/returns/", "/messages/"):
        assert SCRIPT not in chief.get(address).content.decode()
    assert "&lt;script&gt;" in chief.get(f"/returns/{one.ref}/").content.decode()


def test_words_in_an_address_are_shown_and_never_run(units: dict[str, Unit]) -> None:
    reader = logged_in(an_official("A", units["T"], "see indicators", "see returns", "see audit"))

    for address in (
        "/search/?q=",
        "/units/?q=",
        "/returns/?tray=all&unit=",
        "/audit/?actor=",
        "/accounts/login/?next=",
    ):
        assert SCRIPT not in reader.get(address + SCRIPT).content.decode()


def _forms(patterns: list[Any], before: str = "") -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _forms(pattern.url_patterns, before + str(pattern.pattern))
        elif isinstance(pattern, URLPattern):
            yield before + str(pattern.pattern)


ADDRESSES = sorted(
    {
        re.sub(r"<[^>]+>", "1", re.sub(r"\(\?P?[^)]*\)", "1", one)).strip("^$")
        for one in _forms(get_resolver().url_patterns)
    }
)


# What takes the sender's signature instead of a log-in, and answers as the sender's protocol wants: an unsigned notice
# is told so with 200 and changes nothing (test_hostile_payments.py).
SIGNED = {"pay/ipn/"}
# Looks at what is sent, keeps nothing and changes nothing: there is nothing to do in somebody's name.
LOOKING = {"api/v1/signatures/check", "verify/signature/"}


def test_no_form_is_taken_without_its_token(units: dict[str, Unit]) -> None:
    person = an_official("A", units["T"], *a.EVERYTHING, "see indicators", "manage people", "operate system")
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[-1])

    taken = []
    for address in ADDRESSES:
        answer = browser.post("/" + address, {"x": "1"})
        # 401: what only a token of one's own opens takes no log-in, hence no form either
        refused = answer.status_code in {401, 403, 404, 405} or "/accounts/login" in answer.headers.get("Location", "")
        # the remote signing service knows tokens alone, never a session, and its standard says 400 of what lacks one
        refused = refused or (address.startswith("csc/") and answer.status_code == 400)
        if not refused and address not in SIGNED | LOOKING:
            taken.append((address, answer.status_code))

    assert len(ADDRESSES) > 60
    assert taken == []


@pytest.mark.parametrize("outside", ["https://xau.example/", "//xau.example/", "/\\xau.example", "javascript:alert(1)"])
def test_logging_in_never_leads_out_of_the_system(units: dict[str, Unit], outside: str) -> None:
    person = an_official("A", units["T"])
    person.set_password("mat khau du dai 14")
    person.save()

    answer = Client().post("/accounts/login/", {"login": "A", "password": "mat khau du dai 14", "next": outside})

    assert "xau.example" not in answer.headers.get("Location", "")
    assert "javascript" not in answer.headers.get("Location", "")


def test_a_session_that_somebody_laid_out_before_log_in_is_worth_nothing(units: dict[str, Unit]) -> None:
    person = an_official("A", units["T"])
    person.set_password("mat khau du dai 14")
    person.save()
    browser = Client()
    browser.get("/accounts/login/")
    laid_out = browser.session.session_key or ""
    browser.cookies[settings.SESSION_COOKIE_NAME] = laid_out or "a" * 32

    browser.post("/accounts/login/", {"login": "A", "password": "mat khau du dai 14"})

    assert browser.session.session_key not in {laid_out, "a" * 32, None}


@pytest.mark.django_db(transaction=True)
def test_of_two_approvals_at_once_one_counts() -> None:
    units = a.a_province()
    one = handed_in(a.a_return(a.a_data_set(), units["VP"]), units)
    chiefs = [logged_in(an_official(name, units["VP"])) for name in ("B", "D")]
    start = threading.Barrier(2)

    def approve(browser: Client) -> None:
        start.wait()
        browser.post(f"/returns/{one.ref}/act/", {"act": "approve"})
        connections.close_all()

    threads = [threading.Thread(target=approve, args=(browser,)) for browser in chiefs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    from tinhso.blocks.audit.models import Entry

    one.refresh_from_db()
    assert one.state == Return.State.APPROVED
    assert Entry.objects.filter(did="approved", subject=one.ref).count() == 1
    assert Person.objects.count() == 2
