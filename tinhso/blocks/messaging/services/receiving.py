"""Keeping what arrives, before anybody is told that it has; all else is done later by the worker."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction
from procrastinate.contrib.django import app as queue

from tinhso.blocks.audit import services as audit
from tinhso.blocks.messaging.models import Correspondent, Incoming, Received
from tinhso.blocks.messaging.queries.rules import ConversationLimits, rules
from tinhso.blocks.messaging.queries.webhooks import ArrivedMessage
from tinhso.kernel.actor import Actor
from tinhso.kernel.refs import new_ref

RIGHT = "hear channels"
KEEP = """
    WITH known AS (
        SELECT id, ref FROM messaging_correspondent WHERE channel = %(channel)s AND sender = %(sender)s
    ), fresh AS (
        INSERT INTO messaging_correspondent (ref, channel, sender, name, language, contact, first_at, heard_at)
        SELECT %(ref)s, %(channel)s, %(sender)s, '', 'vi', '', %(now)s, %(sent)s WHERE NOT EXISTS (SELECT FROM known)
        ON CONFLICT (channel, sender) DO NOTHING RETURNING id, ref
    ), who AS (
        SELECT id, ref FROM known UNION ALL SELECT id, ref FROM fresh
    ), kept AS (
        INSERT INTO messaging_incoming (channel, message_id, correspondent_id, kind, text, choice, longitude, latitude,
                                        sent_at, came_at, state)
        SELECT %(channel)s, %(message)s, id, %(kind)s, %(text)s, %(choice)s, %(east)s, %(north)s, %(sent)s, %(now)s,
               %(state)s
        FROM who ON CONFLICT (channel, message_id) DO NOTHING RETURNING id
    )
    SELECT kept.id, who.id, who.ref FROM kept, who
"""


@transaction.atomic
def receive_messages(*, arrived: Sequence[ArrivedMessage], by: Actor, now: datetime) -> list[Incoming]:
    """Keep messages that were not kept before; gives those. A message that came already changes nothing."""
    by.must_be_able_to(RIGHT)
    limits, incomings = rules().limits, []
    for arrived_message in arrived:
        row = _keep_message(arrived_message, _arrival_state(arrived_message, limits, now), now)
        if row is None:
            continue
        incomings.append(row)
        if row.state == Incoming.State.STALE:
            audit.record(
                by=by, did="left stale message", to=row.correspondent, after={"message": arrived_message.message_id}
            )
            continue
        for position, url in enumerate(arrived_message.urls):
            picture = Received.objects.create(incoming=row, position=position, url=url)
            queue.configure_task("messaging.fetch", lock=f"fetch:{picture.pk}").defer(received_id=picture.pk)
        queue_hearing(row.correspondent)
    return incomings


def queue_hearing(correspondent: Correspondent) -> None:
    """Let the worker look at what somebody said; one thing of theirs at a time, in order."""
    queue.configure_task("messaging.hear", lock=f"talk:{correspondent.ref}").defer(correspondent=correspondent.ref)


def _arrival_state(arrived_message: ArrivedMessage, limits: ConversationLimits, now: datetime) -> Incoming.State:
    fresh = now - limits.stale <= arrived_message.sent_at <= now + limits.ahead
    return Incoming.State.NEW if fresh else Incoming.State.STALE


def _keep_message(arrived_message: ArrivedMessage, state: Incoming.State, now: datetime) -> Incoming | None:
    """One message in one statement, as the platform waits for the answer; None where it was kept before."""
    row_values: dict[str, str | float | datetime | None] = {
        "channel": arrived_message.channel,
        "sender": arrived_message.sender,
        "ref": new_ref("NT"),
        "now": now,
        "message": arrived_message.message_id,
        "kind": arrived_message.kind,
        "text": arrived_message.text,
        "choice": arrived_message.choice,
        "east": arrived_message.longitude,
        "north": arrived_message.latitude,
        "sent": min(arrived_message.sent_at, now),
        "state": str(state),
    }
    for _again in range(2):  # somebody whose first two messages come at once may be new to both
        with connection.cursor() as cursor:
            cursor.execute(KEEP, row_values)
            row = cursor.fetchone()
        if row is not None:
            pk, who, ref = row
            correspondent = Correspondent(
                pk=who, ref=ref, channel=arrived_message.channel, sender=arrived_message.sender
            )
            return Incoming(
                pk=pk,
                correspondent=correspondent,
                channel=arrived_message.channel,
                message_id=arrived_message.message_id,
                state=state,
            )
        if Incoming.objects.filter(channel=arrived_message.channel, message_id=arrived_message.message_id).exists():
            return None
    raise RuntimeError(f"message of {arrived_message.channel} was not kept")  # the platform sends it again


def record_rejection(*, channel: str, why: str, address: str, by: Actor) -> None:
    """Write down that somebody sent what the platform did not sign, or what cannot be read."""
    audit.record(by=by, did="refused webhook", to=("messaging.Channel", channel), after={"why": why, "from": address})
