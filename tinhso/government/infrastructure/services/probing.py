"""Asking a thing whether it is there: only an address that is allowed, found once and then connected to."""

import http.client
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from tinhso.government.infrastructure.models import Check
from tinhso.government.infrastructure.queries import rules

SECONDS = 6


@dataclass(frozen=True)
class Answer:
    """What came back: up or not, after how long, in which words."""

    up: bool
    milliseconds: int
    said: str


class NotAllowed(OSError):
    """The address lies in no network that the operator allows."""


def ask(check: Check) -> Answer:
    """Ask once; no answer, a wrong one and a forbidden address are answers as well."""
    began = time.perf_counter()
    try:
        up, said = WAYS[check.kind](check)
    except (OSError, http.client.HTTPException, ValueError) as problem:
        up, said = False, f"{type(problem).__name__}: {problem}"
    return Answer(up, round((time.perf_counter() - began) * 1000), said.replace("\0", "")[:300])


def _addresses(check: Check) -> list[str]:
    found = socket.getaddrinfo(check.host, check.port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def _connected(check: Check) -> socket.socket:
    """A connection to the first address; every address of the name must be allowed, and none is looked up again."""
    addresses = _addresses(check)
    for address in addresses:
        if not rules.may_ask(address):
            raise NotAllowed(f"{address} không thuộc mạng được phép kiểm tra (TINHSO_CHECK_NETWORKS)")
    return socket.create_connection((addresses[0], check.port), timeout=SECONDS)


def _tcp(check: Check) -> tuple[bool, str]:
    with _connected(check):
        return True, f"{check.host}:{check.port}"


def _http(check: Check) -> tuple[bool, str]:
    """A status below 400, or the one that is expected; where it leads on to is not followed."""
    opened: http.client.HTTPConnection = http.client.HTTPConnection(check.host, check.port, timeout=SECONDS)
    plain = _connected(check)
    opened.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=check.host) if check.secure else plain
    try:
        opened.request("GET", check.path or "/", headers={"User-Agent": "tinhso-check", "Connection": "close"})
        answer = opened.getresponse()
        answer.read(65_536)
    finally:
        opened.close()
    wanted = check.answers.strip()
    return (str(answer.status) == wanted if wanted else answer.status < 400), f"HTTP {answer.status}"


def _tls(check: Check) -> tuple[bool, str]:
    with (
        _connected(check) as plain,
        ssl.create_default_context().wrap_socket(plain, server_hostname=check.host) as secured,
    ):
        told = secured.getpeercert() or {}
    ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(told["notAfter"])), UTC)
    days = (ends - datetime.now(UTC)).days
    return days >= check.days_left, f"còn {days} ngày (đến {ends:%d/%m/%Y})"


def _dns(check: Check) -> tuple[bool, str]:
    found, wanted = _addresses(check), check.answers.split()
    return (set(wanted) <= set(found)) if wanted else bool(found), ", ".join(found)


WAYS: dict[str, Callable[[Check], tuple[bool, str]]] = {"tcp": _tcp, "http": _http, "tls": _tls, "dns": _dns}
