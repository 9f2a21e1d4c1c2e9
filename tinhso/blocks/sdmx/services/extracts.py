"""Whole dataflows for everybody: written in fair turns, kept as files that can be taken up again in the middle.

What is written hangs on the publication alone, so that a file that a worker wrote has the bytes that somebody's stream
would have had, and what one reader has of it is a beginning of what another gets.
"""

import contextlib
import os
import threading
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path

from django.db import transaction
from procrastinate.contrib.django import app as queue
from procrastinate.exceptions import AlreadyEnqueued

from tinhso.blocks.sdmx.queries import extracts

Chunks = Iterator[bytes]


class FairTurns:
    """Those who write at the same time write a piece each in turn, in the order in which they asked."""

    def __init__(self) -> None:
        self._lock, self._waiting = threading.Lock(), deque[threading.Event]()

    @contextlib.contextmanager
    def turn(self) -> Iterator[None]:
        """Wait until all who asked before have had theirs, and hold it."""
        mine = threading.Event()
        with self._lock:
            self._waiting.append(mine)
            if self._waiting[0] is mine:
                mine.set()
        try:
            mine.wait()
            yield
        finally:
            with self._lock:
                self._waiting.remove(mine)
                if self._waiting:
                    self._waiting[0].set()


turns = FairTurns()


class InTurn:
    """Pieces of an extract, each made in its turn. With ``path`` they also become a file, which is there once whole;
    when the reader goes before the end, ``unfinished`` is told."""

    def __init__(self, chunks: Chunks, path: Path | None = None, unfinished: Callable[[], None] | None = None) -> None:
        self.chunks, self.path, self.unfinished = chunks, path, unfinished
        self.half = half_of(path) if path is not None else None
        self.out = self.half.open("wb") if self.half is not None else None

    def __iter__(self) -> "InTurn":
        return self

    def __next__(self) -> bytes:
        try:
            with turns.turn():
                chunk = next(self.chunks)
        except StopIteration:
            self._finish()
            raise
        except BaseException:
            self.close()
            raise
        if self.out is not None:
            self.out.write(chunk)
        return chunk

    def _finish(self) -> None:
        if self.out is not None and self.half is not None and self.path is not None:
            self.out.close()
            self.out = None
            self.half.replace(self.path)
            extracts.forget_former(self.path)

    def close(self) -> None:
        """Called by the server at the end, and when the reader has gone."""
        if self.out is not None and self.half is not None:
            self.out.close()
            self.out = None
            self.half.unlink(missing_ok=True)
            if self.unfinished is not None:
                self.unfinished()
        closing = getattr(self.chunks, "close", None)
        if closing is not None:
            closing()


def half_of(path: Path) -> Path:
    """The name of a file that is not whole yet, of this writer alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.with_suffix(f".{os.getpid()}-{threading.get_ident()}-{os.urandom(4).hex()}.half")


def ask_for(flow: str, form: str, language: str) -> None:
    """Let a worker write an extract; asking twice is asking once."""
    with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
        task = queue.configure_task("sdmx.write_extract", queueing_lock=f"sdmx.write_extract:{flow}:{form}:{language}")
        task.defer(flow=flow, form=form, language=language)


def write_extract(*, flow: str, form: str, language: str) -> Path | None:
    """Write the extract of the newest publication to its end, if it is not there; None where there is no such thing."""
    desk = extracts.everybodys_desk(language)
    if flow not in desk.flows or form not in extracts.FORMS:
        return None
    path = extracts.path_of(desk, flow, form)
    if not path.exists():
        half = half_of(path)
        try:
            with half.open("wb") as out:
                for chunk in extracts.encoded_message(desk, extracts.answers_of_dataflow(desk, flow), form):
                    out.write(chunk)
            half.replace(path)
        finally:
            half.unlink(missing_ok=True)
        extracts.forget_former(path)
    return path
