"""Timed work on certificates, and telling people whose turn it is."""

from django.urls import reverse
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from tinhso.blocks.identity import queries as identity
from tinhso.blocks.indicators import services as indicators
from tinhso.blocks.messaging import services as messaging
from tinhso.blocks.messaging.contract import register_live_event
from tinhso.blocks.outbox.contract import register_listener
from tinhso.blocks.units.events import UnitsReorganised
from tinhso.government.certificates import events, services
from tinhso.government.certificates.contract import RequestStep
from tinhso.government.certificates.models import Request
from tinhso.government.certificates.rights import (
    APPROVE_CERTIFICATES,
    ASK_FOR_CERTIFICATES,
    MANAGE_CERTIFICATES,
    SEE_CERTIFICATES,
)
from tinhso.kernel import clock
from tinhso.kernel.actor import program_actor
from tinhso.kernel.errors import Refused

KEEPER = program_actor("certificates", rights=[SEE_CERTIFICATES, MANAGE_CERTIFICATES])
register_live_event(events.RequestMoved, right=SEE_CERTIFICATES)


@app.periodic(cron="20 18 * * *")  # 01:20 in Việt Nam
@app.task(name="certificates.keep", queueing_lock="certificates.keep")
def run_nightly_checks(timestamp: int) -> None:
    """Follow units that ended, and tell people what runs out, must be changed, or is late."""
    day, now = clock.today(), clock.now()
    services.follow_ended_units(by=KEEPER, now=now, day=day)
    services.remind_of_ends(day=day, now=now)
    services.tell_of_mergers(day=day, now=now)
    services.remind_of_late(day=day, now=now)
    indicators.ask_for_refresh()


@register_listener(UnitsReorganised)
def follow_units(event: UnitsReorganised) -> None:
    """Certificates of units that were merged, split or ended get their tasks as soon as that is known."""
    services.follow_ended_units(by=KEEPER, now=clock.now(), day=clock.today())


@register_listener(events.RequestMoved)
def tell_whose_turn_it_is(event: events.RequestMoved) -> None:
    """Whoever must act next learns of it; whoever asked learns what became of it."""
    request = Request.objects.select_related("unit").get(ref=event.ref)
    words = {"ask": request.get_ask_display(), "unit": request.unit.name}
    if event.step == RequestStep.SUBMITTED:
        _tell_holders(
            request, APPROVE_CERTIFICATES, _("Chờ duyệt: đề nghị %(ask)s chứng thư số, %(unit)s") % words, event
        )
    elif event.step == RequestStep.APPROVED:
        _tell_holders(
            request, MANAGE_CERTIFICATES, _("Chờ tiếp nhận: đề nghị %(ask)s chứng thư số, %(unit)s") % words, event
        )
    elif event.step == RequestStep.ANSWERED:
        _tell_holders(
            request, ASK_FOR_CERTIFICATES, _("Có kết quả: đề nghị %(ask)s chứng thư số, %(unit)s") % words, event
        )
    elif event.step in (RequestStep.REFUSED, RequestStep.DRAFT):
        title = _("Bị từ chối: đề nghị %(ask)s chứng thư số, %(unit)s")
        back = _("Bị trả lại để sửa: đề nghị %(ask)s chứng thư số, %(unit)s")
        _tell_asker(request, (back if event.step == RequestStep.DRAFT else title) % words, event)


def _tell_holders(one: Request, right: str, title: str, event: events.RequestMoved) -> None:
    messaging.notify_holders(
        right=right,
        at=one.unit,
        title=title,
        now=clock.now(),
        href=reverse("certificates:request", args=[one.ref]),
        key=_message_key(event),
    )


def _tell_asker(one: Request, title: str, event: events.RequestMoved) -> None:
    try:
        person = identity.person_by_ref(one.submitted_by or one.made_by)
    except Refused:
        return
    href = reverse("certificates:request", args=[one.ref])
    messaging.notify(to=person, title=title, body=event.why, now=clock.now(), href=href, key=_message_key(event))


def _message_key(event: events.RequestMoved) -> str:
    """The same for a repeated delivery, another for each move."""
    return f"{event.name}:{event.ref}:{event.turn}"
