"""Decisions that change the number of a target: written down by one, approved by another, then part of the catalogue.

Whether somebody may is for the caller to ask: whoever leads the programme that aims at the target does.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.indicators.contract import IndicatorTarget
from tinhso.blocks.indicators.models import Amendment
from tinhso.blocks.indicators.queries.catalogue import catalogue
from tinhso.blocks.indicators.services.refresh import ask_for_refresh
from tinhso.kernel import clock, refs
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Forbidden, Refused

MONTH = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])")
SHORTEST = 5


@dataclass(frozen=True)
class ProposedTarget:
    """What is to hold: the target that binds ``unit`` in ``month`` is to be this from ``since`` on, by ``decision``."""

    indicator: str
    unit: str
    month: str
    since: str
    floor: Decimal | None
    ceiling: Decimal | None
    decision: str
    decided_on: date
    why: str


@transaction.atomic
def propose_amendment(wanted: ProposedTarget, *, by: Actor, now: datetime) -> Amendment:
    """Write a decision down; it binds when somebody else approves it. Months that are over keep what bound them."""
    indicator = catalogue(fresh=True).indicators.get(wanted.indicator)
    if indicator is None:
        raise Refused("unknown_indicator", _("Không có chỉ tiêu nào có mã “%(code)s”."), code=wanted.indicator[:40])
    _check_proposal(wanted, now)
    indicator_target = indicator.target(wanted.month, wanted.unit)
    fresh = IndicatorTarget(wanted.since, "", wanted.floor, wanted.ceiling)
    if indicator_target is not None and (indicator_target.floor, indicator_target.ceiling) == (
        fresh.floor,
        fresh.ceiling,
    ):
        raise Refused("same_target", _("Con số mới giống con số đang có."))
    amendment = Amendment(
        ref=refs.new_ref("SMT"),
        indicator=indicator.code,
        unit=indicator_target.unit if indicator_target else wanted.unit,
        since=max(wanted.since, indicator_target.since) if indicator_target else wanted.since,
        until=indicator_target.until if indicator_target else wanted.month,
        floor=wanted.floor,
        ceiling=wanted.ceiling,
        former_floor=indicator_target.floor if indicator_target else None,
        former_ceiling=indicator_target.ceiling if indicator_target else None,
        decision=wanted.decision.strip()[:60],
        decided_on=wanted.decided_on,
        why=wanted.why.strip()[:500],
        at=now,
        by=by.ref,
        by_name=by.name,
    )
    try:
        with transaction.atomic():
            amendment.save(force_insert=True)
    except IntegrityError as fault:
        raise Refused("amendment_waits", _("Mục tiêu này đang có một lần đổi chờ duyệt.")) from fault
    audit.record(by=by, did="target amendment proposed", to=amendment, after=_audited_amendment(amendment))
    return amendment


@transaction.atomic
def judge_amendment(*, ref: str, approve: bool, answer: str, by: Actor, now: datetime) -> Amendment:
    """Approve or refuse a change that waits: whoever wrote it down may not. Approved, it binds the next figures."""
    amendment = Amendment.objects.select_for_update().filter(ref=ref[:24]).first()
    if amendment is None or amendment.approved is not None:
        raise Refused("no_amendment", _("Lần đổi này không còn chờ duyệt."))
    if amendment.by == by.ref:
        raise Forbidden("four_eyes", _("Người ghi không được tự duyệt lần đổi con số phải đạt."))
    if approve and amendment.since < f"{clock.local(now):%Y-%m}":
        raise Refused("month_over", _("Tháng bắt đầu đã qua; hãy từ chối và ghi lại với tháng này hoặc tháng sau."))
    if not approve and len(answer.strip()) < SHORTEST:
        raise Refused("bad_words", _("Hãy ghi lý do từ chối."))
    amendment.approved, amendment.judged_at, amendment.judged_by, amendment.judged_name = approve, now, by.ref, by.name
    amendment.answer = answer.strip()[:500]
    amendment.save(update_fields=["approved", "judged_at", "judged_by", "judged_name", "answer"])
    audit.record(
        by=by,
        did="target amended" if approve else "target amendment refused",
        to=amendment,
        after=_audited_amendment(amendment),
    )
    if approve:
        catalogue(fresh=True)
        ask_for_refresh()
    return amendment


def _check_proposal(proposed_target: ProposedTarget, now: datetime) -> None:
    today = clock.local(now).date()
    if proposed_target.floor is None and proposed_target.ceiling is None:
        raise Refused("no_number", _("Hãy ghi ít nhất một con số: không dưới, hoặc không quá."))
    if (
        proposed_target.floor is not None
        and proposed_target.ceiling is not None
        and proposed_target.floor > proposed_target.ceiling
    ):
        raise Refused("bad_range", _("Số “không dưới” lớn hơn số “không quá”."))
    if (
        not MONTH.fullmatch(proposed_target.since)
        or not f"{today:%Y-%m}" <= proposed_target.since <= proposed_target.month
    ):
        raise Refused(
            "bad_month", _("Con số mới áp dụng từ tháng này đến tháng cuối của mục tiêu; tháng đã qua giữ số cũ.")
        )
    if not proposed_target.decision.strip() or proposed_target.decided_on > today:
        raise Refused("no_decision", _("Hãy ghi số và ngày của quyết định đã ban hành."))
    if len(proposed_target.why.strip()) < SHORTEST:
        raise Refused("bad_words", _("Hãy ghi lý do đổi."))


def _audited_amendment(amendment: Amendment) -> dict[str, object]:
    numbers = {name: getattr(amendment, name) for name in ("floor", "ceiling", "former_floor", "former_ceiling")}
    values = {name: None if value is None else str(value) for name, value in numbers.items()}
    return {
        "indicator": amendment.indicator,
        "unit": amendment.unit,
        "since": amendment.since,
        "decision": amendment.decision,
        **values,
    }
