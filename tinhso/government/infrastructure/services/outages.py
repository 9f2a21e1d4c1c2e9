"""Announcing that something will stop on purpose, and closing it."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.outbox import services as outbox
from tinhso.government.infrastructure import events
from tinhso.government.infrastructure.models import Outage, Touched
from tinhso.government.infrastructure.queries import graph, lookup
from tinhso.government.infrastructure.queries.rules import rules
from tinhso.government.infrastructure.rights import MANAGE_INFRASTRUCTURE
from tinhso.kernel import clock, refs
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.kernel.working_calendar import working_days


@transaction.atomic
def announce_outage(
    *,
    title: str,
    things: Sequence[str],
    starts_at: datetime,
    ends_at: datetime,
    why: str,
    fallback: str,
    by: Actor,
    now: datetime,
    urgent_why: str = "",
) -> Outage:
    """Say ahead what will stop, until when, and how people manage meanwhile (Nghị định 224/2026/NĐ-CP, Điều 13).

    Fewer working days ahead than the rule asks for need a reason. What depends on ``things`` stops with them and is
    announced as well.
    """
    assets = [asset for ref in dict.fromkeys(things) if (asset := lookup.asset_by_ref(ref)) is not None]
    if not assets or len(assets) < len(set(things)):
        raise Refused("unknown_thing", _("Hãy chọn ít nhất một thứ sẽ ngừng, có trong danh mục."))
    for asset in assets:
        by.must_be_able_to(MANAGE_INFRASTRUCTURE, at=asset.unit)
    if not now < starts_at < ends_at:
        raise Refused("bad_times", _("Giờ ngừng phải sau bây giờ, giờ khôi phục phải sau giờ ngừng."))
    if not (title.strip() and why.strip() and fallback.strip()):
        raise Refused("words_missing", _("Hãy ghi tên, lý do, và cách làm trong lúc ngừng."))
    needed, notice = (
        rules().outages.notice_days,
        working_days().working_days_between(clock.local(now).date(), clock.local(starts_at).date()),
    )
    if notice < needed and not urgent_why.strip():
        words = _(
            "Phải báo trước ít nhất %(needed)s ngày làm việc; từ nay đến lúc ngừng mới có %(notice)s. "
            "Chọn ngày muộn hơn, hoặc ghi vì sao không thể báo trước đủ ngày."
        )
        raise Refused("too_late", words, needed=needed, notice=notice)
    outage = Outage.objects.create(
        ref=refs.new_ref("ND"),
        title=title.strip()[:200],
        unit=assets[0].unit,
        starts_at=starts_at,
        ends_at=ends_at,
        why=why.strip()[:1000],
        fallback=fallback.strip()[:1000],
        announced_at=now,
        announced_by=by.ref,
        announced_by_name=by.name,
        notice_days=notice,
        required_days=needed,
        urgent_why=urgent_why.strip()[:500],
    )
    _record_affected(outage, [affected_asset.ref for affected_asset in assets], by)
    return outage


def _record_affected(outage: Outage, refs_of: Sequence[str], by: Actor) -> None:
    """Keep what stops, by itself or because of what it depends on, and tell of it."""
    chosen = lookup.assets_by_ref(refs_of).values()
    touched = [(infrastructure_thing, True) for infrastructure_thing in chosen] + [
        (stop.thing, False) for stop in graph.stops_caused_by(refs_of)
    ]
    Touched.objects.bulk_create(
        Touched(
            outage=outage,
            ref=infrastructure_thing.ref,
            register=infrastructure_thing.register,
            name=infrastructure_thing.name,
            directly=directly,
        )
        for infrastructure_thing, directly in touched
    )
    audit.record(
        by=by,
        did="announced outage",
        to=outage,
        after={"things": [infrastructure_thing.ref for infrastructure_thing, _directly in touched]},
    )
    services = tuple(
        infrastructure_thing.ref
        for infrastructure_thing, _directly in touched
        if infrastructure_thing.register == "services"
    )
    outbox.emit(
        events.OutageAnnounced(
            outage.ref,
            outage.title,
            outage.unit.ref,
            f"{outage.starts_at:%FT%T%z}",
            f"{outage.ends_at:%FT%T%z}",
            services,
        )
    )


@transaction.atomic
def cancel_outage(*, ref: str, why: str, by: Actor, now: datetime) -> Outage:
    """It will not stop after all."""
    outage = _locked_outage(ref, by)
    if now >= outage.starts_at:
        raise Refused("has_begun", _("Đã đến giờ ngừng. Khi chạy lại, hãy ghi khôi phục."))
    return _close_outage(outage, Outage.State.CANCELLED, why, by, now)


@transaction.atomic
def finish_outage(*, ref: str, why: str, by: Actor, now: datetime) -> Outage:
    """Everything runs again."""
    outage = _locked_outage(ref, by)
    if now < outage.starts_at:
        raise Refused("not_begun", _("Chưa đến giờ ngừng. Nếu không ngừng nữa, hãy hủy."))
    return _close_outage(outage, Outage.State.ENDED, why, by, now)


def _locked_outage(ref: str, by: Actor) -> Outage:
    outage = Outage.objects.select_for_update(of=("self",)).filter(ref=ref[:40]).first()
    if outage is None:
        raise Refused("unknown_outage", _("Không có lần ngừng “%(ref)s”."), ref=ref[:40])
    by.must_be_able_to(MANAGE_INFRASTRUCTURE, at=outage.unit)
    if outage.state != Outage.State.ANNOUNCED:
        raise Refused("closed", _("Lần ngừng này đã đóng."))
    return outage


def _close_outage(outage: Outage, state: str, why: str, by: Actor, now: datetime) -> Outage:
    outage.state, outage.closed_at, outage.closed_why = state, now, why.strip()[:500]
    outage.save(update_fields=["state", "closed_at", "closed_why"])
    audit.record(by=by, did=f"{state} outage", to=outage, after={"why": outage.closed_why})
    outbox.emit(events.OutageClosed(outage.ref, state == Outage.State.CANCELLED))
    return outage
