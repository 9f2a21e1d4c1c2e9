"""How goals stand: each against what was published of its indicator, or against its tasks; nothing is typed in.

*Reached*: the newest reading up to the goal's year meets the target. *On track*: it does not yet, but would by the end
of the year if it went on as it did since the reading a year before. *Behind*: it would not, or the year is over. A
reading older than a year tells nothing of the course.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _

from tinhso.blocks.indicators import queries as indicators
from tinhso.blocks.indicators.contract import Audience, Indicator, IndicatorTarget
from tinhso.blocks.indicators.queries import Catalogue, Reading
from tinhso.blocks.units import queries as units
from tinhso.blocks.units.models import Level
from tinhso.government.programme.models import Goal, Judgement, Plan, Task
from tinhso.government.programme.models.plans import Pillar
from tinhso.kernel import periods
from tinhso.kernel.errors import Refused, gettext_noop
from tinhso.ui.wording import number_text, unit_text

State = Judgement.State
TONES = {State.REACHED: "good", State.ON_TRACK: "info", State.BEHIND: "bad", State.UNKNOWN: ""}
A_YEAR, STALE = 12, 13  # months
NO_WORK = {"tasks": 0, "accepted": 0, "late": 0}


@dataclass(frozen=True)
class GoalStanding:
    """One goal with the target that binds it, the reading it was judged by, its tasks, and why it stands so."""

    goal: Goal
    state: str
    unit: str = ""
    indicator: Indicator | None = None
    target: IndicatorTarget | None = None
    reading: Reading | None = None
    why: str = ""
    tasks: int = 0
    accepted: int = 0

    @property
    def word(self) -> str:
        """The state in words."""
        return str(State(self.state).label)

    @property
    def tone(self) -> str:
        """The state's tone."""
        return TONES[State(self.state)]

    @property
    def share(self) -> Decimal | None:
        """How far it is, in per cent of a floor or of its tasks; None where that says nothing."""
        if self.indicator is None:
            return Decimal(100 * self.accepted) / self.tasks if self.tasks else None
        value = self.reading.value if self.reading else None
        if value is None or self.target is None or not self.target.floor:
            return None
        return max(Decimal(0), min(Decimal(100), 100 * value / self.target.floor))

    @property
    def aim(self) -> str:
        """The target in words: a floor, a ceiling, a range, or a milestone."""
        if self.indicator is None:
            return _("hoàn thành các nhiệm vụ")
        return target_words(self.target, self.indicator) if self.target else _("chỉ tiêu chưa có mục tiêu cho năm này")


@dataclass(frozen=True)
class GoalFrame:
    """What goals are judged by: a catalogue, a snapshot's number (None: none yet), the day, who reads."""

    catalogue: Catalogue
    snapshot: int | None
    today: date
    to: Audience


def frame_known_at(to: Audience, today: date, known_at: datetime | None = None) -> GoalFrame:
    """What is known now, or was at a moment; refuses a moment whose figures are kept no more."""
    if known_at is None:
        newest = indicators.newest_snapshot()
        return GoalFrame(indicators.catalogue(day=today), newest.number if newest else None, today, to)
    snapshot = indicators.snapshot_at(known_at)
    if snapshot is None:
        return GoalFrame(indicators.catalogue(day=today), None, today, to)
    number, _at, is_stored = snapshot
    if not is_stored:
        raise Refused("snapshot_gone", gettext_noop("Số liệu như đã biết lúc đó không còn được giữ."))
    return GoalFrame(indicators.catalogue_of(number) or indicators.catalogue(day=today), number, today, to)


def current_goals(plan: Plan | None = None, known_at: datetime | None = None) -> QuerySet[Goal]:
    """Goals that hold, or held as known at a moment, in the order of year and pillar."""
    condition = (
        Q(known_to=None)
        if known_at is None
        else Q(known_from__lte=known_at) & (Q(known_to=None) | Q(known_to__gt=known_at))
    )
    goals = Goal.objects.filter(condition, dropped=False).select_related("plan__unit", "unit")
    goals = goals if plan is None else goals.filter(plan=plan)
    return goals.order_by("year", "pillar", "article", "pk")


