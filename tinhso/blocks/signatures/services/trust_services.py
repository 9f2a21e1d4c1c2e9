"""Asking outside services about certificates and time: only those that the operator named, nothing else ever."""

import base64
import http.client
import threading
import time
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from asn1crypto import algos, tsp, x509
from cachetools import TTLCache
from django.conf import settings
from django.utils.translation import gettext as _
from pyhanko.sign.timestamps import TimeStamper

from tinhso.blocks.signatures.queries import revocation
from tinhso.kernel.errors import Refused

SECONDS, MOST_SECONDS, LARGEST = 5, 20, 10_000_000
KEPT_SECONDS = 300
_kept: TTLCache[tuple[str, str], bytes] = TTLCache(maxsize=500, ttl=KEPT_SECONDS)
_lock = threading.Lock()


def is_allowed(url: str) -> bool:
    """Whether the operator named the host and port of an address."""
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}[parts.scheme]
    except (ValueError, KeyError):
        return False
    named = {parts.hostname, f"{parts.hostname}:{port}"} if port in (80, 443) else {f"{parts.hostname}:{port}"}
    timestamps = urlsplit(settings.TIMESTAMP_URL).netloc
    return not parts.username and bool(named & {*settings.SIGNING_HOSTS, timestamps})


def fetch_address(url: str, body: bytes | None = None, kind: str = "") -> bytes:
    """What an allowed address answers; raises OSError otherwise. No redirect is followed, no proxy asked."""
    if not is_allowed(url):
        raise PermissionError(url)
    parts = urlsplit(url)
    opened = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = opened(parts.hostname or "", parts.port, timeout=SECONDS)
    until = time.monotonic() + MOST_SECONDS
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("GET" if body is None else "POST", target, body, {"Content-Type": kind} if kind else {})
        answer = connection.getresponse()
        content = b""
        while piece := answer.read(1 << 16):
            content += piece
            if len(content) > LARGEST or time.monotonic() > until:
                raise OSError("too much")
        if answer.status != 200:
            raise OSError(answer.status)
    except http.client.HTTPException as problem:
        raise OSError(str(problem)) from problem
    finally:
        connection.close()
    return content


def ask_about(wants: Iterable[Mapping[str, str]]) -> dict[str, list[str]]:
    """OCSP answers and CRLs, of those who are allowed and answer; the ``known`` of the verifying program."""
    answers_by_kind: dict[str, list[str]] = {"ocsp": [], "crl": []}
    handled_keys = set()
    for want in wants:
        key = (want["url"], want.get("request", ""))
        if key in handled_keys or not is_allowed(want["url"]):
            continue
        handled_keys.add(key)
        try:
            answers_by_kind[want["kind"]].append(base64.b64encode(_cached_answer(*key)).decode())
        except OSError:
            continue  # whoever does not answer leaves it unknown
    return answers_by_kind


def _cached_answer(url: str, request: str) -> bytes:
    with _lock:
        content = _kept.get((url, request))
    if content is None:
        content = (
            fetch_address(url, base64.b64decode(request), "application/ocsp-request") if request else fetch_address(url)
        )
        with _lock:
            _kept[url, request] = content
    return content


def clear_fetch_cache() -> None:
    """Ask anew from now on."""
    with _lock:
        _kept.clear()


def revocation_data(
    certificates: Iterable[x509.Certificate], issuers: Iterable[x509.Certificate]
) -> dict[str, list[str]]:
    """What is known of certificates whose issuers are among ``certificates`` and ``issuers``."""
    certificate_list = list(certificates)
    pool = [*certificate_list, *issuers]
    wants: list[dict[str, str]] = []
    for certificate in certificate_list:
        issuer = revocation.issuer_among(certificate, pool)
        if issuer is not None:
            wants += revocation.revocation_addresses(certificate, issuer)
    return ask_about(wants)


class AllowedTimeStamper(TimeStamper):
    """The timestamp service of settings (RFC 3161)."""

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Its answer; refuses when there is none."""
        try:
            content = fetch_address(settings.TIMESTAMP_URL, req.dump(), "application/timestamp-query")
            return tsp.TimeStampResp.load(content)
        except (OSError, ValueError) as problem:
            raise Refused("no_timestamp", _("Dịch vụ cấp dấu thời gian không trả lời; hãy thử lại sau.")) from problem


def timestamp_service() -> Any:
    """The timestamp service; refuses when settings name none."""
    if not settings.TIMESTAMP_URL:
        raise Refused("no_timestamps", _("Chưa cấu hình dịch vụ cấp dấu thời gian (TINHSO_TIMESTAMP_URL)."))
    return AllowedTimeStamper()  # type: ignore[no-untyped-call]


def timestamp_token(hashed: bytes, algorithm: str, nonce: int | None) -> bytes:
    """A timestamp token (RFC 3161) over a hash, of the operator's service; refuses when there is none."""
    timestamp_service()
    timestamp_request = tsp.TimeStampReq(
        {
            "version": 1,
            "message_imprint": tsp.MessageImprint(
                {"hash_algorithm": algos.DigestAlgorithm({"algorithm": algorithm}), "hashed_message": hashed}
            ),
            "cert_req": True,
        }
        | ({"nonce": nonce} if nonce is not None else {})
    )
    try:
        response_bytes = fetch_address(settings.TIMESTAMP_URL, timestamp_request.dump(), "application/timestamp-query")
        token = tsp.TimeStampResp.load(response_bytes)["time_stamp_token"]
        content: bytes = token.dump()
        if not token.native:
            raise ValueError
    except (OSError, ValueError, TypeError) as problem:
        raise Refused("no_timestamp", _("Dịch vụ cấp dấu thời gian không trả lời; hãy thử lại sau.")) from problem
    return content
