"""Checking a file that anybody may send: bounded, counted, forgotten."""

import atexit
import base64
import json
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from tempfile import NamedTemporaryFile
from typing import Any

from django.utils.translation import gettext as _

from tinhso.blocks.identity import services as identity
from tinhso.blocks.signing import queries
from tinhso.blocks.signing.contract import Anchor, Report
from tinhso.blocks.signing.services import fetching
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused

AT_ONCE, WAIT_SECONDS = 2, 30
ONE_SUBSCRIBER = 64  # bits of an IPv6 address: the rest is whatever a machine gives itself


class Programs:
    """A few verifying programs, started when first asked and again when they died; ``modules`` judge."""

    def __init__(self, most: int, modules: Sequence[str]) -> None:
        self._modules = modules
        self._free = threading.Semaphore(most)
        self._idle: list[subprocess.Popen[str]] = []
        self._lock = threading.Lock()

    @contextmanager
    def one(self) -> Iterator[subprocess.Popen[str]]:
        """A program for one request; refuses when all are busy for long."""
        if not self._free.acquire(timeout=WAIT_SECONDS):
            raise Refused("busy", _("Đang có nhiều người kiểm tra; hãy thử lại sau ít phút."))
        try:
            with self._lock:
                running = self._idle.pop() if self._idle else None
            program = running if running is not None and running.poll() is None else self._begun()
            yield program
            if program.poll() is None:
                with self._lock:
                    self._idle.append(program)
        finally:
            self._free.release()

    def _begun(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-I", queries.APART, *self._modules],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={"LC_ALL": "C.UTF-8"},
        )

    def ask(self, asked: dict[str, Any]) -> dict[str, Any]:
        """What a program answers; ``too_heavy`` where it was brought down."""
        with self.one() as program:
            assert program.stdin is not None
            assert program.stdout is not None
            try:
                program.stdin.write(json.dumps(asked) + "\n")
                program.stdin.flush()
                said: dict[str, Any] = json.loads(program.stdout.readline())
            except (OSError, ValueError):
                program.kill()
                program.wait()
                said = {"state": "too_heavy"}
        return said

    def stop(self) -> None:
        """End those that wait."""
        with self._lock:
            while self._idle:
                program = self._idle.pop()
                for pipe in (program.stdin, program.stdout):
                    if pipe is not None:
                        pipe.close()
                program.wait()


MOST_COMPARED = 3  # versions of one file that are drawn
_drawing = threading.Semaphore(AT_ONCE)
programs = Programs(AT_ONCE, queries.VERIFYING)
atexit.register(programs.stop)


def check(*, content: bytes, now: datetime) -> Report:
    """What the signatures of a file are worth. Nothing of it is kept; a file made to break readers breaks none of ours.

    Refuses an empty file and one larger than the province's rules allow.
    """
    largest = queries.rules().largest
    if not content:
        raise Refused("empty_file", _("Tệp rỗng. Hãy chọn lại tệp."))
    if len(content) > largest:
        raise too_large()
    trusted = queries.anchors()
    by = "verifying_xml" if _is_xml(content) else "verifying"
    asked: dict[str, Any] = {"by": by, "at": now.isoformat(), "anchors": [plain(one) for one in trusted]}
    with NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        asked["path"] = file.name
        said = programs.ask(asked)
        known = fetching.ask_about(said.get("wanted", []))
        if known["ocsp"] or known["crl"]:
            said = programs.ask(asked | {"known": known})
    return _compared(queries.report(content, said, trusted, now), content)


def _compared(report: Report, content: bytes) -> Report:
    """With the pages that look different now from what each signature covers; a change that is allowed is seen, too.

    Where only proofs came after a signature nothing is drawn: no page can look different.
    """
    grown = [one for one in report.signatures if one.signed_to and one.added not in ("nothing", "proofs", "bytes")]
    lengths = sorted({one.signed_to for one in grown})[-MOST_COMPARED:]
    if not lengths or not _drawing.acquire(timeout=WAIT_SECONDS):
        return report
    try:
        pages = {length: queries.changed_pages(content[:length], content) for length in lengths}
    finally:
        _drawing.release()
    told = tuple(
        replace(one, pages=pages[one.signed_to]) if one.signed_to in pages else one for one in report.signatures
    )
    return replace(report, signatures=told)


def _is_xml(content: bytes) -> bool:
    """Whether a file begins as XML does, after a mark of its letters' order; a PDF may have anything before it."""
    begin = content[:1024].removeprefix(b"\xef\xbb\xbf").lstrip()
    return begin.startswith((b"<", b"\xff\xfe<", b"\xfe\xff\x00<")) and b"%PDF-" not in content[:1024]


def too_large() -> Refused:
    """The refusal of a file that is too large."""
    most = queries.rules().largest // 1_000_000
    return Refused("too_large", _("Tệp lớn hơn %(most)s MB nên không kiểm tra được."), most=most)


def plain(one: Anchor) -> dict[str, Any]:
    """An issuer that is trusted, as programs read it."""
    return {
        "certificate": base64.b64encode(one.certificate).decode(),
        "since": one.since.isoformat() if one.since else None,
        "until": one.until.isoformat() if one.until else None,
    }


def take_turn(*, by: Actor, now: datetime) -> None:
    """Count one more check of an address; refuses when there were too many within this hour of the clock."""
    words = _("Từ mạng của bạn đã có quá nhiều lần kiểm tra trong giờ này. Hãy thử lại sau.")
    identity.take_turn(what="signing.check", most=queries.rules().per_hour, words=words, by=by, now=now)
