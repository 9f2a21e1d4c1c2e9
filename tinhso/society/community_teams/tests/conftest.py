"""Every test has the rules of Bến Tre and a calendar, and no data of its."""

import shutil
from pathlib import Path
from typing import Any

import pytest

PROVINCE = Path(__file__).parents[4] / "provinces" / "ben_tre"


@pytest.fixture(autouse=True)
def small_province(settings: Any, tmp_path: Path) -> Path:
    """A province's folder with what teams read."""
    folder = tmp_path / "province"
    folder.mkdir()
    for name in ("community_teams.toml", "calendar.toml", "province.toml"):
        shutil.copy(PROVINCE / name, folder)
    settings.PROVINCE_DIR = folder
    return folder
