"""Keys at somebody else's remote signing service: a contract.Signer over the Cloud Signature Consortium's API."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from asn1crypto import x509
from django.conf import settings
from django.utils.translation import gettext as _

from tinhso.blocks.messaging.services import wire
from tinhso.kernel.errors import Refused

SHA256 = "2.16.840.1.101.3.4.2.1"
SIGNS = {"rsa": "1.2.840.113549.1.1.11", "ec": "1.2.840.10045.4.3.2"}
RSA = "1.2.840.113549.1.1.1"
SECRETS = {"invalid_pin", "invalid_otp", "invalid_authentication_data"}
TOKENS = {"invalid_token", "expired_token", "invalid_client", "unauthorized_client"}


@dataclass(frozen=True)
class RemoteKey:
    """A key at a provider; ``pin`` and ``otp`` let it sign once, for what is signed first.

    Only hashes go there. ``many`` lets several be signed under one permission.
    """

    base: str
    version: str
    credential: str
    certificate: bytes
    chain: Sequence[bytes]
    algorithms: tuple[str, ...]
    access: str = field(repr=False)
    pin: str = field(repr=False)
    otp: str = field(repr=False)
    kind: str = "csc"

    def sign(self, data: bytes) -> bytes:
        """The signature over SHA-256 of ``data``; refuses when the provider does."""
        return self.many([data])[0]

    def many(self, data: Sequence[bytes]) -> list[bytes]:
        """Signatures in their order, all under one permission for exactly these hashes."""
        hashes = [base64.b64encode(sha256(content).digest()).decode() for content in data]
        names = {"v1": ("hash", "hashAlgo"), "v2": ("hashes", "hashAlgorithmOID")}[self.version]
        about = {"credentialID": self.credential, names[0]: hashes, names[1]: SHA256}
        secrets: dict[str, Any] = {"PIN": self.pin, "OTP": self.otp}
        if self.version == "v2":
            secrets = {"authData": [{"id": name, "value": value} for name, value in secrets.items() if value]}
        let = self._post("credentials/authorize", about | secrets | {"numSignatures": len(hashes)})
        values = self._post(
            "signatures/signHash", about | {"SAD": _text_field(let, "SAD"), "signAlgo": self._algorithm()}
        )
        signatures = values.get("signatures")
        if not isinstance(signatures, list) or len(signatures) != len(hashes):
            raise _service_refusal({})
        return [_bytes_field(encoded_signature) for encoded_signature in signatures]

    def _algorithm(self) -> str:
        mine = SIGNS["rsa" if x509.Certificate.load(self.certificate).public_key.algorithm == "rsa" else "ec"]
        return mine if mine in self.algorithms or RSA not in self.algorithms else RSA

    def _post(self, method: str, body: dict[str, Any]) -> dict[str, Any]:
        return _service_answer(self.base, self.version, method, body, f"Bearer {self.access}")


def log_in_abroad(*, base: str, username: str, password: str, version: str = "v1") -> str:
    """An access token at a provider that lets people in by name and password; refuses when it does not."""
    text = base64.b64encode(f"{username}:{password}".encode()).decode()
    return _text_field(_service_answer(base, version, "auth/login", {}, f"Basic {text}"), "access_token")


def keys_abroad(*, base: str, access: str, version: str = "v1") -> list[str]:
    """What a provider calls the keys of whoever the token was given for."""
    credential_ids = _service_answer(base, version, "credentials/list", {}, f"Bearer {access}").get("credentialIDs")
    return (
        [credential_id for credential_id in credential_ids if isinstance(credential_id, str)]
        if isinstance(credential_ids, list)
        else []
    )


def from_csc(*, base: str, access: str, credential: str, pin: str, otp: str = "", version: str = "v1") -> RemoteKey:
    """A key at a provider, for one act. ``base`` is what stands before ``/csc/``, and the operator named its host.

    Refuses addresses that nobody named, keys that are disabled, and whatever the provider refuses.
    """
    request_body = {"credentialID": credential, "certificates": "chain", "certInfo": False, "authInfo": True}
    values = _service_answer(base, version, "credentials/info", request_body, f"Bearer {access}")
    try:
        status, algorithms = values["key"]["status"], tuple(map(str, values["key"]["algo"]))
        mine, *chain = (_bytes_field(encoded_certificate) for encoded_certificate in values["cert"]["certificates"])
        x509.Certificate.load(mine, strict=True).native  # noqa: B018 - reads all of it
    except (KeyError, TypeError, ValueError) as problem:
        raise _service_refusal({}) from problem
    if status != "enabled":
        raise Refused("disabled_credential", _("Khóa ký này chưa dùng được hoặc đã bị khóa."))
    return RemoteKey(base, version, credential, mine, tuple(chain), algorithms, access, pin, otp)


def _service_answer(base: str, version: str, method: str, body: dict[str, Any], header: str) -> dict[str, Any]:
    where = urlsplit(base)
    if f"{where.scheme}://{where.netloc}" not in settings.CSC_SERVICES or version not in ("v1", "v2"):
        raise Refused("unnamed_service", _("Dịch vụ ký từ xa này chưa được người vận hành cho phép."))
    headers = {"Content-Type": "application/json", "Authorization": header}
    try:
        answer = wire.request_url(
            "POST", f"{base.rstrip('/')}/csc/{version}/{method}", json.dumps(body).encode(), headers
        )
        answer_values = json.loads(answer.body) if answer.body else {}
    except (wire.NotReached, ValueError, RecursionError) as problem:
        raise Refused("service_silent", _("Dịch vụ ký từ xa không trả lời; hãy thử lại sau.")) from problem
    if answer.status != 200 or not isinstance(answer_values, dict):
        raise _service_refusal(answer_values if isinstance(answer_values, dict) else {})
    return answer_values


def _service_refusal(values: dict[str, Any]) -> Refused:
    error, words = values.get("error"), str(values.get("error_description", ""))[:200]
    if error in SECRETS:
        return Refused("wrong_secret", _("PIN hoặc mã một lần của khóa ký không đúng."))
    if error in TOKENS:
        return Refused("log_in_again", _("Phiên ở dịch vụ ký từ xa đã hết; hãy đăng nhập lại ở đó."))
    return Refused("service_refuses", _("Dịch vụ ký từ xa không ký: %(why)s"), why=words or "?")


def _text_field(values: dict[str, Any], name: str) -> str:
    if not isinstance(values.get(name), str):
        raise _service_refusal({})
    return str(values[name])


def _bytes_field(text: Any) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (ValueError, TypeError) as problem:
        raise _service_refusal({}) from problem