def goal_versions(ref: str) -> list[Goal]:
    """Every wording of a goal, the newest first; refuses one that nobody wrote."""
    goals = list(Goal.objects.filter(ref=ref[:24]).select_related("plan__unit", "unit").order_by("-version"))
    if not goals:
        raise Refused("unknown_goal", gettext_noop("Không có mục tiêu này trong chương trình."))
    return goals


def goal_standing(goal: Goal, at: GoalFrame) -> GoalStanding:
    """How one wording of a goal stands."""
    return goal_standings(Goal.objects.filter(pk=goal.pk).select_related("plan", "unit"), at)[0]


def goal_standings(goals: QuerySet[Goal], at: GoalFrame) -> list[GoalStanding]:
    """How each goal stands: they come with their tasks and the province in one statement."""
    province = units.at(at.today).filter(level=Level.PROVINCE).values("ref")[:1]
    rows: Iterable[Any] = goals.annotate(work=Subquery(_work_on_goal()), province=Subquery(province))
    return [_standing_of_row(row, at, row.province or "", **(row.work or NO_WORK)) for row in rows]


def _work_on_goal() -> QuerySet[Any]:
    """Of a goal's tasks that were not dropped: how many, how many accepted, how many late."""
    rows = Task.objects.filter(goal=OuterRef("ref")).exclude(state=Task.State.DROPPED).order_by().values("goal")
    accepted = Count("pk", filter=Q(state__in=(Task.State.ACCEPTED, Task.State.DONE)))
    late = Count("pk", filter=Q(closed_at=None, climbed__gte=2))
    return rows.annotate(work=JSONObject(tasks=Count("pk"), accepted=accepted, late=late)).values("work")


def _standing_of_row(goal: Goal, at: GoalFrame, province: str, *, tasks: int, accepted: int, late: int) -> GoalStanding:
    if not goal.indicator:
        return _milestone_standing(goal, tasks, accepted, late, at.today)
    unit = goal.unit.ref if goal.unit else province
    indicator = at.catalogue.indicators.get(goal.indicator)
    if indicator is None or not unit:
        return GoalStanding(goal, State.UNKNOWN, why=_("danh mục không có chỉ tiêu này"))
    target = indicator.target(f"{goal.year}-12", unit)
    readings = [] if at.snapshot is None else _goal_readings(indicator, goal, unit, at)
    last = readings[-1] if readings else None
    state, why = judge_readings(target, readings, goal.year, at.today)
    return GoalStanding(goal, state, unit, indicator, target, last, why, tasks, accepted)


def _goal_readings(indicator: Indicator, goal: Goal, unit: str, at: GoalFrame) -> list[Reading]:
    """Readings with a value up to the end of the goal's year; of a unit that ended, on the basis of old units."""
    end = date(goal.year, 12, 31)
    basis = "published" if goal.unit is None or units.is_there(goal.unit, at.today) else "old"
    for on in dict.fromkeys((basis, "published")):
        all_readings = indicators.reading_series(indicator, unit, to=at.to, basis=on, snapshot=at.snapshot)
        readings = [
            reading
            for reading in all_readings
            if reading.value is not None and _end_of_reading(reading) <= end and _start_of_reading(reading) <= at.today
        ]
        if readings:
            return readings
    return []


def _start_of_reading(reading: Reading) -> date:
    return periods.parse(reading.period).start


def _end_of_reading(reading: Reading) -> date:
    return periods.parse(reading.period).end


def judge_readings(
    target: IndicatorTarget | None, readings: Sequence[Reading], year: int, today: date
) -> tuple[str, str]:
    """The state that a target and readings in the order of time amount to, and why."""
    if target is None:
        return State.UNKNOWN, _("chỉ tiêu chưa có mục tiêu cho năm này")
    last = readings[-1] if readings else None
    if last is None or last.value is None:
        return State.UNKNOWN, _("chưa có số liệu được công bố")
    if target.met_by(last.value):
        return State.REACHED, ""
    if today > date(year, 12, 31):
        return State.BEHIND, _("đã hết năm")
    if _month_number(last) < today.year * 12 + today.month - STALE:
        return State.UNKNOWN, _("số mới nhất đã cũ hơn một năm")
    before = [reading for reading in readings[:-1] if _month_number(reading) >= _month_number(last) - A_YEAR]
    if not before:
        return State.BEHIND, _("chưa đủ số để ước tiến độ")
    ahead = projected_value(before[0], last, year)
    words = _("cứ đà này đến cuối năm: %(value)s") % {"value": number_text(ahead, last.indicator.decimals)}
    return (State.ON_TRACK if target.met_by(ahead) else State.BEHIND), words


