"""Asking a machine whether it is there: only an address that is allowed, found once and then connected to."""

import http.client
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

SECONDS = 6


@dataclass(frozen=True)
class ProbeQuestion:
    """What to ask. ``kind``: tcp, http, tls, dns; ``answers``: the expected status (http) or addresses (dns)."""

    kind: str
    host: str
    port: int = 443
    path: str = "/"
    secure: bool = True
    answers: str = ""
    days_left: int = 0


@dataclass(frozen=True)
class ProbeAnswer:
    """What came back: up or not, after how long, in which words."""

    up: bool
    milliseconds: int
    said: str


May = Callable[[str], bool]
"""Whether an IP address may be asked."""


class NotAllowed(OSError):
    """The address lies in no network that the operator allows."""


def only_in_networks(networks: list[str]) -> May:
    """Addresses of these networks; what a machine keeps for itself is never asked."""

    def may(address: str) -> bool:
        ip_value = _parsed_address(address)
        if ip_value.is_link_local or ip_value.is_multicast or ip_value.is_unspecified or ip_value.is_reserved:
            return False
        allowed_networks = [ip_network(network, strict=False) for network in networks]
        return any(ip_value.version == network.version and ip_value in network for network in allowed_networks)

    return may


def is_public_address(address: str) -> bool:
    """Addresses of the public Internet alone: nothing of a machine's or a province's own networks."""
    ip_value = _parsed_address(address)
    return ip_value.is_global and not ip_value.is_multicast


def _parsed_address(address: str) -> IPv4Address | IPv6Address:
    ip_value = ip_address(address.partition("%")[0])
    return getattr(ip_value, "ipv4_mapped", None) or ip_value


def send_probe(question: ProbeQuestion, may: May) -> ProbeAnswer:
    """Ask once; no answer, a wrong one and a forbidden address are answers as well."""
    began = time.perf_counter()
    try:
        up, text = WAYS[question.kind](question, may)
    except (OSError, http.client.HTTPException, ValueError) as problem:
        up, text = False, f"{type(problem).__name__}: {problem}"
    return ProbeAnswer(up, round((time.perf_counter() - began) * 1000), text.replace("\0", "")[:300])


def _allowed_addresses(question: ProbeQuestion, may: May) -> list[str]:
    """Every address of the name; each must be allowed, or what a name leads to inside would be told to who asks."""
    address_entries = socket.getaddrinfo(question.host, question.port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in address_entries))
    for address in addresses:
        if not may(address):
            raise NotAllowed(f"{address} không thuộc mạng được phép kiểm tra (TINHSO_CHECK_NETWORKS)")
    return addresses


def _open_connection(question: ProbeQuestion, may: May) -> socket.socket:
    """A connection to the first address of the name, which is not looked up again."""
    return socket.create_connection((_allowed_addresses(question, may)[0], question.port), timeout=SECONDS)


def _probe_tcp(question: ProbeQuestion, may: May) -> tuple[bool, str]:
    with _open_connection(question, may):
        return True, f"{question.host}:{question.port}"


def _probe_http(question: ProbeQuestion, may: May) -> tuple[bool, str]:
    """A status below 400, or the one that is expected; where it leads on to is not followed."""
    opened: http.client.HTTPConnection = http.client.HTTPConnection(question.host, question.port, timeout=SECONDS)
    plain = _open_connection(question, may)
    secured = ssl.create_default_context()
    opened.sock = secured.wrap_socket(plain, server_hostname=question.host) if question.secure else plain
    try:
        opened.request("GET", question.path or "/", headers={"User-Agent": "tinhso-check", "Connection": "close"})
        answer = opened.getresponse()
        answer.read(65_536)
    finally:
        opened.close()
    expected_status = question.answers.strip()
    return (str(answer.status) == expected_status if expected_status else answer.status < 400), f"HTTP {answer.status}"


def _probe_tls(question: ProbeQuestion, may: May) -> tuple[bool, str]:
    with (
        _open_connection(question, may) as plain,
        ssl.create_default_context().wrap_socket(plain, server_hostname=question.host) as secured,
    ):
        certificate = secured.getpeercert() or {}
    ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(certificate["notAfter"])), UTC)
    days = (ends - datetime.now(UTC)).days
    return days >= question.days_left, f"còn {days} ngày (đến {ends:%d/%m/%Y})"


def _probe_dns(question: ProbeQuestion, may: May) -> tuple[bool, str]:
    addresses, expected_addresses = _allowed_addresses(question, may), question.answers.split()
    return (set(expected_addresses) <= set(addresses)) if expected_addresses else bool(addresses), ", ".join(addresses)


WAYS: dict[str, Callable[[ProbeQuestion, May], tuple[bool, str]]] = {
    "tcp": _probe_tcp,
    "http": _probe_http,
    "tls": _probe_tls,
    "dns": _probe_dns,
}
