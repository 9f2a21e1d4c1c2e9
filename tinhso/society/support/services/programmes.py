"""Programmes: written, opened and closed; their rules from a day on; their quotas by unit."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.units.models import Unit
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.society.support.models import Programme, Quota, Rules
from tinhso.society.support.queries import eligibility, secrets
from tinhso.society.support.rights import MANAGE_SUPPORT
from tinhso.society.support.services import record

FIELDS = (
    "name",
    "kind",
    "basis",
    "giver",
    "giver_kind",
    "starts_on",
    "ends_on",
    "amount",
    "pieces",
    "budget",
    "days",
    "once",
    "takes_device",
    "gives_device",
    "told",
)
FIXED = ("kind", "amount", "once", "takes_device", "gives_device")  # what applications rest upon
MOVES = {"draft": {"open"}, "open": {"paused", "closed"}, "paused": {"open", "closed"}, "closed": set[str]()}


@transaction.atomic
def create_programme(
    *, code: str, unit: Unit, values: Mapping[str, Any], by: Actor, illustrative: bool = False
) -> Programme:
    """Begin a programme of a unit, as a draft that takes nothing yet."""
    by.must_be_able_to(MANAGE_SUPPORT, at=unit)
    if Programme.objects.filter(code=code).exists():
        raise Refused("code_taken", _("Đã có chương trình mang mã “%(code)s”."), code=code)
    field_values = {name: values[name] for name in FIELDS if name in values}
    programme = Programme(code=code, unit=unit, key=secrets.new_key(), illustrative=illustrative, **field_values)
    programme.save(force_insert=True)
    audit.record(
        by=by, did="support programme begun", to=(Programme._meta.label, code), after=_json_values(field_values)
    )
    return programme


def change_programme(*, code: str, values: Mapping[str, Any], by: Actor) -> Programme:
    """Change what may change; what applications rest upon stays once there are any."""
    try:
        with transaction.atomic():
            programme = _locked_programme(code, by)
            changed_values = {
                name: values[name] for name in FIELDS if name in values and values[name] != getattr(programme, name)
            }
            if set(changed_values) & set(FIXED) and programme.applications.exists():
                raise Refused("in_use", _("Đã có hồ sơ nên không đổi được loại, mức hỗ trợ và cách tính một lần."))
            before = {name: getattr(programme, name) for name in changed_values}
            for name, value in changed_values.items():
                setattr(programme, name, value)
            programme.save(update_fields=list(changed_values) or None)
            _check_now()
            audit.record(
                by=by,
                did="support programme changed",
                to=(Programme._meta.label, code),
                before=_json_values(before),
                after=_json_values(changed_values),
            )
            return programme
    except IntegrityError as fault:
        raise record.told_of(fault) from fault


@transaction.atomic
def change_programme_state(*, code: str, to: str, by: Actor) -> Programme:
    """Open, pause or close a programme."""
    programme = _locked_programme(code, by)
    if to not in MOVES[programme.state]:
        raise Refused("not_now", _("Chương trình đang ở trạng thái “%(state)s”."), state=programme.get_state_display())
    if to == Programme.State.OPEN and not (programme.rules.exists() and programme.lines.exists()):
        raise Refused("not_ready", _("Hãy ghi điều kiện và giao hạn mức trước khi mở."))
    before, programme.state = programme.state, to
    programme.save(update_fields=["state"])
    audit.record(by=by, did=f"support programme {to}", to=(Programme._meta.label, code), before={"state": before})
    return programme


@transaction.atomic
def set_rules(
    *, code: str, rules: Sequence[Mapping[str, Any]], valid_from: date, why: str, by: Actor, now: datetime
) -> Rules:
    """New rules from a day on, not before today once there are applications; former ones stay for former days."""
    programme = _locked_programme(code, by)
    if valid_from < clock.local(now).date() and programme.applications.exists():
        raise Refused("too_late", _("Điều kiện mới chỉ áp dụng từ hôm nay trở đi."))
    if Rules.objects.filter(programme=programme, valid_from=valid_from).exists():
        raise Refused("same_day", _("Đã có bộ điều kiện áp dụng từ ngày này. Hãy chọn ngày khác."))
    rule_set = Rules.objects.create(
        programme=programme,
        valid_from=valid_from,
        rules=eligibility.validated_rules(list(rules)),
        why=why.strip()[:300],
        at=now,
        by=by.ref,
        by_name=by.name,
    )
    audit.record(by=by, did="support rules set", to=(Programme._meta.label, code), after={"from": str(valid_from)})
    return rule_set


def set_quota(*, code: str, unit: Unit, pieces: int, money: int, by: Actor) -> Quota:
    """What a unit may give; refuses less than was approved, and more than the programme has left for it."""
    try:
        with transaction.atomic():
            programme = _locked_programme(code, by)
            if pieces < 0 or money < 0:
                raise Refused("negative", _("Số suất và kinh phí không âm."))
            line = Quota.objects.select_for_update(of=("self",)).filter(programme=programme, unit=unit).first()
            line = line or Quota(programme=programme, unit=unit)
            before = {"pieces": line.pieces, "money": line.money}
            line.pieces, line.money = pieces, money
            line.save(update_fields=["pieces", "money"] if line.pk else None)
            _check_now()
            audit.record(
                by=by,
                did="support quota set",
                to=(Programme._meta.label, code),
                before=before,
                after={"unit": unit.ref, "pieces": pieces, "money": money},
            )
            return line
    except IntegrityError as fault:
        raise record.told_of(fault) from fault


def seal_keys_again(*, by: Actor) -> int:
    """Bring keys that a former secret sealed under today's; says how many."""
    old = [pk for pk, key in Programme.objects.values_list("pk", "key") if not secrets.is_of_today(bytes(key))]
    for pk in old:
        with transaction.atomic():
            programme = Programme.objects.select_for_update(of=("self",)).get(pk=pk)
            programme.key = secrets.sealed_again(bytes(programme.key))
            programme.save(update_fields=["key"])
            audit.record(by=by, did="support key sealed", to=(Programme._meta.label, programme.code))
    return len(old)


def _locked_programme(code: str, by: Actor) -> Programme:
    programme = Programme.objects.select_for_update(of=("self",)).filter(code=code[:40]).first()
    if programme is None:
        raise Refused("unknown_programme", _("Không có chương trình hỗ trợ “%(code)s”."), code=code[:40])
    by.must_be_able_to(MANAGE_SUPPORT, at=programme.unit)
    return programme


def _check_now() -> None:
    """Let the database say at once what it would say at the end."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS support_quota_within, support_programme_within IMMEDIATE")
        cursor.execute("SET CONSTRAINTS support_quota_within, support_programme_within DEFERRED")


def _json_values(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
