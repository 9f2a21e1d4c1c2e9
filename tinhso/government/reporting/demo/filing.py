"""When each return was handed in, approved and published: mostly in time, some units late again and again.

The latest period is still on its way: some returns are missing, some wait for approval, some were sent back.
"""

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property, partial

import numpy as np

from tinhso.blocks.units import queries as units
from tinhso.blocks.units.models import Level
from tinhso.government.reporting.demo.frames import DemoFrame
from tinhso.government.reporting.demo.profile import Profile, ProfileError
from tinhso.government.reporting.models import Return
from tinhso.government.reporting.queries import calendar as calendars
from tinhso.kernel import clock, working_calendar
from tinhso.kernel.periods import Period
from tinhso.kernel.working_calendar import WorkingCalendar, moment_at

State, Status = Return.State, Return.Status
MORNING = time(7, 30)
OFFICE_MINUTES = 560
FRESH, RECENT, PRELIMINARY = timedelta(days=45), timedelta(days=80), timedelta(days=62)
MISSING_FROM_RECENT = 0.015
CORRECTED = 0.006
EARLIER_DAYS = (0.45, 0.3, 0.17, 0.08)


@dataclass(frozen=True)
class DemoFiling:
    """One return and its history; ``filled`` says how much of the form has values."""

    unit: int
    unit_ref: str
    period: Period
    due: datetime
    state: str
    status: str
    submitted: datetime | None = None
    approved: datetime | None = None
    published: datetime | None = None
    filled: str = "whole"  # whole · half · nothing
    corrected: bool = False


class Clerks:
    """Everybody who files, with their habits, on the province's working calendar."""

    def __init__(self, profile: Profile, now: datetime) -> None:
        self.profile, self.now = profile, now
        self.days: WorkingCalendar = working_calendar.working_days()
        self.habits: dict[str, float] = {}
        self.agencies: dict[tuple[str, date | None], tuple[int, str]] = {}

    @cached_property
    def turns(self) -> list[date]:
        """The days on which agencies begin or end."""
        nodes = [node for node in units.all_nodes() if node.level == Level.AGENCY]
        return sorted({day for node in nodes for day in (node.start, node.end)})

    def late_share(self, ref: str) -> float:
        """How often this unit is late: most hardly ever, a few often."""
        if ref not in self.habits:
            draw = np.random.default_rng([self.profile.seed, zlib.crc32(ref.encode())])
            self.habits[ref] = min(self.profile.late.get("in_general", 0.06) * float(draw.gamma(0.5, 2.0)), 0.6)
        return self.habits[ref]

    def filers(self, frame: DemoFrame, step: int) -> list[tuple[int, str]]:
        """Keys and references of the units that owe the return of one period."""
        if frame.spec.filed_by == "commune":
            return [(node.pk, node.ref) for node in frame.eras[step].communes]
        return [self._agency(frame.spec.agency_code(frame.periods[step]), frame.periods[step].end)]

    def _agency(self, code: str, day: date) -> tuple[int, str]:
        key = (code, max((turn for turn in self.turns if turn <= day), default=None))
        if key not in self.agencies:
            unit = units.agency(code, day)
            if unit is None:
                raise ProfileError(f"there is no agency {code} on {day}")
            self.agencies[key] = (unit.pk, unit.ref)
        return self.agencies[key]

    def filings(self, frame: DemoFrame) -> Iterator[tuple[int, list[DemoFiling]]]:
        """Every period that is over, with a filing of each unit that owes one."""
        chance = frame.draw("", 9)
        for step, period in enumerate(frame.periods):
            if period.end >= clock.local(self.now).date():
                return
            due = calendars.due_at(frame.spec, period, self.days)
            desk = _Desk(self, due, period)
            yield step, [desk.filing(pk, ref, chance.random(9), frame) for pk, ref in self.filers(frame, step)]


