"""Writing down what the portal must be told, and waking who tells it."""

import contextlib
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from procrastinate.contrib.django import app as queue
from procrastinate.exceptions import AlreadyEnqueued

from tinhso.blocks.audit import services as audit
from tinhso.blocks.cases.models import Case
from tinhso.blocks.documents.models import Paper
from tinhso.government.public_services.models import Dispatch
from tinhso.government.public_services.queries.portal import content, messages
from tinhso.government.public_services.queries.portal.rules import KINDS, PortalRules, is_on, portal_rules
from tinhso.kernel.actor import Actor, program_actor

RIGHT = "tell portal"
PORTAL = program_actor("portal", rights=[RIGHT])
NEW = (Dispatch.Kind.CODE, Dispatch.Kind.UPLOAD, Dispatch.Kind.DOSSIER, Dispatch.Kind.STATUS)
MOVED = (Dispatch.Kind.UPLOAD, Dispatch.Kind.PROGRESS, Dispatch.Kind.STATUS)


@transaction.atomic
def queue_messages(
    *, dossier: str, number: int, kinds: Sequence[Dispatch.Kind], by: Actor, now: datetime
) -> list[Dispatch]:
    """Keep one message of each kind about one entry of a case; one that is there already is not made again.

    An upload is one message for each file of the case that the portal has not been told of.

    Only cases filed here are told of: illustrative ones and those of other systems are not ours to tell.
    """
    by.must_be_able_to(RIGHT)
    spoken = portal_rules()
    case = Case.objects.select_related("party", "unit").filter(code=dossier, origin=Case.Origin.HERE).first()
    entry = case.entries.select_related("unit").filter(number=number).first() if case else None
    if spoken is None or case is None or entry is None:
        return []
    dispatches = []
    for kind, paper in _message_parts(kinds, case, spoken):
        message_content = content.content_of(kind, case, entry, spoken, paper)
        dispatch, is_new = Dispatch.objects.get_or_create(
            dossier=dossier,
            number=number,
            kind=kind,
            paper=paper.ref if paper else "",
            defaults={
                "place": number * 10 + KINDS.index(kind),
                "payload": message_content.payload,
                "private": message_content.private,
                "happened_at": entry.at,
                "queued_at": now,
            },
        )
        dispatches += [dispatch] if is_new else []
    if dispatches:
        after = {"entry": number, "kinds": [dispatch.kind for dispatch in dispatches]}
        audit.record(by=by, did="queued for portal", to=(Dispatch._meta.label, dossier), after=after)
        wake_sender(dossier=dossier)
    return dispatches


def _message_parts(
    kinds: Sequence[Dispatch.Kind], case: Case, spoken: PortalRules
) -> list[tuple[Dispatch.Kind, Paper | None]]:
    """The messages to be made: one of each kind, and one for each file that the portal has not got."""
    parts: list[tuple[Dispatch.Kind, Paper | None]] = []
    for kind in kinds:
        if kind != Dispatch.Kind.UPLOAD:
            parts.append((kind, None))
        elif content.tells_of_files(spoken):
            parts += [(kind, paper) for paper in messages.untold_papers(case)]
    return parts


def wake_sender(*, dossier: str) -> None:
    """Let a worker send what waits for a case once the caller's transaction has committed; twice is once."""
    if not is_on():
        return
    with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
        lock = f"portal:{dossier}"
        queue.configure_task("public_services.send", lock=lock, queueing_lock=lock).defer(dossier=dossier)


def wake_all(*, now: datetime) -> int:
    """Wake for every case whose next message is due; says for how many. Nothing where there is no portal."""
    due_dossiers = messages.due_dossiers(now) if is_on() else []
    for dossier in due_dossiers:
        wake_sender(dossier=dossier)
    return len(due_dossiers)
