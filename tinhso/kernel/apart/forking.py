"""Asks a module about strangers' files, each in a process of its own with little memory and time and no network.

Run as a program with the modules' files as arguments: a request a line on standard input, which names one of them as
``by``, an answer a line on standard output, both JSON. It forks for each request, so that a file made to break a reader
breaks only that process, while the libraries are loaded once. The process for the next file is forked while one is
judged; it sees one file and ends. Nothing of the project is imported here, and nothing of its environment is given to
it.
"""

import contextlib
import gc
import importlib.util
import json
import logging
import os
import resource
import select
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

MEMORY, SECONDS, PATIENCE = 1_500_000_000, 20, 30
LARGEST_ANSWER, MOST_OPEN = 1_000_000, 1024
NOT_FOR_IT = ("socket.connect", "socket.getaddrinfo", "subprocess.Popen", "os.exec", "os.posix_spawn", "os.system")
Look = Callable[[dict[str, Any]], dict[str, Any]]


def main() -> None:
    """Answer until nobody asks any more."""
    logging.disable(logging.CRITICAL)
    loaded = {Path(path).stem: _loaded(path) for path in sys.argv[1:]}
    looking = {name: look for name, look in loaded.items() if look is not None}
    gc.collect()
    gc.freeze()  # what is loaded stays shared with every process that is forked
    spare = _forked(looking)
    for line in sys.stdin:
        busy = spare
        _hand(busy, line)
        until = time.monotonic() + PATIENCE
        spare = _forked(looking)
        print(json.dumps(_answer(busy, until)), flush=True)
        _end(busy)
    _end(spare)


def _loaded(path: str) -> Look | None:
    """What looks at files in a module; None where it only helps others."""
    spec = importlib.util.spec_from_file_location(Path(path).stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[Path(path).stem] = module
    spec.loader.exec_module(module)
    if hasattr(module, "warm"):
        module.warm()
    look: Look | None = getattr(module, "look", None)
    return look


class Fork(NamedTuple):
    """A process that waits for its one request, and this side's ends of its pipes."""

    pid: int
    asking: int
    hearing: int


def _forked(looking: dict[str, Look]) -> Fork:
    request, asking = os.pipe()
    hearing, answer = os.pipe()
    pid = os.fork()
    if not pid:
        _as_child(looking, request, answer)
    os.close(request)
    os.close(answer)
    return Fork(pid, asking, hearing)


def _hand(fork: Fork, line: str) -> None:
    """Give it its request; what a process does not take is found out by its answer."""
    with contextlib.suppress(BrokenPipeError), os.fdopen(fork.asking, "wb") as asking:
        asking.write(line.encode())


def _answer(fork: Fork, until: float) -> dict[str, Any]:
    """What a process of its own says to a request; ``too_heavy`` when it was brought down or took too long."""
    try:
        answer: dict[str, Any] = json.loads(_heard(fork.hearing, until))
    except ValueError:
        return {"state": "too_heavy"}
    return answer


def _end(fork: Fork) -> None:
    os.close(fork.hearing)
    with contextlib.suppress(ProcessLookupError):
        os.kill(fork.pid, signal.SIGKILL)
    os.waitpid(fork.pid, 0)


def _heard(reading: int, until: float) -> bytes:
    said = b""
    while len(said) <= LARGEST_ANSWER and (left := until - time.monotonic()) > 0:
        if not select.select([reading], [], [], left)[0]:
            break
        piece = os.read(reading, 1 << 16)
        if not piece:
            return said
        said += piece
    return b""


def _as_child(looking: dict[str, Look], request: int, answer: int) -> None:
    """Its request is all that it may read of the program, its answer all that it may write."""
    try:
        os.dup2(request, 0)
        os.dup2(answer, 1)
        os.closerange(3, MOST_OPEN)
        for kind, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_FSIZE, 0)):
            resource.setrlimit(kind, (most, most))
        sys.addaudithook(_forbid)
        sys.setrecursionlimit(600)
        with os.fdopen(0, "rb", closefd=False) as asked:
            line = asked.readline()
        if line:
            said = json.dumps(looking[json.loads(line)["by"]](json.loads(line))).encode()
            while said:
                said = said[os.write(1, said) :]
    finally:
        os._exit(0)


def _forbid(event: str, _arguments: object) -> None:
    if event in NOT_FOR_IT:
        raise PermissionError(event)


if __name__ == "__main__":
    main()
