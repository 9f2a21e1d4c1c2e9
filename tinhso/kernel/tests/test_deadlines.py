from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tinhso.kernel.clock import VIETNAM
from tinhso.kernel.deadlines import ClockPause, Duration, DurationUnit, Office, deadline_of
from tinhso.kernel.working_calendar import Hours, WorkingCalendar

CULTURE_DAY = date(2026, 11, 24)
OFFICE = Office(WorkingCalendar(days_off={CULTURE_DAY: "Ngày Văn hóa Việt Nam"}, years=frozenset({2026})))
LATER = datetime(2030, 1, 1, tzinfo=VIETNAM)
MONDAY, FRIDAY = "2026-11-23", "2026-11-27"


def moment(day: str, hour: str = "09:00") -> datetime:
    return datetime.fromisoformat(f"{day}T{hour}:00+07:00")


def ends(submitted: datetime, duration: Duration, *pauses: ClockPause, now: datetime = LATER) -> datetime:
    return deadline_of(submitted, duration, OFFICE, pauses=pauses, now=now).at


def test_three_working_days_from_monday_23_november_2026_nine_o_clock_end_on_friday_the_27th() -> None:
    found = deadline_of(moment(MONDAY), Duration(3), OFFICE, now=LATER)

    assert found.at == moment(FRIDAY, "17:00")
    assert found.received == moment(MONDAY)
    assert found.skipped == (CULTURE_DAY,)
    assert not found.provisional


@pytest.mark.parametrize(
    ("submitted", "received"),
    [
        (moment(MONDAY, "06:00"), moment(MONDAY, "07:30")),
        (moment(MONDAY, "12:10"), moment(MONDAY, "13:00")),
        (moment(MONDAY, "17:00"), moment(MONDAY, "17:00")),
        (moment(MONDAY, "17:01"), moment("2026-11-25", "07:30")),
        (moment("2026-11-28", "10:00"), moment("2026-11-30", "07:30")),
    ],
    ids=["before work", "at noon", "the last moment", "before a holiday", "on a Saturday"],
)
def test_what_arrives_outside_of_work_is_received_when_work_begins_again(
    submitted: datetime, received: datetime
) -> None:
    assert deadline_of(submitted, Duration(1), OFFICE, now=LATER).received == received


def test_calendar_days_count_holidays_but_do_not_end_on_one() -> None:
    assert ends(moment("2026-11-20"), Duration(3, DurationUnit.DAY)) == moment(MONDAY, "17:00")
    assert ends(moment("2026-11-20"), Duration(4, DurationUnit.DAY)) == moment("2026-11-25", "17:00")
    assert ends(moment(MONDAY), Duration(5, DurationUnit.DAY)) == moment("2026-11-30", "17:00")


def test_hours_are_hours_of_work() -> None:
    assert ends(moment(MONDAY, "16:00"), Duration(2, DurationUnit.HOUR)) == moment("2026-11-25", "08:30")
    assert ends(moment(MONDAY, "09:00"), Duration(8, DurationUnit.HOUR)) == moment("2026-11-25", "09:00")


def test_what_is_due_the_same_day_is_due_the_next_working_day_when_received_after_the_hour() -> None:
    same_day = Duration(0, cutoff=time(15))

    assert ends(moment(MONDAY, "15:00"), same_day) == moment(MONDAY, "17:00")
    assert ends(moment(MONDAY, "15:01"), same_day) == moment("2026-11-25", "17:00")


def test_the_clock_stands_still_while_the_applicant_must_act() -> None:
    waiting = ClockPause(moment(MONDAY, "10:00"), moment(FRIDAY, "08:00"))

    assert ends(moment(MONDAY), Duration(3), waiting) == moment("2026-12-02", "17:00")
    assert ends(moment(MONDAY), Duration(3, DurationUnit.DAY), waiting) == moment("2026-11-30", "17:00")
    assert ends(moment(MONDAY), Duration(4, DurationUnit.HOUR), waiting) == moment(FRIDAY, "10:30") + timedelta(
        minutes=30
    )


