"""Runs one way of computing in a process of its own and says what it and all its children took.

CPU seconds and bytes read come from the system's own accounts of every descendant: this process adopts those whose
parents die (a JVM, a database server), so that none is missed. Peak memory is the largest sum of proportional set sizes
of all of them at one moment, looked at five times a second. Bytes read are those asked of the system (``rchar``),
whether they came from the disk, its cache, or another process.
"""

import ctypes
import json
import os
import resource
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

ADOPT = 36  # PR_SET_CHILD_SUBREAPER
LONGEST = 900  # seconds that a side may take
LINGERING = 20


@dataclass
class Taken:
    """What a command told in its last line, and what it took from start to end."""

    told: Any
    wall: float
    cpu: float
    peak_mb: int
    read_mb: int

    def costs(self) -> dict[str, float]:
        """The four figures, for results."""
        return {
            "process_wall": self.wall,
            "process_cpu": self.cpu,
            "peak_mb": self.peak_mb,
            "read_mb": self.read_mb,
        }


class DidNotFinish(Exception):
    """The command failed; the message is the end of what it said."""


def run(command: Sequence[str], *, cwd: Path, environment: Mapping[str, str] | None = None) -> Taken:
    """Run ``command`` to its end, and all that it leaves behind; raises DidNotFinish."""
    ctypes.CDLL(None).prctl(ADOPT, 1, 0, 0, 0)
    cpu, read, began = _cpu(), _read(), time.perf_counter()
    process = subprocess.Popen(
        command, cwd=cwd, env={**os.environ, **(environment or {})}, stdout=subprocess.PIPE, text=True
    )
    watch = _Watch()
    watch.start()
    said = _listen(process)
    wall = time.perf_counter() - began
    _wait_for_orphans()
    watch.stop()
    if process.returncode == -signal.SIGKILL and wall >= LONGEST:
        raise DidNotFinish(f"not within {LONGEST // 60} minutes")
    if process.returncode:
        raise DidNotFinish(" | ".join(said[-3:]) or f"exit {process.returncode}")
    cost = round(wall, 3), round(_cpu() - cpu, 3), watch.peak_mb, round((_read() - read) / 1e6)
    return Taken(json.loads(said[-1]), *cost)


def _listen(process: "subprocess.Popen[str]") -> list[str]:
    """Lines of progress are shown at once; the last line is the result."""
    said: list[str] = []
    assert process.stdout is not None
    timer = threading.Timer(LONGEST, process.kill)
    timer.start()
    for line in process.stdout:
        said.append(line.strip())
        if line.startswith("  …"):
            print(line, end="", flush=True)
    process.wait()
    timer.cancel()
    return [line for line in said if line]


def _wait_for_orphans() -> None:
    """Descendants whose parents are gone are ours now: give them time to end, then end them."""
    until = time.monotonic() + LINGERING
    while True:
        try:
            pid, _status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            if time.monotonic() > until:
                for child in psutil.Process().children():
                    child.kill()
            time.sleep(0.02)


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _read() -> int:
    """Bytes asked for by this process and every descendant that has ended."""
    lines = Path("/proc/self/io").read_text().splitlines()
    return int(dict(line.split(": ") for line in lines)["rchar"])


class _Watch(threading.Thread):
    """Looks at the memory of all descendants."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.peak_mb = 0
        self.done = threading.Event()

    def run(self) -> None:
        """Look until told to stop."""
        while not self.done.wait(0.2):
            total = sum(_memory(process) for process in psutil.Process().children(recursive=True))
            self.peak_mb = max(self.peak_mb, round(total / 2**20))

    def stop(self) -> None:
        """Look no more."""
        self.done.set()
        self.join()


def _memory(process: psutil.Process) -> int:
    try:
        return int(process.memory_full_info().pss)
    except psutil.Error:
        return 0
