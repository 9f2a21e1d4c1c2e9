"""Asks a module about strangers' files, each in a process of its own with little memory and time and no network.

Run as a program with the modules' files as arguments: a request a line on standard input, which names one of them as
``by``, an answer a line on standard output, both JSON. It forks for each request, so that a file made to break a reader
breaks only that process, while the libraries are loaded once. Nothing of the project is imported here, and nothing of
its environment is given to it.
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
from typing import Any

MEMORY, SECONDS, PATIENCE = 1_500_000_000, 20, 30
LARGEST_ANSWER = 1_000_000
NOT_FOR_IT = ("socket.connect", "socket.getaddrinfo", "subprocess.Popen", "os.exec", "os.posix_spawn", "os.system")
Look = Callable[[dict[str, Any]], dict[str, Any]]


def main() -> None:
    """Answer until nobody asks any more."""
    logging.disable(logging.CRITICAL)
    looking = {Path(path).stem: _loaded(path) for path in sys.argv[1:]}
    gc.freeze()  # what is loaded stays shared with every process that is forked
    for line in sys.stdin:
        print(json.dumps(_apart(looking[json.loads(line)["by"]], line)), flush=True)


def _loaded(path: str) -> Look:
    spec = importlib.util.spec_from_file_location(Path(path).stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[Path(path).stem] = module
    spec.loader.exec_module(module)
    look: Look = module.look
    return look


def _apart(look: Look, line: str) -> dict[str, Any]:
    """What a process of its own says to a request; ``too_heavy`` when it was brought down or took too long."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        _as_child(look, line, writing)
    os.close(writing)
    try:
        said = _heard(reading, time.monotonic() + PATIENCE)
    finally:
        os.close(reading)
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    try:
        answer: dict[str, Any] = json.loads(said)
    except ValueError:
        return {"state": "too_heavy"}
    return answer


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


def _as_child(look: Look, line: str, writing: int) -> None:
    try:
        for kind, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_FSIZE, 0)):
            resource.setrlimit(kind, (most, most))
        sys.addaudithook(_forbid)
        sys.setrecursionlimit(600)
        said = json.dumps(look(json.loads(line))).encode()
        while said:
            said = said[os.write(writing, said) :]
    finally:
        os._exit(0)


def _forbid(event: str, _arguments: object) -> None:
    if event in NOT_FOR_IT:
        raise PermissionError(event)


if __name__ == "__main__":
    main()
