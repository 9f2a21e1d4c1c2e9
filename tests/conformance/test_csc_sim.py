"""Programs sign with the key in a person's SIM, who agrees on the phone: by pyHanko's client, which sends no secret."""

import asyncio
import base64
import hashlib
import json
import shutil
import socket
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import override_settings
from pyhanko.sign.general import SigningError

from tests.conformance.csc_side import Accounting, authorities, served, token
from tests.conformance.sim_side import (
    AT_MOST,
    NUMBER,
    RSA_SHA256,
    Handsets,
    Program,
    apart,
    fresh,
    hashed,
    operator,
    program,
    refusal,
    signed_by_pyhanko,
    sim,
)
from tests.simulators.certificate_authority import Authorities
from tests.simulators.mobile_operator import PIN
from tinhso.blocks.identity import queries as people
from tinhso.blocks.remote_keys import services
from tinhso.blocks.remote_keys.models import Authorisation, Credential, PhoneSignature
from tinhso.blocks.remote_keys.services import phone_signatures, sim_credentials
from tinhso.blocks.remote_keys.tests.makers import a_signer
from tinhso.blocks.signatures import services as signing
from tinhso.blocks.signatures.tests.makers import as_if
from tinhso.kernel import clock

__all__ = ["apart", "authorities", "fresh", "operator", "program", "served", "sim", "token"]  # the same service and SIM
pytestmark = pytest.mark.conformance
SHA256 = "2.16.840.1.101.3.4.2.1"


def test_pyhanko_signs_with_a_sim_whose_owner_agrees_on_the_phone_and_poppler_agrees(
    program: Program, operator: Handsets, apart: ThreadPoolExecutor, tmp_path: Path
) -> None:
    if not shutil.which("pdfsig"):
        pytest.skip("máy không có pdfsig (apt install poppler-utils)")

    handset = apart.submit(operator.press_next, pin=PIN)
    content = asyncio.run(signed_by_pyhanko(program))

    (tmp_path / "a.pdf").write_bytes(content)
    verdict = subprocess.run(["pdfsig", tmp_path / "a.pdf"], capture_output=True, text=True).stdout
    ring, let = PhoneSignature.objects.latest("pk"), Authorisation.objects.latest("pk")
    assert "Signature is Valid" in verdict
    assert signing.check_file(content=content, now=clock.now()).signatures[0].why == ("illustrative",)
    assert f"Mã {ring.code}." in handset.result()
    assert "Công văn 1" in handset.result()
    assert (ring.state, bytes(ring.signature)) == ("sealed", b"")
    assert (let.left, bytes(let.sealed)) == (0, b"")


def test_pyhanko_gets_nothing_when_the_person_declines(
    program: Program, operator: Handsets, apart: ThreadPoolExecutor
) -> None:
    let = Authorisation.objects.count()

    handset = apart.submit(operator.press_next, deny="1")
    with pytest.raises(SigningError):
        asyncio.run(signed_by_pyhanko(program))

    assert handset.result()
    assert Authorisation.objects.count() == let


def test_a_program_that_was_let_in_on_a_page_needs_no_secret_either(
    served: str, sim: Credential, fresh: None, operator: Handsets, apart: ThreadPoolExecutor
) -> None:
    accounting = Accounting(served, sim)
    program = Program(served, sim, str(accounting.granted("service", {})["access_token"]))
    about = {"credentialID": sim.ref, "numSignatures": "1", "hash": base64.urlsafe_b64encode(b"0" * 32).decode()}
    on_our_page = accounting.sent_back("credential", {}, verifier=accounting.verifier(), **about)
    accounting.browser.close()

    handset = apart.submit(operator.press_next, pin=PIN)
    asked = program.about | {"numSignatures": 1, "hashes": [hashed("một")], "hashAlgorithmOID": SHA256}
    let = program.post("credentials/authorize", asked, version="v2").json()

    assert "Phần mềm kế toán" in handset.result()
    assert len(program.sign(let["SAD"], "một").json()["signatures"]) == 1
    assert "authMode+implicit" in on_our_page.headers["Location"]


