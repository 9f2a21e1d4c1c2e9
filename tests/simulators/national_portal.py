"""A simulator of the national public service portal, for tests and demonstrations. Nothing reaches the real portal.

The portal's official interface is not known: this speaks the fields, the moments and the order that third parties'
programs send, under addresses that are the province's data (``portal.toml``).

    python -m tests.simulators.national_portal --port 9002
    POST /token                    {"system": …, "secret": …} → {"access_token": …, "expires_in": seconds}
    POST /ma-ho-so, /tep, /ho-so, /tien-trinh, /trang-thai   a message, with the token
    GET  /ho-so-bo-nganh?since=…   cases of ministries' systems, a JSON a line, with the token
    GET  /seen                     every request that carried a message, and what the portal has kept
    POST /trouble                  {"kind": "fail" | "refuse" | "lose" | "slow" | "token" | "forget", "times": 2}
    POST /ministries               lines to tell from now on

Troubles, for the next requests: ``fail`` answers 503, ``refuse`` says no for good, ``lose`` keeps the message and
breaks the connection before answering, ``slow`` answers after the sender has lost patience, ``token`` gives no token,
``forget`` no longer knows the tokens it gave. A message repeated is kept once: by case, status, moment and
file. A file whose bytes are not those of its hash and size is refused.
"""

import argparse
import base64
import hashlib
import json
import secrets
import socket
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

NOTICE = "national portal simulator: nothing reaches the real portal"
SYSTEM, SECRET = "tinh", "only-a-simulator"
MESSAGES = {
    "/ma-ho-so": "code",
    "/tep": "upload",
    "/ho-so": "dossier",
    "/tien-trinh": "progress",
    "/trang-thai": "status",
}
IDENTITY = ("MaHoSo", "TrangThai", "NgayXuLy", "TenTep", "MaBam")
SLOWNESS = 3.0


@dataclass
class Portal:
    """What the portal remembers. ``kept`` holds each message once, in the order of its first arrival."""

    expires_in: int = 3600
    seen: list[dict[str, Any]] = field(default_factory=list)
    kept: dict[tuple[str, ...], dict[str, Any]] = field(default_factory=dict)
    ministries: list[str] = field(default_factory=list)
    troubles: Counter[str] = field(default_factory=Counter)
    tokens: dict[str, float] = field(default_factory=dict)
    tokens_given: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def trouble(self, *kinds: str) -> str:
        """The first of these troubles that was asked for, used up; empty without one."""
        with self.lock:
            kind = next((one for one in kinds if self.troubles[one] > 0), "")
            self.troubles[kind] -= 1 if kind else 0
            return kind

    def give_token(self, system: object, secret: object) -> str:
        """A token for who knows the secret; empty for others."""
        if self.trouble("token") or (system, secret) != (SYSTEM, SECRET):
            return ""
        token = secrets.token_urlsafe(16)
        with self.lock:
            self.tokens[token] = time.monotonic() + self.expires_in
            self.tokens_given += 1
        return token

    def knows(self, said: str) -> bool:
        """Whether a token was given and has not ended."""
        if self.trouble("forget"):
            self.tokens.clear()
        return self.tokens.get(said.removeprefix("Bearer "), 0.0) > time.monotonic()

    def keep(self, kind: str, message: dict[str, Any]) -> bool:
        """Keep a message unless it was; says whether it is a repetition."""
        key = (kind, *(str(message.get(name, "")) for name in IDENTITY))
        with self.lock:
            self.seen.append({"kind": kind, "message": message})
            is_old = key in self.kept
            self.kept.setdefault(key, {"kind": kind, "message": message})
            return is_old

    def told(self, dossier: str) -> list[tuple[str, str]]:
        """Kind and status of what was kept of a case, in order."""
        return [
            (one["kind"], str(one["message"].get("TrangThai", "")))
            for one in self.kept.values()
            if one["message"]["MaHoSo"] == dossier
        ]


class Server(ThreadingHTTPServer):
    """The portal on loopback."""

    daemon_threads = True

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.portal = Portal()

    @property
    def origin(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    """One request."""

    server: Server
    server_version = "national-portal-simulator"
    sys_version = ""

    def do_POST(self) -> None:
        """A token, a message, or an instruction to the simulator."""
        body, portal, path = self._body(), self.server.portal, urlsplit(self.path).path
        if path == "/trouble":
            told = json.loads(body)
            portal.troubles[told["kind"]] += int(told.get("times", 1))
            return self._answer(200, {})
        if path == "/ministries":
            portal.ministries += body.decode().splitlines()
            return self._answer(200, {})
        if path == "/token":
            told = json.loads(body)
            token = portal.give_token(told.get("system"), told.get("secret"))
            given = {"access_token": token, "expires_in": portal.expires_in}
            return self._answer(200 if token else 403, given if token else {"error_code": "-1"})
        if path not in MESSAGES:
            return self._answer(404, {"error_code": "404"})
        if not portal.knows(self.headers.get("Authorization", "")):
            return self._answer(401, {"error_code": "401"})
        return self._message(MESSAGES[path], json.loads(body))

    def _message(self, kind: str, message: dict[str, Any]) -> None:
        portal = self.server.portal
        trouble = portal.trouble("fail", "refuse", "lose", "slow")
        if trouble == "fail":
            return self._answer(503, {"error_code": "503"})
        if trouble == "refuse" or not message.get("MaHoSo"):
            return self._answer(200, {"error_code": "12", "message": "không nhận"})
        if kind == "upload" and not _is_whole(message):
            return self._answer(200, {"error_code": "13", "message": "tệp hỏng"})
        is_old = portal.keep(kind, message)
        if trouble == "slow":
            time.sleep(SLOWNESS)
        if trouble == "lose":
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return None
        return self._answer(200, {"error_code": "0", "message": "đã có" if is_old else "đã nhận"})

    def do_GET(self) -> None:
        """What was seen, or lines of ministries' systems."""
        portal, asked = self.server.portal, urlsplit(self.path)
        if asked.path == "/seen":
            return self._answer(200, {"seen": portal.seen, "kept": list(portal.kept.values())})
        if asked.path != "/ho-so-bo-nganh" or not portal.knows(self.headers.get("Authorization", "")):
            return self._answer(401, {"error_code": "401"})
        since = parse_qs(asked.query).get("since", [""])[0]
        lines = [line for line in portal.ministries if not since or str(_told_at(line)) >= since]
        return self._send(200, "application/x-ndjson", "\n".join(lines).encode())

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def _answer(self, status: int, body: dict[str, Any]) -> None:
        self._send(status, "application/json", json.dumps(body | {"notice": NOTICE}, ensure_ascii=False).encode())

    def _send(self, status: int, kind: str, body: bytes) -> None:
        try:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            return  # who asked has gone: it lost patience

    def log_message(self, *args: object) -> None:
        """Say nothing of each request."""


def _is_whole(message: dict[str, Any]) -> bool:
    """Whether the file in a message is what the message says of it."""
    content = base64.b64decode(str(message.get("NoiDungTep", "")))
    said = (message.get("KichThuoc"), message.get("MaBam"))
    return said == (len(content), hashlib.sha256(content).hexdigest())


def _told_at(line: str) -> object:
    try:
        return json.loads(line).get("NgayCapNhat", "")
    except ValueError:
        return "9"  # a line that nobody can read is told as well


def main() -> int:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description=NOTICE)
    parser.add_argument("--port", type=int, default=9002)
    server = Server(parser.parse_args().port)
    print(f"{NOTICE}\nNPSP_URL={server.origin} NPSP_SYSTEM={SYSTEM} NPSP_SECRET={SECRET}", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
