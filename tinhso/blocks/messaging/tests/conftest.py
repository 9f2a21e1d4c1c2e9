from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.db import connection


@pytest.fixture(autouse=True)
def nothing_remembered(request: pytest.FixtureRequest) -> Iterator[None]:
    """What one test remembered or queued is no business of the next."""
    cache.clear()
    if "transactional_db" in request.fixturenames or "db" in request.fixturenames:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_events")
            cursor.execute("DELETE FROM procrastinate_jobs")
    yield
    cache.clear()
