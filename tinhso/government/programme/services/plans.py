"""Plans, their goals in versions, and how goals were judged month by month."""

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.documents import services as documents
from tinhso.blocks.indicators import queries as indicators
from tinhso.blocks.indicators.contract import SYSTEM
from tinhso.blocks.units import queries as units
from tinhso.government.programme.models import Goal, Judgement, Plan
from tinhso.government.programme.models.plans import Pillar
from tinhso.government.programme.queries import goals, lookup
from tinhso.government.programme.rights import MANAGE_PROGRAMME
from tinhso.government.programme.services.record import Evidence, tidied_reason, tidied_title
from tinhso.kernel import clock, refs
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused

CHANGEABLE = ("title", "article", "pillar", "year", "indicator", "unit")


@transaction.atomic
def add_plan(
    *,
    kind: str,
    number: str,
    title: str,
    issuer: str,
    issued_on: date,
    first_year: int,
    last_year: int,
    unit: str,
    by: Actor,
    now: datetime,
    source: str = "",
    illustrative: bool = False,
) -> Plan:
    """A document that sets aims enters the programme, of the unit that carries it out."""
    where = lookup.receiving_unit(unit, clock.local(now).date())
    by.must_be_able_to(MANAGE_PROGRAMME, at=where)
    if kind not in Plan.Kind.values or not (1990 <= first_year <= last_year <= 2100):
        raise Refused("bad_plan", _("Loại văn bản hoặc thời kỳ chưa đúng."))
    if Plan.objects.filter(number=number.strip(), issued_on=issued_on).exists():
        raise Refused("known_plan", _("Văn bản số %(number)s đã có trong chương trình."), number=number)
    plan = Plan.objects.create(
        ref=refs.new_ref("CT"),
        kind=kind,
        number=number.strip()[:60],
        title=tidied_reason(title)[:300],
        issuer=tidied_reason(issuer)[:200],
        issued_on=issued_on,
        first_year=first_year,
        last_year=last_year,
        unit=where,
        source=source.strip()[:300],
        illustrative=illustrative,
        made_at=now,
        made_by=by.ref,
    )
    audit.record(by=by, did="plan added", to=plan, after={"number": plan.number, "unit": where.ref})
    return plan


@transaction.atomic
def attach_paper(*, used_in: str, evidence: Evidence, by: Actor, now: datetime) -> None:
    """Put an accepted file with a plan or a criterion of the index; whether ``by`` may is for the caller to ask."""
    paper = documents.keep_paper(
        file=evidence.file,
        file_name=evidence.name,
        kind="programme-document",
        name=evidence.name,
        owner="",
        by=by,
        now=now,
    )
    documents.use_paper(ref=paper.ref, owner="", used_in=used_in, by=by, now=now, reused=False)


@transaction.atomic
def add_goal(
    *,
    plan: Plan,
    title: str,
    pillar: str,
    year: int,
    by: Actor,
    now: datetime,
    article: str = "",
    indicator: str = "",
    unit: str = "",
) -> Goal:
    """An aim of a plan: what is measured by an indicator of the catalogue, or a milestone."""
    by.must_be_able_to(MANAGE_PROGRAMME, at=plan.unit)
    values = {"title": title, "article": article, "pillar": pillar, "year": year, "indicator": indicator, "unit": unit}
    goal = Goal(
        ref=refs.new_ref("MT"),
        plan=plan,
        known_from=now,
        by=by.ref,
        by_name=by.name,
        **_checked_goal_fields(values, plan),
    )
    _insert_goal(goal)
    audit.record(by=by, did="goal added", to=goal, after=values)
    return goal


@transaction.atomic
def change_goal(*, ref: str, why: str, by: Actor, now: datetime, dropped: bool = False, **said: Any) -> Goal:
    """Another wording from now on (``said`` holds what is new of it); what was known before stays."""
    goal = (
        Goal.objects.select_for_update(of=("self",))
        .select_related("plan__unit", "unit")
        .filter(ref=ref[:24], known_to=None)
        .first()
    )
    if goal is None or goal.dropped:
        raise Refused("unknown_goal", _("Không có mục tiêu này trong chương trình."))
    by.must_be_able_to(MANAGE_PROGRAMME, at=goal.plan.unit)
    reason = tidied_reason(why)[:500]
    before = {name: getattr(goal, name) for name in CHANGEABLE} | {"unit": goal.unit.ref if goal.unit else ""}
    after = _checked_goal_fields(before | said, goal.plan)
    goal.known_to = now
    goal.save(update_fields=["known_to"])
    fresh = Goal(
        ref=goal.ref,
        version=goal.version + 1,
        plan=goal.plan,
        dropped=dropped,
        why=reason,
        known_from=now,
        by=by.ref,
        by_name=by.name,
        **after,
    )
    _insert_goal(fresh)
    audit.record(by=by, did="goal changed", to=fresh, before=before, after=said | {"why": reason, "dropped": dropped})
    return fresh


def _insert_goal(goal: Goal) -> None:
    try:
        with transaction.atomic():
            goal.save(force_insert=True)
    except IntegrityError as error:
        raise Refused("known_goal", _("Chương trình đã có mục tiêu này cho năm và đơn vị ấy.")) from error


def _checked_goal_fields(values: dict[str, Any], plan: Plan) -> dict[str, Any]:
    code, unit = str(values["indicator"]).strip(), str(values["unit"]).strip()
    if code and code not in indicators.catalogue().indicators:
        raise Refused("unknown_indicator", _("Không có chỉ tiêu nào có mã “%(code)s”."), code=code[:40])
    if values["pillar"] not in Pillar.values or not plan.first_year <= int(values["year"]) <= 2100:
        raise Refused("bad_goal", _("Trụ cột hoặc năm của mục tiêu chưa đúng."))
    return {
        "title": tidied_title(str(values["title"])),
        "article": str(values["article"]).strip()[:120],
        "pillar": values["pillar"],
        "year": int(values["year"]),
        "indicator": code,
        "unit": units.by_ref(unit) if unit else None,
    }


@transaction.atomic
def judge_goals(*, now: datetime, month: str = "") -> int:
    """Write down how every goal stands in the month; done again in it, the newer word stays. Says how many."""
    today = clock.local(now).date()
    goal_standings = goals.judged_goals(None, SYSTEM, today)
    for goal_standing in goal_standings:
        value, period = (
            (goal_standing.reading.value, goal_standing.reading.period) if goal_standing.reading else (None, "")
        )
        Judgement.objects.update_or_create(
            goal=goal_standing.goal.ref,
            month=month or f"{today:%Y-%m}",
            defaults={
                "pillar": goal_standing.goal.pillar,
                "year": goal_standing.goal.year,
                "state": goal_standing.state,
                "at": now,
                "value": None if value is None else round(value, 6),
                "period": period,
                "floor": goal_standing.target.floor if goal_standing.target else None,
                "ceiling": goal_standing.target.ceiling if goal_standing.target else None,
            },
        )
    return len(goal_standings)
