"""Speaking HTTP with the portal: a token first, kept until it ends, then one message."""

import http.client
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlencode, urlsplit

from django.conf import settings
from django.core.cache import cache

from tinhso.government.public_services.queries.portal.rules import INBOUND, PortalRules

TOKEN = "public_services.portal.token"
EARLY = 30  # seconds before its end at which a token is not trusted any more
LONGEST_ANSWER = 64 * 1024
LONGEST_LIST = 32 * 1024 * 1024
LATER = {401, 403, 408, 409, 425, 429}  # of the refusals: what may go well another time
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class NotDelivered(Exception):
    """The portal did not answer, or not now; says why without repeating what was sent."""


class Rejected(Exception):
    """The portal does not want this message: sending it again would not help."""


@dataclass(frozen=True)
class PortalAnswer:
    """An HTTP answer."""

    status: int
    body: bytes


def deliver_message(kind: str, message: Mapping[str, Any], rules: PortalRules) -> dict[str, Any]:
    """Send one message; returns what is kept of the answer.

    Raises :class:`NotDelivered` where it may go well another time, :class:`Rejected` where it would not.
    """
    portal_answer = _with_token("POST", rules.paths[kind], rules, message)
    if portal_answer.status >= 500 or portal_answer.status in LATER:
        raise NotDelivered(f"HTTP {portal_answer.status}")
    answer_values = _json_object(portal_answer.body)
    values = {name: str(answer_values[name])[:200] for name in rules.answer.keep if name in answer_values}
    if not 200 <= portal_answer.status < 300:
        raise Rejected(_failure_text(portal_answer.status, values))
    if answer_values.get(rules.answer.field) is None:
        raise NotDelivered(f"HTTP {portal_answer.status}, no {rules.answer.field}")
    if str(answer_values[rules.answer.field]) not in rules.answer.good:
        raise Rejected(_failure_text(portal_answer.status, values))
    return values


def fetch_lines(since: str, rules: PortalRules) -> Iterator[str]:
    """Lines that the other side has had to tell since a moment (``yyyyMMddHHmmss``; empty: from the beginning)."""
    query = f"?{urlencode({'since': since})}" if since else ""
    portal_answer = _with_token("GET", rules.paths[INBOUND] + query, rules, None, LONGEST_LIST)
    if portal_answer.status != 200:
        raise NotDelivered(f"HTTP {portal_answer.status}")
    yield from portal_answer.body.decode("utf-8", "replace").splitlines()


def _with_token(
    method: str, path: str, rules: PortalRules, message: Mapping[str, Any] | None, longest: int = LONGEST_ANSWER
) -> PortalAnswer:
    """A request with a token; one that the portal no longer knows is asked for anew, once."""
    for fresh in (False, True):
        headers = {"Authorization": f"Bearer {_access_token(rules, fresh=fresh)}", "Accept": "application/json"}
        portal_answer = _send_request(method, path, rules.patience.timeout, headers, message, longest)
        if portal_answer.status != 401:
            break
    return portal_answer


def _access_token(rules: PortalRules, *, fresh: bool) -> str:
    key = f"{TOKEN}:{settings.NPSP_URL}:{settings.NPSP_SYSTEM}"
    cached_token: str | None = None if fresh else cache.get(key)
    if cached_token:
        return cached_token
    cache.delete(key)
    credentials = {rules.token.system: settings.NPSP_SYSTEM, rules.token.secret: settings.NPSP_SECRET}
    portal_answer = _send_request("POST", rules.paths["token"], rules.patience.timeout, {}, credentials, LONGEST_ANSWER)
    values = _json_object(portal_answer.body)
    token = values.get(rules.token.answer)
    if portal_answer.status != 200 or not token:
        raise NotDelivered(f"token: HTTP {portal_answer.status}")
    lasts = _seconds_of(values.get(rules.token.seconds)) - EARLY
    if lasts > 0:
        cache.set(key, str(token), lasts)
    return str(token)


def _seconds_of(said: object) -> int:
    return int(said) if isinstance(said, int | float) or (isinstance(said, str) and said.isdigit()) else 0


def _send_request(
    method: str, path: str, seconds: int, headers: Mapping[str, str], message: Mapping[str, Any] | None, longest: int
) -> PortalAnswer:
    where = urlsplit(settings.NPSP_URL)
    body = None if message is None else json.dumps(message, ensure_ascii=False).encode()
    sent = dict(headers) | ({"Content-Type": "application/json"} if body is not None else {})
    try:
        connection = _open_connection(where, seconds)
        try:
            connection.request(method, where.path.rstrip("/") + path, body=body, headers=sent)
            answer = connection.getresponse()
            content = answer.read(longest + 1)
        finally:
            connection.close()
    except (OSError, http.client.HTTPException) as problem:
        raise NotDelivered(type(problem).__name__) from problem
    if len(content) > longest:
        raise NotDelivered("answer too long")
    return PortalAnswer(answer.status, content)


def _open_connection(where: SplitResult, seconds: int) -> http.client.HTTPConnection:
    """Encrypted, but for a simulator on this machine."""
    host = where.hostname or ""
    if where.scheme == "https":
        return http.client.HTTPSConnection(host, where.port or 443, timeout=seconds)
    if host not in LOOPBACK:
        raise NotDelivered("NPSP_URL: https")
    return http.client.HTTPConnection(host, where.port or 80, timeout=seconds)


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return parsed if isinstance(parsed, dict) else {}


def _failure_text(status: int, told: Mapping[str, str]) -> str:
    return " · ".join([f"HTTP {status}", *told.values()])
