"""One-time codes that are sent: one for one permission, for minutes, a few tries, and nowhere to be read afterwards."""

import re
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.core.mail.backends.locmem import EmailBackend
from django.db import IntegrityError, connection, transaction
from django.test import Client

from tests.simulators.certificate_authority import Authorities
from tinhso.blocks.identity.tests.makers import a_person
from tinhso.blocks.messaging.models import Message
from tinhso.blocks.signing import services
from tinhso.blocks.signing.models import Credential, SentCode
from tinhso.blocks.signing.tests.csc import Csc, hashed, why
from tinhso.blocks.signing.tests.makers import PIN, a_code, a_signer, as_if
from tinhso.kernel import clock
from tinhso.kernel.errors import Refused

ONE = hashed("một")
Letters = list[EmailMessage]


@pytest.fixture
def one(hsm: Authorities, db: None) -> Credential:
    """A key whose codes come by mail."""
    a_person("lan", email="lan@vi-du.vn")
    return a_signer(hsm, codes=["mail"])


@pytest.fixture
def csc(one: Credential, client: Client) -> Csc:
    """A program that this person let in."""
    return Csc(client)


def code_in(letters: Letters) -> str:
    """What the last letter tells."""
    found = re.search(r"\d{6}", str(letters[-1].body))
    assert found is not None
    return found[0]


def other(code: str) -> str:
    """Another code."""
    return f"{(int(code) + 1) % 10**6:06d}"


def test_a_code_that_was_sent_lets_once(csc: Csc, one: Credential, mailoutbox: Letters) -> None:
    sent = csc.post("credentials/sendOTP", {"credentialID": one.ref})
    code = code_in(mailoutbox)

    first = csc.authorize(one, [ONE], OTP=code)
    replayed = csc.authorize(one, [ONE], OTP=code)

    assert sent == {"status": 204}
    assert mailoutbox[0].to == ["lan@vi-du.vn"]
    assert len(csc.sign(one, first["SAD"], [ONE])["signatures"]) == 1
    assert why(replayed) == (400, "invalid_otp", "The OTP is invalid")


def test_a_code_serves_no_second_time_even_if_the_pin_was_wrong(csc: Csc, one: Credential, mailoutbox: Letters) -> None:
    csc.post("credentials/sendOTP", {"credentialID": one.ref})

    wrong = csc.authorize(one, [ONE], OTP=code_in(mailoutbox), PIN="0" * 8)
    again = csc.authorize(one, [ONE], OTP=code_in(mailoutbox))

    assert (wrong["error"], again["error"]) == ("invalid_pin", "invalid_otp")


def test_a_newer_code_an_older_hour_and_three_wrong_tries_end_a_code(
    csc: Csc, one: Credential, mailoutbox: Letters
) -> None:
    about = {"credentialID": one.ref}
    csc.post("credentials/sendOTP", about)
    first = code_in(mailoutbox)
    csc.post("credentials/sendOTP", about)
    second = code_in(mailoutbox)
    replaced = csc.authorize(one, [ONE], OTP=first if first != second else other(second))
    as_if("UPDATE signing_sentcode SET expires_at = expires_at - interval '6 minutes'")
    late = csc.authorize(one, [ONE], OTP=second)
    as_if("DELETE FROM identity_turns")
    csc.post("credentials/sendOTP", about)
    third = code_in(mailoutbox)
    for _time in range(SentCode.MOST_TRIES):
        csc.authorize(one, [ONE], OTP=other(third))
    as_if("DELETE FROM identity_turns")

    guessed = csc.authorize(one, [ONE], OTP=third)

    assert [answer["error"] for answer in (replaced, late, guessed)] == ["invalid_otp"] * 3
    assert "SAD" not in guessed


