"""Telling people that something waits for them to be signed or sealed, and drafters what became of theirs."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from procrastinate.contrib.django import app

from tinhso.blocks.identity import queries as identity
from tinhso.blocks.messaging import services as messaging
from tinhso.blocks.messaging.contract import register_live_event
from tinhso.blocks.outbox.contract import register_listener
from tinhso.blocks.signature_requests import events, queries, services
from tinhso.blocks.signature_requests.models import Request
from tinhso.blocks.signatures.rights import SEAL_DOCUMENTS, SIGN_DOCUMENTS
from tinhso.blocks.units import queries as units
from tinhso.kernel import clock
from tinhso.kernel.errors import Refused

QUIET_MINUTES = 15  # many that arrive together ring once

register_live_event(events.TurnOpened, right=SIGN_DOCUMENTS)
register_live_event(events.RequestSigned, right=SEAL_DOCUMENTS)


@app.periodic(cron="* * * * *")
@app.task(name="signature_requests.follow", queueing_lock="signature_requests.follow")
def follow_pending(timestamp: int) -> None:
    """Finish what was answered on other devices after its page was closed."""
    services.follow_pending(now=clock.now())


@register_listener(events.TurnOpened)
def tell_signer(event: events.TurnOpened) -> None:
    """Whose turn it is learns how many wait, and so do those who stand in; within minutes only once."""
    now, today = clock.now(), clock.today()
    slot = int(now.timestamp()) // (60 * QUIET_MINUTES)
    for ref in [event.to, *queries.standing_in_for(event.to, today)]:
        try:
            person = identity.person_by_ref(ref)
        except Refused:
            continue
        many = queries.requests_to_sign(identity.actor_for(person)).count()
        if not many:
            continue
        text = ngettext("%(count)s văn bản chờ ký", "%(count)s văn bản chờ ký", many) % {"count": many}
        messaging.notify(
            to=person,
            title=text,
            now=now,
            href=reverse("signature_requests:waiting"),
            key=f"{event.name}:{slot}",
            push=True,
        )


@register_listener(events.RequestSigned)
def tell_clerks(event: events.RequestSigned) -> None:
    """The clerks of the body learn that something waits for its seal; within minutes only once."""
    now = clock.now()
    slot = int(now.timestamp()) // (60 * QUIET_MINUTES)
    messaging.notify_holders(
        right=SEAL_DOCUMENTS,
        at=units.by_ref(event.unit),
        title=_("Có văn bản chờ đóng dấu"),
        now=now,
        href=reverse("signature_requests:sealing"),
        key=f"{event.name}:{slot}",
        here_only=True,
    )


@register_listener(events.RequestReturned)
def tell_drafter_why(event: events.RequestReturned) -> None:
    """Who drafted it learns that it came back, and why."""
    _tell_drafter(event, _("Văn bản bị trả lại"), event.why)


@register_listener(events.RequestIssued)
def tell_drafter(event: events.RequestIssued) -> None:
    """Who drafted it learns that it is issued."""
    _tell_drafter(event, _("Văn bản đã ban hành"), event.number_text)


def _tell_drafter(event: events.AboutRequest, title: str, body: str) -> None:
    request = Request.objects.filter(ref=event.ref).first()
    if request is None or request.origin == Request.Origin.DEMO:
        return
    try:
        person = identity.person_by_ref(request.created_by)
    except Refused:  # a program drafted it
        return
    messaging.notify(
        to=person,
        title=title,
        body=f"{request.title}\n{body}".strip(),
        now=clock.now(),
        href=reverse("signature_requests:one", args=[request.ref]),
        key=f"{event.name}:{event.ref}:{event.number}",
    )
