"""The tests' own ground: what one test leaves open takes nothing from the next."""

from threading import Event, Thread

import pytest
from django.db import connection

THREADS = 7  # one connection of the eight is the test's own


@pytest.mark.parametrize("turn", [1, 2, 3])
@pytest.mark.django_db(transaction=True)
def test_threads_that_end_without_closing_leave_connections_for_the_next_test(turn: int) -> None:
    asked = [Thread(target=lambda: connection.cursor().execute("SELECT 1")) for _ in range(THREADS)]

    for thread in asked:
        thread.start()
    for thread in asked:
        thread.join()

    with connection.cursor() as cursor:
        cursor.execute("SELECT %s", [turn])
        assert cursor.fetchone() == (turn,)


@pytest.mark.django_db(transaction=True)
def test_a_database_is_copied_and_dropped_though_a_thread_forgot_its_session_in_it() -> None:
    stays, held = Event(), Event()

    def forget() -> None:
        connection.cursor().execute("SELECT 1")
        held.set()
        stays.wait()

    thread = Thread(target=forget)
    thread.start()
    held.wait()
    creation, usual = connection.creation, connection.settings_dict["NAME"]
    copy = creation.get_test_db_clone_settings("copied")["NAME"]
    try:
        creation.clone_test_db(suffix="copied", verbosity=0, autoclobber=True)
        connection.settings_dict["NAME"] = copy
        another = Thread(target=lambda: connection.cursor().execute("SELECT 1"))
        another.start()
        another.join()
    finally:
        creation.destroy_test_db(usual, verbosity=0)
        stays.set()
        thread.join()

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_database WHERE datname = %s", [copy])
        assert cursor.fetchone() == (0,)
