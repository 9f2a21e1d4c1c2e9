from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinhso.kernel import weeks
from tinhso.kernel.errors import Refused


@given(st.dates(date(1990, 1, 1), date(2100, 12, 31)))
def test_a_day_lies_in_its_week_and_the_code_reads_back(day: date) -> None:
    week = weeks.week_of(day)

    assert week.start <= day <= week.end
    assert week.start.weekday() == 0
    assert weeks.parse(week.code) == week


def test_the_last_days_of_a_year_may_lie_in_the_first_week_of_the_next() -> None:
    assert weeks.week_of(date(2025, 12, 31)).code == "2026-W01"
    assert weeks.week_of(date(2027, 1, 3)).code == "2026-W53"


def test_a_week_begins_and_ends_at_midnight_in_viet_nam() -> None:
    week = weeks.parse("2026-W50")

    assert week.begins_at == datetime(2026, 12, 6, 17, tzinfo=UTC)
    assert week.ends_before == datetime(2026, 12, 13, 17, tzinfo=UTC)


@pytest.mark.parametrize(
    "code",
    [
        "",
        "2026-50",
        "2026-W00",
        "2026-W54",
        "0000-W01",
        "0001-W01",
        "1899-W01",
        "3000-W01",
        "2025-W53",
        "2026-W5٠",
        "9999-W53",
    ],
)
def test_a_week_that_there_is_not_is_refused(code: str) -> None:
    with pytest.raises(Refused, match="bad_week"):
        weeks.parse(code)
