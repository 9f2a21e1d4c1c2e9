"""The moments at which returns fall due."""

from datetime import datetime, timedelta

from tinhso.government.reporting.queries.specs import DataSetSpec
from tinhso.kernel import working_calendar
from tinhso.kernel.periods import Period
from tinhso.kernel.working_calendar import WorkingCalendar


def due_at(spec: DataSetSpec, period: Period, days: WorkingCalendar) -> datetime:
    """When the return for ``period`` is due, in Việt Nam's time; provisional in a year without a table."""
    if spec.due.working_day == 0:
        return working_calendar.moment_at(period.end, spec.due.time)
    day = days.nth_working_day(period.end + timedelta(days=1), spec.due.working_day)
    return working_calendar.moment_at(day, spec.due.time)
