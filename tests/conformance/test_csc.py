"""The remote signing service, used by pyHanko's own client over HTTP, by our own key abroad, and by many at once."""

import asyncio
import base64
import hashlib
import json
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import aiohttp
import httpx
import pytest
from django.test import Client
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import csc_signer

from tests.conformance.csc_side import (
    Accounting,
    access,
    authorities,
    rsa_key,
    served,
    sign_with,
    token,
)
from tests.simulators.certificate_authority import Authorities
from tinhso.blocks.identity.tests.makers import PASSWORD, a_person
from tinhso.blocks.remote_keys import services
from tinhso.blocks.remote_keys.models import Authorisation, Credential
from tinhso.blocks.remote_keys.tests.csc import Csc
from tinhso.blocks.remote_keys.tests.makers import PIN, a_code, a_signer
from tinhso.blocks.signatures import services as signing
from tinhso.blocks.signatures.contract import CheckVerdict, PadesLevel
from tinhso.blocks.signatures.tests.makers import a_pdf, an_ask
from tinhso.kernel import clock
from tinhso.kernel.errors import Refused

__all__ = ["access", "authorities", "rsa_key", "served", "token"]  # the same service, key and token for its programs
pytestmark = pytest.mark.conformance
RSA = {"signAlgo": "1.2.840.113549.1.1.11"}


@pytest.mark.django_db
def test_a_recorded_exchange_with_another_service_is_answered_in_the_same_shape(
    vectors: Path,
    client: Client,
    settings: Any,
    authorities: Authorities,
    token: dict[str, str],
) -> None:
    settings.PKCS11_MODULE = token["module"]
    recorded = json.loads((vectors / "03-signing" / "csc" / "csc_v1_exchange.json").read_text())
    rsa_key = a_signer(authorities, "minh", algorithm="rsa")
    csc, mine = Csc(client, "minh"), {"credentialID": rsa_key.ref}

    shapes = []
    for step in recorded:
        secrets = {"PIN": PIN, "OTP": a_code(rsa_key)} if step["endpoint"].endswith("authorize") else {}
        answer = csc.post(step["endpoint"], step["request"] | mine | secrets)
        mine |= {"SAD": answer["SAD"]} if "SAD" in answer else {}
        shapes.append(_missing(step["response"], answer))

    assert shapes == [[], [], []]
    assert len(recorded) == 3


def _missing(theirs: Any, ours: Any, where: str = "") -> list[str]:
    """What the other service tells and we do not, or as another kind of thing."""
    if type(theirs) is not type(ours):
        return [where]
    if isinstance(theirs, dict):
        return [found for name in theirs for found in _missing(theirs[name], ours.get(name), f"{where}/{name}")]
    return _missing(theirs[0], ours[0], f"{where}/0") if isinstance(theirs, list) else []


class Asking(csc_signer.CSCAuthorizationManager):
    """Asks for a permission when the hashes are known, as a program does whose person sits before it."""

    rsa_key: Credential

    async def authorize_signature(self, hash_b64s: list[str]) -> csc_signer.CSCAuthorizationInfo:
        """PIN and code for exactly these hashes."""
        otp = await asyncio.to_thread(a_code, self.rsa_key)
        asked = self.format_csc_auth_request(pin=PIN, otp=otp, hash_b64s=hash_b64s)
        url = self.csc_session_info.endpoint_url("credentials/authorize")
        async with aiohttp.ClientSession() as session, session.post(url, headers=self.auth_headers, json=asked) as said:
            return self.parse_csc_auth_response(await said.json())


def signed_by_pyhanko(served: str, access: str, rsa_key: Credential, many: int) -> list[bytes]:
    """Documents signed in one batch."""

    async def run() -> list[bytes]:
        about = csc_signer.CSCServiceSessionInfo(served, rsa_key.ref, access)
        async with aiohttp.ClientSession() as session:
            found = await csc_signer.fetch_certs_in_csc_credential(session, about)
            asking = Asking(about, found)
            asking.rsa_key = rsa_key
            signer = csc_signer.CSCSigner(session, asking, batch_size=many)
            return await asyncio.gather(*(sign_with(signer, number) for number in range(many)))

    return asyncio.run(run())


def test_pyhanko_signs_through_us_and_poppler_agrees(
    served: str, access: str, rsa_key: Credential, tmp_path: Path
) -> None:
    if not shutil.which("pdfsig"):
        pytest.skip("máy không có pdfsig (apt install poppler-utils)")

    (content,) = signed_by_pyhanko(served, access, rsa_key, 1)

    (tmp_path / "a.pdf").write_bytes(content)
    said = subprocess.run(["pdfsig", tmp_path / "a.pdf"], capture_output=True, text=True).stdout
    assert "Signature is Valid" in said
    assert "Total document signed" in said
    assert signing.check_file(content=content, now=clock.now()).signatures[0].why == ("illustrative",)


