"""Changing the number that a goal must reach: one who leads the programme writes a decision down, another approves."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.blocks.indicators import services as indicators
from tinhso.blocks.indicators.models import Amendment
from tinhso.blocks.indicators.services import ProposedTarget
from tinhso.blocks.units import queries as units
from tinhso.government.programme.models import Goal
from tinhso.government.programme.queries import aims, goals
from tinhso.government.programme.rights import MANAGE_PROGRAMME
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused


@transaction.atomic
def amend_target(
    *,
    ref: str,
    floor: Decimal | None,
    ceiling: Decimal | None,
    since: str,
    decision: str,
    decided_on: date,
    why: str,
    by: Actor,
    now: datetime,
) -> Amendment:
    """Write down that a goal must reach another number from a month on; refuses a goal that no indicator measures."""
    goal = _locked_goal(ref)
    by.must_be_able_to(MANAGE_PROGRAMME, at=goal.plan.unit)
    today = clock.local(now).date()
    province = units.province(today)
    where = goal.unit or province
    if not goal.indicator or where is None:
        raise Refused("no_indicator", _("Mục tiêu này không đo bằng chỉ tiêu nào nên không có con số phải đạt."))
    proposed_target = ProposedTarget(
        goal.indicator, where.ref, f"{goal.year}-12", since, floor, ceiling, decision, decided_on, why
    )
    return indicators.propose_amendment(proposed_target, by=by, now=now)


@transaction.atomic
def judge_target(*, ref: str, amendment: str, approve: bool, answer: str, by: Actor, now: datetime) -> Amendment:
    """Another one who leads the programme approves the change, or refuses it with the reason."""
    goal = _locked_goal(ref)
    by.must_be_able_to(MANAGE_PROGRAMME, at=goal.plan.unit)
    if not aims.target_decisions(goal, clock.local(now).date()).filter(ref=amendment[:24]).exists():
        raise Refused("no_amendment", _("Lần đổi này không còn chờ duyệt."))
    return indicators.judge_amendment(ref=amendment, approve=approve, answer=answer, by=by, now=now)


def _locked_goal(ref: str) -> Goal:
    goal = goals.goal_versions(ref)[0]
    if goal.dropped:
        raise Refused("unknown_goal", _("Không có mục tiêu này trong chương trình."))
    return goal
