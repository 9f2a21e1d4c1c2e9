"""Sending what waits for a case, in order: at least once, and never the second before the first.

The row of a message stays locked while it is sent: two workers cannot send the same one, and a worker that dies leaves
it as it was, to be sent again. The portal knows a repetition by case, status and moment, which never change.
"""

import random
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction

from tinhso.blocks.audit import services as audit
from tinhso.blocks.documents.queries.store import DamagedFile
from tinhso.blocks.outbox import services as outbox
from tinhso.government.public_services import events
from tinhso.government.public_services.models import Dispatch
from tinhso.government.public_services.queries.portal import content, messages
from tinhso.government.public_services.queries.portal.rules import Patience, PortalRules, is_on, must_have_rules
from tinhso.government.public_services.services.portal import client
from tinhso.government.public_services.services.portal.queueing import RIGHT
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused

State = Dispatch.State
DICE = random.SystemRandom()


def send_dossier(*, dossier: str, by: Actor, clock: Callable[[], datetime] = clock.now) -> int:
    """Send all that may go now; says how much was sent. Stops at the first that does not get through."""
    by.must_be_able_to(RIGHT)
    sent = 0
    if is_on():
        rules = must_have_rules()
        while _send_next(dossier, by, clock, rules):
            sent += 1
    return sent


@transaction.atomic
def _send_next(dossier: str, by: Actor, clock: Callable[[], datetime], rules: PortalRules) -> bool:
    """Send the first open message; False when there is none, it may not go now, another sends it, or it failed."""
    first, now = messages.next_of(dossier), clock()
    if first is None or first.state == State.DEAD or (first.next_at is not None and first.next_at > now):
        return False
    ready = Dispatch.objects.filter(pk=first.pk, state=first.state, tries=first.tries)
    dispatch = ready.select_for_update(skip_locked=True).first()
    if dispatch is None:
        return False
    dispatch.tries += 1
    try:
        case, entry = messages.subject_of(dispatch)
        paper = messages.paper_of(dispatch)
        values = client.deliver_message(
            dispatch.kind, content.filled_message(dispatch.payload, dispatch.private, case, entry, paper), rules
        )
    except client.Rejected as problem:
        _record_failure(dispatch, f"{problem}", None, by)
        return False
    except (client.NotDelivered, DamagedFile, Refused) as problem:  # a file that the store has lost may be put back
        _record_failure(dispatch, f"{problem}", _again_at(dispatch.tries, now, rules.patience), by)
        return False
    dispatch.state, dispatch.sent_at, dispatch.answered, dispatch.next_at = State.SENT, clock(), values, None
    dispatch.save(update_fields=["state", "sent_at", "answered", "next_at", "tries"])
    audit.record(by=by, did="told portal", to=_audit_subject(dispatch), after={"tries": dispatch.tries})
    return True


def _again_at(tries: int, now: datetime, patience: Patience) -> datetime | None:
    """When to try again: waits double, with up to half more or less of each; None after the last try."""
    if tries >= patience.tries:
        return None
    wait = min(patience.first * 2 ** min(tries - 1, 20), patience.longest)
    return now + timedelta(seconds=wait.total_seconds() * DICE.uniform(0.5, 1.5))


def _record_failure(dispatch: Dispatch, why: str, again_at: datetime | None, by: Actor) -> None:
    dispatch.failures += 1
    dispatch.state, dispatch.next_at, dispatch.last_error = (
        (State.FAILED if again_at else State.DEAD),
        again_at,
        why or "?",
    )
    dispatch.save(update_fields=["state", "next_at", "last_error", "tries", "failures"])
    if dispatch.state == State.DEAD:
        audit.record(
            by=by,
            did="gave up telling portal",
            to=_audit_subject(dispatch),
            after={"tries": dispatch.tries, "error": why},
        )
        outbox.emit(
            events.PortalMessageDied(dossier=dispatch.dossier, number=dispatch.number, kind=dispatch.kind, by=by.ref)
        )


def _audit_subject(dispatch: Dispatch) -> tuple[str, str]:
    return Dispatch._meta.label, f"{dispatch.dossier} #{dispatch.number} {dispatch.kind}"
