"""When returns are due."""

from datetime import date, datetime

import pytest

from tinhso.government.reporting.queries.calendar import calendar_of, due_at
from tinhso.government.reporting.queries.specs import parse_spec
from tinhso.government.reporting.tests import makers as a
from tinhso.kernel import periods
from tinhso.kernel.clock import VIETNAM
from tinhso.kernel.errors import Refused

TABLE = {
    "year": [{"year": 2024}],
    "day": [
        {"date": date(2024, 10, 2), "name": "Nghỉ", "kind": "holiday"},
        {"date": date(2024, 10, 5), "name": "Làm bù", "kind": "working-swap"},
    ],
}


def test_the_fifth_working_day_passes_over_holidays_and_counts_a_swapped_saturday() -> None:
    due = due_at(parse_spec(a.DOSSIERS), periods.parse("2024-09"), calendar_of(TABLE))

    assert due == datetime(2024, 10, 7, 17, tzinfo=VIETNAM)


def test_a_daily_return_is_due_at_17_00_of_its_own_day() -> None:
    spec = parse_spec(a.a_spec(a.DOSSIERS, period="day", due={"time": "17:00"}))

    due = due_at(spec, periods.parse("2024-10-05"), calendar_of(TABLE))

    assert due == datetime(2024, 10, 5, 17, tzinfo=VIETNAM)


def test_a_year_without_a_table_gives_a_provisional_date() -> None:
    days = calendar_of(TABLE)

    assert not days.is_provisional(date(2024, 12, 31))
    assert days.is_provisional(date(2025, 1, 2))


def test_a_faulty_day_is_named() -> None:
    with pytest.raises(Refused) as refusal:
        calendar_of({"day": [{"date": date(2024, 1, 1), "name": "Tết", "kind": "party"}]}, source="calendar.toml")

    assert "calendar.toml, ngày thứ 1" in refusal.value.message
