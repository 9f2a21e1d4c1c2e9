from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpRequest
from django.test import Client, RequestFactory

from tinhso.blocks.audit.models import Entry
from tinhso.blocks.identity import queries, services
from tinhso.blocks.identity.models import Person, Post, Token
from tinhso.blocks.identity.tests.makers import (
    OFFICE,
    PASSWORD,
    a_person,
    a_post,
    a_role,
    a_unit,
    an_administrator,
    today,
)
from tinhso.blocks.units.models import Unit
from tinhso.kernel import clock
from tinhso.kernel.errors import Forbidden, Refused
from tinhso.kernel.rights import rights_never_of_programs

pytestmark = pytest.mark.django_db


def asks(secret: str) -> HttpRequest:
    return RequestFactory().get("/api/v1/", headers={"Authorization": f"Bearer {secret}"})


def a_clerk() -> tuple[Person, Unit]:
    person, commune = a_person(), a_unit("xa")
    a_post(person, commune, a_role("see returns", "hand in returns"))
    return person, commune


def a_colleague(person: Person) -> Person:
    """Somebody else with the same post."""
    colleague, post = a_person("hoa"), Post.objects.get(person=person)
    a_post(colleague, post.unit, post.role)
    return colleague


def a_day() -> dict[str, Any]:
    """Made now, good for a day."""
    return {"created_at": clock.now(), "expires_at": clock.now() + timedelta(days=1)}


def a_token(person: Person, *rights: str, days: float = 30) -> tuple[Token, str]:
    now = clock.now()
    by = queries.actor_for(person)
    ends = now + timedelta(days=days)
    return services.make_token(person=person, name="Máy nộp", rights=rights, expires_at=ends, by=by, now=now)


