"""Pages and API for granian's ASGI workers: a request takes a thread only once all of it is here.

Bodies are read beside the event loop's other work, at a least speed, into memory or a nameless file; then a thread of a
small pool runs Django (WSGI), and gives its answer away at once, however slowly it is read. Requests that bring files
have a pool of their own: pages go on while files are looked into. Nobody may have too many requests open.
"""

import asyncio
import ipaddress
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from urllib.parse import unquote_to_bytes

from tinhso.project.answers import BufferedAnswer

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Environ = dict[str, Any]

IN_MEMORY = 256 * 1024  # bytes of a body that are not written to a file
SMALL = 256 * 1024  # bytes; what is larger is handled where files are
ONE_SUBSCRIBER = 64  # bits of an IPv6 address: the rest is whatever a machine gives itself
SEND_SECONDS = 60.0  # for one piece of an answer to leave
LATE = "Yêu cầu được gửi lên quá chậm nên máy chủ đã ngừng nhận; chưa có gì được lưu. Hãy kiểm tra mạng rồi gửi lại."
CROWDED = "Máy chủ đang nhận quá nhiều yêu cầu từ mạng của bạn; chưa có gì được lưu. Hãy thử lại sau một phút."


@dataclass(frozen=True)
class Bounds:
    """What one server process lets happen at once."""

    largest: int  # bytes of a body
    grace: float = 30.0  # seconds within which a body need not keep up
    slowest: int = 8_000  # bytes a second that a body must come with after that
    page_threads: int = 4
    file_threads: int = 3
    an_address: int = 64  # requests of one address at once
    together: int = 400  # requests of all at once; granian holds back what is beyond 512
    held: int = 1_000_000_000  # bytes of bodies that are not here as a whole


class Unanswerable(Exception):
    """The request was not received: what to answer; status 0 where nobody waits any more."""

    def __init__(self, status: int, words: str = "") -> None:
        super().__init__(words)
        self.status, self.words = status, words


