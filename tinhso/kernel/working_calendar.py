"""Working days and hours from yearly, sourced tables: a province corrects the table, never the code."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

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
