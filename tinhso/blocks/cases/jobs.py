"""Timed work of cases, and telling people whose turn it is."""

from contextlib import suppress

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from tinhso.blocks.cases import events, services
from tinhso.blocks.cases.models import Case
from tinhso.blocks.cases.queries import slips
from tinhso.blocks.cases.rights import PROCESS_CASES, RECEIVE_CASES, SEE_CASES
from tinhso.blocks.identity import queries as identity
from tinhso.blocks.indicators import services as indicators
from tinhso.blocks.messaging import services as messaging
from tinhso.blocks.messaging.contract import register_live_event
from tinhso.blocks.outbox.contract import register_listener
from tinhso.blocks.payments.events import OrderPaid
from tinhso.blocks.signature_requests.events import RequestCancelled, RequestIssued
from tinhso.kernel import clock
from tinhso.kernel.actor import program_actor
from tinhso.kernel.errors import Refused

FOLLOWER = program_actor("cases", rights=[RECEIVE_CASES, PROCESS_CASES])
TOLD = {2, 3, 5, 6, 8, 9, 10}  # what an applicant with an address is written about

register_live_event(events.CaseFiled, right=SEE_CASES)
register_live_event(events.TaskOpened, right=SEE_CASES)
register_live_event(events.CaseMoved, right=SEE_CASES)


@app.periodic(cron="10 17 * * *")  # 00:10 in Việt Nam
@app.task(name="cases.follow_units", queueing_lock="cases.follow_units")
def follow_units(timestamp: int) -> None:
    """Cases of units that ended yesterday go on under their successors."""
    services.follow_units(today=clock.today(), by=FOLLOWER, now=clock.now())


@app.periodic(cron="*/5 * * * *")
@app.task(name="cases.wake", queueing_lock="cases.wake")
def wake_waiting_cases(timestamp: int) -> None:
    """Move on what waited for a time, and for a case that ended while its own stood still."""
    services.wake_cases(now=clock.now())
    services.settle_links(now=clock.now())


@app.periodic(cron="*/10 * * * *")
@app.task(name="cases.count", queueing_lock="cases.count")
def publish_case_counts(timestamp: int) -> None:
    """What happened to cases reaches the operations centre within ten minutes."""
    indicators.ask_for_refresh()


@register_listener(events.TaskOpened)
def tell_holder(event: events.TaskOpened) -> None:
    """Whoever is given a step by name learns of it; what waits for a whole post is in its inbox."""
    try:
        person = identity.person_by_ref(event.holder) if event.holder else None
    except Refused:
        return
    if person is None:
        return
    messaging.notify(
        to=person,
        title=_("Bạn được giao hồ sơ %(code)s") % {"code": event.code},
        now=clock.now(),
        href=reverse("cases:case", args=[event.code]),
        key=f"{event.name}:{event.code}:{event.number}",
    )


@register_listener(events.LinkAsked)
def open_linked(event: events.LinkAsked) -> None:
    """A step asks for a case of another procedure: file it."""
    linked_case_request = services.LinkedCaseRequest(event.code, event.task, event.procedure, event.option)
    services.open_child(asked=linked_case_request, now=clock.now())


@register_listener(events.CaseMoved)
def close_linked(event: events.CaseMoved) -> None:
    """A case came to its end: the step that waited for it is done; one held by somebody is theirs to do."""
    with suppress(Refused):
        services.child_ended(code=event.code, now=clock.now())


@register_listener(events.HappenedInCase)
def pass_on(event: events.HappenedInCase) -> None:
    """What one case says has happened may be what another that hangs together with it waits for."""
    services.pass_on(code=event.code, family=event.family, name=event.sign, now=clock.now())


@register_listener(OrderPaid)
def money_arrived(event: OrderPaid) -> None:
    """A case that waits for its money goes on as soon as all of it is there."""
    services.money_arrived(about=event.about, by=FOLLOWER, now=clock.now())


@register_listener(RequestIssued)
def result_signed(event: RequestIssued) -> None:
    """A result that was signed and sealed finishes its case."""
    services.result_signed(about=event.about, ref=event.ref, now=clock.now())


@register_listener(RequestCancelled)
def result_came_back(event: RequestCancelled) -> None:
    """A result that was given up leaves its step to everybody again."""
    services.result_came_back(about=event.about, why="", now=clock.now())


@register_listener(events.CaseMoved)
def tell_applicant(event: events.CaseMoved) -> None:
    """An applicant who gave an address is written to, with the way to follow the case.

    A repeated delivery carries the same Message-ID, by which mail systems know the copy.
    """
    case = Case.objects.select_related("party").filter(code=event.code).first()
    if case is None or event.status not in TOLD or not case.party.email or case.origin != Case.Origin.HERE:
        return
    status = Case.Status(event.status).label
    _send_email(
        case, _("Hồ sơ %(code)s: %(status)s") % {"code": case.code, "status": status}, str(status), event.number
    )


@register_listener(events.KeyAsked)
def send_key(event: events.KeyAsked) -> None:
    """The way to follow a case goes to the address that the case holds, and to no other."""
    case = Case.objects.select_related("party").filter(code=event.code).first()
    if case is not None and case.party.email:
        subject = _("Hồ sơ %(code)s: khóa tra cứu") % {"code": case.code}
        words = _(
            "Bạn (hoặc ai đó) xin gửi lại khóa. Ai có liên kết này thì xem được hồ sơ; đừng chuyển cho người khác."
        )
        _send_email(case, subject, words, None)


def _send_email(case: Case, subject: str, words: str, number: int | None) -> None:
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("<> ") or "localhost"
    named = {} if number is None else {"Message-ID": f"<case-{case.pk}-{number}@{domain}>"}
    EmailMessage(
        subject=subject,
        body=f"{case.name}\n\n{words}\n\n{settings.PUBLIC_URL}{slips.tracking_address(case)}",
        to=[case.party.email],
        headers=named,
    ).send()
