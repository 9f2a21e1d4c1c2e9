from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import override_settings

from tinhso.government.programme.tests import makers

FOLDER = Path(settings.ROOT) / "tests" / "provinces" / "hai_song"


@pytest.fixture(autouse=True)
def small_province() -> Iterator[None]:
    """The rules of the tests' own province."""
    with override_settings(PROVINCE_DIR=FOLDER):
        cache.clear()
        yield


@pytest.fixture
def place(db: None) -> makers.Place:
    """A province with two agencies, a commune, and the people who steer and do."""
    return makers.a_place()