def test_a_question_answered_on_the_same_day_costs_nobody_a_day() -> None:
    assert ends(moment(MONDAY), Duration(3), ClockPause(moment(MONDAY, "10:00"), moment(MONDAY, "16:00"))) == moment(
        FRIDAY, "17:00"
    )


def test_a_clock_that_stands_still_moves_the_end_day_by_day() -> None:
    waiting = ClockPause(moment(MONDAY, "10:00"))
    on_wednesday = deadline_of(moment(MONDAY), Duration(3), OFFICE, pauses=[waiting], now=moment("2026-11-25", "18:00"))
    on_thursday = deadline_of(moment(MONDAY), Duration(3), OFFICE, pauses=[waiting], now=moment("2026-11-26", "08:00"))

    assert on_wednesday.stopped
    assert (on_wednesday.at, on_thursday.at) == (moment("2026-11-30", "17:00"), moment("2026-12-01", "17:00"))


def test_a_year_without_a_table_of_holidays_makes_the_promise_provisional() -> None:
    assert deadline_of(moment("2026-12-30"), Duration(3), OFFICE, now=LATER).provisional
    assert not deadline_of(moment("2026-12-28"), Duration(3), OFFICE, now=LATER).provisional


def test_offices_keep_the_hours_of_their_province() -> None:
    early = Office(OFFICE.days, Hours(((time(7), time(11)), (time(13, 30), time(17)))))

    assert deadline_of(moment(MONDAY, "11:30"), Duration(1), early, now=LATER).received == moment(MONDAY, "13:30")


@pytest.mark.parametrize("amount", [-1, 0])
def test_no_hours_and_less_than_nothing_are_no_durations(amount: int) -> None:
    with pytest.raises(ValueError):
        Duration(amount, DurationUnit.HOUR)


MOMENTS = some.datetimes(datetime(2026, 1, 1), datetime(2027, 6, 1)).map(lambda one: one.replace(tzinfo=VIETNAM))
DURATIONS = some.builds(Duration, some.integers(1, 60), some.sampled_from(DurationUnit))
PAUSES = some.lists(
    some.tuples(MOMENTS, some.timedeltas(timedelta(), timedelta(days=20))).map(
        lambda one: ClockPause(one[0], one[0] + one[1])
    ),
    max_size=4,
)


@given(MOMENTS, DURATIONS, PAUSES)
def test_a_promise_ends_at_work_after_its_receipt_and_never_earlier_for_a_pause(
    submitted: datetime, duration: Duration, pauses: list[ClockPause]
) -> None:
    plain, paused = ends(submitted, duration), ends(submitted, duration, *pauses)

    assert submitted <= deadline_of(submitted, duration, OFFICE, now=LATER).received <= plain <= paused
    assert OFFICE.is_open(paused)


@given(MOMENTS, some.integers(0, 60), PAUSES)
def test_working_days_up_to_the_end_are_those_promised_and_those_lost(
    submitted: datetime, amount: int, pauses: list[ClockPause]
) -> None:
    received = OFFICE.opening(submitted).date()
    end = ends(submitted, Duration(amount), *pauses).date()
    stopped = {
        day for one in pauses for day in _days_after(max(one.since, OFFICE.opening(submitted)), one.until or LATER)
    }

    counted = [day for day in _days(received, end) if OFFICE.days.is_working(day)]
    assert len(counted) == amount + sum(OFFICE.days.is_working(day) for day in stopped)


def _days(after: date, until: date) -> list[date]:
    return [after + timedelta(days=n) for n in range(1, (until - after).days + 1)]


def _days_after(since: datetime, until: datetime) -> list[date]:
    return _days(since.astimezone(VIETNAM).date(), until.astimezone(VIETNAM).date()) if until > since else []


@given(MOMENTS, DURATIONS, MOMENTS, some.timedeltas(timedelta(), timedelta(days=20)), some.floats(0, 1))
def test_a_pause_in_two_parts_is_one_pause(
    submitted: datetime, duration: Duration, since: datetime, length: timedelta, part: float
) -> None:
    middle = since + length * part
    halves = (ClockPause(middle, since + length), ClockPause(since, middle))

    assert ends(submitted, duration, *halves) == ends(submitted, duration, ClockPause(since, since + length))
