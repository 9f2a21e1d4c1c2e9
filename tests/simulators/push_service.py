"""A simulator of a web push service with phones behind it, for tests and demonstrations. No real device hears of it.

Speaks RFC 8030 (delivery), RFC 8291 (encryption) and RFC 8292 (who sends) over plain HTTP on loopback; its decryption
is written from the RFCs with primitives alone, so that it shares nothing with the code that encrypts.

    python -m tests.simulators.push_service --port 9001
    POST /subscribe             a phone subscribes: {"endpoint": …, "keys": {"p256dh": …, "auth": …}}
    POST /push/<id>             what an application server sends
    GET  /inbox/<id>            what the phone has read, decrypted
    POST /trouble/<id>          {"status": 503, "times": 2}: how the next deliveries end
    DELETE /subscription/<id>   the phone unsubscribes; the next delivery is answered with 410
"""

import argparse
import base64
import json
import os
import re
import secrets
import struct
import sys
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

NOTICE = "push-service simulator: no real device is notified"
LONGEST = 4096  # RFC 8030 §7.2
A_DAY = 24 * 60 * 60
URGENCIES = ("very-low", "low", "normal", "high")
TOPIC = re.compile(r"[A-Za-z0-9_-]{1,32}")
TAG, POINT = 16, 65


class Wrong(Exception):
    """A delivery that a push service refuses, with the status it answers."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


def b64(raw: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    """The bytes behind it."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _derive(secret: bytes, *, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(secret)


def decrypt(body: bytes, *, key: ec.EllipticCurvePrivateKey, auth: bytes) -> bytes:
    """The text in one aes128gcm record, as the phone with ``key`` and ``auth`` reads it (RFC 8291 §3.4, RFC 8188 §2).

    Raises :class:`Wrong` when it was not encrypted for this phone.
    """
    salt, (size, length) = body[:16], struct.unpack("!LB", body[16:21])
    sender, record = body[21 : 21 + length], body[21 + length :]
    if length != POINT or len(record) > size or len(record) <= TAG:
        raise Wrong(400, "not one aes128gcm record")
    mine = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    shared = key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender))
    secret = _derive(shared, salt=auth, info=b"WebPush: info\x00" + mine + sender, length=32)
    content_key = _derive(secret, salt=salt, info=b"Content-Encoding: aes128gcm\x00", length=16)
    nonce = _derive(secret, salt=salt, info=b"Content-Encoding: nonce\x00", length=12)
    try:
        padded = AESGCM(content_key).decrypt(nonce, record, None).rstrip(b"\x00")
    except InvalidTag as error:
        raise Wrong(400, "not encrypted for this phone") from error
    if not padded.endswith(b"\x02"):
        raise Wrong(400, "the last record must end in 2")
    return padded[:-1]


@dataclass
class Phone:
    """A browser on a phone: its keys, and what it has read."""

    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    auth: bytes = field(default_factory=lambda: os.urandom(16))
    inbox: list[dict[str, Any]] = field(default_factory=list)
    gone: bool = False
    troubles: list[int] = field(default_factory=list)
    vapid: str = ""

    @property
    def keys(self) -> dict[str, str]:
        """The public halves, as a browser tells its application server."""
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return {"p256dh": b64(point), "auth": b64(self.auth)}


