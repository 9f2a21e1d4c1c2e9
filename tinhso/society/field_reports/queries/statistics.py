"""How reports stand in numbers that anybody may see: each a count and an out-of, by commune, for a span of days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.db import connection

from tinhso.society.field_reports.queries.rules import name_of, rules

SPANS = (30, 90, 365)
KEPT = 600  # seconds
COUNTS = """
    SELECT {key}, count(*),
           count(*) FILTER (WHERE status IN (5, 6, 7)),
           count(*) FILTER (WHERE status NOT IN (8, 10) AND (resolved_at IS NOT NULL OR due_at <= %(now)s)),
           count(*) FILTER (WHERE status NOT IN (8, 10) AND resolved_at <= due_at),
           count(*) FILTER (WHERE reopened > 0)
    FROM field_reports_report report JOIN units_unit unit ON unit.id = report.origin_unit_id
    WHERE received_at >= %(since)s AND kind = 'field' AND status BETWEEN 1 AND 10
    GROUP BY 1
"""
RATED = """
    SELECT unit.name, count(*), count(*) FILTER (WHERE rating.points >= 4)
    FROM field_reports_rating rating
    JOIN field_reports_report report ON report.id = rating.report_id
    JOIN units_unit unit ON unit.id = report.origin_unit_id
    WHERE rating.at >= %(since)s GROUP BY 1
"""


@dataclass(frozen=True)
class ReportStatisticsLine:
    """One commune or category. ``due``: had to be mended by now or is; ``kept``: of these in time.

    ``rated`` and ``satisfied`` are None where so few rated that one could guess who.
    """

    name: str
    received: int
    resolved: int
    due: int
    kept: int
    reopened: int
    rated: int | None = None
    satisfied: int | None = None

    @property
    def on_time(self) -> float | None:
        """In hundredths; None of nothing."""
        return self.kept * 100 / self.due if self.due else None

    @property
    def content(self) -> float | None:
        """Ratings of 4 or 5, in hundredths."""
        return self.satisfied * 100 / self.rated if self.rated and self.satisfied is not None else None


@dataclass(frozen=True)
class ReportStatistics:
    """All lines of a span, and their sum."""

    units: Sequence[ReportStatisticsLine]
    categories: Sequence[ReportStatisticsLine]
    whole: ReportStatisticsLine
    since: datetime
    at: datetime


def report_statistics(days: int, now: datetime) -> ReportStatistics:
    """The numbers of the last ``days``; reckoned anew every ten minutes."""
    key = f"field_reports.numbers.{days}"
    statistics: ReportStatistics | None = cache.get(key)
    if statistics is None:
        statistics = _read_statistics(days, now)
        cache.set(key, statistics, KEPT)
    return statistics


def _read_statistics(days: int, now: datetime) -> ReportStatistics:
    since = now - timedelta(days=days)
    moments_by_key = {"since": since, "now": now}
    with connection.cursor() as cursor:
        cursor.execute(RATED, moments_by_key)
        rated = {name: (count, good) for name, count, good in cursor.fetchall()}
        cursor.execute(COUNTS.format(key="unit.name"), moments_by_key)
        units = [_statistics_line(row, *rated.get(row[0], (0, 0))) for row in cursor.fetchall()]
        cursor.execute(COUNTS.format(key="report.category"), moments_by_key)
        categories = [_statistics_line((name_of(row[0]), *row[1:]), 0, 0) for row in cursor.fetchall()]
    sums = [sum(getattr(line, name) for line in units) for name in ("received", "resolved", "due", "kept", "reopened")]
    report_statistics_line = _statistics_line(
        ("", *sums), sum(count for count, _good in rated.values()), sum(good for _count, good in rated.values())
    )
    return ReportStatistics(
        sorted(units, key=_most_first), sorted(categories, key=_most_first), report_statistics_line, since, now
    )


def _statistics_line(row: Sequence[Any], rated: int, satisfied: int) -> ReportStatisticsLine:
    name, received, resolved, due, on_time, reopened = row
    return ReportStatisticsLine(
        name, received, resolved, due, on_time, reopened, *_published_satisfaction(rated, satisfied)
    )


def _most_first(report_statistics_line: ReportStatisticsLine) -> tuple[int, str]:
    return -report_statistics_line.received, report_statistics_line.name


def _published_satisfaction(rated: int, satisfied: int) -> tuple[int | None, int | None]:
    return (rated, satisfied) if rated >= rules().closing.smallest else (None, None)
