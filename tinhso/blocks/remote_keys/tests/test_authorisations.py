"""Keys that sign from afar: whose they are, what lets them, and that a permission is spent exactly once."""

import base64
import hashlib
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.db import IntegrityError, connection, transaction
from django.test import Client

from tests.simulators.certificate_authority import Authorities
from tinhso.blocks.audit.models import Entry
from tinhso.blocks.identity import queries as people
from tinhso.blocks.identity.tests.makers import a_person
from tinhso.blocks.remote_keys import services
from tinhso.blocks.remote_keys.models import Authorisation, Credential
from tinhso.blocks.remote_keys.tests.csc import SHA256, Csc, hashed, why
from tinhso.blocks.remote_keys.tests.makers import PIN, a_code, a_signer
from tinhso.blocks.signatures.tests.makers import as_if
from tinhso.kernel import clock
from tinhso.kernel.errors import Forbidden, Refused

ONE, TWO, THREE = hashed("một"), hashed("hai"), hashed("ba")


@pytest.fixture
def one(hsm: Authorities, db: None) -> Credential:
    """Somebody's certified key."""
    return a_signer(hsm)


@pytest.fixture
def csc(one: Credential, client: Client) -> Csc:
    """A program that this person let in."""
    return Csc(client)


def test_what_is_let_is_signed_once_and_can_be_checked_by_anybody(csc: Csc, one: Credential) -> None:
    sad = csc.authorize(one, [ONE, TWO])["SAD"]

    first = csc.sign(one, sad, [ONE])
    again = csc.sign(one, sad, [ONE])
    second = csc.sign(one, sad, [TWO])
    over = csc.sign(one, sad, [TWO])

    public: Any = x509.load_der_x509_certificate(bytes(one.certificate)).public_key()
    for said, answer in (("một", first), ("hai", second)):
        public.verify(base64.b64decode(answer["signatures"][0]), said.encode(), ec.ECDSA(hashes.SHA256()))
    assert why(again) == (400, "invalid_request", "Hash is not authorized by the SAD")
    assert why(over) == (400, "invalid_request", "Invalid parameter SAD")
    spent = [(entry.after or {})["hashes"] for entry in Entry.objects.filter(did="signed remotely").order_by("pk")]
    assert spent == [[hashlib.sha256(said.encode()).hexdigest()] for said in ("một", "hai")]
    assert bytes(Authorisation.objects.get().sealed) == b""


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"numSignatures": 0}, "Invalid value for parameter numSignatures"),
        ({"numSignatures": 1}, "Invalid value for parameter numSignatures"),
        ({"numSignatures": 101}, "Numbers of signatures is too high"),
        ({"numSignatures": True}, "Missing (or invalid type) integer parameter numSignatures"),
        ({"hash": []}, "Empty hash array"),
        ({"hash": "x"}, "Missing (or invalid type) array parameter hash"),
        ({"hash": ["!", ONE]}, "Invalid Base64 hash string parameter"),
        ({"hash": [ONE, "AAAA"]}, "Invalid digest value length"),
        ({"hash": ["AAAA", ONE]}, "Invalid digest value length"),
        ({"hashAlgo": "1.2.3"}, "Invalid parameter hashAlgo"),
        ({"credentialID": "KX-LA"}, "Invalid parameter credentialID"),
        ({"credentialID": 7}, "Missing (or invalid type) string parameter credentialID"),
        ({"PIN": "0" * 8}, "The PIN is invalid"),
        ({"PIN": ""}, "Missing (or invalid type) string parameter PIN"),
        ({"OTP": "000000"}, "The OTP is invalid"),
        ({"OTP": "x"}, "The OTP is invalid"),
    ],
    ids=str,
)
def test_nothing_is_let_that_is_wrong(csc: Csc, one: Credential, changes: dict[str, Any], refusal: str) -> None:
    answer = csc.authorize(one, [ONE, TWO], **changes)

    assert (answer["status"], answer["error_description"]) == (400, refusal)
    assert not Authorisation.objects.exists()


