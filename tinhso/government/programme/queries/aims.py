"""The number that a goal must reach: decisions that changed it, and which one each month was judged by."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.blocks.indicators import queries as indicators
from tinhso.blocks.indicators.contract import Indicator, IndicatorTarget, SteeringMark
from tinhso.blocks.indicators.models import Amendment
from tinhso.blocks.indicators.queries.amendments import target_history
from tinhso.blocks.units import queries as units
from tinhso.blocks.units.models import Level
from tinhso.government.programme.models import Goal, Judgement
from tinhso.government.programme.queries import goals
from tinhso.government.programme.rights import MANAGE_PROGRAMME, SEE_PROGRAMME
from tinhso.kernel.actor import Actor


@dataclass(frozen=True)
class TargetChange:
    """A decision in words: what held, what is to hold, and whether the reader may judge it now."""

    one: Amendment
    before: str
    after: str
    may_judge: bool


def target_decisions(goal: Goal, today: date) -> QuerySet[Amendment]:
    """Decisions on the number that a goal must reach, the newest first."""
    province = units.at(today).filter(level=Level.PROVINCE).values_list("ref", flat=True).first() or ""
    return target_history(goal.indicator, goal.unit.ref if goal.unit else province)


def target_changes(of: goals.GoalStanding, judge: Actor | None) -> list[TargetChange]:
    """The same in words; ``judge`` leads the programme and may judge what somebody else wrote down."""
    indicator = of.indicator
    if indicator is None:
        return []
    return [
        TargetChange(
            change,
            number_words(change.former_floor, change.former_ceiling, indicator),
            number_words(change.floor, change.ceiling, indicator),
            judge is not None and change.approved is None and change.by != judge.ref,
        )
        for change in target_history(of.goal.indicator, of.unit)
    ]


def pending_amendments(by: Actor, known: Sequence[Goal]) -> list[tuple[Amendment, Goal]]:
    """Changes that somebody else wrote down and ``by`` may judge, the oldest first, each with a goal of it.

    ``known`` are the goals that hold.
    """
    if not by.can(MANAGE_PROGRAMME):
        return []
    goals_by_year = sorted(known, key=lambda goal: (goal.year, goal.pk))
    amendments = Amendment.objects.filter(approved=None).exclude(by=by.ref).order_by("at", "pk")
    pairs = [
        (amendment, next((goal for goal in goals_by_year if _is_about(amendment, goal)), None))
        for amendment in amendments
    ]
    return [
        (amendment, goal)
        for amendment, goal in pairs
        if goal is not None and by.can(MANAGE_PROGRAMME, at=goal.plan.unit)
    ]


def _is_about(amendment: Amendment, goal: Goal) -> bool:
    """Whether the change binds the month that the goal is judged by."""
    month = f"{goal.year}-12"
    return (
        amendment.indicator == goal.indicator
        and amendment.since <= month
        and (not amendment.until or month <= amendment.until)
    )


def judged_months(ref: str, indicator: Indicator | None) -> Sequence[tuple[Judgement, str]]:
    """How a goal was judged month by month, the newest first, each by the number that was to be reached then."""
    return [
        (
            judgement,
            number_words(judgement.floor, judgement.ceiling, indicator)
            if indicator and (judgement.floor or judgement.ceiling)
            else "",
        )
        for judgement in goals.monthly_judgements(ref)
    ]


def number_words(floor: Decimal | None, ceiling: Decimal | None, indicator: Indicator) -> str:
    """What must be reached, in words; that nothing was set where nothing was."""
    if floor is None and ceiling is None:
        return _("chưa có")
    return goals.target_words(IndicatorTarget("", "", floor, ceiling), indicator)


def target_marks(code: str, unit: str, by: Actor) -> list[SteeringMark]:
    """When the number that an indicator must reach was changed by a decision, for whoever sees the programme."""
    indicator = indicators.catalogue().indicators.get(code)
    if indicator is None or not by.can(SEE_PROGRAMME):
        return []
    amendments = [amendment for amendment in target_history(code, unit) if amendment.approved and amendment.judged_at]
    goal = (
        Goal.objects.filter(indicator=code, known_to=None, dropped=False).order_by("-year").first()
        if amendments
        else None
    )
    href = reverse("programme:goal", args=[goal.ref]) + "#targets" if goal else reverse("programme:plans")
    words = _("Đổi con số phải đạt: %(before)s → %(after)s (%(decision)s)")
    return [
        SteeringMark(
            unit,
            amendment.judged_at,
            words
            % {
                "before": number_words(amendment.former_floor, amendment.former_ceiling, indicator),
                "after": number_words(amendment.floor, amendment.ceiling, indicator),
                "decision": amendment.decision,
            },
            href,
        )
        for amendment in reversed(amendments)
        if amendment.judged_at is not None
    ]
