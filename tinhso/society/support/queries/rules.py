"""The province's own numbers for support programmes: ``support.toml`` in its folder."""

import tomllib
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from tinhso.kernel import deadlines


@dataclass(frozen=True)
class Numbers:
    """How often an hour one address may apply, how long codes hold, how soon (working days) complaints are answered."""

    per_hour: int = 20
    keys_per_hour: int = 10
    code_minutes: int = 30
    code_tries: int = 5
    expires_hours: int = 24
    complaint_days: int = 10
    complain_within_days: int = 90
    most_of_a_list: int = 20_000
    most_of_a_batch: int = 5_000
    basis: str = ""


def numbers() -> Numbers:
    """The numbers as the file is now."""
    path = Path(settings.PROVINCE_DIR) / "support.toml"
    return _read(path, path.stat().st_mtime_ns if path.is_file() else 0)


@lru_cache(maxsize=4)
def _read(path: Path, changed: int) -> Numbers:
    told: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8")) if changed else {}
    return Numbers(**told.get("numbers", {}))


def due(now: datetime, days: int) -> datetime:
    """The end of the working day by which something handed in at ``now`` must be done."""
    office = deadlines.office_in(Path(settings.PROVINCE_DIR))
    return deadlines.due(now, deadlines.Duration(days), office, now=now).at
