"""Settings that all tests of support programmes share."""

from typing import Any

import pytest


@pytest.fixture(autouse=True)
def a_demo(settings: Any) -> None:
    """Codes are shown on the page: no telephone company is there to send them."""
    settings.DEMO = True
