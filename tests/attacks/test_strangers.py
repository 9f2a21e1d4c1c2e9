"""Somebody with a real account tries what is not theirs: by page, by address, by form, by replay."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client

from tests.attacks.test_form_tokens import addresses, concrete
from tinhso.blocks.identity import queries as identity
from tinhso.blocks.identity import services as people
from tinhso.blocks.identity.models import Person, Post, Session, Token
from tinhso.blocks.units.models import Unit
from tinhso.government.reporting import services
from tinhso.government.reporting.models import Return, Revision
from tinhso.government.reporting.tests import makers as a
from tinhso.government.reporting.tests.test_pages import an_official, logged_in, typed
from tinhso.kernel import clock

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

    assert again.redirect_chain == [(f"/returns/{one.ref}/", 302)]
    assert "không thực hiện được việc này" in again.content.decode()
    assert Return.objects.values().get(pk=one.pk) == before


def test_what_people_write_is_shown_and_never_run(one: Return, units: dict[str, Unit]) -> None:
    handed_in(one, units)
    chief = logged_in(an_official("B", units["VP"]))
    chief.post(f"/returns/{one.ref}/act/", {"act": "send_back", "why": SCRIPT})

    for address in (f"/returns/{one.ref}/", "/returns/", "/messages/"):
        answer = chief.get(address)
        assert answer.status_code == 200
        assert SCRIPT not in answer.content.decode()
    assert "&lt;script&gt;" in chief.get(f"/returns/{one.ref}/").content.decode()


def test_words_in_an_address_are_shown_and_never_run(units: dict[str, Unit]) -> None:
    reader = logged_in(an_official("A", units["T"], "see indicators", "see returns", "see audit"))
    pages = ("/search/?q=", "/units/?q=", "/returns/?tray=all&unit=", "/audit/?actor=")

    answers = [reader.get(address + SCRIPT) for address in pages] + [Client().get(f"/accounts/login/?next={SCRIPT}")]

    assert [answer.status_code for answer in answers] == [200] * 5
    assert not any(SCRIPT in answer.content.decode() for answer in answers)


# What each kind of thing is called in an address, and a real one of it
@pytest.fixture
def theirs(one: Return, units: dict[str, Unit]) -> dict[str, str]:
    """Real things of others, by the beginnings of their addresses."""
    victim = an_official("N", units["VP"])
    by, now = identity.actor_for(victim), clock.now()
    _token, secret = people.make_token(
        person=victim, name="máy", rights=["see returns"], expires_at=now + timedelta(days=1), by=by, now=now
    )
    logged_in(victim)
    begun = people.begin_session(person=victim, key="k" * 32, browser="x", by=by, how="password", now=now)
    return {
        "return": one.ref,
        "person": victim.ref,
        "post": str(Post.objects.get(person=victim).pk),
        "session": str(begun.pk),
        "token": Token.objects.get().ref,
        "secret": secret,
    }


ACTS = [
    "/accounts/people/{person}/appoint/",
    "/accounts/people/{person}/open/",
    "/accounts/people/{person}/password/",
    "/accounts/people/{person}/unlock/",
    "/accounts/posts/{post}/end/",
    "/accounts/sessions/{session}/end/",
    "/accounts/tokens/{token}/revoke/",
    "/returns/{return}/act/",
    "/returns/{return}/fill-in/",
    "/returns/{return}/fill-in/row/",
    "/returns/{return}/upload/",
]


@pytest.mark.parametrize("act", ACTS)
def test_a_stranger_can_do_nothing_to_what_really_is_anothers(
    theirs: dict[str, str], units: dict[str, Unit], act: str
) -> None:
    stranger = logged_in(an_official("C", units["X1"]))
    before = state_of_everything()

    answer = stranger.post(act.format(**theirs), {"act": "approve", "why": "vì muốn", "role": "all", "unit": "X1"})
    followed = stranger.get(answer.headers["Location"]) if answer.status_code == 302 else answer

    assert followed.status_code in {403, 404}
    assert state_of_everything() == before


def state_of_everything() -> dict[str, list[Any]]:
    """All rows that a stranger might have changed."""
    models = (Person, Post, Token, Session, Return, Revision)
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


@pytest.mark.django_db
def test_a_programs_token_is_worth_nothing_on_any_page(theirs: dict[str, str]) -> None:
    pages = [
        concrete(address)
        for address, _view in addresses()
        if not address.startswith(tuple(one.lstrip("/") for one in settings.PROGRAM_ADDRESSES)) and "(?P" not in address
    ]

    stranger = {page: Client().get(page).status_code for page in pages}
    program = {
        page: Client().get(page, headers={"Authorization": f"Bearer {theirs['secret']}"}).status_code for page in pages
    }

    assert len(pages) > 300
    assert program == stranger
    assert Token.objects.get().used_at is None


@pytest.mark.parametrize("outside", ["https://xau.example/", "//xau.example/", "/\\xau.example", "javascript:alert(1)"])
def test_logging_in_never_leads_out_of_the_system(units: dict[str, Unit], outside: str) -> None:
    person = an_official("A", units["T"])
    person.set_password("mat khau du dai 14")
    person.save()

    answer = Client().post("/accounts/login/", {"login": "A", "password": "mat khau du dai 14", "next": outside})

    assert answer.status_code == 302
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

    answer = browser.post("/accounts/login/", {"login": "A", "password": "mat khau du dai 14"})

    assert answer.status_code == 302
    assert browser.get("/accounts/").status_code == 200
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
