"""Timed work of support programmes, and telling people what has become of their applications."""

from django.urls import reverse
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from tinhso.blocks.messaging import services as messaging
from tinhso.blocks.messaging.contract import register_live_event
from tinhso.blocks.messaging.models import Message
from tinhso.blocks.outbox.contract import register_listener
from tinhso.kernel import clock
from tinhso.kernel.actor import program_actor
from tinhso.society.support import events, services
from tinhso.society.support.models import Application
from tinhso.society.support.queries import lookup
from tinhso.society.support.rights import DECIDE_SUPPORT, SEE_SUPPORT
from tinhso.society.support.services import notifying

KEEPER = program_actor("support", rights=lookup.RIGHTS)

register_live_event(events.ApplicationMoved, right=SEE_SUPPORT)


@app.periodic(cron="30 17 * * *")  # 00:30 in Việt Nam
@app.task(name="support.follow_units", queueing_lock="support.follow_units")
def follow_units(timestamp: int) -> None:
    """What is open of units that ended yesterday goes on under their successors."""
    services.follow_units(today=clock.today(), by=KEEPER, now=clock.now())


@app.periodic(cron="35 * * * *")
@app.task(name="support.tidy", queueing_lock="support.tidy")
def tidy_applications(timestamp: int) -> None:
    """Let go of what nobody confirmed; bring keys under a new secret of the system."""
    services.expire_unconfirmed(by=KEEPER, now=clock.now())
    services.seal_keys_again(by=KEEPER)


@register_listener(events.CodeAsked)
def send_code(event: events.CodeAsked) -> None:
    """Whoever applies gets the code."""
    application = _application_by_ref(event.ref)
    if application is not None and application.state == Application.State.UNCONFIRMED:
        notifying.send_code(one=application, turn=event.turn)


@register_listener(events.ApplicationMoved)
def tell_applicant(event: events.ApplicationMoved) -> None:
    """Whoever applied hears of it, unless it has moved on already."""
    application = _application_by_ref(event.ref)
    if application is not None and application.state == event.state:
        notifying.notify_applicant(one=application, number=event.number)


@register_listener(events.ComplaintMade)
def tell_desk(event: events.ComplaintMade) -> None:
    """Who decides there learns of a complaint."""
    application = _application_by_ref(event.ref)
    if application is not None:
        messaging.notify_holders(
            right=DECIDE_SUPPORT,
            at=application.unit,
            title=_("Khiếu nại về hồ sơ hỗ trợ %(ref)s") % {"ref": application.ref},
            now=clock.now(),
            href=reverse("support:one", args=[application.ref]),
            key=f"{event.name}:{event.complaint}",
            kind=Message.Kind.TASK,
            here_only=True,
        )


def _application_by_ref(ref: str) -> Application | None:
    return Application.objects.filter(ref=ref).select_related("programme", "unit", "person").first()