class Service(ThreadingHTTPServer):
    """The push service. ``phones`` by their number."""

    daemon_threads = True

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.phones: dict[str, Phone] = {}

    @property
    def origin(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_port}"

    def subscribe(self) -> tuple[str, Phone]:
        """A new phone and its endpoint."""
        number, phone = secrets.token_urlsafe(24), Phone()
        self.phones[number] = phone
        return f"{self.origin}/push/{number}", phone

    def deliver(self, phone: Phone, headers: dict[str, str], body: bytes) -> None:
        """Check a delivery as a push service does, then let the phone read it."""
        if phone.gone:
            raise Wrong(410, "unsubscribed")
        if phone.troubles:
            raise Wrong(phone.troubles.pop(0), "as told to answer")
        self.check_sender(phone, headers.get("authorization", ""))
        urgency, topic = headers.get("urgency", "normal"), headers.get("topic", "")
        if not headers.get("ttl", "").isdigit():
            raise Wrong(400, "TTL is missing (RFC 8030 §5.2)")
        if urgency not in URGENCIES or (topic and not TOPIC.fullmatch(topic)):
            raise Wrong(400, "Urgency or Topic is not allowed")
        if headers.get("content-encoding") != "aes128gcm":
            raise Wrong(415, "only aes128gcm")
        if len(body) > LONGEST:
            raise Wrong(413, "more than 4096 bytes")
        text = decrypt(body, key=phone.key, auth=phone.auth)
        heard = {"payload": json.loads(text), "ttl": int(headers["ttl"]), "urgency": urgency, "topic": topic}
        phone.inbox = [one for one in phone.inbox if not topic or one["topic"] != topic] + [heard]

    def check_sender(self, phone: Phone, said: str) -> None:
        """RFC 8292: a signed token for this origin, not longer than a day, always with the same key."""
        found = re.fullmatch(r"vapid t=([\w.-]+), ?k=([\w-]+)", said)
        if found is None:
            raise Wrong(401, "no vapid token")
        token, key = found.groups()
        try:
            public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unb64(key))
            claims = jwt.decode(token, public, algorithms=["ES256"], audience=self.origin)
        except (jwt.InvalidTokenError, ValueError) as error:
            raise Wrong(403, f"vapid token: {error}") from error
        if claims["exp"] > time.time() + A_DAY or not str(claims.get("sub", "")).startswith(("mailto:", "https:")):
            raise Wrong(403, "vapid token: exp or sub")
        if phone.vapid and phone.vapid != key:
            raise Wrong(403, "another key than before")
        phone.vapid = key


class Handler(BaseHTTPRequestHandler):
    """One request."""

    server: Service
    server_version = "push-simulator"
    sys_version = ""

    def do_POST(self) -> None:
        """Subscribe, deliver, or be told to fail."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        kind, _, number = self.path.strip("/").partition("/")
        if kind == "subscribe":
            endpoint, phone = self.server.subscribe()
            return self._answer(201, {"endpoint": endpoint, "keys": phone.keys}, endpoint)
        phone_or_none = self.server.phones.get(number)
        if phone_or_none is None:
            return self._answer(404, {"error": "no such subscription"})
        if kind == "trouble":
            told = json.loads(body)
            phone_or_none.troubles += [int(told["status"])] * int(told.get("times", 1))
            return self._answer(200, {})
        try:
            self.server.deliver(phone_or_none, {k.lower(): v for k, v in self.headers.items()}, body)
        except Wrong as wrong:
            return self._answer(wrong.status, {"error": str(wrong)})
        return self._answer(201, {}, f"{self.server.origin}/message/{secrets.token_urlsafe(9)}")

    def do_GET(self) -> None:
        """What a phone has read."""
        phone = self.server.phones.get(self.path.removeprefix("/inbox/"))
        self._answer(200 if phone else 404, {"messages": phone.inbox if phone else []})

    def do_DELETE(self) -> None:
        """The phone unsubscribes."""
        phone = self.server.phones.get(self.path.removeprefix("/subscription/"))
        if phone is not None:
            phone.gone = True
        self._answer(200 if phone else 404, {})

    def _answer(self, status: int, body: dict[str, Any], location: str = "") -> None:
        text = json.dumps(body | {"notice": NOTICE}, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        if location:
            self.send_header("Location", location)
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *args: object) -> None:
        """Say nothing of each request."""


def main() -> int:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description=NOTICE)
    parser.add_argument("--port", type=int, default=9001)
    service = Service(parser.parse_args().port)
    print(f"{NOTICE}\n{service.origin}   TINHSO_PUSH_SERVICES={service.origin}", flush=True)
    try:
        service.serve_forever()
    except KeyboardInterrupt:
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
