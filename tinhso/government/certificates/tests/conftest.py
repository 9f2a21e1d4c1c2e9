"""What the tests of certificates share: the rules of a province that does not exist."""

from pathlib import Path

import pytest
from django.conf import LazySettings

HAI_SONG = Path(__file__).resolve().parents[4] / "tests" / "provinces" / "hai_song"


@pytest.fixture(autouse=True)
def rules_of_a_small_province(settings: LazySettings) -> None:
    settings.PROVINCE_DIR = HAI_SONG