def test_the_key_says_that_its_owner_is_asked_by_the_service_and_hides_the_number(program: Program) -> None:
    first = program.post("credentials/info", program.about | {"authInfo": True, "certificates": "chain"})
    second = program.post("credentials/info", program.about, version="v2")
    listed = program.post("credentials/list", {"credentialInfo": True}, version="v2")

    info = first.json()
    assert (info["authMode"], info["multisign"], info["SCAL"]) == ("implicit", 1, "2")
    assert second.json()["auth"] == {"mode": "implicit"}
    assert not {"PIN", "OTP"} & set(info)
    assert info["key"]["algo"] == ["1.2.840.113549.1.1.1", RSA_SHA256]
    assert len(info["cert"]["certificates"]) == 2
    assert "8490***009" in info["description"]
    assert program.key.ref in listed.json()["credentialIDs"]
    assert all(NUMBER not in answer.text for answer in (first, second, listed))


@pytest.mark.parametrize(
    ("pressed", "error", "words"),
    [
        ([{"deny": "1"}], "access_denied", "declined"),
        ([{"pin": "0"}] * 3, "access_denied", "PIN was wrong too often"),
    ],
    ids=str,
)
def test_a_thief_with_the_token_alone_signs_nothing_when_the_owner_does_not_agree(
    program: Program,
    operator: Handsets,
    apart: ThreadPoolExecutor,
    pressed: list[dict[str, str]],
    error: str,
    words: str,
) -> None:
    def press() -> None:
        operator.rang.get(timeout=AT_MOST)
        for keys in pressed:
            operator.press(NUMBER, **keys)

    apart.submit(press)
    answer = refusal(program.authorize("một"))
    operator.sims[NUMBER].blocked, operator.sims[NUMBER].wrong = False, 0

    assert answer[:2] == (400, error)
    assert words in answer[2]
    assert bytes(PhoneSignature.objects.latest("pk").signature) == b""


def test_nobody_who_answers_in_time_is_said_so_and_a_late_answer_is_not_used(
    program: Program, operator: Handsets, apart: ThreadPoolExecutor
) -> None:
    def let_it_ring_out() -> None:
        operator.rang.get(timeout=AT_MOST)
        as_if("UPDATE remote_keys_phonesignature SET expires_at = created_at WHERE state = 'waiting'")

    apart.submit(let_it_ring_out)
    answer = program.authorize("một")
    operator.press(NUMBER, pin=PIN)

    assert refusal(answer)[:2] == (400, "access_denied")
    assert "did not answer on the phone in time" in refusal(answer)[2]
    assert PhoneSignature.objects.latest("pk").state == "timed_out"


def test_what_the_owner_let_signs_that_hash_with_that_key_once_and_not_for_long(
    program: Program, operator: Handsets, apart: ThreadPoolExecutor, authorities: Authorities
) -> None:
    other = a_signer(authorities, "hoa", algorithm="rsa")
    sads = []
    for words in ("một", "hai"):
        apart.submit(operator.press_next, pin=PIN)
        sads.append(program.authorize(words).json()["SAD"])
    sad, second = sads

    refusals = [
        refusal(program.sign(sad, "hai"))[2],
        refusal(program.sign(sad, "một", credentialID=other.ref))[2],
        refusal(program.sign(second + "x", "hai"))[2],
        refusal(program.post("credentials/extendTransaction", program.about | {"SAD": sad, "hash": [hashed("hai")]}))[
            2
        ],
        refusal(program.post("signatures/signDoc", program.about | {"SAD": sad} | DOCUMENT, version="v2"))[2],
    ]
    at_rest = rows()
    signed = program.sign(sad, "một")
    again = refusal(program.sign(sad, "một"))[2]
    as_if("UPDATE remote_keys_authorisation SET expires_at = created_at")
    expired = refusal(program.sign(second, "hai"))[2]

    in_sim = "The credential is authorized on the phone of its owner, one hash at a time (authMode implicit)"
    nobody = "Invalid parameter SAD"
    assert refusals == ["Hash is not authorized by the SAD", nobody, nobody, in_sim, in_sim]
    assert phone_signatures.verified_signature(
        base64.b64decode(signed.json()["signatures"][0]), hashlib.sha256("một".encode()).digest(), sim_certificate()
    )
    assert (again, expired) == (nobody, "SAD expired")
    for secret in (base64.b64decode(signed.json()["signatures"][0]).hex(), signed.json()["signatures"][0], sad):
        assert secret not in at_rest


