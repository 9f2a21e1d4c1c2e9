"""Open pages against a real granian process and a real database."""

import asyncio
import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any, ClassVar
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client

from tests.live.events import Published, Secret, Unmarked
from tinhso.blocks.identity.models import Person
from tinhso.blocks.identity.tests.makers import a_person, a_post, a_role, a_unit
from tinhso.blocks.messaging.contract import register_live_event
from tinhso.blocks.messaging.queries import LiveEvent
from tinhso.blocks.outbox import services
from tinhso.blocks.outbox.models import Announcement
from tinhso.project.live import WAITING_AT_MOST, Hub, Listener

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
SECONDS = 10.0


def until(come_true: Callable[[], object], *, seconds: float = 30) -> None:
    """Wait until something has come true."""
    deadline = time.monotonic() + seconds
    while not come_true():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.1)


@pytest.fixture(scope="module")
def served(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A granian process that serves the stream from the test database."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number: int = free.getsockname()[1]
    parts = connection.settings_dict
    where = urlencode({"host": parts["HOST"], "port": parts["PORT"] or 5432})
    url = f"postgresql://{parts['USER']}:{parts['PASSWORD']}@/{parts['NAME']}?{where}"
    environment = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tinhso.project.settings"}
    command = [sys.executable, "-m", "granian", "--interface", "asgi", "--host", "127.0.0.1", "--port", str(number)]
    command.append("tests.live.application:application")
    with (tmp_path_factory.mktemp("live") / "granian.log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, cwd=settings.ROOT, stdout=log, stderr=log)
    try:
        until(lambda: _answers(number), seconds=90)
        yield number
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture
def port(served: int, transactional_db: None) -> Iterator[int]:
    """Where the stream is; every page opened is closed again."""
    cache.clear()
    yield served
    while Page.opened:
        Page.opened.pop().close()


def _answers(port: int) -> bool:
    try:
        Page(port, "").close()
    except OSError:
        return False
    return True


class Page:
    """An open page: reads the stream as a browser's EventSource does."""

    opened: ClassVar[list["Page"]] = []

    def __init__(self, port: int, session: str, *, path: str = "/live/", **headers: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
        sent = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={session}"} if session else {}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        self.connection.request("GET", path, headers=sent)
        self.answer = self.connection.getresponse()
        self.opened.append(self)

    def close(self) -> None:
        """Leave."""
        self.answer.close()
        self.connection.close()

    def next(self) -> dict[str, str]:
        """The next event; {} for a heartbeat, or at the end of the stream."""
        found: dict[str, str] = {}
        while line := self.answer.readline().decode().rstrip("\n"):
            name, _, value = line.partition(": ")
            if name not in ("", "retry"):
                found[name] = value
        return found

    def event(self) -> dict[str, Any]:
        """The next event, heartbeats left out, with its data read."""
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            if found := self.next():
                return {**found, "data": json.loads(found["data"])}
        raise AssertionError("no event came")

    def ends(self) -> bool:
        """Whether the server ends the stream soon."""
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            if self.answer.readline() == b"":
                return True
        return False


def happened(event: Published) -> int:
    """Announce and deliver; the event's number."""
    services.emit(event)
    number = Announcement.objects.latest("pk").pk
    services.deliver_announcement(number)
    return number


@pytest.fixture
def clerk() -> Person:
    """Somebody who sees returns."""
    person = a_person()
    a_post(person, a_unit("xa"), a_role("see returns"))
    return person


def session_of(person: Person) -> str:
    client = Client()
    client.force_login(person)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def test_a_page_hears_name_number_and_aggregate_at_once_and_never_the_payload(port: int, clerk: Person) -> None:
    page = Page(port, session_of(clerk))
    page.next()

    number = happened(Published("BC-1"))
    heard = page.event()

    assert page.answer.status == 200
    assert page.answer.getheader("Content-Type") == "text/event-stream; charset=utf-8"
    assert heard == {
        "id": str(number),
        "event": "tests.Published",
        "data": {"id": number, "name": "tests.Published", "aggregate": "BC-1"},
    }


def test_a_page_hears_only_what_its_readers_rights_allow(port: int, clerk: Person) -> None:
    page = Page(port, session_of(clerk))
    page.next()

    happened(Secret("BC-1"))
    happened(Unmarked("BC-2"))
    happened(Published("BC-3"))

    assert page.event()["data"]["aggregate"] == "BC-3"


@pytest.mark.parametrize("session", ["", "khong-co-phien-nay"])
def test_nobody_listens_without_a_log_in(port: int, session: str) -> None:
    assert Page(port, session).answer.status == 401


def test_the_stream_ends_when_the_log_in_does(port: int, clerk: Person) -> None:
    client = Client()
    client.force_login(clerk)
    page = Page(port, client.cookies[settings.SESSION_COOKIE_NAME].value)
    page.next()

    client.logout()

    assert page.ends()


def test_a_page_that_comes_back_hears_what_it_missed_and_then_goes_on(port: int, clerk: Person) -> None:
    first = happened(Published("BC-1"))
    Announcement.objects.filter(pk=first).update(delivered_at="2026-01-01T00:00:00Z")
    happened(Published("BC-2"))
    happened(Secret("BC-3"))
    happened(Published("BC-4"))

    page = Page(port, session_of(clerk), Last_Event_ID=str(first))
    missed = [page.event()["data"]["aggregate"] for _ in range(2)]
    happened(Published("BC-5"))

    assert missed == ["BC-2", "BC-4"]
    assert page.event()["data"]["aggregate"] == "BC-5"


def test_what_a_page_says_it_has_heard_is_not_told_again_when_its_notice_comes_late(port: int, clerk: Person) -> None:
    heard = happened(Published("BC-1"))
    page = Page(port, session_of(clerk), Last_Event_ID=str(heard))
    page.next()

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [services.CHANNEL, str(heard)])
    happened(Published("BC-2"))

    assert page.event()["data"]["aggregate"] == "BC-2"


def test_a_page_that_missed_too_much_is_told_to_read_itself_afresh(port: int, clerk: Person) -> None:
    page = Page(port, session_of(clerk), Last_Event_ID="999999999")

    assert page.event() == {"event": "reset", "data": {}}


def test_a_silent_stream_still_beats(port: int, clerk: Person) -> None:
    page = Page(port, session_of(clerk))
    page.next()

    lines = [page.answer.readline() for _ in range(4)]

    assert lines == [b": still here\n", b"\n"] * 2


def test_pages_of_the_same_host_may_listen_from_another_port_and_no_other_site_may(port: int, clerk: Person) -> None:
    session = session_of(clerk)

    own = Page(port, session, Origin="http://127.0.0.1:8000").answer
    foreign = Page(port, session, Origin="https://xau.example").answer

    assert own.status == 200
    assert own.getheader("Access-Control-Allow-Origin") == "http://127.0.0.1:8000"
    assert own.getheader("Access-Control-Allow-Credentials") == "true"
    assert foreign.status == 403
    assert foreign.getheader("Access-Control-Allow-Origin") is None


def test_a_wrong_host_or_path_is_turned_away(port: int) -> None:
    assert Page(port, "", Host="xau.example").answer.status == 400
    assert Page(port, "", path="/live/more/").answer.status == 404


def test_all_pages_share_one_listening_connection_that_comes_back_with_what_went_by(port: int, clerk: Person) -> None:
    pages = [Page(port, session_of(clerk)) for _ in range(30)]
    for page in pages:
        page.next()
    shared = _listening()

    _cut()
    happened(Published("BC-1"))
    during = {page.event()["data"]["aggregate"] for page in pages}
    until(lambda: _listening() == 1)
    happened(Published("BC-2"))
    after = {page.event()["data"]["aggregate"] for page in pages}

    assert shared == 1
    assert during == {"BC-1"}
    assert after == {"BC-2"}


OURS = "FROM pg_stat_activity WHERE application_name = 'tinhso-live' AND datname = current_database()"


def _listening() -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) {OURS}")
        return int(cursor.fetchone()[0])


def _cut() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_terminate_backend(pid) {OURS}")


def test_one_log_in_opens_no_more_than_twelve_streams(port: int, clerk: Person) -> None:
    session = session_of(clerk)
    pages = [Page(port, session) for _ in range(12)]
    for page in pages:
        page.next()

    assert Page(port, session).answer.status == 429


def test_a_page_that_does_not_keep_up_is_sent_away_and_the_others_are_not() -> None:
    slow, quick = asyncio.run(_one_slow_and_one_quick())

    assert slow.gone
    assert slow.waiting.get_nowait() is None
    assert not quick.gone


async def _one_slow_and_one_quick() -> tuple[Listener, Listener]:
    hub = Hub()
    register_live_event(Published, right="see returns")
    slow, quick = (Listener("phien", frozenset({"see returns"})) for _ in range(2))
    hub.listeners = {slow, quick}
    for number in range(WAITING_AT_MOST + 1):
        hub.tell([LiveEvent(number, "tests.Published", "BC-1")])
        quick.waiting.get_nowait()
    return slow, quick
