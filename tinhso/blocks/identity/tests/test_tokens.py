from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpRequest
from django.test import Client, RequestFactory

from tinhso.blocks.identity import queries, services
from tinhso.blocks.identity.models import Person, Post, Token
from tinhso.blocks.identity.tests.makers import OFFICE, a_person, a_post, a_role, a_unit, today
from tinhso.blocks.units.models import Unit
from tinhso.kernel import clock
from tinhso.kernel.errors import Forbidden, Refused

pytestmark = pytest.mark.django_db


def asks(secret: str) -> HttpRequest:
    return RequestFactory().get("/api/v1/", headers={"Authorization": f"Bearer {secret}"})


def a_clerk() -> tuple[Person, Unit]:
    person, commune = a_person(), a_unit("xa")
    a_post(person, commune, a_role("see returns", "hand in returns"))
    return person, commune


def a_token(person: Person, *rights: str, days: float = 30) -> tuple[Token, str]:
    now = clock.now()
    by = queries.actor_for(person)
    ends = now + timedelta(days=days)
    return services.make_token(person=person, name="Máy nộp", rights=rights, expires_at=ends, by=by, now=now)


def test_a_token_holds_only_the_rights_it_names() -> None:
    person, commune = a_clerk()
    token, secret = a_token(person, "hand in returns")

    actor = queries.actor_of(asks(secret))

    assert (actor.kind, actor.ref) == ("program", token.ref)
    assert actor.can("hand in returns", at=commune)
    assert not actor.can("see returns", at=commune)


def test_only_the_digest_of_the_secret_is_kept() -> None:
    _token, secret = a_token(a_clerk()[0], "see returns")

    row = str(Token.objects.values().get())

    assert secret not in row
    assert secret.removeprefix("tinhso_") not in row


def test_a_token_loses_a_right_when_its_owner_loses_the_post() -> None:
    person, commune = a_clerk()
    _token, secret = a_token(person, "hand in returns")

    services.end_post(post=Post.objects.get(), on=today(), by=OFFICE)

    assert not queries.actor_of(asks(secret)).can("hand in returns", at=commune)


def test_a_token_that_is_over_revoked_or_whose_owner_is_closed_is_nobody() -> None:
    person, _commune = a_clerk()
    over, revoked, closed = (a_token(person, "see returns") for _ in range(3))
    Token.objects.filter(pk=over[0].pk).update(expires_at=clock.now() - timedelta(seconds=1))
    services.revoke_token(ref=revoked[0].ref, by=queries.actor_for(person), now=clock.now())
    good = queries.actor_of(asks(closed[1])).is_someone
    services.disable_person(person=person, by=OFFICE, why="nghỉ việc")

    assert good
    for _token, secret in (over, revoked, closed):
        assert not queries.actor_of(asks(secret)).is_someone
    assert not queries.actor_of(asks("tinhso_bia-ra")).is_someone


def test_nobody_gives_a_program_a_right_they_do_not_hold() -> None:
    with pytest.raises(Forbidden):
        a_token(a_clerk()[0], "approve returns")


def test_a_program_makes_no_further_programs() -> None:
    person, _commune = a_clerk()
    _token, secret = a_token(person, "see returns")
    by, now = queries.actor_of(asks(secret)), clock.now()

    with pytest.raises(Forbidden):
        services.make_token(
            person=person, name="Con", rights=["see returns"], expires_at=now + timedelta(days=1), by=by, now=now
        )


@pytest.mark.parametrize("days", [-1, 0, 400])
def test_a_token_ends_within_a_year(days: int) -> None:
    person, _commune = a_clerk()

    with pytest.raises(Refused):
        a_token(person, "see returns", days=days)


def test_the_page_shows_a_new_secret_once_and_revokes_it(client: Client, settings: Any) -> None:
    person, _commune = a_clerk()
    client.force_login(person)
    told = {"name": "Phần mềm kế toán", "rights": ["see returns"], "last_day": today() + timedelta(days=30)}

    page = client.post("/accounts/tokens/", told).content.decode()
    again = client.get("/accounts/tokens/").content.decode()
    token = Token.objects.get()
    client.post(f"/accounts/tokens/{token.ref}/revoke/")

    assert page.count("tinhso_") == 1
    assert "tinhso_" not in again
    assert "Phần mềm kế toán" in again
    token.refresh_from_db()
    assert token.revoked_at is not None


def test_a_token_cannot_be_used_to_look_at_ones_own_account_pages(client: Client) -> None:
    _token, secret = a_token(a_clerk()[0], "see returns")

    assert client.get("/accounts/", headers={"Authorization": f"Bearer {secret}"}).status_code == 302
    assert Token.objects.get().used_at is not None
