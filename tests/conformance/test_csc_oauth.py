"""Signing for a program that never sees PIN or code: OAuth 2 with PKCE by oauthlib, signatures by pyHanko's client."""

import asyncio
import base64
import hashlib
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import httpx
import pytest
from oauthlib.oauth2.rfc6749.errors import MismatchingStateError
from pyhanko.sign.signers import csc_signer

from tests.conformance.csc_side import Accounting, access, authorities, rsa_key, served, sign_with, token
from tests.simulators.certificate_authority import Authorities
from tinhso.blocks.remote_keys.models import Authorisation, Credential
from tinhso.blocks.remote_keys.tests.makers import PIN, a_code, a_signer
from tinhso.blocks.signatures import services
from tinhso.kernel import clock

__all__ = ["access", "authorities", "rsa_key", "served", "token"]  # the same service, key and token for its programs
pytestmark = pytest.mark.conformance
HASH, OTHER = (hashlib.sha256(words).digest() for words in (b"mot", b"hai"))
INVALID_GRANT = (400, "invalid_grant")


@pytest.fixture
def accounting(served: str, rsa_key: Credential) -> Iterator[Accounting]:
    """A program, and the browser in which the owner of the key is logged in."""
    made = Accounting(served, rsa_key)
    yield made
    made.browser.close()


class ByOauth(csc_signer.CSCAuthorizationManager):
    """Has the person let exactly these hashes be signed on the service's own page."""

    accounting: Accounting
    key: Credential

    async def authorize_signature(self, hash_b64s: list[str]) -> csc_signer.CSCAuthorizationInfo:
        """The SAD, which is the token of scope ``credential``."""
        sad = await asyncio.to_thread(self._let, hash_b64s)
        return csc_signer.CSCAuthorizationInfo(sad=sad)

    def _let(self, hash_b64s: list[str]) -> str:
        hashes = [base64.b64decode(each) for each in hash_b64s]
        return str(self.accounting.granted("credential", typed(self.key), **about(self.key, *hashes))["access_token"])


def typed(key: Credential) -> dict[str, str]:
    """What the person types on our page."""
    return {"pin": PIN, "otp": a_code(key)}


def about(key: Credential, *hashes: bytes) -> dict[str, str]:
    """What a program asks a person to let it sign."""
    listed = ",".join(base64.urlsafe_b64encode(each).decode() for each in hashes)
    return {"credentialID": key.ref, "numSignatures": str(len(hashes)), "hash": listed}


def signed_hash(accounting: Accounting, access: str, key: Credential, sad: str, hashed: bytes) -> httpx.Response:
    """What ``signatures/signHash`` answers."""
    body = {"credentialID": key.ref, "SAD": sad, "hash": [base64.b64encode(hashed).decode()]}
    headers = {"Authorization": f"Bearer {access}"}
    where = f"{accounting.served}/csc/v1/signatures/signHash"
    return httpx.post(where, json=body | {"signAlgo": "1.2.840.113549.1.1.11"}, headers=headers, timeout=60)


def refusal(answer: httpx.Response) -> tuple[int, str]:
    """How an answer says no."""
    return answer.status_code, answer.json()["error"]


def test_a_pdf_is_signed_by_a_program_that_knows_no_secret_and_poppler_agrees(
    accounting: Accounting, rsa_key: Credential, tmp_path: Path
) -> None:
    if not shutil.which("pdfsig"):
        pytest.skip("máy không có pdfsig (apt install poppler-utils)")
    program = str(accounting.granted("service", {})["access_token"])

    content = asyncio.run(_signed(accounting, program, rsa_key))

    (tmp_path / "a.pdf").write_bytes(content)
    verdict = subprocess.run(["pdfsig", tmp_path / "a.pdf"], capture_output=True, text=True).stdout
    assert "Signature is Valid" in verdict
    assert "Total document signed" in verdict
    assert services.check_file(content=content, now=clock.now()).signatures[0].why == ("illustrative",)
    let = Authorisation.objects.latest("pk")
    assert (let.asked, let.left, bytes(let.sealed)) == (1, 0, b"")


