"""Asks a ClamAV daemon about a file, in its own protocol (``zINSTREAM``)."""

import socket
import struct
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from tinhso.kernel.errors import Refused

CHUNK = 1 << 16
PATIENCE_SECONDS = 120


def scan_for_malware(path: Path) -> None:
    """Refuse a file in which the daemon finds something, and every file while a daemon that is named does not answer.

    Without ``CLAMAV`` in the settings nothing is asked.
    """
    if not settings.CLAMAV:
        return
    try:
        with _scanner_connection(settings.CLAMAV) as line:
            answer = _ask_scanner(line, path)
    except (OSError, ValueError) as problem:
        raise _scanner_unreachable() from problem
    if answer.endswith("FOUND"):
        name = answer.removesuffix("FOUND").partition(":")[2].strip()
        raise Refused("infected", _("Tệp có mã độc (%(name)s). Hãy quét máy của bạn rồi gửi một tệp sạch."), name=name)
    if not answer.endswith("OK"):
        raise _scanner_unreachable()


def _scanner_unreachable() -> Refused:
    return Refused(
        "scanner_away",
        _("Chưa kiểm tra được mã độc nên chưa nhận tệp. Hãy thử lại sau ít phút hoặc báo quản trị viên."),
    )


def _scanner_connection(address: str) -> socket.socket:
    """A connection to ``unix:/path`` or ``host:port``."""
    if address.startswith("unix:"):
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(PATIENCE_SECONDS)
        try:
            line.connect(address.removeprefix("unix:"))
        except OSError:
            line.close()
            raise
        return line
    host, _colon, port = address.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), timeout=PATIENCE_SECONDS)


def _ask_scanner(line: socket.socket, path: Path) -> str:
    line.sendall(b"zINSTREAM\0")
    with path.open("rb") as opened:
        while chunk := opened.read(CHUNK):
            line.sendall(struct.pack("!L", len(chunk)) + chunk)
    line.sendall(struct.pack("!L", 0))
    answer = b""
    while not answer.endswith(b"\0"):
        more = line.recv(4096)
        if not more:
            break
        answer += more
    return answer.rstrip(b"\0").decode("utf-8", "replace").strip()
