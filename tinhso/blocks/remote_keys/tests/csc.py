"""A client of the remote signing service as small as can be: posts JSON, remembers its token."""

import base64
import hashlib
import json
from typing import Any

from django.test import Client

from tinhso.blocks.identity.tests.makers import PASSWORD
from tinhso.blocks.remote_keys.models import Credential
from tinhso.blocks.remote_keys.tests.makers import PIN, a_code

SHA256 = "2.16.840.1.101.3.4.2.1"
SIGNS = {"ec": "1.2.840.10045.4.3.2", "rsa": "1.2.840.113549.1.1.11"}


def hashed(words: str) -> str:
    """A hash as messages carry it."""
    return base64.b64encode(hashlib.sha256(words.encode()).digest()).decode()


class Csc:
    """What a program asks of the service for one person."""

    def __init__(self, client: Client, username: str = "lan", version: str = "v1") -> None:
        self.client, self.version, self.token = client, version, ""
        said = base64.b64encode(f"{username}:{PASSWORD}".encode()).decode()
        self.log_in = self.post("auth/login", {"rememberMe": True}, header=f"Basic {said}")
        self.token = self.log_in.get("access_token", "")

    def post(self, method: str, body: Any, *, header: str = "", version: str = "") -> dict[str, Any]:
        """The answer, with its status."""
        more = header or (f"Bearer {self.token}" if self.token else "")
        headers = {"Authorization": more} if more else {}
        content = body if isinstance(body, str | bytes) else json.dumps(body)
        where = f"/csc/{version or self.version}/{method}"
        answer = self.client.post(where, content, content_type="application/json", headers=headers)
        found: dict[str, Any] = json.loads(answer.content) if answer.content else {}
        return found | {"status": answer.status_code}

    def authorize(self, one: Credential, hashes: list[str], **changes: Any) -> dict[str, Any]:
        """Ask for a permission with the right secrets, but for what is changed."""
        body = {"credentialID": one.ref, "numSignatures": len(hashes), "hash": hashes, "PIN": PIN}
        otp = {} if "OTP" in changes else {"OTP": a_code(one)}
        return self.post("credentials/authorize", body | otp | changes)

    def sign(self, one: Credential, sad: str, hashes: list[str], **changes: Any) -> dict[str, Any]:
        """Use it."""
        body = {"credentialID": one.ref, "SAD": sad, "hash": hashes, "signAlgo": SIGNS[one.algorithm]}
        return self.post("signatures/signHash", body | changes)


def why(answer: dict[str, Any]) -> tuple[int, str, str]:
    """How an answer refuses."""
    return answer["status"], answer.get("error", ""), answer.get("error_description", "")