async def _signed(accounting: Accounting, program: str, key: Credential) -> bytes:
    session_info = csc_signer.CSCServiceSessionInfo(accounting.served, key.ref, program)
    async with aiohttp.ClientSession() as session:
        asking = ByOauth(session_info, await csc_signer.fetch_certs_in_csc_credential(session, session_info))
        asking.accounting, asking.key = accounting, key
        return await sign_with(csc_signer.CSCSigner(session, asking), 1)


def test_a_key_says_how_this_very_program_has_it_let(accounting: Accounting, rsa_key: Credential, access: str) -> None:
    program = str(accounting.granted("service", {})["access_token"])

    def info(version: str, bearer: str) -> dict[str, Any]:
        where, headers = f"{accounting.served}/csc/{version}/credentials/info", {"Authorization": f"Bearer {bearer}"}
        answer: dict[str, Any] = httpx.post(
            where, json={"credentialID": rsa_key.ref, "authInfo": True}, headers=headers, timeout=60
        ).json()
        return answer

    by_oauth, by_password = info("v1", program), info("v1", access)

    assert by_oauth["authMode"] == "oauth2code"
    assert not {"PIN", "OTP"} & set(by_oauth)
    assert info("v2", program)["auth"] == {"mode": "oauth2code"}
    assert by_password["authMode"] == info("v2", access)["auth"]["mode"] == "explicit"
    assert {"PIN", "OTP"} <= set(by_password)


def test_a_state_that_the_program_did_not_send_ends_there(accounting: Accounting, rsa_key: Credential) -> None:
    verifier = accounting.verifier()
    answer = accounting.sent_back(
        "credential", typed(rsa_key), verifier=verifier, state="cua-toi", **about(rsa_key, HASH)
    )

    with pytest.raises(MismatchingStateError):
        accounting.body_for(answer, verifier=verifier, state="cua-ke-khac")
    body = accounting.body_for(answer, verifier=verifier, state="cua-toi")

    assert accounting.shown(body).json()["token_type"] == "SAD"


def test_a_code_is_worth_nothing_without_the_secret_of_its_request_and_is_tried_once(
    accounting: Accounting, rsa_key: Credential
) -> None:
    verifier = accounting.verifier()
    answer = accounting.sent_back("credential", typed(rsa_key), verifier=verifier, **about(rsa_key, HASH))
    let = Authorisation.objects.count()

    stolen = accounting.shown(accounting.body_for(answer, verifier=accounting.verifier()))
    late = accounting.shown(accounting.body_for(answer, verifier=verifier))

    assert refusal(stolen) == refusal(late) == INVALID_GRANT
    assert Authorisation.objects.count() == let


def test_a_code_that_was_used_gives_nothing_to_who_shows_it_again(accounting: Accounting, rsa_key: Credential) -> None:
    program = str(accounting.granted("service", {})["access_token"])
    let = accounting.granted("credential", typed(rsa_key), **about(rsa_key, HASH))

    again = accounting.shown(let["shown"])
    signed = signed_hash(accounting, program, rsa_key, let["access_token"], HASH)
    twice = signed_hash(accounting, program, rsa_key, let["access_token"], HASH)

    assert refusal(again) == INVALID_GRANT
    assert len(signed.json()["signatures"]) == 1
    assert refusal(twice) == (400, "invalid_request")


def test_what_was_let_signs_no_other_hash_with_no_other_key(
    accounting: Accounting, rsa_key: Credential, authorities: Authorities
) -> None:
    other = a_signer(authorities, "minh", algorithm="rsa")
    program = str(accounting.granted("service", {})["access_token"])
    sad = str(accounting.granted("credential", typed(rsa_key), **about(rsa_key, HASH))["access_token"])

    refusals = [
        signed_hash(accounting, program, rsa_key, sad, OTHER).json()["error_description"],
        signed_hash(accounting, program, other, sad, HASH).json()["error_description"],
    ]

    assert refusals == ["Hash is not authorized by the SAD", "Invalid parameter SAD"]
    assert len(signed_hash(accounting, program, rsa_key, sad, HASH).json()["signatures"]) == 1
