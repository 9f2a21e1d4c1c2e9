"""The province's own rules of infrastructure: ``infrastructure.toml`` in its folder."""

import tomllib
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from tinhso.kernel import clock, working_calendar


@dataclass(frozen=True)
class Rules:
    """How many working days ahead an outage is announced, on which basis; how long answers of checks are kept."""

    notice_days: int
    basis: str
    keep_days: int


def rules() -> Rules:
    """The rules as the file is now."""
    path = Path(settings.PROVINCE_DIR) / "infrastructure.toml"
    return _read(path, path.stat().st_mtime_ns if path.is_file() else 0)


@lru_cache(maxsize=4)
def _read(path: Path, changed: int) -> Rules:
    told: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8")) if changed else {}
    outages, checks = told.get("outages", {}), told.get("checks", {})
    return Rules(
        notice_days=int(outages.get("notice_days", 7)),
        basis=str(outages.get("basis", "")),
        keep_days=int(checks.get("keep_days", 90)),
    )


def working_days_between(now: datetime, start: datetime) -> int:
    """Working days after the day of ``now`` and before the day of ``start``: the days of both are not counted."""
    days = working_calendar.read(Path(settings.PROVINCE_DIR))
    first, last = clock.local(now).date(), clock.local(start).date()
    return sum(days.is_working(date.fromordinal(n)) for n in range(first.toordinal() + 1, last.toordinal()))
