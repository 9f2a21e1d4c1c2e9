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
    one = Plan.objects.create(
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
    audit.record(by=by, did="plan added", to=one, after={"number": one.number, "unit": where.ref})
    return one


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
    said = {"title": title, "article": article, "pillar": pillar, "year": year, "indicator": indicator, "unit": unit}
    one = Goal(
        ref=refs.new_ref("MT"),
        plan=plan,
        known_from=now,
        by=by.ref,
        by_name=by.name,
        **_checked_goal_fields(said, plan),
    )
    _insert_goal(one)
    audit.record(by=by, did="goal added", to=one, after=said)
    return one


@transaction.atomic
def change_goal(*, ref: str, why: str, by: Actor, now: datetime, dropped: bool = False, **said: Any) -> Goal:
    """Another wording from now on (``said`` holds what is new of it); what was known before stays."""
    one = (
        Goal.objects.select_for_update(of=("self",))
        .select_related("plan__unit", "unit")
        .filter(ref=ref[:24], known_to=None)
        .first()
    )
    if one is None or one.dropped:
        raise Refused("unknown_goal", _("Không có mục tiêu này trong chương trình."))
    by.must_be_able_to(MANAGE_PROGRAMME, at=one.plan.unit)
    reason = tidied_reason(why)[:500]
    before = {name: getattr(one, name) for name in CHANGEABLE} | {"unit": one.unit.ref if one.unit else ""}
    after = _checked_goal_fields(before | said, one.plan)
    one.known_to = now
    one.save(update_fields=["known_to"])
    fresh = Goal(
        ref=one.ref,
        version=one.version + 1,
        plan=one.plan,
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


def _insert_goal(one: Goal) -> None:
    try:
        with transaction.atomic():
            one.save(force_insert=True)
    except IntegrityError as error:
        raise Refused("known_goal", _("Chương trình đã có mục tiêu này cho năm và đơn vị ấy.")) from error


def _checked_goal_fields(said: dict[str, Any], plan: Plan) -> dict[str, Any]:
    code, unit = str(said["indicator"]).strip(), str(said["unit"]).strip()
    if code and code not in indicators.catalogue().indicators:
        raise Refused("unknown_indicator", _("Không có chỉ tiêu nào có mã “%(code)s”."), code=code[:40])
    if said["pillar"] not in Pillar.values or not plan.first_year <= int(said["year"]) <= 2100:
        raise Refused("bad_goal", _("Trụ cột hoặc năm của mục tiêu chưa đúng."))
    return {
        "title": tidied_title(str(said["title"])),
        "article": str(said["article"]).strip()[:120],
        "pillar": said["pillar"],
        "year": int(said["year"]),
        "indicator": code,
        "unit": units.by_ref(unit) if unit else None,
    }


@transaction.atomic
def judge_goals(*, now: datetime, month: str = "") -> int:
    """Write down how every goal stands in the month; done again in it, the newer word stays. Says how many."""
    today = clock.local(now).date()
    found = goals.judged_goals(None, SYSTEM, today)
    for one in found:
        value, period = (one.reading.value, one.reading.period) if one.reading else (None, "")
        Judgement.objects.update_or_create(
            goal=one.goal.ref,
            month=month or f"{today:%Y-%m}",
            defaults={
                "pillar": one.goal.pillar,
                "year": one.goal.year,
                "state": one.state,
                "at": now,
                "value": None if value is None else round(value, 6),
                "period": period,
                "floor": one.target.floor if one.target else None,
                "ceiling": one.target.ceiling if one.target else None,
            },
        )
    return len(found)
