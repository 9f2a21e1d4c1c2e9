"""Web push on the wire: encryption for one device (RFC 8291), who sends (RFC 8292), and the request (RFC 8030)."""

import base64
import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import http_ece
import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from django.conf import settings
from django.utils.translation import gettext as _

from tinhso.blocks.messaging.services import wire
from tinhso.kernel.errors import Refused

TTL = timedelta(days=1)
TOKEN_LASTS = timedelta(hours=12)  # RFC 8292 allows a day
LONGEST_ANSWER = 500


class PushNotDelivered(Exception):
    """The push service could not be reached, or asks to come back later."""


@dataclass(frozen=True)
class PushLetter:
    """What is pushed: a small payload, how urgent it is, and (when not empty) the topic in which it replaces others."""

    payload: dict[str, object]
    urgency: str = "normal"
    topic: str = ""


def encode_base64url(raw: bytes) -> str:
    """Base64url without padding, as web push writes keys."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decode_base64url(text: str) -> bytes:
    """The bytes behind base64url, padded or not; ValueError for anything else."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def new_key_pair() -> tuple[str, str]:
    """A fresh P-256 key: the private half as PEM, the public one as browsers take it (applicationServerKey)."""
    key = ec.generate_private_key(ec.SECP256R1())
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return private, encode_base64url(key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def check_keys(p256dh: str, auth: str) -> None:
    """Refuse keys that no browser makes: the point must lie on P-256 and the secret must have sixteen bytes."""
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decode_base64url(p256dh))
        fits = len(decode_base64url(auth)) == 16
    except ValueError:
        fits = False
    if not fits:
        raise Refused("bad_device_keys", _("Khóa của thiết bị không dùng được; hãy tắt rồi bật lại thông báo."))


def encrypted_payload(payload: dict[str, object], *, p256dh: str, auth: str) -> bytes:
    """``payload`` as JSON that only the device can read."""
    body: bytes = http_ece.encrypt(
        json.dumps(payload, ensure_ascii=False).encode(),
        private_key=ec.generate_private_key(ec.SECP256R1()),
        dh=decode_base64url(p256dh),
        auth_secret=decode_base64url(auth),
        version="aes128gcm",
    )
    return body


def vapid_header(endpoint: str, *, private: str, public: str, now: datetime) -> str:
    """The Authorization header that says to the endpoint's service who we are."""
    where = urlsplit(endpoint)
    claims = {
        "aud": f"{where.scheme}://{where.netloc}",
        "exp": int((now + TOKEN_LASTS).timestamp()),
        "sub": f"mailto:{settings.DEFAULT_FROM_EMAIL.rpartition('<')[2].strip('> ')}",
    }
    token = jwt.encode(claims, load_pem_private_key(private.encode(), None), algorithm="ES256")  # type: ignore[arg-type]
    return f"vapid t={token}, k={public}"


def topic_of(key: str) -> str:
    """A topic for a message's key: at most 32 letters of base64url (RFC 8030 §5.4)."""
    return encode_base64url(hashlib.sha256(key.encode()).digest()[:24]) if key else ""


def must_be_a_push_service(endpoint: str) -> None:
    """Refuse any address that is not an https address of a known push service.

    ``TINHSO_PUSH_SERVICES`` lists names of hosts (``*.notify.windows.com``), and for a simulator whole origins
    (``http://127.0.0.1:9001``), which must be loopback.
    """
    if len(endpoint) > 1000 or not wire.is_allowed(endpoint, settings.PUSH_SERVICES):
        raise Refused("unknown_push_service", _("Dịch vụ thông báo của trình duyệt này chưa được cho phép."))


def post_push(endpoint: str, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
    """POST to a push service; returns its status and the beginning of its answer.

    Connects only to an address that was looked up and found public, follows no redirect, waits ten seconds at most.
    Raises :class:`NotDelivered` when there is no connection.
    """
    must_be_a_push_service(endpoint)
    try:
        answer = wire.post_url(endpoint, settings.PUSH_SERVICES, body, headers, longest=LONGEST_ANSWER)
    except wire.NotReached as problem:
        raise PushNotDelivered(str(problem)) from problem
    return answer.status, answer.body.decode("utf-8", "replace")
