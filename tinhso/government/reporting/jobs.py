"""Timed work of reporting, and telling people whose turn it is."""

from django.urls import reverse
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from tinhso.blocks.dhis2.contract import register_value_taker
from tinhso.blocks.identity import queries as identity
from tinhso.blocks.indicators import services as indicators
from tinhso.blocks.indicators.rights import SEE_RETURNS
from tinhso.blocks.messaging import services as messaging
from tinhso.blocks.messaging.contract import register_live_event
from tinhso.blocks.outbox.contract import register_listener
from tinhso.blocks.units.rights import SEE_INDICATORS
from tinhso.government.reporting import events, services
from tinhso.government.reporting.models import Return
from tinhso.government.reporting.queries import returns as queries
from tinhso.government.reporting.rights import APPROVE_RETURNS, MANAGE_DATA_SETS, PUBLISH_RETURNS
from tinhso.kernel import clock
from tinhso.kernel.actor import program_actor
from tinhso.kernel.errors import Refused

OPENER = program_actor("reporting", rights=[MANAGE_DATA_SETS])
register_value_taker(services.Returns())

register_live_event(events.ReturnSentBack, right=SEE_RETURNS)
for _event in (events.ReturnSubmitted, events.ReturnApproved, events.ReturnPublished):
    register_live_event(_event, right=SEE_INDICATORS)  # a wall counts them, and hears no more than that there was one


@app.periodic(cron="5 17 * * *")  # 00:05 in Việt Nam
@app.task(name="reporting.open_due", queueing_lock="reporting.open_due")
def open_due(timestamp: int) -> None:
    """Open the returns of the running periods and drop files that nobody confirmed."""
    services.open_due_returns(today=clock.today(), by=OPENER, now=clock.now())
    services.drop_expired_uploads(now=clock.now())


@register_listener(events.ReturnPublished)
def compute_again(event: events.ReturnPublished) -> None:
    """What was published reaches the operations centre with the next refresh."""
    indicators.ask_for_refresh()


@register_listener(events.ReturnSubmitted)
def tell_approvers(event: events.ReturnSubmitted) -> None:
    """Those who may approve learn that something waits for them."""
    _tell_holders(APPROVE_RETURNS, event, _("Chờ duyệt: %(name)s, %(unit)s, kỳ %(period)s"))


@register_listener(events.ReturnApproved)
def tell_publishers(event: events.ReturnApproved) -> None:
    """Those who may publish learn that something waits for them."""
    _tell_holders(PUBLISH_RETURNS, event, _("Chờ công bố: %(name)s, %(unit)s, kỳ %(period)s"))


@register_listener(events.ReturnSentBack)
def tell_who_handed_in(event: events.ReturnSentBack) -> None:
    """Whoever handed in learns what to correct."""
    _tell_person(event.to, event, _("Bị trả lại để sửa: %(name)s, %(unit)s, kỳ %(period)s"), event.why)


@register_listener(events.ReturnDelegated)
def tell_delegate(event: events.ReturnDelegated) -> None:
    """Whoever was given a return learns of it."""
    _tell_person(event.to, event, _("Bạn được giao báo cáo %(name)s, %(unit)s, kỳ %(period)s"), "")


def _tell_holders(right: str, event: events.AboutReturn, title: str) -> None:
    unit_return = queries.by_ref(event.ref)
    messaging.notify_holders(
        right=right,
        at=unit_return.unit,
        title=title % _return_words(unit_return),
        now=clock.now(),
        href=reverse("reporting:return", args=[unit_return.ref]),
        key=_message_key(event),
        here_only=False,
    )


def _tell_person(ref: str, event: events.AboutReturn, title: str, body: str) -> None:
    """Programs and people who have left are not written to."""
    unit_return = queries.by_ref(event.ref)
    try:
        person = identity.person_by_ref(ref)
    except Refused:
        return
    href = reverse("reporting:return", args=[unit_return.ref])
    messaging.notify(
        to=person,
        title=title % _return_words(unit_return),
        body=body,
        now=clock.now(),
        href=href,
        key=_message_key(event),
        mail=True,
    )


def _message_key(event: events.AboutReturn) -> str:
    """The same for a repeated delivery, another for each turn that a return takes."""
    return f"{event.name}:{event.ref}:{event.revision}:{event.turn}"


def _return_words(one: Return) -> dict[str, str]:
    return {"name": one.data_set.name, "unit": one.unit.name, "period": one.period}
