"""A SIM becomes a key for programs: only one's own, only once its phone has agreed, and what it may not do."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from tests.simulators.certificate_authority import Authorities
from tests.simulators.mobile_operator import PIN, Operator
from tinhso.blocks.audit.models import Entry
from tinhso.blocks.identity import queries as people
from tinhso.blocks.identity.models import Person
from tinhso.blocks.identity.tests.makers import a_person, a_post, a_role
from tinhso.blocks.remote_keys import queries, services
from tinhso.blocks.remote_keys.models import Credential, PhoneSignature
from tinhso.blocks.remote_keys.tests.csc import Csc, hashed, why
from tinhso.blocks.remote_keys.tests.test_phone_signatures import NUMBER, WRITTEN, operator, served
from tinhso.blocks.signatures import contract
from tinhso.blocks.signatures.contract import SignatureKind
from tinhso.blocks.signatures.tests.makers import RIGHT, as_if
from tinhso.blocks.units.models import Unit
from tinhso.kernel import clock
from tinhso.kernel.errors import Forbidden, Refused

__all__ = ["operator", "served"]  # the same operator


@pytest.fixture
def lan(province: Unit) -> Person:
    """Somebody who signs."""
    person = a_person("lan")
    a_post(person, province, a_role(RIGHT))
    return person


def registering(person: Person, phone: str = WRITTEN, **more: Any) -> Credential:
    """The key that somebody begins to register."""
    about: dict[str, Any] = {"by": people.actor_for(person), "now": clock.now()} | more
    services.register_sim(person=person, phone=phone, **about)
    return queries.credentials_of(person).latest("pk")


def confirmed(key: Credential, **more: Any) -> Credential:
    """The same after its phone was asked."""
    about: dict[str, Any] = {"by": people.actor_for(key.person), "now": clock.now()} | more
    return services.confirm_sim(person=key.person, ref=key.ref, **about)


def a_sim(operator: Operator, person: Person) -> Credential:
    """A SIM whose owner has agreed."""
    key = registering(person)
    operator.press(NUMBER, pin=PIN)
    return confirmed(key)


def test_a_sim_is_a_key_once_its_owner_has_agreed_on_the_phone(operator: Operator, lan: Person) -> None:
    key = registering(lan)
    before = confirmed(key)
    (shown,) = (request.shown for request in operator.requests.values())
    operator.press(NUMBER, pin=PIN)
    after = confirmed(key)

    assert shown.endswith(f"tài khoản {lan.name}")
    assert (before.status, after.status) == ("waiting", "enabled")
    assert (after.algorithm, after.bits, after.multisign, after.codes) == ("rsa", 2048, 1, [])
    assert bytes(after.certificate) == operator.sims[NUMBER].certificate
    assert len(after.chain) == 1
    entries = list(Entry.objects.values_list("did", "after"))
    assert [did for did, _after in entries if "SIM" in did] == ["began to register SIM", "registered SIM"]
    assert NUMBER not in str(entries)


@pytest.mark.parametrize("pressed", [{"deny": "1"}, {}], ids=["declined", "never answered"])
def test_somebody_elses_number_becomes_no_key(operator: Operator, lan: Person, pressed: dict[str, str]) -> None:
    key = registering(lan)
    if pressed:
        operator.press(NUMBER, **pressed)

    with pytest.raises(Refused, match="refused" if pressed else "timed_out"):
        confirmed(key, now=clock.now() + timedelta(minutes=3))
    operator.press(NUMBER, pin=PIN)

    assert confirmed(key).status == "disabled"
    assert queries.credentials_of(lan).get().phone == "8490***001"


def test_only_oneself_registers_ones_sim_and_confirms_it(operator: Operator, lan: Person) -> None:
    manager, hoa = people.actor_for(lan), a_person("hoa")
    key = registering(lan)
    operator.press(NUMBER, pin=PIN)

    with pytest.raises(Forbidden):
        registering(hoa, by=manager)
    with pytest.raises(Refused, match="unknown_credential"):
        services.confirm_sim(person=hoa, ref=key.ref, by=people.actor_for(hoa), now=clock.now())
    with pytest.raises(Refused, match="unknown_request"):
        confirmed(key, by=people.actor_for(hoa))


def test_a_sim_that_is_a_key_is_nobodys_second_one(operator: Operator, lan: Person) -> None:
    a_sim(operator, lan)
    operator.requests.clear()

    for person in (lan, a_person("hoa")):
        with pytest.raises(Refused, match="sim_in_use"):
            registering(person)

    assert not operator.requests


def test_of_two_who_are_agreed_to_on_one_phone_the_first_has_the_key(operator: Operator, lan: Person) -> None:
    mine, theirs = registering(lan), registering(a_person("hoa"))
    for _time in range(2):
        operator.press(NUMBER, pin=PIN)

    assert confirmed(mine).status == "enabled"
    with pytest.raises(Refused, match="sim_in_use"), transaction.atomic():
        confirmed(theirs)


def test_what_knows_certificates_may_say_that_one_is_anothers(
    operator: Operator, lan: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no(certificate: bytes, person: str, unit: str, kind: SignatureKind) -> None:
        raise Refused("key_other_person", "Chứng thư này của người khác.")

    monkeypatch.setattr(contract, "KEY_GUARDS", contract.KEY_GUARDS)
    contract.KEY_GUARDS.append(no)
    try:
        with pytest.raises(Refused, match="key_other_person"):
            registering(lan)
    finally:
        contract.KEY_GUARDS.remove(no)

    assert not operator.requests


def test_a_phone_that_cannot_be_asked_leaves_no_key_behind(operator: Operator, lan: Person) -> None:
    operator.press(NUMBER, off="1")

    with pytest.raises(Refused, match="phone_off"):
        registering(lan)

    assert queries.credentials_of(lan).get().status == "disabled"


def test_phones_are_rung_for_registrations_only_a_few_times_an_hour(operator: Operator, lan: Person) -> None:
    for _time in range(5):
        registering(lan)

    with pytest.raises(Refused, match="too_often"):
        registering(lan)

    assert queries.credentials_of(lan).filter(status="waiting").count() == 1


def test_a_sim_does_nothing_that_only_keys_in_the_token_do(operator: Operator, lan: Person) -> None:
    key = a_sim(operator, lan)
    by, now = people.actor_for(lan), clock.now()

    with pytest.raises(Refused, match="key_in_sim"):
        services.request_of(ref=key.ref, pin="123456", by=by)
    with pytest.raises(Refused, match="key_in_sim"):
        services.certify_key(ref=key.ref, certificate=bytes(key.certificate), chain=[], by=by, now=now)
    with pytest.raises(Refused, match="key_in_sim"):
        services.authorise_by_pin(
            one=key, wanted=services.SignatureScope(1, ("0" * 64,)), pin="", otp="", application=None, by=by, now=now
        )
    with pytest.raises(Refused, match="no_sent_codes"):
        services.send_code(one=key, by=by, now=now)
    assert queries.usable_credentials(lan.ref, "", now) == []


def test_a_disabled_sim_is_rung_no_more_and_its_number_is_gone(operator: Operator, lan: Person, client: Client) -> None:
    key = a_sim(operator, lan)
    services.disable_key(ref=key.ref, why="mất SIM", by=people.actor_for(lan))
    operator.requests.clear()

    about = {"credentialID": key.ref, "numSignatures": 1, "hash": [hashed("một")]}
    answer = Csc(client).post("credentials/authorize", about)

    assert why(answer)[2] == "The credential identified by credentialID is disabled"
    assert not operator.requests
    assert NUMBER not in Credential.objects.get(pk=key.pk).phone


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE remote_keys_credential SET phone = '84911111111'",
        "UPDATE remote_keys_credential SET phone = ''",
        "UPDATE remote_keys_credential SET certificate = 'x'",
        "UPDATE remote_keys_credential SET multisign = 2",
        "UPDATE remote_keys_credential SET codes = ARRAY['totp']",
        "UPDATE remote_keys_phonesignature SET credential_id = NULL",
    ],
)
def test_the_database_keeps_a_sim_where_it_is(operator: Operator, lan: Person, statement: str) -> None:
    a_sim(operator, lan)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_phone_has_one_open_request_for_a_key(operator: Operator, lan: Person) -> None:
    key = a_sim(operator, lan)
    ring = PhoneSignature.objects.get(credential=key)
    about: dict[str, Any] = {
        "phone": WRITTEN,
        "digest": b"0" * 32,
        "shown": "x",
        "by": people.actor_for(lan),
        "credential": key,
    }
    services.begin_on_phone(now=clock.now(), **about)

    with pytest.raises(Refused, match="phone_busy"):
        services.begin_on_phone(now=clock.now(), **about)
    later = services.begin_on_phone(now=clock.now() + timedelta(minutes=5), **about)

    rung = PhoneSignature.objects.filter(credential=key).exclude(pk=ring.pk).order_by("pk")
    assert [row.state for row in rung] == ["timed_out", "waiting"]
    assert later.pk == rung[1].pk


def test_what_a_program_says_is_shown_in_one_line_whatever_it_says(operator: Operator, db: None) -> None:
    words = "Công văn\n\tMã 9999. \x0b\x1f\ufffe" + "x" * 200

    services.begin_on_phone(
        phone=WRITTEN, digest=b"0" * 32, shown=words, by=people.actor_for(a_person("lan")), now=clock.now()
    )

    (shown,) = (request.shown for request in operator.requests.values())
    assert shown.startswith(f"Mã {services.verification_code(b'0' * 32)}. Ký: Công văn Mã 9999. x")
    assert len(shown) < 100


def test_a_page_registers_a_sim_shows_the_code_and_ends_the_key(
    operator: Operator, lan: Person, client: Client
) -> None:
    client.force_login(lan)
    where = reverse("remote_keys:keys")

    client.post(where, {"act": "register", "phone": WRITTEN})
    ring = PhoneSignature.objects.get()
    waiting = client.get(where).content.decode()
    key = queries.credentials_of(lan).get()
    early = client.post(where, {"act": "look", "key": key.ref}, follow=True).content.decode()
    operator.press(NUMBER, pin=PIN)
    ready = client.post(where, {"act": "look", "key": key.ref}, follow=True).content.decode()
    silent = client.post(where, {"act": "disable", "key": key.ref}, follow=True).content.decode()
    client.post(where, {"act": "disable", "key": key.ref, "why": "đổi SIM"})

    assert ring.code in waiting
    assert "8490***001" in waiting
    assert "Điện thoại chưa trả lời" in early
    assert "Chương trình bạn cho phép ký được bằng SIM này" in ready
    assert "Hãy ghi rõ lý do" in silent
    assert NUMBER not in waiting + ready
    assert queries.credentials_of(lan).get().status == "disabled"


def test_a_page_shows_the_code_that_a_program_has_the_phone_ring_with(
    operator: Operator, lan: Person, client: Client
) -> None:
    key = a_sim(operator, lan)
    csc = Csc(client)
    access = services.access_of_token(csc.token, now=clock.now())
    ring = services.begin_on_phone(
        phone=key.phone,
        digest=b"0" * 32,
        shown="x",
        by=people.actor_for(lan),
        now=clock.now(),
        credential=key,
        access=access,
    )
    client.force_login(lan)

    page = client.get(reverse("remote_keys:keys")).content.decode()
    as_if("UPDATE remote_keys_phonesignature SET expires_at = created_at")
    later = client.get(reverse("remote_keys:keys")).content.decode()

    assert f'<strong class="phone-code">{ring.code}</strong>' in page
    assert "phone-code" not in later
    assert queries.rings_of(a_person("hoa"), clock.now()).count() == 0


def test_nobody_ends_the_key_of_another_on_that_page(operator: Operator, lan: Person, client: Client) -> None:
    key = a_sim(operator, lan)
    hoa = a_person("hoa")
    a_post(hoa, lan.posts.get().unit, a_role(RIGHT, code="khac"))
    client.force_login(hoa)

    page = client.post(reverse("remote_keys:keys"), {"act": "disable", "key": key.ref, "why": "x"}, follow=True)

    assert "Không tìm thấy khóa ký này" in page.content.decode()
    assert queries.credential_by_ref(key.ref).status == "enabled"


def test_a_certificate_that_is_over_signs_nothing(operator: Operator, lan: Person, hsm: Authorities) -> None:
    with pytest.raises(Refused, match="certificate_over"):
        registering(lan, now=clock.now() + timedelta(days=4000))

    assert not queries.credentials_of(lan).exists()
