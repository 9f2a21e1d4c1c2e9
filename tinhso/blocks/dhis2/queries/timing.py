"""Periods as DHIS2 writes them (``20240930``, ``202409``, ``2024Q3``, ``2024``), and those relative to a day."""

import re
from collections.abc import Callable
from datetime import date

from tinhso.kernel import periods
from tinhso.kernel.errors import Refused
from tinhso.kernel.periods import Period, PeriodType

TYPES = {
    PeriodType.DAY: "Daily",
    PeriodType.MONTH: "Monthly",
    PeriodType.QUARTER: "Quarterly",
    PeriodType.YEAR: "Yearly",
}
_WRITTEN = re.compile(r"(\d{4})(?:Q([1-4])|(\d{2})(?:(\d{2}))?)?", re.ASCII)


def dhis_period_code(period: Period) -> str:
    """The code of a period in DHIS2."""
    return period.code.replace("-", "")


def parse_dhis_period(text: str) -> Period | None:
    """The period that DHIS2 writes so; None for what is not one of ours."""
    match = _WRITTEN.fullmatch(text)
    if not match:
        return None
    year, quarter, month, day = match.groups()
    code = f"{year}-Q{quarter}" if quarter else "-".join(part for part in (year, month, day) if part)
    try:
        return periods.parse(code)
    except Refused:
        return None


def _last_periods(kind: PeriodType, count: int) -> Callable[[date], list[Period]]:
    return lambda day: [periods.of(day, kind).shift(step) for step in range(-count, 0)]


def _same_period(kind: PeriodType, step: int = 0) -> Callable[[date], list[Period]]:
    return lambda day: [periods.of(day, kind).shift(step)]


def _periods_within(kind: PeriodType, year: int = 0) -> Callable[[date], list[Period]]:
    def periods_around(day: date) -> list[Period]:
        period = periods.of(day, PeriodType.YEAR).shift(year)
        return list(periods.between(periods.of(period.start, kind), periods.of(period.end, kind)))

    return periods_around


DAY, MONTH, QUARTER, YEAR = PeriodType
RELATIVE: dict[str, Callable[[date], list[Period]]] = {
    "TODAY": _same_period(DAY),
    "YESTERDAY": _same_period(DAY, -1),
    **{f"LAST_{count}_DAYS": _last_periods(DAY, count) for count in (3, 7, 14, 30, 60, 90, 180)},
    "THIS_MONTH": _same_period(MONTH),
    "LAST_MONTH": _same_period(MONTH, -1),
    **{f"LAST_{count}_MONTHS": _last_periods(MONTH, count) for count in (3, 6, 12)},
    "MONTHS_THIS_YEAR": _periods_within(MONTH),
    "MONTHS_LAST_YEAR": _periods_within(MONTH, -1),
    "THIS_QUARTER": _same_period(QUARTER),
    "LAST_QUARTER": _same_period(QUARTER, -1),
    "LAST_4_QUARTERS": _last_periods(QUARTER, 4),
    "QUARTERS_THIS_YEAR": _periods_within(QUARTER),
    "QUARTERS_LAST_YEAR": _periods_within(QUARTER, -1),
    "THIS_YEAR": _same_period(YEAR),
    "LAST_YEAR": _same_period(YEAR, -1),
    "LAST_5_YEARS": _last_periods(YEAR, 5),
    "LAST_10_YEARS": _last_periods(YEAR, 10),
}


def periods_of_item(text: str, *, today: date) -> list[Period] | None:
    """The periods that one item of a period dimension names, relative ones counted from ``today``; None for neither."""
    try:
        if text in RELATIVE:
            return RELATIVE[text](today)
    except ValueError:  # before the year 1 or after 9999
        return None
    period = parse_dhis_period(text)
    return [period] if period else None


MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


def dhis_period_name(period: Period) -> str:
    """The name of a period as DHIS2 shows it."""
    start = period.start
    if period.kind is YEAR:
        return str(start.year)
    if period.kind is MONTH:
        return f"{MONTHS[start.month - 1]} {start.year}"
    if period.kind is QUARTER:
        return f"{MONTHS[start.month - 1]} - {MONTHS[period.end.month - 1]} {start.year}"
    return start.isoformat()
