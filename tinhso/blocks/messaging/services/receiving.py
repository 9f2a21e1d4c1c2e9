"""Keeping what arrives, before anybody is told that it has; all else is done later by the worker."""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from procrastinate.contrib.django import app as queue

from tinhso.blocks.audit import services as audit
from tinhso.blocks.messaging.models import Correspondent, Incoming, Received
from tinhso.blocks.messaging.queries.rules import Rules, rules
from tinhso.blocks.messaging.queries.webhooks import Arrived
from tinhso.kernel.actor import Actor
from tinhso.kernel.refs import new_ref

RIGHT = "hear channels"


@transaction.atomic
def receive(*, arrived: Sequence[Arrived], by: Actor, now: datetime) -> list[Incoming]:
    """Keep messages that were not kept before; gives those. A message that came already changes nothing."""
    by.must_be_able_to(RIGHT)
    limits, kept = rules(), []
    for one in arrived:
        row = _keep(one, _state(one, limits, now), now)
        if row is None:
            continue
        kept.append(row)
        if row.state == Incoming.State.STALE:
            audit.record(by=by, did="left stale message", to=row.correspondent, after={"message": one.message_id})
            continue
        for position, url in enumerate(one.urls):
            picture = Received.objects.create(incoming=row, position=position, url=url)
            queue.configure_task("messaging.fetch", lock=f"fetch:{picture.pk}").defer(received_id=picture.pk)
        hear(row.correspondent)
    return kept


def hear(correspondent: Correspondent) -> None:
    """Let the worker look at what somebody said; one thing of theirs at a time, in order."""
    queue.configure_task("messaging.hear", lock=f"talk:{correspondent.ref}").defer(correspondent=correspondent.ref)


def _state(one: Arrived, limits: Rules, now: datetime) -> Incoming.State:
    fresh = now - limits.stale <= one.sent_at <= now + limits.ahead
    return Incoming.State.NEW if fresh else Incoming.State.STALE


def _keep(one: Arrived, state: Incoming.State, now: datetime) -> Incoming | None:
    if Incoming.objects.filter(channel=one.channel, message_id=one.message_id).exists():
        return None
    who, _made = Correspondent.objects.get_or_create(
        channel=one.channel,
        sender=one.sender,
        defaults={"ref": new_ref("NT"), "first_at": now, "heard_at": min(one.sent_at, now)},
    )
    try:
        with transaction.atomic():
            return Incoming.objects.create(
                channel=one.channel,
                message_id=one.message_id,
                correspondent=who,
                kind=one.kind,
                text=one.text,
                choice=one.choice,
                longitude=one.longitude,
                latitude=one.latitude,
                sent_at=min(one.sent_at, now),
                came_at=now,
                state=state,
            )
    except IntegrityError:  # another call with the same message was quicker
        return None


def reject(*, channel: str, why: str, address: str, by: Actor) -> None:
    """Write down that somebody sent what the platform did not sign, or what cannot be read."""
    audit.record(by=by, did="refused webhook", to=("messaging.Channel", channel), after={"why": why, "from": address})
