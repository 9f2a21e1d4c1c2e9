"""The national portal's simulator, and a province that speaks with it."""

from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.core.cache import cache

from tests.simulators.national_portal import SECRET, SYSTEM, Portal, Server

PROVINCE = Path(__file__).resolve().parents[4] / "tests" / "provinces" / "hai_song"


@pytest.fixture
def small_province(settings: Any) -> Iterator[None]:
    """A province that tells the portal, while there is no portal yet."""
    settings.PROVINCE_DIR, settings.NPSP_URL = PROVINCE, ""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def portal(small_province: None, settings: Any) -> Iterator[Portal]:
    """The simulator on loopback, for this test alone."""
    server = Server()
    Thread(target=server.serve_forever, daemon=True).start()
    settings.NPSP_URL, settings.NPSP_SYSTEM, settings.NPSP_SECRET = server.origin, SYSTEM, SECRET
    yield server.portal
    server.shutdown()
    server.server_close()