def rows() -> str:
    """What a thief of the database reads of permissions and phones."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT row::text FROM remote_keys_authorisation AS row")
        texts = [text for (text,) in cursor.fetchall()]
        cursor.execute("SELECT row::text FROM remote_keys_phonesignature AS row WHERE access_id IS NOT NULL")
        return "\n".join(texts + [text for (text,) in cursor.fetchall()])


DOCUMENT = {
    "documents": [
        {
            "document": base64.b64encode(b"%PDF").decode(),
            "signature_format": "P",
            "conformance_level": "Ades-B-B",
            "signAlgo": RSA_SHA256,
        }
    ]
}


def sim_certificate() -> bytes:
    """The certificate of the SIM."""
    return bytes(Credential.objects.exclude(phone="").filter(status="enabled").latest("pk").certificate)


def test_more_than_one_hash_and_other_kinds_of_hashes_ring_no_phone(program: Program, operator: Handsets) -> None:
    long_hash = base64.b64encode(hashlib.sha512(b"x").digest()).decode()

    answers = [
        refusal(program.authorize("một", "hai"))[1:],
        refusal(program.authorize("một", numSignatures=2))[1:],
        refusal(program.authorize("một", hash=[long_hash]))[1:],
        refusal(program.authorize())[1:],
    ]

    assert [error for error, _words in answers] == ["invalid_request"] * 4
    assert answers[0][1] == "Numbers of signatures is too high"
    assert not operator.requests


def test_of_two_who_ask_at_once_the_phone_rings_for_one(
    program: Program, operator: Handsets, apart: ThreadPoolExecutor
) -> None:
    first = apart.submit(program.authorize, "một")
    operator.rang.get(timeout=AT_MOST)

    other_hash = refusal(program.authorize("hai"))
    other_program = refusal(Program(program.served, program.key).authorize("một"))
    operator.press(NUMBER, pin=PIN)

    assert other_hash[:2] == other_program[:2] == (503, "temporarily_unavailable")
    assert len(operator.requests) == 1
    assert len(program.sign(first.result().json()["SAD"], "một").json()["signatures"]) == 1


def test_the_same_asked_twice_at_once_is_one_ring_one_permission_and_one_signature(
    program: Program, operator: Handsets, apart: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = threading.Barrier(2)
    look = phone_signatures.signed_on_phone

    def look_together(ring: PhoneSignature, certificate: bytes, now: Any) -> bytes:
        waiting.wait(AT_MOST)
        return look(ring, certificate, now)

    monkeypatch.setattr(phone_signatures, "signed_on_phone", look_together)
    first = apart.submit(program.authorize, "một")
    operator.rang.get(timeout=AT_MOST)
    operator.press(NUMBER, pin=PIN)
    second = apart.submit(program.authorize, "một")

    sads = {answer.result().json()["SAD"] for answer in (first, second)}
    assert len(sads) == len(operator.requests) == 1
    sad = sads.pop()
    assert [program.sign(sad, "một").status_code for _time in range(2)] == [200, 400]


def test_a_program_whose_waiting_was_cut_off_asks_again_and_the_phone_rings_no_second_time(
    program: Program, operator: Handsets
) -> None:
    host, port = program.served.removeprefix("http://").split(":")
    body = json.dumps(program.about | {"numSignatures": 1, "hash": [hashed("một")]}).encode()
    head = (
        f"POST /csc/v1/credentials/authorize HTTP/1.1\r\nHost: {host}:{port}\r\n"
        f"Authorization: Bearer {program.bearer}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection((host, int(port))) as line:
        line.sendall(head.encode() + body)
        operator.rang.get(timeout=AT_MOST)
    operator.press(NUMBER, pin=PIN)

    let = program.authorize("một").json()
    again = program.authorize("một").json()

    assert let["SAD"] == again["SAD"]
    assert len(operator.requests) == 1
    assert len(program.sign(let["SAD"], "một").json()["signatures"]) == 1


def test_a_ring_that_outlived_its_process_is_waited_for_by_another(program: Program, operator: Handsets) -> None:
    digest, now = hashlib.sha256("một".encode()).digest(), clock.now()
    ring = services.begin_on_phone(
        phone=program.key.phone,
        digest=digest,
        shown="x",
        by=people.actor_for(program.key.person),
        now=now,
        credential=program.key,
        access=services.access_of_token(program.bearer, now=now),
    )
    operator.press_next(pin=PIN)

    let = program.authorize("một").json()

    assert len(operator.requests) == 1
    assert len(program.sign(let["SAD"], "một").json()["signatures"]) == 1
    assert PhoneSignature.objects.latest("pk").pk == ring.pk


def test_a_signature_that_is_not_the_sims_is_not_given_out(
    program: Program, operator: Handsets, apart: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operator, "forge", True)

    apart.submit(operator.press_next, pin=PIN)
    answer = refusal(program.authorize("một"))

    assert answer[:2] == (400, "invalid_request")
    assert "không khớp với chứng thư" in answer[2]
    assert PhoneSignature.objects.latest("pk").state == "bad_signature"


def test_a_used_permission_is_not_given_again_the_phone_rings_anew(
    program: Program, operator: Handsets, apart: ThreadPoolExecutor
) -> None:
    sads = []
    for _time in range(2):
        apart.submit(operator.press_next, pin=PIN)
        sads.append(program.authorize("một").json()["SAD"])
        program.sign(sads[-1], "một")

    assert sads[0] != sads[1]
    assert len(operator.requests) == 2


def test_a_key_that_was_disabled_while_the_phone_rang_signs_nothing(
    program: Program, operator: Handsets, apart: ThreadPoolExecutor
) -> None:
    def disable_and_agree() -> None:
        operator.rang.get(timeout=AT_MOST)
        as_if("UPDATE remote_keys_credential SET status = 'disabled' WHERE ref = %s", program.key.ref)
        operator.press(NUMBER, pin=PIN)

    apart.submit(disable_and_agree)
    answer = refusal(program.authorize("một"))
    as_if("UPDATE remote_keys_credential SET status = 'enabled' WHERE ref = %s", program.key.ref)

    assert answer[2] == "The credential identified by credentialID is disabled"


def test_waiting_programs_leave_room_for_pages(
    program: Program, operator: Handsets, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = threading.BoundedSemaphore(1)
    monkeypatch.setattr(sim_credentials, "_places", places)

    with places:
        full = refusal(program.authorize("một"))

    assert full[:2] == (503, "temporarily_unavailable")
    assert not operator.requests


def test_a_phone_that_is_off_or_an_operator_that_is_away_is_said_so(program: Program, operator: Handsets) -> None:
    operator.press(NUMBER, off="1")
    off = refusal(program.authorize("một"))
    operator.press(NUMBER, on="1")
    with override_settings(MSS_URL="http://127.0.0.1:9/soap"):
        away = refusal(program.authorize("một"))

    assert off[:2] == away[:2] == (503, "temporarily_unavailable")
    assert off[2] != away[2]
