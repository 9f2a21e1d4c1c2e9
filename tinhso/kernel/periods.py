"""Statistical periods: a day, a month, a quarter or a year, written ``2024-09-30``, ``2024-09``, ``2024-Q3``, ``2024``.

The codes sort by time within one kind and are those of SDMX (ISO 8601 with ``Qn``).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

from tinhso.kernel.errors import Refused, gettext_noop


class PeriodType(StrEnum):
    """How long a period lasts."""

    DAY = "day"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


MONTHS = {PeriodType.MONTH: 1, PeriodType.QUARTER: 3, PeriodType.YEAR: 12}
_PATTERN = re.compile(r"^(\d{4})(?:-(?:Q([1-4])|(\d{2})(?:-(\d{2}))?))?$")


@dataclass(frozen=True, order=True)
class Period:
    """A stretch of days with a code: ``start`` and ``end`` are both inside it."""

    start: date
    end: date
    kind: PeriodType
    code: str

    def __str__(self) -> str:
        return self.code

    def shift(self, steps: int) -> "Period":
        """The period ``steps`` later (earlier when negative) of the same kind."""
        if self.kind is PeriodType.DAY:
            return of(self.start + timedelta(days=steps), PeriodType.DAY)
        index = self.start.year * 12 + self.start.month - 1 + steps * MONTHS[self.kind]
        return of(date(index // 12, index % 12 + 1, 1), self.kind)

    def year_before(self) -> "Period":
        """The same period of the year before."""
        if self.kind is PeriodType.DAY:
            return of(_same_day_last_year(self.start), PeriodType.DAY)
        return self.shift(-12 // MONTHS[self.kind])

    def months(self) -> list["Period"]:
        """The months inside it (the month that holds it, for a day)."""
        return list(between(of(self.start, PeriodType.MONTH), of(self.end, PeriodType.MONTH)))

    def holds(self, day: date) -> bool:
        """Whether ``day`` is inside."""
        return self.start <= day <= self.end


def of(day: date, kind: PeriodType) -> Period:
    """The period of ``kind`` that holds ``day``."""
    if kind is PeriodType.DAY:
        return Period(day, day, kind, day.isoformat())
    span = MONTHS[kind]
    first = date(day.year, (day.month - 1) // span * span + 1, 1)
    after = first.year * 12 + first.month - 1 + span
    last = date(after // 12, after % 12 + 1, 1) - timedelta(days=1)
    codes = {PeriodType.MONTH: f"{first:%Y-%m}", PeriodType.QUARTER: f"{first.year}-Q{(first.month + 2) // 3}"}
    return Period(first, last, kind, codes.get(kind, f"{first.year:04d}"))


@lru_cache(maxsize=4096)
def parse(code: str) -> Period:
    """Read a period code; refuses what is not one."""
    match = _PATTERN.match(code)
    try:
        if match is None:
            raise ValueError(code)
        year, quarter, month, day = (int(part) if part else None for part in match.groups())
        return _from_parts(year or 0, quarter, month, day)
    except ValueError as error:
        raise Refused(
            "bad_period", gettext_noop("“%(code)s” không phải kỳ báo cáo (ví dụ 2024-09, 2024-Q3, 2024)."), code=code
        ) from error


def _from_parts(year: int, quarter: int | None, month: int | None, day: int | None) -> Period:
    if quarter:
        return of(date(year, quarter * 3, 1), PeriodType.QUARTER)
    if month and day:
        return of(date(year, month, day), PeriodType.DAY)
    if month:
        return of(date(year, month, 1), PeriodType.MONTH)
    return of(date(year, 1, 1), PeriodType.YEAR)


def between(first: Period, last: Period) -> Iterator[Period]:
    """All periods of one kind from ``first`` to ``last``, both included."""
    if first.kind is not last.kind:
        raise ValueError("periods of different kinds do not form a range")
    current = first
    while current.start <= last.start:
        yield current
        current = current.shift(1)


def _same_day_last_year(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:  # 29 February
        return day.replace(year=day.year - 1, day=28)