def test_a_permission_signs_nothing_else_for_nobody_else_and_not_for_long(
    csc: Csc, one: Credential, hsm: Authorities, client: Client
) -> None:
    other = a_signer(hsm, "hoa")
    mine = a_signer(hsm)
    sad = csc.authorize(one, [ONE, TWO])["SAD"]
    stranger = Csc(client, "hoa")

    refusals = [
        why(csc.sign(one, sad, [THREE]))[2],
        why(csc.sign(one, sad, [ONE, TWO, TWO]))[2],
        why(csc.sign(one, sad, [ONE], signAlgo="1.2.840.10045.4.3.3"))[2],
        why(csc.sign(one, sad, [ONE], signAlgo="1.2.840.113549.1.1.11"))[2],
        why(csc.sign(mine, sad, [ONE]))[2],
        why(stranger.sign(one, sad, [ONE]))[2],
        why(stranger.sign(other, sad, [ONE]))[2],
        why(csc.sign(one, "x" * 43, [ONE]))[2],
    ]
    as_if("UPDATE remote_keys_authorisation SET expires_at = expires_at - interval '6 minutes'")
    expired = why(csc.sign(one, sad, [ONE]))[2]

    assert refusals == [
        "Hash is not authorized by the SAD",
        "Hash is not authorized by the SAD",
        "Invalid digest value length",
        "Invalid parameter signAlgo",
        "Invalid parameter SAD",
        "Invalid parameter credentialID",
        "Invalid parameter SAD",
        "Invalid parameter SAD",
    ]
    assert expired == "SAD expired"
    assert not Entry.objects.filter(did="signed remotely").exists()


def test_a_code_serves_once_and_guessing_ends_for_this_hour(csc: Csc, one: Credential) -> None:
    code = a_code(one)
    first = csc.authorize(one, [ONE], OTP=code)

    replayed = csc.authorize(one, [ONE], OTP=code)
    guesses = [why(csc.authorize(one, [ONE], PIN=f"sai-{number}00"))[1:] for number in range(5)]
    right = csc.authorize(one, [ONE])

    assert "SAD" in first
    assert why(replayed) == (400, "invalid_otp", "The OTP is invalid")
    assert guesses == [("invalid_pin", "The PIN is invalid")] * 4 + [("invalid_request", "Credential locked")]
    assert why(right) == (400, "invalid_request", "Credential locked")


def test_an_extended_permission_takes_over_and_the_old_one_is_dead(csc: Csc, one: Credential) -> None:
    sad = csc.authorize(one, [ONE], numSignatures=2)["SAD"]
    csc.sign(one, sad, [ONE])

    about = {"credentialID": one.ref, "SAD": sad}
    many = csc.post("credentials/extendTransaction", about | {"hash": [TWO, THREE]})
    new = csc.post("credentials/extendTransaction", about | {"hash": [TWO]})["SAD"]

    assert why(many)[2] == "Invalid value for parameter numSignatures"
    assert why(csc.sign(one, sad, [TWO]))[2] == "Invalid parameter SAD"
    assert len(csc.sign(one, new, [TWO])["signatures"]) == 1
    assert why(csc.post("credentials/extendTransaction", about | {"SAD": new, "hash": [ONE]}))[2] == (
        "Invalid parameter SAD"
    )


def test_the_second_version_speaks_its_own_words(csc: Csc, one: Credential) -> None:
    csc.version = "v2"
    info = csc.post("info", {})
    told = csc.post("credentials/info", {"credentialID": one.ref, "certificates": "chain", "certInfo": True})
    secrets = [{"id": "PIN", "value": PIN}, {"id": "OTP", "value": a_code(one)}]
    about = {"credentialID": one.ref, "numSignatures": 1, "hashes": [ONE], "hashAlgorithmOID": SHA256}

    wrong = csc.post("credentials/authorize", about | {"authData": [secrets[0], {"id": "OTP", "value": "1"}]})
    let = csc.post("credentials/authorize", about | {"authData": secrets})
    signed = csc.post(
        "signatures/signHash",
        {"credentialID": one.ref, "SAD": let["SAD"], "hashes": [ONE], "signAlgo": "1.2.840.10045.4.3.2"},
    )

    assert (info["specs"], info["asynchronousOperationMode"]) == ("2.0.0.0", False)
    assert told["auth"]["expression"] == "PIN AND OTP"
    assert len(told["cert"]["certificates"]) == 3
    assert "KHÔNG CÓ GIÁ TRỊ PHÁP LÝ" in told["cert"]["subjectDN"]
    assert why(wrong) == (400, "invalid_authentication_data", "The authentication data is invalid")
    assert len(signed["signatures"]) == 1


