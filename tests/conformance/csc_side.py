"""The remote signing service at an address, and programs that ask it: pyHanko's client, oauthlib's, and a browser."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import httpx
import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client, override_settings
from oauthlib.oauth2 import WebApplicationClient
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pytest_django.live_server_helper import LiveServer

from tests.simulators.certificate_authority import Authorities
from tinhso.blocks.identity.tests.makers import PASSWORD
from tinhso.blocks.remote_keys import services
from tinhso.blocks.remote_keys.models import Credential
from tinhso.blocks.remote_keys.tests.conftest import token
from tinhso.blocks.remote_keys.tests.makers import a_signer
from tinhso.blocks.signatures.tests.conftest import authorities
from tinhso.blocks.signatures.tests.makers import a_pdf
from tinhso.kernel import clock
from tinhso.kernel.actor import program_actor

__all__ = ["authorities", "token"]  # the devices that the tests of signing share
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="module")
def served(own_database: None, authorities: Authorities, token: dict[str, str]) -> Iterator[str]:
    """The service at an address, over a database that commits."""
    host = authorities.origin.removeprefix("http://")
    told = {"PKCS11_MODULE": token["module"], "TRUST_DIR": str(authorities.trust), "SIGNING_HOSTS": [host]}
    with override_settings(TIMESTAMP_URL=authorities.timestamps, **told):
        cache.clear()
        server = LiveServer("127.0.0.1")
        with override_settings(CSC_SERVICES=[server.url]):
            yield server.url
        server.stop()


@pytest.fixture(scope="module")
def rsa_key(served: str, authorities: Authorities) -> Credential:
    """A person's RSA key."""
    return a_signer(authorities, "minh", algorithm="rsa")


@pytest.fixture(scope="module")
def access(served: str, rsa_key: Credential) -> str:
    """What a program shows for that person."""
    said = httpx.post(f"{served}/csc/v1/auth/login", auth=("minh", PASSWORD), json={})
    told: str = said.json()["access_token"]
    return told


async def sign_with(signer: signers.Signer, number: int) -> bytes:
    """A small PDF, signed."""
    writer = IncrementalPdfFileWriter(BytesIO(a_pdf(f"van ban {number}")))
    about = signers.PdfSignatureMetadata(
        field_name="S", md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES, signer_key_usage=set()
    )
    made = await signers.async_sign_pdf(writer, about, signer=signer)
    content: bytes = made.getvalue()
    return content


class Accounting:
    """A program that asks people to sign, and the browser of somebody who is logged in."""

    BACK = "http://127.0.0.1:9/xong"

    def __init__(self, served: str, rsa_key: Credential) -> None:
        self.served = served
        self.name, self.secret = services.register_application(
            name="Phần mềm kế toán",
            addresses=[self.BACK],
            secret=True,
            now=clock.now(),
            by=program_actor("operator", rights=["operate system"]),
        )
        self.browser = httpx.Client(base_url=served, follow_redirects=False, timeout=60)
        _log_in(self.browser, rsa_key)

    def shown(self, body: str) -> httpx.Response:
        """A code, shown for tokens."""
        who = (self.name, self.secret)
        return httpx.post(f"{self.served}/csc/v1/oauth2/token", content=body, auth=who, headers=FORM, timeout=60)

    def sent_back(
        self, scope: str, typed: dict[str, str], *, verifier: str, state: str = "s", **more: str
    ) -> httpx.Response:
        """What the page answers once it was opened and filled in: usually it sends the browser back to the program."""
        asking = WebApplicationClient(self.name)
        more["code_challenge"] = asking.create_code_challenge(verifier, "S256")
        more["code_challenge_method"] = "S256"
        where = asking.prepare_request_uri(
            "https://x/csc/v1/oauth2/authorize", redirect_uri=self.BACK, scope=scope, state=state, **more
        ).removeprefix("https://x")
        page = self.browser.get(where)
        if page.status_code != 200:
            return page
        form = {"csrfmiddlewaretoken": self.browser.cookies["csrftoken"], "how": "allow"} | typed
        return self.browser.post(where, data=form, headers={"Referer": self.served})

    def body_for(self, answer: httpx.Response, *, verifier: str, state: str = "s") -> str:
        """How oauthlib's client shows the code that came back; it refuses a state that it did not send."""
        asking = WebApplicationClient(self.name)
        location = answer.headers["Location"].replace("http:", "https:")
        code = asking.parse_request_uri_response(location, state=state)["code"]
        body: str = asking.prepare_request_body(code=code, redirect_uri=self.BACK, code_verifier=verifier)
        return body

    def verifier(self) -> str:
        """A secret of one request (PKCE)."""
        made: str = WebApplicationClient(self.name).create_code_verifier(64)
        return made

    def granted(self, scope: str, typed: dict[str, str], **more: str) -> dict[str, Any]:
        """What comes of asking: the page is opened, filled in, and the code that comes back is shown."""
        verifier = self.verifier()
        answer = self.sent_back(scope, typed, verifier=verifier, **more)
        if answer.status_code != 302:
            return {"status": answer.status_code}
        body = self.body_for(answer, verifier=verifier)
        tokens: dict[str, Any] = self.shown(body).json()
        return tokens | {"shown": body}


def _log_in(browser: httpx.Client, rsa_key: Credential) -> None:
    """A browser in which the person is known."""
    client = Client()
    client.force_login(rsa_key.person, backend=settings.AUTHENTICATION_BACKENDS[-1])
    for name, cookie in client.cookies.items():
        browser.cookies.set(name, cookie.value)
