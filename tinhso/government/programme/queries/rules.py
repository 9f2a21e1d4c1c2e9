"""The province's own rules of steering: ``programme.toml`` in its folder."""

import tomllib
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from tinhso.kernel import clock, working_calendar

FILE = "programme.toml"


@dataclass(frozen=True)
class Rules:
    """Working days: how many a directive has when nobody says otherwise; before the day, when the owner is reminded;
    after it, when the head of the unit and whoever gave the work hear that it is late."""

    directive_days: int
    task_days: int
    remind_before: int
    head_after: int
    giver_after: int
    basis: str


def rules() -> Rules:
    """The rules as the file is now."""
    path = Path(settings.PROVINCE_DIR) / FILE
    return _read(path, path.stat().st_mtime_ns if path.is_file() else 0)


@lru_cache(maxsize=4)
def _read(path: Path, changed: int) -> Rules:
    told: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8")) if changed else {}
    days, climb = told.get("days", {}), told.get("climb", {})
    return Rules(
        directive_days=int(days.get("directive", 5)),
        task_days=int(days.get("task", 20)),
        remind_before=int(climb.get("remind_before", 2)),
        head_after=int(climb.get("head_after", 1)),
        giver_after=int(climb.get("giver_after", 3)),
        basis=str(days.get("basis", "")),
    )


def calendar() -> working_calendar.WorkingCalendar:
    """The province's working days."""
    return working_calendar.read(Path(settings.PROVINCE_DIR))


def due_after(day: date, days: int) -> date:
    """The day ``days`` working days after ``day``."""
    return calendar().add_working_days(day, days)


def on_a_working_day(day: date) -> date:
    """``day``, or the first working day after it."""
    return calendar().nth_working_day(day, 1)


def working_days_late(due: date, today: date) -> int:
    """Working days after ``due`` up to today: 0 until the day itself is over."""
    days = calendar()
    return sum(days.is_working(date.fromordinal(n)) for n in range(due.toordinal() + 1, today.toordinal() + 1))


def calendar_day(moment: datetime) -> date:
    """The day of a moment in the province."""
    return clock.local(moment).date()