def test_tokens_end_and_refresh_once(csc: Csc, one: Credential) -> None:
    refresh = csc.log_in["refresh_token"]
    old, csc.token = csc.token, ""

    again = csc.post("auth/login", {"refresh_token": refresh})
    csc.token = again["access_token"]
    listed = csc.post("credentials/list", {})
    csc.post("auth/revoke", {"token": csc.token})
    ended = csc.post("credentials/list", {})
    csc.token = old
    still = csc.post("credentials/list", {})
    stolen = csc.post("auth/login", {"refresh_token": refresh})

    assert listed["credentialIDs"] == [one.ref]
    assert why(ended)[:2] == (401, "expired_token")
    assert still["status"] == 200
    assert why(stolen)[2] == "Invalid refresh_token"
    assert why(csc.post("credentials/list", {}))[:2] == (401, "expired_token")


def test_who_does_not_say_who_they_are_gets_nothing(csc: Csc, one: Credential, client: Client) -> None:
    person = one.person
    csc.token = ""
    bare = [csc.post(name, {"credentialID": one.ref}) for name in ("credentials/list", "signatures/signHash")]
    wrong = csc.post("auth/login", {}, header="Basic " + base64.b64encode(b"lan:sai").decode())
    person.is_active = False
    person.save()

    closed = Csc(client)

    assert [why(answer)[:2] for answer in bare] == [(401, "invalid_token")] * 2
    assert why(wrong)[1] == "authentication_error"
    assert why(closed.log_in)[1] == "authentication_error"


def test_a_disabled_key_signs_nothing_even_if_it_was_let(csc: Csc, one: Credential) -> None:
    sad = csc.authorize(one, [ONE])["SAD"]
    services.disable_key(ref=one.ref, why="mất điện thoại", by=people.actor_for(one.person))

    refusals = [why(csc.sign(one, sad, [ONE]))[2], why(csc.authorize(one, [ONE]))[2]]

    assert refusals == ["The credential identified by credentialID is disabled"] * 2
    with pytest.raises(IntegrityError), transaction.atomic():
        Credential.objects.filter(pk=one.pk).update(status="enabled")


def test_a_key_takes_its_own_certificate_only_and_is_nobody_elses(hsm: Authorities, one: Credential) -> None:
    other, now = a_signer(hsm, "hoa"), clock.now()
    by = people.actor_for(one.person)

    with pytest.raises(Refused, match="other_key"):
        services.certify_key(ref=one.ref, certificate=bytes(other.certificate), chain=[], by=by, now=now)
    with pytest.raises(Refused, match="bad_certificate"):
        services.certify_key(ref=one.ref, certificate=b"x", chain=[], by=by, now=now)
    with pytest.raises(Forbidden):
        services.make_key(person=other.person, pin=PIN, by=by, now=now)
    with pytest.raises(Refused, match="bad_pin"):
        services.make_key(person=one.person, pin="11111111", by=by, now=now)
    with pytest.raises(Refused, match="wrong_pin"):
        services.request_of(ref=one.ref, pin="khác-246810", by=by)


@pytest.mark.parametrize(
    "statement",
    [
        'UPDATE remote_keys_authorisation SET "left" = "left" + 1, asked = asked + 1',
        "UPDATE remote_keys_authorisation SET hashes = ARRAY[repeat('0', 64)], \"left\" = 1",
        "DELETE FROM remote_keys_authorisation",
        "UPDATE remote_keys_credential SET otp_step = 0",
        "UPDATE remote_keys_credential SET public_key = ''",
        "DELETE FROM remote_keys_credential",
    ],
)
def test_the_database_gives_nothing_back(csc: Csc, one: Credential, statement: str) -> None:
    csc.authorize(one, [ONE, TWO])

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_who_forgot_to_set_a_second_factor_up_is_not_let_in(db: None, client: Client) -> None:
    person = a_person("moi")
    person.must_change_password = True
    person.save()

    assert why(Csc(client, "moi").log_in)[1] == "authentication_error"
