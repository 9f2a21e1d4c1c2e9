"""Who listens to live updates in this process, and the one database connection that all of them share."""

import asyncio
import json
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

import psycopg
from django.contrib.auth import get_user
from django.contrib.sessions.backends.db import SessionStore
from django.db import Error, connection, connections
from django.http import HttpRequest

from tinhso.blocks.identity import queries as identity
from tinhso.blocks.identity.middleware import SEEN, is_idle
from tinhso.blocks.messaging import queries
from tinhso.blocks.messaging.contract import Pass, may_hear, pass_for
from tinhso.blocks.messaging.queries import LiveEvent
from tinhso.blocks.outbox.services import CHANNEL
from tinhso.kernel import clock

HEARTBEAT = 15.0  # seconds
WAITING_AT_MOST = 64  # events that a slow page may leave unread before it is sent away
LONGEST_PAUSE = 10.0  # seconds between two tries to reach the database
T = TypeVar("T")
_threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="live")


async def in_thread(read: Callable[[], T]) -> T:
    """Read from the database beside the event loop, and give the connection back."""

    def work() -> T:
        try:
            return read()
        finally:
            connections.close_all()

    return await asyncio.get_running_loop().run_in_executor(_threads, work)


@dataclass(eq=False)
class Listener:
    """One open page."""

    session: str
    rights: frozenset[str]
    only: Pass | None = None
    waiting: asyncio.Queue[LiveEvent | None] = field(default_factory=lambda: asyncio.Queue(WAITING_AT_MOST))
    gone: bool = False

    def hears(self, heard: LiveEvent) -> bool:
        """Whether this page may hear of an event: by its reader's rights, or by a pass for one thing alone."""
        if self.only is not None:
            return heard.aggregate == self.only.aggregate and heard.name in self.only.names
        return may_hear(heard.name, self.rights)

    def tell(self, heard: LiveEvent) -> None:
        """Queue an event for the page; a page that does not keep up is sent away and comes back for what it missed."""
        if self.gone or not self.hears(heard):
            return
        try:
            self.waiting.put_nowait(heard)
        except asyncio.QueueFull:
            self.send_away()

    def send_away(self) -> None:
        """End the page's stream."""
        self.gone = True
        while not self.waiting.empty():
            self.waiting.get_nowait()
        self.waiting.put_nowait(None)


def listener_of(session_key: str) -> Listener | None:
    """The page of the log-in ``session_key``; None when it is no log-in, or one that was left idle."""
    request = HttpRequest()
    request.session = SessionStore(session_key)
    user = get_user(request)
    if not user.is_authenticated or not identity.may_act(identity.person_behind(user)):
        return None
    standing = identity.standing_of(identity.person_behind(user), session=session_key)
    if is_idle(request.session.get(SEEN), standing.idle_minutes, clock.now()):
        return None
    return Listener(session_key, standing.rights)


def listener_with_pass(values: Mapping[str, str]) -> Listener | None:
    """The page of somebody without a log-in who holds the secret of one thing; None for everybody else."""
    live_pass = pass_for(values)
    return Listener(f"pass:{live_pass.aggregate}", frozenset(), live_pass) if live_pass else None


class Hub:
    """All pages open in this process, told by one LISTEN connection that comes back after the database does."""

    def __init__(self) -> None:
        self.listeners: set[Listener] = set()
        self.ready = asyncio.Event()
        self.alive_at: datetime = clock.now()
        self._work: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin to listen, once."""
        if not self._work:
            self._work = [asyncio.create_task(self._listen()), asyncio.create_task(self._weed())]

    def tell(self, events: Iterable[LiveEvent]) -> None:
        """Pass events on to every page that may hear them."""
        for live_event in events:
            for listener in list(self.listeners):
                listener.tell(live_event)

    async def _listen(self) -> None:
        pause = 0.2
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(
                    **_connection_parameters(), autocommit=True
                ) as database:
                    await database.execute(f"LISTEN {CHANNEL}")
                    await self._catch_up()
                    self.ready.set()
                    pause = 0.2
                    await self._follow(database)
            except (psycopg.Error, Error, OSError):
                self.ready.clear()
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)

    async def _catch_up(self) -> None:
        since = self.alive_at
        self.tell(await in_thread(lambda: queries.delivered_after(since)) if self.listeners else [])
        self.alive_at = clock.now()

    async def _follow(self, database: "psycopg.AsyncConnection[Any]") -> None:
        while True:
            async for notice in database.notifies(timeout=HEARTBEAT, stop_after=1):
                number = int(notice.payload)
                live_event = await in_thread(lambda number=number: queries.live_event(number))  # type: ignore[misc]
                self.tell([live_event] if live_event else [])
            await database.execute("SELECT 1")
            self.alive_at = clock.now()

    async def _weed(self) -> None:
        """Send away the pages whose log-in has ended."""
        while True:
            await asyncio.sleep(HEARTBEAT)
            keys = {listener.session for listener in self.listeners if listener.only is None}
            try:
                standing = await in_thread(lambda keys=keys: queries.standing_sessions(keys, now=clock.now()))  # type: ignore[misc]
            except Error:
                continue
            for listener in list(self.listeners):
                if listener.session in keys - standing:
                    listener.send_away()


def _connection_parameters() -> dict[str, Any]:
    ours = {"dbname", "user", "password", "host", "port", "sslmode", "sslrootcert", "sslcert", "sslkey", "options"}
    values = {key: value for key, value in connection.get_connection_params().items() if key in ours}
    return {**values, "application_name": "tinhso-live"}


def event_line(live_event: LiveEvent) -> bytes:
    """An event as server-sent events write it."""
    data = json.dumps(
        {"id": live_event.id, "name": live_event.name, "aggregate": live_event.aggregate}, ensure_ascii=False
    )
    return f"id: {live_event.id}\nevent: {live_event.name}\ndata: {data}\n\n".encode()
