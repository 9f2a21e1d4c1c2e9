"""What the front page shows of reports: where the open ones are, and how many were settled within thirty days."""

from collections.abc import Mapping
from typing import Any

from tinhso.kernel import clock
from tinhso.society.field_reports.queries.outside import PublicReportFilter, bubble_map
from tinhso.society.field_reports.queries.statistics import report_statistics

DAYS = 30


def front_map() -> Mapping[str, Any] | None:
    """The map of released reports that are open, and the numbers of the last thirty days; None before the first."""
    now = clock.now()
    numbers = report_statistics(DAYS, now)
    drawn = bubble_map(PublicReportFilter(state="open"), clock.today())
    if drawn is None and not numbers.whole.received:
        return None
    return {"map": drawn, "numbers": numbers.whole, "at": numbers.at, "days": DAYS}
