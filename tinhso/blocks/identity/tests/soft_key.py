"""A security key in software, after the WebAuthn specification: what a browser and its authenticator send together."""

import json
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import websafe_encode

PRESENT, VERIFIED, WITH_KEY = 0x01, 0x04, 0x40


@dataclass
class SoftKey:
    """One ES256 key for one site."""

    origin: str = "https://testserver"
    rp_id: str = "testserver"
    private: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    id: bytes = b"khoa-mem-cua-bai-thu"
    user: bytes = b""
    counter: int = 0

    def register(self, options: dict[str, Any]) -> str:
        """The answer to a site's wish to register this key, as the form's hidden field carries it."""
        wish = options["publicKey"]
        self.user = wish["user"]["id"].encode()
        public = ES256.from_cryptography_key(self.private.public_key())  # type: ignore[no-untyped-call]
        credential = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cbor.encode(public)
        data = self._data(WITH_KEY) + credential
        attestation = cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", wish["challenge"])
        response = {"clientDataJSON": websafe_encode(client), "attestationObject": websafe_encode(attestation)}
        return self._answer(response, {"credProps": {"rk": True}})

    def sign(self, options: dict[str, Any]) -> str:
        """The answer to a site's wish to see this key."""
        client = self._client("webauthn.get", options["publicKey"]["challenge"])
        data = self._data(0)
        signature = self.private.sign(data + sha256(client).digest(), ec.ECDSA(SHA256()))
        response = {
            "clientDataJSON": websafe_encode(client),
            "authenticatorData": websafe_encode(data),
            "signature": websafe_encode(signature),
            "userHandle": self.user.decode(),
        }
        return self._answer(response, {})

    def _data(self, flags: int) -> bytes:
        self.counter += 1
        flag = (PRESENT | VERIFIED | flags).to_bytes(1, "big")
        return sha256(self.rp_id.encode()).digest() + flag + self.counter.to_bytes(4, "big")

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}).encode()

    def _answer(self, response: dict[str, str], extensions: dict[str, Any]) -> str:
        named = websafe_encode(self.id)
        outside = {"id": named, "rawId": named, "type": "public-key", "authenticatorAttachment": "platform"}
        return json.dumps({**outside, "response": response, "clientExtensionResults": extensions})
