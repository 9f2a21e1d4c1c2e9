"""Working days and hours from yearly, sourced tables: a province corrects the table, never the code."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from tinhso.kernel.clock import VIETNAM
from tinhso.kernel.province_table import province_table, table


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

    def next_working_day(self, day: date) -> date:
        """``day``, or the first working day after it."""
        return self.nth_working_day(day, 1)

    def working_days_since(self, day: date, today: date) -> int:
        """Working days after ``day`` up to ``today``: 0 until the day itself is over."""
        return sum(self.is_working(date.fromordinal(n)) for n in range(day.toordinal() + 1, today.toordinal() + 1))

    def working_days_between(self, first: date, last: date) -> int:
        """Working days after ``first`` and before ``last``: neither of the two is counted."""
        return self.working_days_since(first, last - timedelta(days=1))


def moment_at(day: date, hour: time) -> datetime:
    """The moment of ``hour`` on ``day`` in Việt Nam."""
    return datetime.combine(day, hour, tzinfo=VIETNAM)


Interval = tuple[time, time]  # of a day: from, until


@table
class Hours:
    """The working hours of a working day, in order and apart from each other."""

    day: tuple[Interval, ...] = ((time(7, 30), time(11, 30)), (time(13), time(17)))

    def after(self, moment: datetime, hours: float | timedelta, days: WorkingCalendar) -> datetime:
        """The moment when ``hours`` of work have passed since ``moment``; what lies outside of work does not count."""
        left = hours if isinstance(hours, timedelta) else timedelta(hours=hours)
        day = moment.astimezone(VIETNAM).date()
        while True:
            for begin, end in self.day if days.is_working(day) else ():
                first = max(moment_at(day, begin), moment)
                worked = moment_at(day, end) - first
                if worked >= left:
                    return first + left
                left -= max(worked, timedelta())
            day += timedelta(days=1)


@table
class OfficeHours(Hours):
    """The usual hours of the province's offices (``[hours]``), as pairs such as ``["07:30", "11:30"]``."""

    source: str = ""
    verified: bool = False


@table
class Year:
    """A year whose days off are known (``[[year]]``)."""

    year: int
    source: str = ""
    verified: bool = False


@table
class CalendarDay:
    """A day off, or one that is worked in exchange for another (``[[day]]``)."""

    date: date
    name: str = ""
    kind: Literal["holiday", "compensatory", "working-swap"] = "holiday"
    source: str = ""
    verified: bool = False
    note: str = ""

    @property
    def is_worked(self) -> bool:
        """Whether it is a day off that is worked in exchange."""
        return self.kind == "working-swap"


@table
class Calendar:
    """Days and hours of work. Deadlines exclude the day of the event (Bộ luật Dân sự 2015, Điều 147–148)."""

    hours: OfficeHours = OfficeHours()
    years: Annotated[tuple[Year, ...], Field(alias="year")] = ()
    day: tuple[CalendarDay, ...] = ()

    @cached_property
    def days(self) -> WorkingCalendar:
        """Which days are worked."""
        return WorkingCalendar(
            days_off={day.date: day.name for day in self.day if not day.is_worked},
            extra_days={day.date: day.name for day in self.day if day.is_worked},
            years=frozenset(year.year for year in self.years),
        )


calendar = province_table("calendar.toml", Calendar)


def working_days() -> WorkingCalendar:
    """The working days of the province at hand; without its file every weekday is worked."""
    return calendar().days
