from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    """What one test remembered is no business of the next."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def quick_passwords(settings: Any) -> None:
    """Hash cheaply."""
    settings.PASSWORD_HASHERS = ["tinhso.blocks.identity.tests.makers.QuickArgon2"]
