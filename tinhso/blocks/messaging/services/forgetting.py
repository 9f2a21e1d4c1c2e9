"""Letting go of what people wrote once nobody needs it here: the report itself lives with whoever took it."""

from datetime import datetime, timedelta

from django.db import transaction

from tinhso.blocks.audit import services as audit
from tinhso.blocks.messaging.models import Conversation, Correspondent, Incoming, Outgoing, Received
from tinhso.blocks.messaging.queries import blobs
from tinhso.blocks.messaging.queries.rules import rules
from tinhso.kernel.actor import Actor

AT_ONCE = 1000
GOING_ON = (Conversation.State.OPEN, Conversation.State.HANDING)


def delete_old_people(*, by: Actor, now: datetime) -> int:
    """Delete people whom nobody heard or told anything for as long as the province keeps it, with all they wrote;
    then the pictures that no message holds any more. Says how many people."""
    by.must_be_able_to("forget channels")
    before = now - rules().limits.keep
    with transaction.atomic():
        busy = Conversation.objects.filter(state__in=GOING_ON).values("correspondent")
        outgoings = Outgoing.objects.filter(made_at__gte=before).values("correspondent")
        incomings = Incoming.objects.filter(came_at__gte=before).values("correspondent")
        correspondents = (
            Correspondent.objects.filter(heard_at__lt=before).exclude(pk__in=busy).exclude(pk__in=outgoings)
        )
        old = list(correspondents.exclude(pk__in=incomings).select_for_update(skip_locked=True)[:AT_ONCE])
        for correspondent in old:
            audit.record(by=by, did="forgot", to=correspondent)
            correspondent.delete()
    _remove_orphan_files(now)
    return len(old)


def _remove_orphan_files(now: datetime) -> None:
    """Remove files without a row; young ones are left alone, their row may not be written yet."""
    old = (now - timedelta(days=1)).timestamp()
    for path in blobs.received_folder().glob("*/*"):
        if path.stat().st_mtime < old and not Received.objects.filter(sha256=path.name).exists():
            path.unlink(missing_ok=True)
