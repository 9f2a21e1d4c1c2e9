from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinhso.kernel import periods
from tinhso.kernel.errors import Refused
from tinhso.kernel.periods import PeriodType


@given(st.dates(date(1990, 1, 1), date(2100, 12, 31)), st.sampled_from(list(PeriodType)))
def test_a_day_lies_in_the_period_made_of_it_and_the_code_reads_back(day: date, kind: PeriodType) -> None:
    period = periods.of(day, kind)

    assert period.holds(day)
    assert periods.parse(period.code) == period


@given(st.dates(date(1990, 1, 1), date(2100, 12, 31)), st.sampled_from(list(PeriodType)), st.integers(-50, 50))
def test_periods_follow_each_other_without_gap_or_overlap(day: date, kind: PeriodType, steps: int) -> None:
    period = periods.of(day, kind).shift(steps)

    assert (period.shift(1).start - period.end).days == 1
    assert period.shift(1).shift(-1) == period


def test_the_year_before_of_a_quarter_is_the_same_quarter() -> None:
    assert periods.parse("2024-Q3").year_before().code == "2023-Q3"
    assert periods.parse("2024-02-29").year_before().code == "2023-02-28"
    assert [month.code for month in periods.parse("2024-Q3").months()] == ["2024-07", "2024-08", "2024-09"]


@pytest.mark.parametrize("code", ["", "2024-13", "2024-Q5", "24-09", "2024-09-31", "2024/09", "0000", "x"])
def test_what_is_not_a_period_is_refused(code: str) -> None:
    with pytest.raises(Refused) as refusal:
        periods.parse(code)

    assert refusal.value.code == "bad_period"
