"""No page asks the database much: at most eight statements for every address, whoever opens it."""

import sys
from collections.abc import Callable
from typing import Any

import pytest
from cachetools import TTLCache
from django.core.cache import cache
from django.db import connection
from django.test import Client

from tests.journeys import addresses
from tests.journeys.conftest import session_of
from tests.journeys.test_every_page import READERS
from tests.journeys.world import World
from tinhso.blocks.identity import middleware
from tinhso.blocks.identity import queries as identity
from tinhso.ioc.queries import kept, places

MOST = 8
HOUR = 3600
# Transaction marks come from acts that a page does in passing: who looked at personal data is written down
MARKS = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE SAVEPOINT")


@pytest.fixture(autouse=True)
def memories_that_last(monkeypatch: pytest.MonkeyPatch) -> None:
    """What all readers share stays remembered for the whole test, and what hangs on the moment is never shared.

    Otherwise a slow machine would count what is asked again every few seconds, and a quick one would not. What was
    remembered before the test, for seconds only, is forgotten first: it would end between two openings of a page.
    """
    cache.clear()
    monkeypatch.setattr(sys.modules["tinhso.blocks.indicators.queries.catalogue"], "LOOK_AGAIN", HOUR)
    monkeypatch.setattr(places, "_seen", TTLCache(maxsize=8, ttl=HOUR))
    monkeypatch.setattr(identity, "STANDING_SECONDS", HOUR)
    monkeypatch.setattr(identity, "REACH_SECONDS", HOUR)
    monkeypatch.setattr(middleware, "SEEN_EVERY", HOUR)
    monkeypatch.setattr(kept, "_moments", TTLCache(maxsize=1, ttl=0))


class StatementRecorder:
    """Keeps the text of each statement that goes to the database."""

    def __init__(self) -> None:
        self.statements: list[str] = []

    def __call__(self, execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if not sql.startswith(MARKS):
            self.statements.append(sql)
        return execute(sql, *rest)


@pytest.mark.parametrize("reader", READERS)
def test_every_page_asks_at_most_eight_statements(reader: str, world: World, django_db_blocker: Any) -> None:
    listed = addresses.by_reader()[reader]
    client = browser_of(reader, world)
    too_many: dict[str, list[str]] = {}

    for address in listed:
        client.get(address)  # the first opening fills what all readers share
        recorder = StatementRecorder()
        with connection.execute_wrapper(recorder):
            client.get(address)
        if len(recorder.statements) > MOST:
            too_many[address] = [statement[:200] for statement in recorder.statements]

    assert too_many == {}


def browser_of(reader: str, world: World) -> Client:
    """A client of Django's with the session of ``reader``; without one for a visitor."""
    client = Client()
    if reader:
        cookie = session_of(reader, world)
        client.cookies[cookie["name"]] = cookie["value"]
    return client