class WsgiFront:
    """An ASGI application in front of a WSGI one."""

    def __init__(self, pages: Callable[..., Iterable[bytes]], bounds: Bounds, *, proxies: int = 0) -> None:
        self._pages, self._bounds, self._proxies = pages, bounds, proxies
        self._threads = ThreadPoolExecutor(bounds.page_threads, thread_name_prefix="page")
        self._file_threads = ThreadPoolExecutor(bounds.file_threads, thread_name_prefix="file")
        self._open: Counter[str] = Counter()
        self._held = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "lifespan":
            await _answer_lifespan(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(_joined_headers(scope))
        try:
            with self._place(self.address(scope, headers)), _spooled_body() as body:
                size = await self._receive_body(headers, receive, body)
                environ = _wsgi_environ(scope, headers, body, size)
                with_files = size > SMALL or headers.get("content-type", "").startswith("multipart/")
                await self._run(environ, self._file_threads if with_files else self._threads, send)
        except Unanswerable as why:
            if why.status:
                await _send_answer(send, why.status, why.words)

    def address(self, scope: Scope, headers: dict[str, str]) -> str:
        """Whose request it is, as told by the outermost of our own proxies; of IPv6 the subscriber's part."""
        hops = [hop.strip() for hop in headers.get("x-forwarded-for", "").split(",") if hop.strip()]
        address_text = (
            hops[-self._proxies] if self._proxies and len(hops) >= self._proxies else (scope.get("client") or [""])[0]
        )
        try:
            parsed_address = ipaddress.ip_address(address_text)
        except ValueError:
            return str(address_text)[:64]
        return (
            str(ipaddress.ip_network((parsed_address, ONE_SUBSCRIBER), strict=False))
            if parsed_address.version == 6
            else str(parsed_address)
        )

    @contextmanager
    def _place(self, address: str) -> Iterator[None]:
        if self._open[address] >= self._bounds.an_address:
            raise Unanswerable(429, CROWDED)
        if self._open.total() >= self._bounds.together:
            raise Unanswerable(503, CROWDED)
        self._open[address] += 1
        try:
            yield
        finally:
            self._open[address] -= 1
            if not self._open[address]:
                del self._open[address]

    async def _receive_body(self, headers: dict[str, str], receive: Receive, body: IO[bytes]) -> int:
        """Read a body; its size, also of one that is too large to be read. :class:`Unanswerable` when it is late."""
        declared = headers.get("content-length", "0")
        if not declared.isdigit() or int(declared) > self._bounds.largest:
            return int(declared) if declared.isdigit() else 0
        if declared == "0" and "transfer-encoding" not in headers:
            return 0
        size, began = 0, time.monotonic()
        try:
            while True:
                left = began + self._bounds.grace + size / self._bounds.slowest - time.monotonic()
                message = await asyncio.wait_for(receive(), max(left, 0))
                if message["type"] != "http.request":
                    raise Unanswerable(0)
                piece = message.get("body", b"")
                size, self._held = size + len(piece), self._held + len(piece)
                if size > self._bounds.largest:
                    return size
                if self._held > self._bounds.held:
                    raise Unanswerable(503, CROWDED)
                body.write(piece)
                if not message.get("more_body"):
                    body.seek(0)
                    return size
        except TimeoutError as late:
            raise Unanswerable(408, LATE) from late
        finally:
            self._held -= size

    async def _run(self, environ: Environ, threads: ThreadPoolExecutor, send: Send) -> None:
        loop = asyncio.get_running_loop()
        answer = BufferedAnswer(loop)
        work = loop.run_in_executor(threads, answer.fill, self._pages, environ)
        try:
            status, headers = await answer.head()
            await send({"type": "http.response.start", "status": status, "headers": headers})
            rest = answer.remaining_bytes()
            if rest is None:
                async for piece in answer:
                    message = {"type": "http.response.body", "body": piece, "more_body": True}
                    await asyncio.wait_for(send(message), SEND_SECONDS)
            await send({"type": "http.response.body", "body": rest or b"", "more_body": False})
        finally:
            answer.close()
            await work
            answer.close()


@contextmanager
def _spooled_body() -> Iterator[IO[bytes]]:
    with SpooledTemporaryFile(IN_MEMORY) as body:
        yield body


async def _answer_lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


async def _send_answer(send: Send, status: int, words: str) -> None:
    """An answer of the server's own, for which no thread is taken; the connection ends with it."""
    body = words.encode()
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close"), (b"retry-after", b"60")]
    headers.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _joined_headers(scope: Scope) -> Iterator[tuple[str, str]]:
    """Headers by name, the same ones joined; names with ``_`` are left out: WSGI cannot tell them from ``-``."""
    values_by_name: dict[str, list[str]] = {}
    for name, value in scope["headers"]:
        if b"_" not in name:
            values_by_name.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
    for name, values in values_by_name.items():
        yield name, ("; " if name == "cookie" else ",").join(values)


def _wsgi_environ(scope: Scope, headers: dict[str, str], body: IO[bytes], size: int) -> Environ:
    """A request as WSGI has it (PEP 3333)."""
    server, client = scope.get("server") or ("localhost", 80), scope.get("client") or ("", 0)
    environ: Environ = {
        f"HTTP_{name.upper().replace('-', '_')}": value
        for name, value in headers.items()
        if name not in {"content-type", "content-length"}
    }
    return environ | {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope.get("raw_path") or scope["path"].encode()).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": str(server[0]),
        "SERVER_PORT": str(server[1] or 0),
        "REMOTE_ADDR": str(client[0]),
        "REMOTE_PORT": str(client[1] or 0),
        "CONTENT_TYPE": headers.get("content-type", ""),
        "CONTENT_LENGTH": str(size) if size else "",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": body if size else BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }


def _pages_front() -> WsgiFront:
    from django.conf import settings

    from tinhso.project import starting
    from tinhso.project.wsgi import application as pages

    starting.must_be_safe()
    bounds = Bounds(
        largest=settings.LARGEST_REQUEST,
        grace=settings.BODY_GRACE,
        slowest=settings.SLOWEST_BODY,
        page_threads=settings.PAGE_THREADS,
        file_threads=settings.FILE_THREADS,
        an_address=settings.REQUESTS_AN_ADDRESS,
    )
    return WsgiFront(pages, bounds, proxies=settings.PROXIES)


application = _pages_front()