class _Desk:
    """One data set's due day, with the working days around it."""

    def __init__(self, clerks: Clerks, due: datetime, period: Period) -> None:
        self.clerks, self.due, self.period = clerks, due, period
        before: list[date] = []
        day = clock.local(due).date()
        while len(before) < len(EARLIER_DAYS) and day > period.end:
            if clerks.days.is_working(day):
                before.append(day)
            day -= timedelta(days=1)
        self.before = before or [clock.local(due).date()]
        self.age = clerks.now - due

    def filing(self, unit: int, ref: str, luck: np.ndarray, frame: DemoFrame) -> DemoFiling:
        """Chance decides, within the unit's habits, when and how far the return went."""
        filing = partial(DemoFiling, unit, ref, self.period, self.due, status=self._status(frame))
        stage = self._stage(luck[0], commune=frame.spec.filed_by == "commune")
        if stage == State.DRAFT:
            return filing(state=State.DRAFT, filled="half" if luck[1] < 0.5 else "nothing")
        submitted = self._submitted(self.clerks.late_share(ref), luck)
        approved = self._office(submitted + timedelta(hours=2 + 22 * luck[4]))
        published = self._office(approved + timedelta(hours=1 + 8 * luck[5]))
        if submitted > self.clerks.now:
            return filing(state=State.DRAFT, filled="nothing")
        if stage == State.SENT_BACK:
            return filing(state=State.SENT_BACK, submitted=submitted)
        if stage == State.SUBMITTED or approved > self.clerks.now:
            return filing(state=State.SUBMITTED, submitted=submitted)
        if stage == State.APPROVED or published > self.clerks.now:
            return filing(state=State.APPROVED, submitted=submitted, approved=approved)
        corrected = luck[6] < CORRECTED and self.age > RECENT and published + timedelta(days=20) < self.clerks.now
        return filing(
            state=State.PUBLISHED, submitted=submitted, approved=approved, published=published, corrected=corrected
        )

    def _stage(self, luck: float, *, commune: bool) -> str:
        late = self.clerks.profile.late
        if self.age > FRESH:
            return State.DRAFT if commune and self.age < RECENT and luck < MISSING_FROM_RECENT else State.PUBLISHED
        steps: Mapping[str, float] = {
            State.DRAFT: late.get("missing_communes" if commune else "missing_agencies", 0),
            State.SUBMITTED: late.get("submitted", 0),
            State.APPROVED: late.get("approved", 0),
            State.SENT_BACK: late.get("sent_back", 0),
        }
        for state, share in steps.items():
            luck -= share
            if luck < 0:
                return state
        return State.PUBLISHED

    def _status(self, frame: DemoFrame) -> str:
        if self.clerks.profile.last.end - self.period.end >= PRELIMINARY:
            return Status.OFFICIAL
        guessed = zlib.crc32(frame.spec.code.encode()) % 10 == 0 and self.period == frame.periods[-1]
        return Status.ESTIMATE if guessed else Status.PRELIMINARY

    def _submitted(self, late: float, luck: np.ndarray) -> datetime:
        minutes = timedelta(minutes=int(OFFICE_MINUTES * luck[3]))
        if luck[2] < late:
            days = 1 + int(-2.2 * np.log(1 - luck[7]))
            return moment_at(self.clerks.days.add_working_days(self.before[0], min(days, 15)), MORNING) + minutes
        weights = np.cumsum(EARLIER_DAYS[: len(self.before)]) / sum(EARLIER_DAYS[: len(self.before)])
        day = self.before[int(np.searchsorted(weights, luck[8]))]
        return min(moment_at(day, MORNING) + minutes, self.due - timedelta(minutes=5))

    def _office(self, moment: datetime) -> datetime:
        """The same moment when offices are open, else the same minute past the next opening."""
        local = clock.local(moment)
        if MORNING <= local.time() < time(17) and self.clerks.days.is_working(local.date()):
            return moment
        day = local.date() + timedelta(days=local.time() >= time(17))
        return moment_at(self.clerks.days.nth_working_day(day, 1), MORNING) + timedelta(minutes=local.minute)
