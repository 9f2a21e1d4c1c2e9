"""Hours of work, whatever lies between them."""

from datetime import date, datetime, time
from pathlib import Path

import pytest

from tinhso.kernel import working_calendar
from tinhso.kernel.clock import VIETNAM
from tinhso.kernel.working_calendar import Hours, WorkingCalendar

HOURS = Hours(((time(7), time(11)), (time(13), time(17))))
DAYS = WorkingCalendar(days_off={date(2026, 9, 2): "Quốc khánh"})


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    """A moment of 2026 in Việt Nam."""
    return datetime(2026, month, day, hour, minute, tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("begin", "hours", "end"),
    [
        (at(23, 8), 2, at(23, 10)),
        (at(23, 10), 2, at(23, 14)),
        (at(23, 16), 8, at(24, 16)),
        (at(20, 16, 30), 1, at(23, 7, 30)),
        (at(21, 9), 1, at(23, 8)),
        (at(23, 3), 8, at(23, 17)),
        (at(1, 16, month=9), 2, at(3, 8, month=9)),
    ],
)
def test_only_working_hours_count(begin: datetime, hours: float, end: datetime) -> None:
    assert HOURS.after(begin, hours, DAYS) == end


def test_a_province_without_a_calendar_works_every_weekday(tmp_path: Path) -> None:
    days = working_calendar.calendar.read_folder(tmp_path).days

    assert days.is_working(date(2026, 9, 2))
    assert not days.is_working(date(2026, 11, 22))


def test_days_off_and_days_worked_in_exchange_are_read(tmp_path: Path) -> None:
    text = """
[[year]]
year = 2026
[[day]]
date = 2026-09-02
name = "Quốc khánh"
kind = "holiday"
[[day]]
date = 2026-08-22
name = "Làm bù"
kind = "working-swap"
"""
    (tmp_path / "calendar.toml").write_text(text, encoding="utf-8")

    days = working_calendar.calendar.read_folder(tmp_path).days

    assert not days.is_working(date(2026, 9, 2))
    assert days.is_working(date(2026, 8, 22))
    assert not days.is_provisional(date(2026, 1, 1))


def test_a_province_says_its_hours_beside_its_days(tmp_path: Path) -> None:
    (tmp_path / "calendar.toml").write_text('[hours]\nday = [["07:00", "11:30"], ["13:30", "17:00"]]', encoding="utf-8")

    told, usual = (working_calendar.calendar.read_folder(folder).hours for folder in (tmp_path, tmp_path / "elsewhere"))

    assert told.day == ((time(7), time(11, 30)), (time(13, 30), time(17)))
    assert usual.day == Hours().day
