from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from tinhso.kernel.working_calendar import WorkingCalendar

CULTURE_DAY = WorkingCalendar(days_off={date(2026, 11, 24): "Ngày Văn hóa Việt Nam"}, years=frozenset({2026}))


def test_three_working_days_from_23_november_2026_end_on_friday_because_24_november_is_a_holiday() -> None:
    assert CULTURE_DAY.add_working_days(date(2026, 11, 23), 3) == date(2026, 11, 27)
    assert WorkingCalendar().add_working_days(date(2026, 11, 23), 3) == date(2026, 11, 26)


def test_a_swapped_saturday_is_worked() -> None:
    calendar = WorkingCalendar(extra_days={date(2026, 11, 28): "làm bù"})

    assert calendar.nth_working_day(date(2026, 11, 28), 1) == date(2026, 11, 28)


def test_a_year_without_a_table_is_provisional() -> None:
    assert CULTURE_DAY.is_provisional(date(2027, 1, 1))
    assert not CULTURE_DAY.is_provisional(date(2026, 1, 1))


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(1, 60))
def test_the_nth_working_day_is_a_working_day_with_n_working_days_up_to_it(first: date, n: int) -> None:
    found = CULTURE_DAY.nth_working_day(first, n)
    days = [date.fromordinal(day) for day in range(first.toordinal(), found.toordinal() + 1)]

    assert CULTURE_DAY.is_working(found)
    assert sum(CULTURE_DAY.is_working(day) for day in days) == n
