"""Working days and hours from yearly, sourced tables: a province corrects the table, never the code."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from tinhso.kernel.clock import VIETNAM


@dataclass(frozen=True)
class WorkingCalendar:
    """Which days are worked.

    ``days_off`` are holidays and compensatory days, ``extra_days`` are weekend days worked in exchange;
    ``years`` are the years that have a sourced table: a date reckoned in another year is provisional.
    """

    days_off: Mapping[date, str] = field(default_factory=dict)
    extra_days: Mapping[date, str] = field(default_factory=dict)
    years: frozenset[int] = frozenset()

    def is_working(self, day: date) -> bool:
        """Whether offices are open on ``day``."""
        return day in self.extra_days or (day.weekday() < 5 and day not in self.days_off)

    def is_provisional(self, day: date) -> bool:
        """Whether ``day`` lies in a year without a sourced table."""
        return day.year not in self.years

    def nth_working_day(self, first: date, n: int) -> date:
        """The ``n``-th working day on or after ``first`` (n counts from 1)."""
        if n < 1:
            raise ValueError("n counts from 1")
        day = first - timedelta(days=1)
        while n:
            day += timedelta(days=1)
            n -= self.is_working(day)
        return day

    def add_working_days(self, day: date, n: int) -> date:
        """The day ``n`` working days after ``day``; the day of the event itself is not counted (Civil Code 147)."""
        return self.nth_working_day(day + timedelta(days=1), n) if n else day


def at(day: date, hour: time) -> datetime:
    """The moment of ``hour`` on ``day`` in Việt Nam."""
    return datetime.combine(day, hour, tzinfo=VIETNAM)


@dataclass(frozen=True)
class Hours:
    """The working hours of a working day, in order and apart from each other."""

    day: tuple[tuple[time, time], ...] = ((time(7, 30), time(11, 30)), (time(13), time(17)))

    def after(self, moment: datetime, hours: float | timedelta, days: WorkingCalendar) -> datetime:
        """The moment when ``hours`` of work have passed since ``moment``; what lies outside of work does not count."""
        left = hours if isinstance(hours, timedelta) else timedelta(hours=hours)
        day = moment.astimezone(VIETNAM).date()
        while True:
            for begin, end in self.day if days.is_working(day) else ():
                first = max(at(day, begin), moment)
                worked = at(day, end) - first
                if worked >= left:
                    return first + left
                left -= max(worked, timedelta())
            day += timedelta(days=1)


def hours_of(pairs: Iterable[tuple[str, str]]) -> Hours:
    """Hours written as pairs, ``[["07:30", "11:30"], ["13:00", "17:00"]]``; TypeError or ValueError for others."""
    return Hours(tuple((time.fromisoformat(begin), time.fromisoformat(end)) for begin, end in pairs))


FILE = "calendar.toml"
EXTRA = "working-swap"  # a day off that is worked in exchange


def read(folder: Path) -> WorkingCalendar:
    """The calendar of the province in ``folder``; without its file every weekday is worked."""
    raw = _raw(folder)
    found = [(item["date"], item.get("kind", ""), str(item.get("name", ""))) for item in raw.get("day", [])]
    return WorkingCalendar(
        days_off={day: name for day, kind, name in found if kind != EXTRA},
        extra_days={day: name for day, kind, name in found if kind == EXTRA},
        years=frozenset(int(item["year"]) for item in raw.get("year", [])),
    )


def read_hours(folder: Path) -> Hours:
    """The working hours of the province in ``folder`` (``[hours]`` of its calendar), or the usual ones."""
    pairs = _raw(folder).get("hours", {}).get("day")
    return hours_of(pairs) if pairs else Hours()


def _raw(folder: Path) -> dict[str, Any]:
    path = folder / FILE
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
