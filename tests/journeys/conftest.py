"""One small province for all journeys, loaded once, and a browser that stands before its live pages."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection, connections
from django.test import Client, override_settings
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer
from pytest_django.plugin import DjangoDbBlocker

from tests.journeys import world as worlds
from tests.journeys.world import World
from tinhso.blocks.identity.models import Person
from tinhso.blocks.indicators import queries as indicators

HERE = "tests/journeys/"
PATIENCE = 15_000  # milliseconds: CI shares its two cores
expect.set_options(timeout=PATIENCE)
SIZES = {"desk": {"width": 1440, "height": 900}, "phone": {"width": 360, "height": 740}}


def pytest_itemcollected(item: pytest.Item) -> None:
    """What stands in this folder is a journey."""
    item.add_marker(pytest.mark.journey)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Journeys come last, after every other ordering: the browser's event loop stays open for all that follows.

    Under it no other loop runs in that process, and Django hands out connections of their own, so whatever else asks
    for a browser, perhaps only by a fixture of the same name, is refused.
    """
    strangers = [item.nodeid for item in items if _opens_a_browser(item) and not _is_journey(item)]
    if strangers:
        raise pytest.UsageError(f"only journeys may use fixtures of the browser's names: {', '.join(strangers)}")
    items.sort(key=_is_journey)


def _is_journey(item: pytest.Item) -> bool:
    return HERE in item.path.as_posix()


def _opens_a_browser(item: pytest.Item) -> bool:
    return "browser_name" in getattr(item, "fixturenames", ())


@pytest.fixture(scope="package")
def own_database(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A database for journeys alone: it really commits, and nobody empties it between them."""
    parts = connection.settings_dict
    usual, usual_test = parts["NAME"], parts["TEST"]["NAME"]
    parts["TEST"]["NAME"] = f"{usual.removeprefix('test_')}_journeys"
    with django_db_blocker.unblock():
        connections.close_all()
        connection.close_pool()  # type: ignore[attr-defined]
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        yield
        connections.close_all()
        connection.close_pool()  # type: ignore[attr-defined]
        connection.creation.destroy_test_db(usual, verbosity=0)
        parts["NAME"], parts["TEST"]["NAME"] = usual, usual_test


@pytest.fixture(scope="package")
def world(own_database: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The tiny province with returns that are due, served at an address; gone when the journeys are over."""
    folder = tmp_path_factory.mktemp("hai_song")
    places = {"FACT_STORE": str(folder / "facts"), "SNAPSHOT_DIR": folder / "cells", "VAR": folder}
    with override_settings(PROVINCE_DIR=worlds.FOLDER, **places):
        cache.clear()
        indicators.clear_caches()
        server = LiveServer("127.0.0.1")
        try:
            yield worlds.build(server.url)
        finally:
            server.stop()
            cache.clear()
            indicators.clear_caches()


@pytest.fixture
def opened(world: World, browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens a browser of its own for somebody; whatever a page throws or is forbidden fails the journey."""
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    def open_for(username: str = "", *, size: str = "desk", script: bool = True) -> Page:
        context = browser.new_context(
            base_url=world.address,
            viewport=SIZES[size],  # type: ignore[arg-type]
            java_script_enabled=script,
            locale="vi-VN",
            timezone_id="Asia/Ho_Chi_Minh",
            reduced_motion="reduce",
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        context.route(lambda url: not url.startswith(tuple(world.allowed)), _refuse(wrong))
        if username:
            context.add_cookies([session_of(username, world)])  # type: ignore[list-item]
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if "Content Security" in said.text else None)
        return page

    yield open_for
    for context in contexts:
        context.close()
    assert wrong == []


def _refuse(wrong: list[str]) -> Callable[..., None]:
    def refuse(route: object) -> None:
        wrong.append(f"asked for {route.request.url}")  # type: ignore[attr-defined]
        route.abort()  # type: ignore[attr-defined]

    return refuse


def session_of(username: str, world: World) -> dict[str, Any]:
    """The cookie of a fresh log-in, made without the log-in page."""
    client = Client()
    client.force_login(Person.objects.get(username=username), backend=settings.AUTHENTICATION_BACKENDS[-1])
    session = client.session
    session["seen_at"] = int(datetime.now(UTC).timestamp())
    session.save()
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    return {"name": settings.SESSION_COOKIE_NAME, "value": key, "url": world.address}
