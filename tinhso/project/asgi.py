"""Live updates for granian's ASGI worker: server-sent events at ``/live/``; pages and API are served elsewhere (WSGI).

A page hears the name, number and aggregate of each event its reader's rights let it hear, and asks the pages for the
rest. A stream ends after ten minutes; the browser comes back with the last event's number and hears what it missed.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tinhso.project.settings")
django.setup(set_prefix=False)

from django.conf import settings  # noqa: E402
from django.db import Error  # noqa: E402
from django.http.request import split_domain_port, validate_host  # noqa: E402

from tinhso.blocks.messaging import queries  # noqa: E402
from tinhso.blocks.messaging.queries import LiveEvent  # noqa: E402
from tinhso.project import live, starting  # noqa: E402
from tinhso.project.live import Hub, Listener, event_line, in_thread, listener_of, listener_with_pass  # noqa: E402

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

STREAM_SECONDS = 600.0  # after which rights and idleness are looked at afresh
SEND_SECONDS = 20.0  # for one event to leave
STREAMS_A_SESSION = 12
LONGEST_QUERY = 400
_hub: Hub | None = None

starting.must_be_safe()


def process_hub() -> Hub:
    """This process's hub, made within its event loop."""
    global _hub
    if _hub is None:
        _hub = Hub()
    _hub.start()
    return _hub


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one connection."""
    if scope["type"] == "lifespan":
        await _answer_lifespan(receive, send)
    elif scope["type"] == "http":
        status, listener = await _admit_listener(scope)
        if listener is None:
            await _send_refusal(send, status, _cors_headers(scope))
        else:
            await _serve_listener(scope, receive, send, listener)


async def _answer_lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            process_hub()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


async def _admit_listener(scope: Scope) -> tuple[int, Listener | None]:
    host = split_domain_port(_header_value(scope, "host"))[0]
    if not validate_host(host, settings.ALLOWED_HOSTS):
        return 400, None
    if scope["path"] != "/live/" or scope["method"] != "GET":
        return 404, None
    if _header_value(scope, "origin") and not _cors_headers(scope):
        return 403, None
    key, values = _session_key(scope), _query_params(scope)
    try:
        listener = await in_thread(lambda: listener_with_pass(values)) if values else None
        if listener is None and key:
            listener = await in_thread(lambda: listener_of(key))
    except Error:
        return 503, None
    if listener is None:
        return 401, None
    if sum(other.session == listener.session for other in process_hub().listeners) >= STREAMS_A_SESSION:
        return 429, None
    return 200, listener


def _query_params(scope: Scope) -> dict[str, str]:
    """What the address asks for: a page without a log-in says which one thing it wants to hear of."""
    query = scope.get("query_string", b"")
    try:
        return dict(parse_qsl(query.decode("latin-1"), max_num_fields=8)) if 0 < len(query) <= LONGEST_QUERY else {}
    except ValueError:
        return {}


def _session_key(scope: Scope) -> str:
    try:
        morsel = SimpleCookie(_header_value(scope, "cookie")).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return ""
    return morsel.value if morsel else ""


def _header_value(scope: Scope, name: str) -> str:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name.encode()), "")


def _cors_headers(scope: Scope) -> list[tuple[bytes, bytes]]:
    """Leave for the pages' own origin: the same host on another port on a laptop, or a trusted origin."""
    origin = _header_value(scope, "origin")
    same_host = urlsplit(origin).hostname == split_domain_port(_header_value(scope, "host"))[0].strip("[]")
    if not origin or not (origin in settings.CSRF_TRUSTED_ORIGINS or (same_host and not settings.PRODUCTION)):
        return []
    allowed = {b"access-control-allow-origin": origin.encode(), b"access-control-allow-credentials": b"true"}
    return [*allowed.items(), (b"vary", b"Origin")]


async def _send_refusal(send: Send, status: int, headers: list[tuple[bytes, bytes]]) -> None:
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0"), *headers]})
    await send({"type": "http.response.body", "body": b""})


async def _serve_listener(scope: Scope, receive: Receive, send: Send, listener: Listener) -> None:
    """Stream to one page until it leaves, is sent away, or its time is up."""
    house = process_hub()
    house.listeners.add(listener)
    stream = asyncio.create_task(_stream_events(scope, send, listener, house))
    leaving = asyncio.create_task(_wait_for_disconnect(receive))
    try:
        done, _ = await asyncio.wait({stream, leaving}, timeout=STREAM_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        if not done:
            listener.send_away()
            await asyncio.wait({stream}, timeout=SEND_SECONDS)
    finally:
        house.listeners.discard(listener)
        for task in (stream, leaving):
            task.cancel()
        await asyncio.gather(stream, leaving, return_exceptions=True)


async def _wait_for_disconnect(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _stream_events(scope: Scope, send: Send, listener: Listener, house: Hub) -> None:
    headers = [(b"content-type", b"text/event-stream; charset=utf-8"), (b"cache-control", b"no-cache, no-store")]
    headers += [(b"x-accel-buffering", b"no"), *_cors_headers(scope)]
    await asyncio.wait_for(house.ready.wait(), live.HEARTBEAT)
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    heard_ids = await _tell_missed(scope, send, listener)
    while True:
        try:
            live_event = await asyncio.wait_for(listener.waiting.get(), live.HEARTBEAT)
        except TimeoutError:
            await _write_chunk(send, b": still here\n\n")
            continue
        if live_event is None:
            break
        if live_event.id not in heard_ids:
            await _write_chunk(send, event_line(live_event))
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _tell_missed(scope: Scope, send: Send, listener: Listener) -> set[int]:
    """Tell a page that comes back what it missed, or to read itself afresh; the numbers of what it has then heard."""
    await _write_chunk(send, b"retry: 3000\n\n")
    last = _header_value(scope, "last-event-id")
    if not last.isdigit() or len(last) > 18:
        return set()
    missed: list[LiveEvent] | None = await in_thread(lambda: queries.missed_events(since=int(last)))
    if missed is None:
        await _write_chunk(send, b"event: reset\ndata: {}\n\n")
        return set()
    mine = [event for event in missed if listener.hears(event)]
    for live_event in mine:
        await _write_chunk(send, event_line(live_event))
    return {int(last), *(live_event.id for live_event in mine)}  # the notice of the last may still be on its way


async def _write_chunk(send: Send, body: bytes) -> None:
    await asyncio.wait_for(send({"type": "http.response.body", "body": body, "more_body": True}), SEND_SECONDS)
