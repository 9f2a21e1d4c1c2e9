"""Working time between two moments, reckoned in the database: medians over all steps of a year in one question."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from tinhso.kernel import clock
from tinhso.kernel.deadlines import Office, province_office

ZONE = "Asia/Ho_Chi_Minh"
DAY = f"({{}} AT TIME ZONE '{ZONE}')::date"
SECOND = f"extract(epoch FROM ({{}} AT TIME ZONE '{ZONE}')::time)"
HOUR = Decimal(3600)
# `spans` has (id, grouped, since, until, sign): a step's own time, less the times when its applicant had to act
QUESTION = """
    WITH days AS MATERIALIZED (
        SELECT * FROM unnest(%s::date[], %s::bigint[], %s::boolean[]) AS told(day, before, works)
    ), spans AS ({spans}),
    worked AS (
        SELECT span.id, span.grouped, sum(span.sign * ({until} - {since})) AS seconds
        FROM spans span
        JOIN days first ON first.day = {first}
        JOIN days last ON last.day = {last}
        GROUP BY 1, 2
    )
    SELECT grouped, count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds),
           percentile_cont(0.9) WITHIN GROUP (ORDER BY seconds)
    FROM worked GROUP BY 1
"""


@dataclass(frozen=True)
class Times:
    """How long something took, in hours of work; None where nothing was done."""

    count: int = 0
    median: Decimal | None = None
    p90: Decimal | None = None


def working_times(spans: str, parameters: Sequence[Any], first: datetime, last: datetime) -> dict[str, Times]:
    """The times of each group. ``spans`` is SQL giving ``id, grouped, since, until, sign``; all of it lies between
    ``first`` and ``last``."""
    office = province_office()
    days = _calendar_days(office, clock.local(first).date(), clock.local(last).date())
    question = QUESTION.format(
        spans=spans,
        since=_worked_seconds_sql("first", "span.since", office),
        until=_worked_seconds_sql("last", "span.until", office),
        first=DAY.format("span.since"),
        last=DAY.format("span.until"),
    )
    with connection.cursor() as cursor:
        cursor.execute(question, [*days, *parameters])
        return {row[0]: Times(row[1], _office_hours(row[2]), _office_hours(row[3])) for row in cursor.fetchall()}


def _office_hours(seconds: object) -> Decimal | None:
    return None if seconds is None else Decimal(str(seconds)) / HOUR


def _calendar_days(office: Office, first: date, last: date) -> tuple[list[date], list[int], list[bool]]:
    """Every day, the seconds of work before it, and whether it is worked."""
    a_day = sum(_second_of_day(end) - _second_of_day(begin) for begin, end in office.hours.day)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    works = [office.days.is_working(day) for day in days]
    before, total = [], 0
    for work in works:
        before.append(total)
        total += a_day if work else 0
    return days, before, works


def _worked_seconds_sql(day: str, moment: str, office: Office) -> str:
    """Seconds of work from the first day up to a moment."""
    second = SECOND.format(moment)
    parts = " + ".join(
        f"greatest(0, least({second}, {_second_of_day(end)}) - {_second_of_day(begin)})"
        for begin, end in office.hours.day
    )
    return f"({day}.before + CASE WHEN {day}.works THEN {parts} ELSE 0 END)"


def _second_of_day(hour: Any) -> int:
    return int(hour.hour * 3600 + hour.minute * 60 + hour.second)