def test_a_batch_of_forty_is_let_at_once(served: str, access: str, rsa_key: Credential) -> None:
    made = signed_by_pyhanko(served, access, rsa_key, 40)

    let = Authorisation.objects.latest("pk")
    assert (let.asked, let.left, bytes(let.sealed)) == (40, 0, b"")
    assert len(set(made)) == 40
    assert signing.check_file(content=made[39], now=clock.now()).verdict is CheckVerdict.VALID_BUT


def test_pyhanko_is_refused_what_was_not_let(served: str, access: str, rsa_key: Credential) -> None:
    class Greedy(Asking):
        async def authorize_signature(self, hash_b64s: list[str]) -> csc_signer.CSCAuthorizationInfo:
            return await super().authorize_signature([base64.b64encode(hashlib.sha256(b"khac").digest()).decode()])

    async def run() -> None:
        about = csc_signer.CSCServiceSessionInfo(served, rsa_key.ref, access)
        async with aiohttp.ClientSession() as session:
            asking = Greedy(about, await csc_signer.fetch_certs_in_csc_credential(session, about))
            asking.rsa_key = rsa_key
            await sign_with(csc_signer.CSCSigner(session, asking), 0)

    with pytest.raises(SigningError):
        asyncio.run(run())


def test_of_many_who_spend_a_permission_at_once_only_as_many_sign_as_were_let(
    served: str, access: str, rsa_key: Credential
) -> None:
    hashes = [base64.b64encode(hashlib.sha256(bytes([number])).digest()).decode() for number in range(4)]
    headers = {"Authorization": f"Bearer {access}"}
    about = {"credentialID": rsa_key.ref, "numSignatures": 4, "hash": hashes, "PIN": PIN, "OTP": a_code(rsa_key)}
    let = httpx.post(f"{served}/csc/v1/credentials/authorize", json=about, headers=headers).json()

    def spend(number: int) -> int:
        told = {"credentialID": rsa_key.ref, "SAD": let["SAD"], "hash": [hashes[number % 4]]}
        told["signAlgo"] = "1.2.840.113549.1.1.11"
        return httpx.post(f"{served}/csc/v1/signatures/signHash", json=told, headers=headers).status_code

    with ThreadPoolExecutor(8) as at_once:
        answers = list(at_once.map(spend, range(16)))

    assert answers.count(200) <= 4
    assert set(answers) == {200, 400}
    assert Authorisation.objects.latest("pk").left == 4 - answers.count(200)


def test_whole_documents_are_signed_where_the_key_is(served: str, access: str, rsa_key: Credential) -> None:
    pdf, xml = a_pdf("nguyen ven"), "<don><ten>Nguyễn Văn Ví Dụ</ten></don>".encode()
    headers = {"Authorization": f"Bearer {access}"}
    hashes = [base64.b64encode(hashlib.sha256(each).digest()).decode() for each in (pdf, xml, b"khac")]
    about = {"credentialID": rsa_key.ref, "numSignatures": 3, "hashes": hashes}
    secrets = [{"id": "PIN", "value": PIN}, {"id": "OTP", "value": a_code(rsa_key)}]
    let = httpx.post(f"{served}/csc/v2/credentials/authorize", json=about | {"authData": secrets}, headers=headers)

    def sign(**what: Any) -> dict[str, Any]:
        told = {"credentialID": rsa_key.ref, "SAD": let.json()["SAD"]} | what
        answer = httpx.post(f"{served}/csc/v2/signatures/signDoc", json=told, headers=headers, timeout=30)
        found: dict[str, Any] = answer.json()
        return found

    def document(content: bytes, form: str, level: str) -> dict[str, str]:
        given = {"document": base64.b64encode(content).decode(), "signature_format": form, "conformance_level": level}
        return RSA | given

    wrong = sign(documents=[document(a_pdf("la"), "P", "Ades-B-B")])
    made = sign(documents=[document(pdf, "P", "Ades-B-T"), document(xml, "X", "Ades-B-B")])
    beside = sign(documentDigests=[RSA | {"hashes": [hashes[2]], "signature_format": "C"}])

    contents = [base64.b64decode(each) for each in made["DocumentWithSignature"]]
    reports = [signing.check_file(content=each, now=clock.now()) for each in contents]
    assert [each.signatures[0].why for each in reports] == [("illustrative",)] * 2
    assert [each.signatures[0].level for each in reports] == ["B-T", "B-B"]
    assert wrong["error_description"] == "Hash is not authorized by the SAD"
    assert len(base64.b64decode(beside["SignatureObject"][0])) > 1000