def test_no_code_lies_anywhere_and_the_database_gives_none_back(csc: Csc, one: Credential, mailoutbox: Letters) -> None:
    csc.post("credentials/sendOTP", {"credentialID": one.ref})
    code = code_in(mailoutbox)

    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        tables = [name for (name,) in cursor.fetchall()]
        found = []
        for name in tables:
            cursor.execute(f'SELECT count(*) FROM "{name}" row WHERE row::text ~ %s', [rf"\y{code}\y"])
            found += [name] * bool((cursor.fetchone() or (0,))[0])
    assert "signing_sentcode" in tables
    assert found == []
    assert not Message.objects.exists()
    csc.authorize(one, [ONE], OTP=code)
    for statement in (
        "UPDATE signing_sentcode SET ended_at = NULL, used_at = NULL",
        "DELETE FROM signing_sentcode",
        "UPDATE signing_credential SET codes = '{totp,mail}'",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_only_so_many_letters_an_hour_and_none_for_keys_of_the_app(
    csc: Csc, one: Credential, hsm: Authorities, client: Client, mailoutbox: Letters, settings: Any
) -> None:
    app = a_signer(hsm, "hoa")

    offline = Csc(client, "hoa").post("credentials/sendOTP", {"credentialID": app.ref})
    strange = csc.post("credentials/sendOTP", {"credentialID": app.ref})
    nameless = csc.post("credentials/sendOTP", {})
    answers = [csc.post("credentials/sendOTP", {"credentialID": one.ref})["status"] for _time in range(11)]

    assert why(offline) == (400, "invalid_request", "The OTP of this credential is offline")
    assert why(strange) == (400, "invalid_request", "Invalid parameter credentialID")
    assert why(nameless)[2] == "Missing (or invalid type) string parameter credentialID"
    assert answers == [204] * 10 + [429]
    assert len(mailoutbox) == 10


def test_a_mail_server_that_is_away_is_said_and_no_code_holds(
    csc: Csc, one: Credential, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_args: object) -> int:
        raise ConnectionRefusedError

    monkeypatch.setattr(EmailBackend, "send_messages", away)

    answer = csc.post("credentials/sendOTP", {"credentialID": one.ref})

    assert (answer["status"], answer["error"]) == (503, "temporarily_unavailable")
    assert SentCode.objects.get().ended_at is not None


def test_both_versions_tell_which_codes_a_key_takes(
    csc: Csc, one: Credential, hsm: Authorities, mailoutbox: Letters
) -> None:
    both = a_signer(hsm, codes=["totp", "mail"])
    about = {"credentialID": both.ref, "authInfo": True}
    first = csc.post("credentials/info", about)["OTP"]
    csc.version = "v2"

    told = csc.post("credentials/info", about)["auth"]
    methods = csc.post("info", {})["methods"]
    unknown = csc.post("credentials/getChallenge", {"credentialID": both.ref, "authObjectID": "OTP"})
    sent = csc.post("credentials/getChallenge", {"credentialID": both.ref, "authObjectID": "MAIL"})
    asked = {"credentialID": both.ref, "numSignatures": 1, "hashes": [ONE]}
    by_mail = [{"id": "PIN", "value": PIN}, {"id": "MAIL", "value": code_in(mailoutbox)}]
    by_app = [{"id": "PIN", "value": PIN}, {"id": "OTP", "value": a_code(both)}]
    let = [csc.post("credentials/authorize", asked | {"authData": secrets}) for secrets in (by_mail, by_app)]

    assert (first["type"], first["provider"]) == ("online", "mail")
    assert told["expression"] == "PIN AND (OTP OR MAIL)"
    assert [(each["id"], each["type"]) for each in told["objects"]] == [
        ("PIN", "Password"),
        ("OTP", "Password"),
        ("MAIL", "ChallengeResponse"),
    ]
    assert ("credentials/getChallenge" in methods, "credentials/sendOTP" in methods) == (True, False)
    assert why(unknown)[2] == "Invalid parameter authObjectID"
    assert sent == {"status": 204}
    assert all("SAD" in answer for answer in let)


def test_nobody_without_a_mailbox_gets_a_key_whose_codes_are_sent(hsm: Authorities, db: None) -> None:
    from tinhso.blocks.identity import queries as people

    person = a_person("moi")

    with pytest.raises(Refused, match="no_mailbox"):
        services.make_key(
            person=person, pin=PIN, by=people.actor_for(person), now=clock.now(), algorithm="ec", codes=["mail"]
        )


def test_officials_have_a_code_sent_beside_the_page_on_which_they_sign(
    one: Credential, client: Client, mailoutbox: Letters
) -> None:
    from tinhso.blocks.identity.models import Role
    from tinhso.blocks.identity.tests.makers import a_post, a_unit

    role = Role.objects.create(code="ky", name="Ký", rights=["sign documents"])
    a_post(one.person, a_unit("p"), role)
    client.force_login(one.person)

    shown = client.get("/signing/code/").content.decode()
    answer = client.post("/signing/code/", {"key": one.ref}, follow=True).content.decode()

    assert "l…@vi-du.vn" in shown
    assert "Đã gửi mã" in answer
    assert len(mailoutbox) == 1
