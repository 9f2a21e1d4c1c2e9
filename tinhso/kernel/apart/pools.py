"""Programs that load their libraries once and fork for each file."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tinhso.kernel.apart.runs import ENVIRONMENT, WAIT_SECONDS
from tinhso.kernel.errors import Refused, gettext_noop

FORKING = str(Path(__file__).with_name("forking.py"))


class Programs:
    """A few programs, started when first asked and again when they died; ``modules`` judge files."""

    def __init__(self, most: int, modules: Sequence[str]) -> None:
        self._modules = modules
        self._free = threading.Semaphore(most)
        self._idle: list[subprocess.Popen[str]] = []
        self._lock = threading.Lock()

    @contextmanager
    def borrow_program(self) -> Iterator[subprocess.Popen[str]]:
        """A program for one request; refuses when all are busy for long."""
        if not self._free.acquire(timeout=WAIT_SECONDS):
            raise Refused("busy", gettext_noop("Đang có nhiều người kiểm tra; hãy thử lại sau ít phút."))
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
            [sys.executable, "-I", FORKING, *self._modules],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=ENVIRONMENT,
        )

    def ask(self, asked: dict[str, Any]) -> dict[str, Any]:
        """What a program answers; ``too_heavy`` where it was brought down."""
        with self.borrow_program() as program:
            assert program.stdin is not None
            assert program.stdout is not None
            try:
                program.stdin.write(json.dumps(asked) + "\n")
                program.stdin.flush()
                values: dict[str, Any] = json.loads(program.stdout.readline())
            except (OSError, ValueError):
                program.kill()
                program.wait()
                values = {"state": "too_heavy"}
        return values

    def stop(self) -> None:
        """End those that wait."""
        with self._lock:
            while self._idle:
                program = self._idle.pop()
                for pipe in (program.stdin, program.stdout):
                    if pipe is not None:
                        pipe.close()
                program.wait()
