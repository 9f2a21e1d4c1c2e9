"""Declaring checks, making them, and keeping what they found."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.outbox import services as outbox
from tinhso.government.infrastructure import events
from tinhso.government.infrastructure.models import Check, Result, Span
from tinhso.government.infrastructure.queries import lookup, watching
from tinhso.government.infrastructure.queries.rules import rules
from tinhso.government.infrastructure.rights import MANAGE_INFRASTRUCTURE
from tinhso.government.infrastructure.services import probing
from tinhso.kernel import refs
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.kernel.probing import ProbeAnswer

AT_ONCE, MOST = 16, 400
HOST = re.compile(r"^(?=.{1,253}$)[a-zA-Z0-9]([a-zA-Z0-9.:-]*[a-zA-Z0-9])?$")
REGISTER_OF = {model: code for code, model in lookup.MODELS.items()}


@transaction.atomic
def declare_check(*, thing: str, kind: str, host: str, by: Actor, now: datetime, **told: Any) -> Check:
    """From now on ask ``host`` about a thing; ``told`` holds port, path, secure, answers, days_left, every_minutes."""
    asset = lookup.asset_by_ref(thing)
    if asset is None:
        raise Refused("unknown_thing", _("Không có phòng máy, máy chủ, dịch vụ hay đường truyền với mã này."))
    by.must_be_able_to(MANAGE_INFRASTRUCTURE, at=asset.unit)
    port, every, path = int(told.get("port") or 443), int(told.get("every_minutes") or 5), str(told.get("path") or "/")
    plain = path.isascii() and path.startswith("/") and path.isprintable() and " " not in path
    if kind not in Check.Kind.values or not HOST.match(host) or not plain:
        raise Refused("bad_target", _("Tên máy, đường dẫn hoặc cách kiểm tra chưa đúng."))
    if not (1 <= port <= 65535 and 1 <= every <= 1440):
        raise Refused("bad_target", _("Cổng từ 1 đến 65535; mỗi lần kiểm tra cách nhau 1 đến 1440 phút."))
    check = Check.objects.create(
        ref=refs.new_ref("KT"),
        register=REGISTER_OF[type(asset)],
        thing=asset.ref,
        thing_name=asset.name,
        unit=asset.unit,
        kind=kind,
        host=host,
        port=port,
        path=path[:300],
        secure=bool(told.get("secure", True)),
        answers=str(told.get("answers") or "")[:200],
        days_left=int(told.get("days_left") or 30),
        every_minutes=every,
        next_at=now,
    )
    audit.record(by=by, did="declared check", to=check, after={"kind": kind, "host": host, "port": port})
    return check


@transaction.atomic
def drop_check(*, ref: str, by: Actor, now: datetime) -> None:
    """Ask no more; what was found stays."""
    check = Check.objects.select_for_update(of=("self",)).filter(ref=ref[:40], active=True).first()
    if check is None:
        raise Refused("unknown_check", _("Không có phép kiểm tra “%(ref)s”."), ref=ref[:40])
    by.must_be_able_to(MANAGE_INFRASTRUCTURE, at=check.unit)
    check.active = False
    check.save(update_fields=["active"])
    Span.objects.filter(check_of=check, until__isnull=True).update(until=now)
    audit.record(by=by, did="dropped check", to=check)


def run_due(*, now: datetime) -> int:
    """Make every check that is due; says how many. The network is asked outside of any transaction."""
    with transaction.atomic():
        checks = watching.due_checks(now, MOST)
        for check in checks:
            check.next_at = now + timedelta(minutes=check.every_minutes)
        Check.objects.bulk_update(checks, ["next_at"])
    with ThreadPoolExecutor(AT_ONCE) as asking:
        answers = list(asking.map(probing.probe_host, checks))
    for check, answer in zip(checks, answers, strict=True):
        record_answer(check=check, answer=answer, now=now)
    return len(checks)


@transaction.atomic
def record_answer(*, check: Check, answer: ProbeAnswer, now: datetime) -> Check:
    """Keep an answer; down is said after so many failures in a row, up at once."""
    locked_check = Check.objects.select_for_update(of=("self",)).get(pk=check.pk)
    Result.objects.create(
        check_of=locked_check, at=now, up=answer.up, milliseconds=answer.milliseconds, said=answer.said
    )
    locked_check.failures = 0 if answer.up else locked_check.failures + 1
    locked_check.said, locked_check.milliseconds = answer.said, answer.milliseconds
    state = Check.State.UP if answer.up else Check.State.DOWN
    turns = state != locked_check.state and (answer.up or locked_check.failures >= locked_check.failures_before)
    if turns:
        _change_state(locked_check, state, answer, now)
    locked_check.save(update_fields=["failures", "said", "milliseconds", "state", "since"])
    return locked_check


def _change_state(check: Check, state: str, answer: ProbeAnswer, now: datetime) -> None:
    before, check.state, check.since = check.state, state, now
    Span.objects.filter(check_of=check, until__isnull=True).update(until=now)
    Span.objects.create(check_of=check, up=answer.up, since=now, said=answer.said)
    if before != Check.State.UNKNOWN or not answer.up:  # that something new runs is no news
        number = Span.objects.filter(check_of=check).count()
        outbox.emit(events.CheckChanged(check.ref, check.thing, answer.up, answer.said, number))


@transaction.atomic
def follow_unit_changes(*, register: str) -> int:
    """Checks are of the unit of their thing, also after it moved; says how many followed."""
    moved = 0
    for check in Check.objects.filter(register=register, active=True).select_for_update(of=("self",)):
        asset = lookup.asset_by_ref(check.thing)
        if asset is not None and (asset.unit_id, asset.name) != (check.unit_id, check.thing_name):
            check.unit, check.thing_name = asset.unit, asset.name
            check.save(update_fields=["unit", "thing_name"])
            moved += 1
    return moved


def delete_old_results(*, now: datetime) -> int:
    """Let answers of last season go; availability is made of spans, which stay. Says how many went."""
    return Result.objects.filter(at__lt=now - timedelta(days=rules().checks.keep_days)).delete()[0]
