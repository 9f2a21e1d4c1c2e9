"""Weeks of ISO 8601: Monday to Sunday, numbered in the year that holds their Thursday."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from tinhso.kernel.errors import Refused, gettext_noop
from tinhso.kernel.working_calendar import moment_at

_PATTERN = re.compile(
    r"^(19\d{2}|2\d{3})-W(\d{2})$", re.ASCII
)  # moments of the first years of all have no place in UTC


@dataclass(frozen=True, order=True)
class Week:
    """A week; ``start`` is its Monday."""

    start: date

    @property
    def end(self) -> date:
        """Its Sunday."""
        return self.start + timedelta(days=6)

    @property
    def number(self) -> int:
        """Its number in ``year``."""
        return self.start.isocalendar().week

    @property
    def year(self) -> int:
        """The year that its number counts in."""
        return self.start.isocalendar().year

    @property
    def code(self) -> str:
        """``2026-W50``, as addresses write it."""
        return f"{self.year:04d}-W{self.number:02d}"

    @property
    def begins_at(self) -> datetime:
        """Its first moment, on a Vietnamese clock."""
        return moment_at(self.start, time.min)

    @property
    def ends_before(self) -> datetime:
        """The first moment after it."""
        return self.shift(1).begins_at

    def shift(self, steps: int) -> "Week":
        """The week ``steps`` later, earlier when negative."""
        return Week(self.start + timedelta(weeks=steps))


def week_of(day: date) -> Week:
    """The week in which a day lies."""
    return Week(day - timedelta(days=day.weekday()))


def parse(code: str) -> Week:
    """The week of a code ``2026-W50``, from 1900 to 2999; refuses another text, and a week that there is not."""
    matched = _PATTERN.match(code)
    try:
        return Week(date.fromisocalendar(int(matched[1]), int(matched[2]), 1)) if matched else _refuse_code(code)
    except ValueError:
        return _refuse_code(code)


def _refuse_code(code: str) -> Week:
    raise Refused("bad_week", gettext_noop("Không có tuần nào có mã “%(code)s”."), code=code[:20])
