"""The tests' own ground: what one test leaves open takes nothing from the next."""

from threading import Thread

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
