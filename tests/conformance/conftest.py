"""The tiny province served at an address, for clients that we did not write."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from dhis2 import Api
from django.core.cache import cache
from django.db import connection, connections
from django.db.backends.base.creation import TEST_DATABASE_PREFIX
from django.test import override_settings
from pytest_django.live_server_helper import LiveServer
from pytest_django.plugin import DjangoDbBlocker

from tests.journeys import world as worlds
from tests.journeys.world import World
from tinhso.blocks.identity import queries as identity
from tinhso.blocks.identity import services as people
from tinhso.blocks.indicators import queries as indicators
from tinhso.kernel import clock


@pytest.fixture(scope="session")
def tests_database(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The tests' database, also where no chosen test names a fixture of pytest-django: it makes one for those alone."""
    usual = connection.settings_dict["NAME"]
    if usual.startswith(TEST_DATABASE_PREFIX):
        yield
        return
    with django_db_blocker.unblock():
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    yield
    with django_db_blocker.unblock():
        _let_go()
        connection.creation.destroy_test_db(usual, verbosity=0)


@pytest.fixture(scope="module")
def own_database(tests_database: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A copy of the tests' database that really commits, so that a server's threads see it."""
    parts, usual = connection.settings_dict, connection.settings_dict["NAME"]
    with django_db_blocker.unblock():
        _let_go()
        connection.creation.clone_test_db(suffix="served", verbosity=0, autoclobber=True)
        parts["NAME"] = connection.creation.get_test_db_clone_settings("served")["NAME"]
        yield
        _let_go()
        connection.creation.destroy_test_db(usual, verbosity=0)


def _let_go() -> None:
    connections.close_all()
    connection.close_pool()  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def province(own_database: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The tiny province with returns of 2023 published and some of 2024 open, served at an address."""
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


@pytest.fixture(scope="module")
def token(province: World) -> Callable[..., str]:
    """Makes a program's token for somebody, with the rights that are named and held."""

    def make(username: str, *rights: str) -> str:
        person = worlds.person(username)
        by, now = identity.actor_for(person), clock.now()
        wanted = rights or [r for r in ("see indicators", "see returns", "hand in returns") if by.can(r)]
        _token, secret = people.make_token(
            person=person, name="thử", rights=wanted, expires_at=now + timedelta(days=1), by=by, now=now
        )
        return secret

    return make


@pytest.fixture(scope="module")
def clerk(province: World, token: Callable[..., str]) -> Api:
    """The clerk of the department of trees, through the client of DHIS2."""
    return Api(f"{province.address}/dhis2", "any", token("chuyen-vien"))
