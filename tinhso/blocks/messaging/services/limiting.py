"""How much one person may write before it is a machine."""

from datetime import datetime, timedelta

from django.db.models import Count, Q

from tinhso.blocks.audit import services as audit
from tinhso.blocks.messaging.models import Conversation, Correspondent, Incoming
from tinhso.blocks.messaging.queries import wording
from tinhso.blocks.messaging.queries.rules import rules
from tinhso.blocks.messaging.services import answering
from tinhso.kernel.actor import Actor

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


def within_limits(who: Correspondent, fresh: list[Incoming], by: Actor, now: datetime) -> list[Incoming]:
    """Those of the new messages that are read; the rest is kept unread and the person is told so, once in a while."""
    allowed = rules().limits
    incomings = who.incoming.filter(state__in=[Incoming.State.DONE, Incoming.State.LATE], came_at__gt=now - DAY)
    counts = incomings.aggregate(a_minute=Count("pk", filter=Q(came_at__gt=now - MINUTE)), a_day=Count("pk"))
    left = max(min(allowed.a_minute - counts["a_minute"], allowed.a_day - counts["a_day"]), 0)
    over = fresh[left:]
    for incoming in over:
        incoming.state = Incoming.State.LIMITED
        incoming.save(update_fields=["state"])
    if over and (who.warned_at is None or who.warned_at < now - 10 * MINUTE):
        who.warned_at = now
        who.save(update_fields=["warned_at"])
        text, _none = wording.in_language(who.language, lambda: (wording.too_much(), []))
        answering.queue_reply(who, text, now=now)
        audit.record(by=by, did="limited sender", to=who, after={"unread": len(over)})
    return fresh[:left]


def has_had_enough(who: Correspondent, now: datetime) -> bool:
    """Whether somebody has handed in as many reports within a day as one person may."""
    handed = Conversation.objects.filter(correspondent=who, state=Conversation.State.HANDED, ends_at__gt=now - DAY)
    return handed.count() >= rules().limits.drafts_a_day
