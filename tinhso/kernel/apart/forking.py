"""Asks a module about strangers' files, each in a process of its own with little memory and time and no network.

Run as a program with the modules' files as arguments: a request a line on standard input, which names one of them as
``by``, an answer a line on standard output, both JSON. It forks for each request, so that a file made to break a reader
breaks only that process, while the libraries are loaded once. The process for the next file is forked while one is
judged; it sees one file and ends. While it waits for that file it makes its own those pages of memory that judging
writes to, so that the system need not stop it for each of them later. Nothing of the project is imported here, and
nothing of its environment is given to it.
"""

import contextlib
import ctypes
import gc
import importlib.util
import json
import logging
import os
import resource
import select
import signal
import struct
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

MEMORY, SECONDS, PATIENCE = 1_500_000_000, 20, 30
LARGEST_ANSWER, MOST_OPEN = 1_000_000, 1024
NOT_FOR_IT = ("socket.connect", "socket.getaddrinfo", "subprocess.Popen", "os.exec", "os.posix_spawn", "os.system")
PAGE, OWN_WRITABLE = os.sysconf("SC_PAGE_SIZE"), 23  # MADV_POPULATE_WRITE of Linux 5.14; others refuse it
PRESENT, EXCLUSIVE = 1 << 63, 1 << 56  # of an entry in /proc/…/pagemap
Look = Callable[[dict[str, Any]], dict[str, Any]]
Range = tuple[int, int]  # the address where it begins, and its bytes


class Modules(NamedTuple):
    """What looks at files, by the name of its module; how to try all of it; the memory that a try writes to."""

    looking: dict[str, Look]
    trials: list[Callable[[], None]]
    pages: list[Range]


def main() -> None:
    """Answer until nobody asks any more."""
    logging.disable(logging.CRITICAL)
    modules = _loaded_all(sys.argv[1:])
    gc.collect()
    gc.freeze()  # what is loaded stays shared with every process that is forked
    modules.pages.extend(_written_to(modules.trials))
    spare, ended = _fork_process(modules), list[Fork]()
    for line in sys.stdin:
        busy = spare
        _send_request(busy, line)
        until = time.monotonic() + PATIENCE
        while ended:
            os.waitpid(ended.pop().pid, 0)
        spare = _fork_process(modules)
        print(json.dumps(_answer_of_fork(busy, until)), flush=True)
        _end_fork(busy)
        ended.append(busy)
    _end_fork(spare)


def _loaded_all(paths: list[str]) -> Modules:
    modules = Modules({}, [], [])
    for path in paths:
        module = _load_module(path)
        if hasattr(module, "warm"):
            module.warm()
            modules.trials.append(module.warm)
        if hasattr(module, "look"):
            modules.looking[Path(path).stem] = module.look
    return modules


def _load_module(path: str) -> Any:
    """A module that looks at files, or helps those that do."""
    spec = importlib.util.spec_from_file_location(Path(path).stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[Path(path).stem] = module
    spec.loader.exec_module(module)
    return module


def _written_to(trials: list[Callable[[], None]]) -> list[Range]:
    """The memory that a process of its own writes to during ``trials``; nothing where the system does not tell."""
    mapped = _private_memory()
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        try:
            for trial in trials:
                trial()
            with os.fdopen(writing, "wb") as answer:
                answer.write(json.dumps(_own_pages(mapped)).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as answer:
        content = answer.read()
    os.waitpid(pid, 0)
    return [(begin, size) for begin, size in json.loads(content)] if content else []


def _private_memory() -> list[Range]:
    """The parts of memory that this process alone may write to, but for the stack."""
    ranges = []
    for line in Path("/proc/self/maps").read_text().splitlines():
        where, rights, *_later_columns = line.split()
        if rights.startswith("rw") and rights.endswith("p") and "[stack]" not in line:
            begin, end = (int(part, 16) for part in where.split("-"))
            ranges.append((begin, end - begin))
    return ranges


def _own_pages(mapped: list[Range]) -> list[Range]:
    """The pages in ``mapped`` that are no other process's any more, neighbours together."""
    ranges: list[Range] = []
    with open("/proc/self/pagemap", "rb", buffering=0) as pagemap:
        for begin, size in mapped:
            pagemap.seek(begin // PAGE * 8)
            entries = pagemap.read(size // PAGE * 8)
            for number, (entry,) in enumerate(struct.iter_unpack("Q", entries)):
                if not (entry & PRESENT and entry & EXCLUSIVE):
                    continue
                page = begin + number * PAGE
                if ranges and sum(ranges[-1]) == page:
                    ranges[-1] = (ranges[-1][0], ranges[-1][1] + PAGE)
                else:
                    ranges.append((page, PAGE))
    return ranges


def _make_own(pages: list[Range]) -> None:
    """Have ``pages`` copied now; where the system does not know how, each is copied when it is first written to."""
    advise = ctypes.CDLL(None).madvise
    for begin, size in pages:
        if advise(ctypes.c_void_p(begin), ctypes.c_size_t(size), OWN_WRITABLE) != 0:
            return


class Fork(NamedTuple):
    """A process that waits for its one request, and this side's ends of its pipes."""

    pid: int
    asking: int
    hearing: int


def _fork_process(modules: Modules) -> Fork:
    request, asking = os.pipe()
    hearing, answer = os.pipe()
    pid = os.fork()
    if not pid:
        _as_child(modules, request, answer)
    os.close(request)
    os.close(answer)
    return Fork(pid, asking, hearing)


def _send_request(fork: Fork, line: str) -> None:
    """Give it its request; what a process does not take is found out by its answer."""
    with contextlib.suppress(BrokenPipeError), os.fdopen(fork.asking, "wb") as asking:
        asking.write(line.encode())


def _answer_of_fork(fork: Fork, until: float) -> dict[str, Any]:
    """What a process of its own says to a request; ``too_heavy`` when it was brought down or took too long."""
    try:
        answer: dict[str, Any] = json.loads(_read_answer(fork.hearing, until))
    except ValueError:
        return {"state": "too_heavy"}
    return answer


def _end_fork(fork: Fork) -> None:
    """End it now; who waits for its remains does so later, while the next file is judged."""
    os.close(fork.hearing)
    with contextlib.suppress(ProcessLookupError):
        os.kill(fork.pid, signal.SIGKILL)


def _read_answer(reading: int, until: float) -> bytes:
    content = b""
    while len(content) <= LARGEST_ANSWER and (left := until - time.monotonic()) > 0:
        if not select.select([reading], [], [], left)[0]:
            break
        piece = os.read(reading, 1 << 16)
        if not piece:
            return content
        content += piece
    return b""


def _as_child(modules: Modules, request: int, answer: int) -> None:
    """Its request is all that it may read of the program, its answer all that it may write."""
    try:
        os.dup2(request, 0)
        os.dup2(answer, 1)
        os.closerange(3, MOST_OPEN)
        for kind, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_FSIZE, 0)):
            resource.setrlimit(kind, (most, most))
        _make_own(modules.pages)
        sys.addaudithook(_forbid_event)
        sys.setrecursionlimit(600)
        with os.fdopen(0, "rb", closefd=False) as request_input:
            line = request_input.readline()
        if line:
            request_input = json.loads(line)
            content = json.dumps(modules.looking[request_input["by"]](request_input)).encode()
            while content:
                content = content[os.write(1, content) :]
    finally:
        os._exit(0)


def _forbid_event(event: str, _arguments: object) -> None:
    if event in NOT_FOR_IT:
        raise PermissionError(event)


if __name__ == "__main__":
    main()
