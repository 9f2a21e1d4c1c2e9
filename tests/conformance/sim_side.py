"""People with SIMs that sign, their operator, and programs that ask the remote signing service for their signatures."""

import base64
import hashlib
import threading
import xml.etree.ElementTree as tree
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Queue
from typing import Any

import aiohttp
import httpx
import pytest
from django.test import override_settings
from pyhanko.sign.signers import csc_signer

from tests.conformance.csc_side import authorities, served, sign_with, token
from tests.simulators.certificate_authority import Authorities
from tests.simulators.mobile_operator import PIN, Operator
from tinhso.blocks.identity import queries as people
from tinhso.blocks.identity.tests.makers import PASSWORD, a_person
from tinhso.blocks.remote_keys import services
from tinhso.blocks.remote_keys.models import Credential, PhoneSignature
from tinhso.blocks.remote_keys.services import phone_signatures
from tinhso.blocks.signatures.tests.makers import as_if
from tinhso.kernel import clock

__all__ = ["authorities", "served", "token"]  # the same service
NUMBER, WRITTEN = "84900000009", "0900 000 009"
RSA_SHA256 = "1.2.840.113549.1.1.11"
AT_MOST = 60  # seconds


class Handsets(Operator):
    """An operator of which each ring can be waited for."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, ap="tinh", secret="bi-mat-nha-mang")
        self.rang: Queue[str] = Queue()

    def sign(self, asked: tree.Element) -> tree.Element:
        """Ring, and let know."""
        answer = super().sign(asked)
        self.rang.put(next(reversed(self.requests.values())).shown)
        return answer

    def press_next(self, **pressed: str) -> str:
        """Wait for the next ring, press something; what the handset showed."""
        shown = self.rang.get(timeout=AT_MOST)
        self.press(NUMBER, **pressed)
        return shown


@pytest.fixture(scope="module")
def operator(served: str, authorities: Authorities) -> Iterator[Handsets]:
    """An operator with one subscriber, whom the service may ask."""
    made = Handsets(authorities.folder)
    made.subscribe(NUMBER, "Cô Hoa")
    threading.Thread(target=made.serve_forever, daemon=True).start()
    about = {"MSS_URL": made.address, "MSS_AP_ID": "tinh", "MSS_AP_PASSWORD": "bi-mat-nha-mang"}
    with override_settings(**about), pytest.MonkeyPatch.context() as patch:
        patch.setattr(phone_signatures, "POLL_SECONDS", 0.05)
        yield made
    made.shutdown()
    made.server_close()


@pytest.fixture(scope="module")
def sim(operator: Handsets) -> Credential:
    """The SIM of somebody who registered it and agreed on the phone."""
    person, now = a_person("hoa"), clock.now()
    by = people.actor_for(person)
    services.register_sim(person=person, phone=WRITTEN, by=by, now=now)
    key = Credential.objects.latest("pk")
    operator.press_next(pin=PIN)
    return services.confirm_sim(person=person, ref=key.ref, by=by, now=clock.now())


@pytest.fixture
def fresh(operator: Handsets, sim: Credential) -> Iterator[None]:
    """A phone that shows nothing, of somebody who has not been rung this hour."""
    as_if("DELETE FROM identity_turns")
    operator.requests.clear()
    yield
    assert operator.rang.empty()
    assert not PhoneSignature.objects.filter(state="waiting").exists()


class Program:
    """A program that this person let in by name and password."""

    def __init__(self, served: str, key: Credential, bearer: str = "") -> None:
        self.served, self.key = served, key
        self.bearer = bearer or str(
            httpx.post(f"{served}/csc/v1/auth/login", auth=("hoa", PASSWORD), json={}).json()["access_token"]
        )

    def post(self, method: str, body: dict[str, Any], *, version: str = "v1") -> httpx.Response:
        """One call."""
        headers = {"Authorization": f"Bearer {self.bearer}"}
        return httpx.post(f"{self.served}/csc/{version}/{method}", json=body, headers=headers, timeout=AT_MOST)

    def authorize(self, *words: str, **more: Any) -> httpx.Response:
        """Ask for a permission, without any secret."""
        hashes = [hashed(each) for each in words]
        return self.post("credentials/authorize", self.about | {"numSignatures": len(words), "hash": hashes} | more)

    def sign(self, sad: str, words: str, **more: Any) -> httpx.Response:
        """Use it."""
        body = self.about | {"SAD": sad, "hash": [hashed(words)], "signAlgo": RSA_SHA256}
        return self.post("signatures/signHash", body | more)

    @property
    def about(self) -> dict[str, str]:
        """Which key."""
        return {"credentialID": self.key.ref}


@pytest.fixture
def program(served: str, sim: Credential, fresh: None) -> Program:
    """A program of the owner of the SIM."""
    return Program(served, sim)


def hashed(words: str) -> str:
    """A hash as messages carry it."""
    return base64.b64encode(hashlib.sha256(words.encode()).digest()).decode()


def refusal(answer: httpx.Response) -> tuple[int, str, str]:
    """How an answer says no."""
    return answer.status_code, answer.json()["error"], answer.json()["error_description"]


@pytest.fixture
def apart() -> Iterator[ThreadPoolExecutor]:
    """Who acts at the same time."""
    with ThreadPoolExecutor(4) as threads:
        yield threads


class Silent(csc_signer.CSCAuthorizationManager):
    """Asks for a permission and sends neither PIN nor code: whoever owns the key is asked elsewhere."""

    async def authorize_signature(self, hash_b64s: list[str]) -> csc_signer.CSCAuthorizationInfo:
        """Waits until the person has agreed."""
        body = self.format_csc_auth_request(hash_b64s=hash_b64s, description="Công văn 1")
        url = self.csc_session_info.endpoint_url("credentials/authorize")
        async with (
            aiohttp.ClientSession() as session,
            session.post(url, headers=self.auth_headers, json=body) as answer,
        ):
            return self.parse_csc_auth_response(await answer.json())


async def signed_by_pyhanko(program: Program) -> bytes:
    """A PDF signed through the service."""
    session_info = csc_signer.CSCServiceSessionInfo(program.served, program.key.ref, program.bearer)
    async with aiohttp.ClientSession() as session:
        asking = Silent(session_info, await csc_signer.fetch_certs_in_csc_credential(session, session_info))
        return await sign_with(csc_signer.CSCSigner(session, asking), 1)
