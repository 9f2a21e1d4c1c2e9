"""What a page's thread answers, on its way to the event loop: the thread never waits for whoever reads."""

import asyncio
import threading
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable
from tempfile import TemporaryFile
from typing import IO, Any

IN_MEMORY = 1024 * 1024  # bytes that wait to be sent; what is beyond goes into a file
A_PIECE = 64 * 1024

Head = tuple[int, list[tuple[bytes, bytes]]]


class Gone(Exception):
    """Nobody reads the answer any more."""


class BufferedAnswer:
    """Filled by one thread, read by the event loop; sent as soon as it is whole, or too large to be kept back."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop, self._lock, self._news = loop, threading.Lock(), asyncio.Event()
        self._head: Head | None = None
        self._pieces: deque[bytes] = deque()
        self._waiting = 0
        self._file: IO[bytes] | None = None
        self._written = self._read = 0
        self._whole = self._closed = False
        self._fault: BaseException | None = None

    def fill(self, pages: Callable[..., Iterable[bytes]], environ: dict[str, Any]) -> None:
        """Run the WSGI application; what it raises is raised to whoever reads."""
        try:
            if self._closed:
                return
            contents = pages(environ, self._start)
            try:
                for piece in contents:
                    self._add(piece)
            finally:
                if hasattr(contents, "close"):
                    contents.close()
        except Gone:
            return
        except BaseException as fault:
            self._fault = fault
        finally:
            self._whole = True
            self._tell()

    def _start(self, status: str, headers: list[tuple[str, str]], fault: Any = None) -> None:
        sent = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        self._head = int(status[:3]), sent

    def _add(self, piece: bytes) -> None:
        with self._lock:
            if self._closed:
                raise Gone
            if self._read == self._written and self._waiting + len(piece) <= IN_MEMORY:
                self._pieces.append(piece)
                self._waiting += len(piece)
            else:
                self._file = self._file or TemporaryFile()  # noqa: SIM115  # lives as long as the answer
                self._file.seek(self._written)
                self._file.write(piece)
                self._written += len(piece)
        if self._is_long():
            self._tell()

    def _is_long(self) -> bool:
        """Whether there is more than is kept back until all of it is there."""
        return self._waiting > A_PIECE or self._written > 0

    def _tell(self) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._news.set)

    async def head(self) -> Head:
        """Status and headers."""
        while not self._whole and not self._is_long():
            await self._next_news()
        if self._head is None:
            raise RuntimeError("no answer") from self._fault
        return self._head

    async def _next_news(self) -> None:
        await self._news.wait()
        self._news.clear()

    def remaining_bytes(self) -> bytes | None:
        """All that is still to be sent, where that is all there will be and it is in memory; else None."""
        with self._lock:
            if not self._whole or self._fault is not None or self._written:
                return None
            joined = b"".join(self._pieces)
            self._pieces.clear()
            return joined

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """The body, piece by piece."""
        while True:
            is_complete = self._whole
            if piece := self._take():
                yield piece
            elif is_complete:
                break
            else:
                await self._next_news()
        if self._fault is not None:
            raise RuntimeError("the answer broke off") from self._fault

    def _take(self) -> bytes:
        with self._lock:
            if self._pieces:
                joined = b"".join(self._pieces) if self._waiting <= A_PIECE else self._pieces.popleft()
                if self._waiting <= A_PIECE:
                    self._pieces.clear()
                self._waiting -= len(joined)
                return joined
            if self._file is None or self._read == self._written:
                return b""
            self._file.seek(self._read)
            piece = self._file.read(A_PIECE)
            self._read += len(piece)
            return piece

    def close(self) -> None:
        """Nobody reads any more: the thread ends with what it adds next."""
        with self._lock:
            self._closed = True
            if self._file is not None and self._whole:
                self._file.close()
