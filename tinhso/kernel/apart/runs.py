"""A process for one file: what it writes, whole or line by line."""

import json
import os
import select
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from tinhso.kernel.errors import Refused, gettext_noop

AT_ONCE, WAIT_SECONDS = 3, 30
A_PIECE = 1 << 16
ENVIRONMENT = {"LC_ALL": "C.UTF-8"}
_LIMITED = str(Path(__file__).with_name("limited.py"))
_free = threading.BoundedSemaphore(AT_ONCE)


class ProcessBroken(Exception):
    """The process ended without its answer: the file asked for more memory or time than it may have, or broke it."""


@dataclass(frozen=True)
class ProcessLimits:
    """What a process may have: bytes of memory, seconds of processor, seconds until it has something to say, bytes of
    a file that it writes."""

    memory: int
    seconds: int
    patience: float
    written: int = 0


def program_output(
    program: str | Path, *arguments: str, given: bytes | IO[bytes] = b"", limits: ProcessLimits, most: int = 100_000_000
) -> bytes:
    """All that a program writes about ``given``, its standard input; :class:`Broken` beyond ``most`` bytes."""
    until = time.monotonic() + limits.patience
    with _reading_slot(), _running_process(program, arguments, given, limits) as process:
        contents, size = list[bytes](), 0
        while piece := _next_output(process, until):
            contents.append(piece)
            size += len(piece)
            if size > most:
                raise ProcessBroken
        if process.wait() != 0:
            raise ProcessBroken
    return b"".join(contents)


class ProgramLines(Iterator[Any]):
    """What a program writes about ``given``, a line of JSON after the other; raises :class:`Broken` where it breaks.

    The process ends with :meth:`close`, with the last line, or when nobody holds this any more.
    """

    def __init__(
        self,
        program: str | Path,
        *arguments: str,
        given: bytes | IO[bytes],
        limits: ProcessLimits,
        reading: Callable[[dict[str, Any]], Any] | None = None,
    ) -> None:
        self._limits, self._reading, self._held = limits, reading, b""
        self._stack = _reading_slot()
        self._stack.__enter__()
        try:
            self._process = _start_process(program, arguments, given, limits)
        except BaseException:
            self._stack.__exit__(None, None, None)
            raise
        self._open = True

    def __next__(self) -> Any:
        """The next line."""
        pieces = [self._held]
        until = time.monotonic() + self._limits.patience
        while b"\n" not in pieces[-1]:
            piece = _next_output(self._process, until) if self._open else b""
            if not piece:
                self._end(pieces)
            pieces.append(piece)
        line, _, self._held = b"".join(pieces).partition(b"\n")
        return json.loads(line, object_hook=self._reading)

    def _end(self, pieces: list[bytes]) -> None:
        is_complete = self._open and self._process.wait() == 0 and not any(pieces)
        self.close()
        if not is_complete:
            raise ProcessBroken
        raise StopIteration

    def close(self) -> None:
        """End the process, and leave its place to the next."""
        if self._open:
            self._open = False
            _end_process(self._process)
            self._stack.__exit__(None, None, None)

    def __del__(self) -> None:
        if getattr(self, "_open", False):
            self.close()


@contextmanager
def _reading_slot() -> Iterator[None]:
    """A place among the few files that are read at once in this process; refuses when none comes free for long."""
    if not _free.acquire(timeout=WAIT_SECONDS):
        raise Refused("busy", gettext_noop("Đang có nhiều tệp được đọc cùng lúc. Hãy thử lại sau một phút."))
    try:
        yield
    finally:
        _free.release()


@contextmanager
def _running_process(
    program: str | Path, arguments: tuple[str, ...], given: bytes | IO[bytes], limits: ProcessLimits
) -> Iterator["subprocess.Popen[bytes]"]:
    process = _start_process(program, arguments, given, limits)
    try:
        yield process
    finally:
        _end_process(process)


def _start_process(
    program: str | Path, arguments: tuple[str, ...], given: bytes | IO[bytes], limits: ProcessLimits
) -> "subprocess.Popen[bytes]":
    bounds = [str(limits.memory), str(limits.seconds), str(limits.written)]
    with _as_file(given) as source:
        return subprocess.Popen(
            [sys.executable, "-I", _LIMITED, *bounds, str(program), *arguments],
            stdin=source,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=ENVIRONMENT,
        )


@contextmanager
def _as_file(given: bytes | IO[bytes]) -> Iterator[IO[bytes]]:
    """A file that a process can be given: what is only in memory goes into one without a name."""
    if not isinstance(given, bytes):
        try:
            given.fileno()
        except OSError:
            given.seek(0)
            given = given.read()
        else:
            given.flush()
            given.seek(0)
            yield given
            return
    with TemporaryFile() as file:
        file.write(given)
        file.seek(0)
        yield file


def _next_output(process: "subprocess.Popen[bytes]", until: float) -> bytes:
    """Some of what a process writes; nothing at its end. Raises :class:`Broken` when it takes too long."""
    assert process.stdout is not None
    left = until - time.monotonic()
    if left <= 0 or not select.select([process.stdout], [], [], left)[0]:
        process.kill()
        raise ProcessBroken
    return os.read(process.stdout.fileno(), A_PIECE)


def _end_process(process: "subprocess.Popen[bytes]") -> None:
    if process.stdout is not None:
        process.stdout.close()
    process.kill()
    process.wait()