def test_a_code_that_the_service_sends_lets_once(
    served: str,
    authorities: Authorities,
    mailoutbox: list[Any],
) -> None:
    a_person("thu", email="thu@vi-du.vn")
    mine = a_signer(authorities, "thu", codes=["mail"])
    token = httpx.post(f"{served}/csc/v1/auth/login", auth=("thu", PASSWORD), json={}).json()["access_token"]
    headers, about = {"Authorization": f"Bearer {token}"}, {"credentialID": mine.ref}

    sent = httpx.post(f"{served}/csc/v1/credentials/sendOTP", json=about, headers=headers)
    code = next(word for word in mailoutbox[-1].body.split() if word.isdigit() and len(word) == 6)
    hashes = [base64.b64encode(hashlib.sha256(b"x").digest()).decode()]
    asked = about | {"numSignatures": 1, "hash": hashes, "PIN": PIN, "OTP": code}
    let, again = (
        httpx.post(f"{served}/csc/v1/credentials/authorize", json=asked, headers=headers, timeout=60)
        for _time in range(2)
    )
    stranger = httpx.post(f"{served}/csc/v1/credentials/sendOTP", json=about)

    assert (sent.status_code, sent.content) == (204, b"")
    assert set(let.json()) == {"SAD", "expiresIn"}
    assert (again.status_code, again.json()["error"]) == (400, "invalid_otp")
    assert (stranger.status_code, stranger.json()["error"]) == (401, "invalid_token")


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_our_own_officials_sign_with_a_key_at_a_service_like_this_one(
    served: str, rsa_key: Credential, version: str
) -> None:
    access = services.log_in_abroad(base=served, username="minh", password=PASSWORD, version=version)
    (named,) = services.keys_abroad(base=served, access=access, version=version)
    about = {"base": served, "access": access, "credential": named, "pin": PIN, "version": version}
    key = services.from_csc(otp=a_code(rsa_key), **about)
    made = signing.sign_pdf(content=a_pdf(), signer=key, ask=an_ask(level=PadesLevel.B_T), now=clock.now())

    with pytest.raises(Refused, match="wrong_secret"):
        services.from_csc(otp="000000", **about).sign(b"khac")
    with pytest.raises(Refused, match="log_in_again"):
        services.from_csc(**about | {"access": "x"})
    with pytest.raises(Refused, match="service_refuses"):
        services.from_csc(**about | {"credential": "KX-LA"})
    with pytest.raises(Refused, match="unnamed_service"):
        services.from_csc(**about | {"base": "http://169.254.169.254"})

    report = signing.check_file(content=made.content, now=clock.now())
    assert report.signatures[0].why == ("illustrative",)
    assert report.signatures[0].level == "B-T"


def test_oauthlibs_own_client_is_let_in_and_then_let_sign(served: str, rsa_key: Credential) -> None:
    hashed = hashlib.sha256(b"mot").digest()
    accounting = Accounting(served, rsa_key)
    about = {"credentialID": rsa_key.ref, "numSignatures": "1", "hash": base64.urlsafe_b64encode(hashed).decode()}

    access = accounting.granted("service", {})
    refused = accounting.granted("credential", {"pin": "sai-246810", "otp": a_code(rsa_key)}, **about)
    let = accounting.granted("credential", {"pin": PIN, "otp": a_code(rsa_key)}, **about)
    told = {"credentialID": rsa_key.ref, "SAD": let["access_token"], "hash": [base64.b64encode(hashed).decode()]} | RSA
    headers = {"Authorization": f"Bearer {access['access_token']}"}
    signed = httpx.post(f"{served}/csc/v1/signatures/signHash", json=told, headers=headers, timeout=60)
    replayed = [accounting.shown(grant["shown"]).json()["error"] for grant in (access, let)]
    after = httpx.post(f"{served}/csc/v1/credentials/list", json={}, headers=headers, timeout=60)
    accounting.browser.close()

    assert (access["token_type"], let["token_type"]) == ("Bearer", "SAD")
    assert refused == {"status": 409}
    assert len(signed.json()["signatures"]) == 1
    assert "refresh_token" not in let
    assert replayed == ["invalid_grant"] * 2
    assert after.json()["error"] == "expired_token"  # a code that is shown twice ends all that came of it
