"""A server of the database that was restarted is worked with at once, by processes that had many connections to it."""

import psycopg
import pytest
from django.db import connection

from tests.support.races import run_at_once

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 7  # of the eight that a pool has


def _read_for_a_moment() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.3)")


def _end_all_sessions() -> None:
    told = connection.settings_dict
    place = {"host": told["HOST"], "port": told["PORT"], "user": told["USER"], "password": told["PASSWORD"]}
    others = "datname = current_database() AND pid <> pg_backend_pid()"
    with psycopg.connect(**place, dbname=told["NAME"], autocommit=True) as own:
        own.execute(f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE {others}")


def test_a_process_whose_connections_all_died_while_they_lay_idle_gets_one_that_works() -> None:
    run_at_once(*[_read_for_a_moment] * MANY)
    connection.close()

    _end_all_sessions()

    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)


def test_people_who_come_at_once_after_it_are_all_served() -> None:
    run_at_once(*[_read_for_a_moment] * MANY)
    connection.close()

    _end_all_sessions()

    assert run_at_once(*[_read_for_a_moment] * MANY) == [None] * MANY
