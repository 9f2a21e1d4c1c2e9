"""Speaking HTTP with what others run: where the operator named it, and with care where a stranger did."""

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatch
from urllib.parse import SplitResult, urlsplit

from tinhso.kernel.errors import Refused, gettext_noop

SECONDS = 10
LOOPBACK = ("127.0.0.1", "localhost")
LONGEST_ANSWER = 64 * 1024


class NotReached(Exception):
    """There was no connection, or it broke."""


@dataclass(frozen=True)
class WireAnswer:
    """What was answered: at most as many bytes as were asked for, ``is_whole`` where there were no more."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    is_whole: bool = True


def is_allowed(address: str, hosts: Sequence[str]) -> bool:
    """Whether an address lies at one of ``hosts``: names (``*.zdn.vn``) by https on its usual port, and for simulators
    whole origins on loopback (``http://127.0.0.1:9003``)."""
    try:
        where = urlsplit(address)
        usual = where.scheme == "https" and where.netloc == where.hostname
    except ValueError:
        return False
    if where.username or where.password or len(address) > 2000:
        return False
    named = [host for host in hosts if "://" not in host]
    return (usual and any(fnmatch(where.hostname or "", pattern) for pattern in named)) or is_simulator(where, hosts)


def is_simulator(where: SplitResult, hosts: Sequence[str]) -> bool:
    """Whether this is one of the loopback origins among ``hosts``."""
    return where.hostname in LOOPBACK and f"{where.scheme}://{where.netloc}" in hosts


def fetch_url(address: str, hosts: Sequence[str], *, longest: int) -> WireAnswer:
    """GET what a stranger pointed at: from allowed hosts only, by an address that was looked up and found public,
    following nothing. Raises :class:`NotReached`; refuses what is not allowed."""
    return _to_a_guest("GET", address, hosts, b"", {"Accept": "image/*"}, longest)


def post_url(
    address: str, hosts: Sequence[str], body: bytes, headers: Mapping[str, str], *, longest: int
) -> WireAnswer:
    """POST there, with the same care."""
    return _to_a_guest("POST", address, hosts, body, headers, longest)


def _to_a_guest(
    method: str, address: str, hosts: Sequence[str], body: bytes, headers: Mapping[str, str], longest: int
) -> WireAnswer:
    if not is_allowed(address, hosts):
        raise Refused("host_not_allowed", gettext_noop("Tệp nằm ở máy chủ chưa được phép tải."))
    where = urlsplit(address)
    try:
        return _read_answer(_guarded_connection(where, hosts), method, where, body, headers, longest)
    except (OSError, http.client.HTTPException, ValueError) as problem:
        raise NotReached(type(problem).__name__) from problem


def request_url(
    method: str, address: str, body: bytes, headers: Mapping[str, str], *, seconds: int = SECONDS
) -> WireAnswer:
    """Ask an address that the operator named: https, or plain http on loopback. Raises :class:`NotReached`."""
    where = urlsplit(address)
    host = where.hostname or ""
    try:
        if where.scheme == "https":
            connection: http.client.HTTPConnection = http.client.HTTPSConnection(host, where.port, timeout=seconds)
        elif host in LOOPBACK:
            connection = http.client.HTTPConnection(host, where.port or 80, timeout=seconds)
        else:
            raise Refused("not_https", gettext_noop("Địa chỉ của kênh phải là https."))
        return _read_answer(connection, method, where, body, headers, LONGEST_ANSWER)
    except (OSError, http.client.HTTPException, ValueError) as problem:
        raise NotReached(type(problem).__name__) from problem


def _read_answer(
    connection: http.client.HTTPConnection,
    method: str,
    where: SplitResult,
    body: bytes,
    headers: Mapping[str, str],
    longest: int,
) -> WireAnswer:
    path = (where.path or "/") + (f"?{where.query}" if where.query else "")
    try:
        connection.request(method, path, body=body or None, headers=dict(headers))
        answer = connection.getresponse()
        content = answer.read(longest + 1)
        values = {name.lower(): value for name, value in answer.getheaders()}
        return WireAnswer(answer.status, content[:longest], values, len(content) <= longest)
    finally:
        connection.close()


def _guarded_connection(where: SplitResult, hosts: Sequence[str]) -> http.client.HTTPConnection:
    host = where.hostname or ""
    if is_simulator(where, hosts):
        return http.client.HTTPConnection("127.0.0.1", where.port or 80, timeout=SECONDS)
    connection = http.client.HTTPSConnection(host, 443, timeout=SECONDS)
    plain = socket.create_connection((public_address(host), 443), timeout=SECONDS)
    try:
        connection.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=host)
    except BaseException:
        plain.close()
        raise
    return connection


def public_address(host: str) -> str:
    """One address of ``host``; refuses a name that leads into a private network, whoever answers for it."""
    addresses = {str(entry[4][0]) for entry in socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)}
    if not addresses or not all(ipaddress.ip_address(address).is_global for address in addresses):
        raise Refused("private_address", gettext_noop("Địa chỉ của dịch vụ thông báo không nằm trên mạng công cộng."))
    return sorted(addresses, key=lambda address: (":" in address, address))[0]