def at_the_desk(client: Client) -> None:
    """Log in, and give the password once more, as whoever makes a token must."""
    client.post("/accounts/login/", {"login": "lan", "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})


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
    a_clerk()
    at_the_desk(client)
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

    answer = client.get("/accounts/", headers={"Authorization": f"Bearer {secret}"})

    assert answer.status_code == 302
    assert Token.objects.get().used_at is None


def test_a_use_of_a_token_is_noted(client: Client) -> None:
    _token, secret = a_token(a_clerk()[0], "see returns")

    answer = client.get("/api/v1/returns", headers={"Authorization": f"Bearer {secret}"})

    assert answer.status_code == 200
    assert Token.objects.get().used_at is not None


def test_the_token_of_an_administrator_is_nobody_on_pages(client: Client) -> None:
    person, victim = an_administrator(), a_person("hoa")
    Token.objects.create(
        person=person, name="cũ", digest=queries.token_digest("tinhso_cu"), rights=["manage people"], **a_day()
    )
    before = victim.password

    for address in ("/accounts/people/", f"/accounts/people/{victim.ref}/", "/audit/"):
        assert client.get(address, headers={"Authorization": "Bearer tinhso_cu"}).status_code in {302, 403}
    reset = client.post(f"/accounts/people/{victim.ref}/password/", headers={"Authorization": "Bearer tinhso_cu"})

    victim.refresh_from_db()
    assert reset.status_code == 403
    assert victim.password == before


@pytest.mark.parametrize("right", sorted(rights_never_of_programs()))
def test_no_token_manages_people_sees_the_audit_log_or_operates_the_system(right: str) -> None:
    person = a_person()
    a_post(person, a_unit("xa"), a_role(right, "see returns", everywhere=True))

    with pytest.raises(Refused, match="never_of_programs"):
        a_token(person, right, "see returns")
    Token.objects.create(
        person=person, name="cũ", digest=queries.token_digest("tinhso_cu"), rights=[right, "see returns"], **a_day()
    )
    actor = queries.actor_of(asks("tinhso_cu"))

    assert actor.can("see returns")
    assert not actor.can(right)


def test_the_page_offers_no_right_that_no_program_may_carry(client: Client) -> None:
    a_post(a_person(), a_unit("xa"), a_role("see audit", "see returns"))
    at_the_desk(client)

    page = client.get("/accounts/tokens/").content.decode()

    assert 'value="see returns"' in page
    assert 'value="see audit"' not in page


def test_a_token_is_made_only_by_who_gave_the_password_just_now(client: Client) -> None:
    a_clerk()
    client.post("/accounts/login/", {"login": "lan", "password": PASSWORD})
    told = {"name": "Máy", "rights": ["see returns"], "last_day": today() + timedelta(days=30)}

    refused = client.post("/accounts/tokens/", told)
    none = Token.objects.count()
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    client.post("/accounts/tokens/", told)

    assert refused["Location"].startswith("/accounts/reauthenticate/")
    assert (none, Token.objects.count()) == (0, 1)


@pytest.mark.parametrize("how", ["changed", "reset", "closed and opened again"])
def test_tokens_end_when_the_password_changes_and_when_the_account_closes(how: str) -> None:
    person, _commune = a_clerk()
    _token, secret = a_token(person, "see returns")
    _other, others_secret = a_token(a_colleague(person), "see returns")

    if how == "changed":
        services.set_password(person=person, password="trái dừa khô rụng xuống", by=queries.actor_for(person))
    elif how == "reset":
        services.reset_password(person=person, by=OFFICE)
    else:
        services.disable_person(person=person, by=OFFICE, why="nghỉ việc")
        services.enable_person(person=person, by=OFFICE, now=clock.now())

    assert not queries.actor_of(asks(secret)).is_someone
    assert queries.actor_of(asks(others_secret)).is_someone
    assert Entry.objects.filter(did="revoked token", subject=Token.objects.get(person=person).ref).count() == 1


def test_tokens_and_sessions_of_the_demos_people_end_with_the_demo(client: Client, settings: Any) -> None:
    settings.DEMO = True
    persona = an_administrator(demo=True, password=None)
    Token.objects.create(
        person=persona, name="cũ", digest=queries.token_digest("tinhso_cu"), rights=["see returns"], **a_day()
    )
    client.post("/accounts/demo/", {"persona": "sen"})
    in_demo = (queries.actor_of(asks("tinhso_cu")).is_someone, client.get("/audit/").status_code)

    settings.DEMO = False

    assert in_demo == (True, 200)
    assert not queries.actor_of(asks("tinhso_cu")).is_someone
    assert client.get("/audit/").status_code in {302, 403}


def test_nobody_makes_a_token_for_somebody_else() -> None:
    person, _commune = a_clerk()
    colleague, now = a_colleague(person), clock.now()
    ends = now + timedelta(days=1)

    with pytest.raises(Forbidden) as refusal:
        services.make_token(
            person=person, name="x", rights=["see returns"], expires_at=ends, by=queries.actor_for(colleague), now=now
        )

    assert (refusal.value.code, Token.objects.count()) == ("not_yours", 0)


@pytest.mark.parametrize(("name", "rights"), [("  ", ["see returns"]), ("Máy nộp", [])])
def test_a_token_without_a_name_or_without_a_right_is_refused(name: str, rights: list[str]) -> None:
    person, _commune = a_clerk()
    by, now = queries.actor_for(person), clock.now()

    with pytest.raises(Refused) as refusal:
        services.make_token(person=person, name=name, rights=rights, expires_at=now + timedelta(1), by=by, now=now)

    assert refusal.value.code == "token_empty"


def test_a_colleague_cannot_end_a_token_and_who_manages_people_can() -> None:
    person, _commune = a_clerk()
    colleague, token = a_colleague(person), a_token(person, "see returns")[0]
    keeper = an_administrator()

    with pytest.raises(Forbidden) as refusal:
        services.revoke_token(ref=token.ref, by=queries.actor_for(colleague), now=clock.now())
    open_still = Token.objects.get().revoked_at
    services.revoke_token(ref=token.ref, by=queries.actor_for(keeper), now=clock.now())

    assert (refusal.value.code, open_still) == ("not_yours", None)
    assert Token.objects.get().revoked_at is not None


def test_a_use_is_noted_again_only_after_ten_minutes() -> None:
    token, now = a_token(a_clerk()[0], "see returns")[0], clock.now()
    noted = []

    for minutes in (0, 9, 11):
        services.token_used(ref=token.ref, now=now + timedelta(minutes=minutes))
        noted.append(Token.objects.get().used_at)

    assert noted == [now, now, now + timedelta(minutes=11)]


@pytest.mark.parametrize("act", ["make", "revoke"])
def test_a_token_that_could_not_be_written_down_was_neither_made_nor_ended(
    act: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    person, _commune = a_clerk()
    token, now = a_token(person, "see returns")[0], clock.now()

    def fail(**_record: object) -> None:
        raise OSError("no room")

    acts: dict[str, Callable[[], object]] = {
        "make": lambda: a_token(person, "see returns"),
        "revoke": lambda: services.revoke_token(ref=token.ref, by=queries.actor_for(person), now=now),
    }
    monkeypatch.setattr("tinhso.blocks.identity.services.tokens.audit.record", fail)
    with pytest.raises(OSError, match="no room"):
        acts[act]()

    assert list(Token.objects.values_list("ref", "revoked_at")) == [(token.ref, None)]
