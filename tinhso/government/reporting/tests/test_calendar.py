"""When returns are due."""

from datetime import date, datetime

from tinhso.government.reporting.queries.calendar import due_at
from tinhso.government.reporting.queries.specs import parse_spec
from tinhso.government.reporting.tests import makers as a
from tinhso.kernel import periods
from tinhso.kernel.clock import VIETNAM
from tinhso.kernel.working_calendar import WorkingCalendar

DAYS = WorkingCalendar(
    days_off={date(2024, 10, 2): "Nghỉ"}, extra_days={date(2024, 10, 5): "Làm bù"}, years=frozenset({2024})
)


def test_the_fifth_working_day_passes_over_holidays_and_counts_a_swapped_saturday() -> None:
    due = due_at(parse_spec(a.DOSSIERS), periods.parse("2024-09"), DAYS)

    assert due == datetime(2024, 10, 7, 17, tzinfo=VIETNAM)


def test_a_daily_return_is_due_at_17_00_of_its_own_day() -> None:
    spec = parse_spec(a.a_spec(a.DOSSIERS, period="day", due={"time": "17:00"}))

    due = due_at(spec, periods.parse("2024-10-05"), DAYS)

    assert due == datetime(2024, 10, 5, 17, tzinfo=VIETNAM)
