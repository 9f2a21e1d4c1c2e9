"""When something promised is due: counted from its valid receipt, with the clock stopped while others must act.

The day of the event is not counted, and what ends on a holiday ends on the next working day (Bộ luật Dân sự 2015, Điều
147 và 148, from memory); which days and hours are worked is the province's table (``working_calendar``).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from pathlib import Path

from tinhso.kernel import working_calendar
from tinhso.kernel.clock import local
from tinhso.kernel.working_calendar import Hours, WorkingCalendar, moment_at


class DurationUnit(StrEnum):
    """In what a duration is told."""

    WORKING_DAY = "working_day"
    DAY = "day"
    HOUR = "hour"


@dataclass(frozen=True)
class Duration:
    """How long something may take. ``cutoff``: at no days, what is received after this hour is due a working day later.

    Hours are hours of work; no days at all means the same day.
    """

    amount: int
    unit: DurationUnit = DurationUnit.WORKING_DAY
    cutoff: time | None = None

    def __post_init__(self) -> None:
        if self.amount < 0 or (self.unit is DurationUnit.HOUR and not self.amount):
            raise ValueError("a duration is not negative, and hours are at least one")


@dataclass(frozen=True)
class ClockPause:
    """A time for which the clock stood still, as the applicant had to act; ``until`` None: it stands still yet."""

    since: datetime
    until: datetime | None = None


@dataclass(frozen=True)
class Office:
    """When offices work: the province's days and hours."""

    days: WorkingCalendar
    hours: Hours = field(default_factory=Hours)

    def is_open(self, moment: datetime) -> bool:
        """Whether somebody works at ``moment``; the last moment of work is one."""
        day = local(moment).date()
        return self.days.is_working(day) and any(
            moment_at(day, a) <= moment <= moment_at(day, b) for a, b in self.hours.day
        )

    def opening(self, moment: datetime) -> datetime:
        """``moment`` itself while somebody works, else when work begins again: what arrives by night arrives then."""
        if self.is_open(moment):
            return moment
        day = local(moment).date()
        while True:
            for begin, _end in self.hours.day if self.days.is_working(day) else ():
                if moment_at(day, begin) > moment:
                    return moment_at(day, begin)
            day += timedelta(days=1)

    def closing(self, day: date) -> datetime:
        """The end of the last hours of ``day``."""
        return moment_at(day, self.hours.day[-1][1])

    def worked(self, since: datetime, until: datetime) -> timedelta:
        """The time of work between two moments."""
        total, day = timedelta(), local(since).date()
        while moment_at(day, time()) < until:
            for begin, end in self.hours.day if self.days.is_working(day) else ():
                total += max(min(moment_at(day, end), until) - max(moment_at(day, begin), since), timedelta())
            day += timedelta(days=1)
        return total


def province_office(folder: Path | None = None) -> Office:
    """The offices of the province at hand, or of the one in ``folder``."""
    calendar = working_calendar.calendar.read_folder(folder) if folder else working_calendar.calendar()
    return Office(calendar.days, calendar.hours)


@dataclass(frozen=True)
class Deadline:
    """A promise reckoned: ``at`` its end, ``received`` from when it was counted, ``skipped`` the holidays on the way.

    ``provisional``: a year on the way has no sourced table of holidays. ``stopped``: the clock stands still now, so
    ``at`` moves on with every day.
    """

    at: datetime
    received: datetime
    provisional: bool
    stopped: bool
    skipped: tuple[date, ...]


def deadline_of(
    submitted: datetime, duration: Duration, office: Office, *, pauses: Sequence[ClockPause] = (), now: datetime
) -> Deadline:
    """When what was validly handed in at ``submitted`` is due; a clock that stands still at ``now`` counts up to then.

    Pauses may touch or overlap: time is left out once. Those before the receipt or after ``now`` do not count.
    """
    received = office.opening(submitted)
    stops = _merged_pauses(pauses, received, now)
    if duration.unit is DurationUnit.HOUR:
        end = _after_hours(received, duration.amount, office, stops)
    elif duration.unit is DurationUnit.DAY:
        day = local(received).date() + timedelta(days=duration.amount + sum(map(_paused_days, stops)))
        end = office.closing(office.days.nth_working_day(day, 1))
    else:
        lost = sum(_working_days(stop, office.days) for stop in stops)
        end = office.closing(_working_day(received, duration, lost, office.days))
    return Deadline(
        at=end,
        received=received,
        provisional=any(office.days.is_provisional(date(year, 1, 1)) for year in _years_between(received, end)),
        stopped=any(
            clock_pause.since <= now and (clock_pause.until is None or clock_pause.until > now)
            for clock_pause in pauses
        ),
        skipped=tuple(sorted(day for day in office.days.days_off if local(received).date() < day <= local(end).date())),
    )


def _working_day(received: datetime, duration: Duration, lost: int, days: WorkingCalendar) -> date:
    day = local(received).date()
    late = not duration.amount and duration.cutoff is not None and local(received).time() > duration.cutoff
    return days.add_working_days(day, duration.amount + late + lost)


def _merged_pauses(pauses: Sequence[ClockPause], received: datetime, now: datetime) -> list[tuple[datetime, datetime]]:
    """The times that do not count, apart from each other and in order."""
    merged_times: list[tuple[datetime, datetime]] = []
    for since, until in sorted(
        (max(clock_pause.since, received), min(clock_pause.until or now, now)) for clock_pause in pauses
    ):
        if until <= since:
            continue
        if merged_times and since <= merged_times[-1][1]:
            merged_times[-1] = (merged_times[-1][0], max(merged_times[-1][1], until))
        else:
            merged_times.append((since, until))
    return merged_times


def _paused_days(stop: tuple[datetime, datetime]) -> int:
    """Days that began while the clock stood still."""
    return (local(stop[1]).date() - local(stop[0]).date()).days


def _working_days(stop: tuple[datetime, datetime], days: WorkingCalendar) -> int:
    first = local(stop[0]).date()
    return sum(days.is_working(first + timedelta(days=n)) for n in range(1, _paused_days(stop) + 1))


def _after_hours(received: datetime, amount: int, office: Office, stops: list[tuple[datetime, datetime]]) -> datetime:
    """The moment when ``amount`` hours have been worked; only stops before that moment can put it off."""
    end = office.hours.after(received, amount, office.days)
    for since, until in stops:
        if since >= end:
            break
        end = office.hours.after(max(until, received), office.worked(since, end), office.days)
    return end


def _years_between(since: datetime, until: datetime) -> range:
    return range(local(since).year, local(until).year + 1)