def projected_value(first: Reading, last: Reading, year: int) -> Decimal:
    """The value at the end of ``year`` if it went on in a straight line."""
    step = (last.value - first.value) / (_month_number(last) - _month_number(first))  # type: ignore[operator]
    return last.value + step * (year * 12 + 12 - _month_number(last))  # type: ignore[operator]


def _month_number(reading: Reading) -> int:
    end = _end_of_reading(reading)
    return end.year * 12 + end.month


def _milestone_standing(goal: Goal, tasks: int, accepted: int, late: int, today: date) -> GoalStanding:
    if not tasks:
        return GoalStanding(goal, State.UNKNOWN, why=_("chưa có nhiệm vụ nào"))
    if tasks == accepted:
        return GoalStanding(goal, State.REACHED, tasks=tasks, accepted=accepted)
    if late or today > date(goal.year, 12, 31):
        return GoalStanding(goal, State.BEHIND, why=_("có nhiệm vụ quá hạn"), tasks=tasks, accepted=accepted)
    return GoalStanding(goal, State.ON_TRACK, tasks=tasks, accepted=accepted)


def target_words(target: IndicatorTarget, indicator: Indicator) -> str:
    """``từ 90%``, ``không quá 5%``, ``từ 6 đến 6,5%``."""
    measure, places = unit_text(indicator.unit_of_measure), indicator.decimals
    low, high = (
        None if bound is None else number_text(bound, _bound_places(bound, places))
        for bound in (target.floor, target.ceiling)
    )
    if low is not None and high is not None:
        return _("từ %(low)s đến %(high)s%(unit)s") % {"low": low, "high": high, "unit": measure}
    if low is not None:
        return _("từ %(low)s%(unit)s trở lên") % {"low": low, "unit": measure}
    return _("không quá %(high)s%(unit)s") % {"high": high, "unit": measure}


def _bound_places(bound: Decimal, places: int) -> int:
    """A whole bound is said without places."""
    return 0 if bound == bound.to_integral_value() else places


@dataclass(frozen=True)
class PillarTally:
    """How the goals of a pillar stand."""

    code: str
    name: str
    reached: int
    on_track: int
    behind: int
    unknown: int

    @property
    def total(self) -> int:
        """All goals of the pillar."""
        return self.reached + self.on_track + self.behind + self.unknown

    @property
    def judged(self) -> int:
        """Those that could be judged: the whole that a share is out of."""
        return self.total - self.unknown


def by_pillar(standings: Sequence[GoalStanding]) -> list[PillarTally]:
    """Counts by pillar, of pillars that have goals."""
    pillar_tallies = []
    for code, name in Pillar.choices:
        states = [standing.state for standing in standings if standing.goal.pillar == code]
        if states:
            pillar_tallies.append(PillarTally(code, str(name), *(states.count(state) for state in State.values)))
    return pillar_tallies


def judged_goals(plan: Plan | None, to: Audience, today: date, known_at: datetime | None = None) -> list[GoalStanding]:
    """How the goals of a plan (None: of all) stand now, or stood as known at a moment."""
    return goal_standings(current_goals(plan, known_at), frame_known_at(to, today, known_at))


def monthly_judgements(ref: str) -> QuerySet[Judgement]:
    """How a goal was judged, month by month, the newest first."""
    return Judgement.objects.filter(goal=ref).order_by("-month")


def subject_words(ref: str) -> tuple[str, str]:
    """Title and measuring indicator of a goal that holds; empty ones where there is none."""
    goal = Goal.objects.filter(ref=ref[:24], known_to=None, dropped=False).first()
    return (goal.title, goal.indicator) if goal else ("", "")
