"""Timed work of field reports, and telling people what has become of them."""

from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from tinhso.blocks.identity import queries as identity
from tinhso.blocks.messaging import services as messaging
from tinhso.blocks.messaging.contract import register_live_event
from tinhso.blocks.messaging.models import Message
from tinhso.blocks.outbox.contract import register_listener
from tinhso.kernel import clock
from tinhso.kernel.actor import program_actor
from tinhso.kernel.errors import Refused
from tinhso.society.field_reports import events, services
from tinhso.society.field_reports.contract import Status
from tinhso.society.field_reports.models import Report
from tinhso.society.field_reports.queries import places
from tinhso.society.field_reports.queries.rules import name_of
from tinhso.society.field_reports.rights import DECIDE_FIELD_REPORTS, HANDLE_FIELD_REPORTS, SEE_FIELD_REPORTS
from tinhso.society.field_reports.services import notifying, watching

SETTLED = timedelta(minutes=5)  # what was released a moment ago may not be visible to everybody yet
KEEPER = program_actor("field-reports", rights=[HANDLE_FIELD_REPORTS, DECIDE_FIELD_REPORTS])

for one in (events.ReportReceived, events.ReportMoved, events.ReportHandedOver, events.DecisionNeeded):
    register_live_event(one, right=SEE_FIELD_REPORTS)


@app.periodic(cron="20 17 * * *")  # 00:20 in Việt Nam
@app.task(name="field_reports.follow_units", queueing_lock="field_reports.follow_units")
def follow_units(timestamp: int) -> None:
    """Reports of units that ended yesterday go on under their successors."""
    services.follow_units(today=clock.today(), by=KEEPER, now=clock.now())


@app.periodic(cron="*/10 * * * *")
@app.task(name="field_reports.remind", queueing_lock="field_reports.remind")
def remind_of_deadlines(timestamp: int) -> None:
    """What is due soon or late is announced to who must know."""
    services.remind_of_deadlines(by=KEEPER, now=clock.now())


@app.periodic(cron="30 * * * *")
@app.task(name="field_reports.tidy", queueing_lock="field_reports.tidy")
def tidy_reports(timestamp: int) -> None:
    """Close what nobody answers, let go of what nobody confirms, forget who told of what ended long ago."""
    services.close_silent(by=KEEPER, now=clock.now())
    services.expire_unconfirmed(by=KEEPER, now=clock.now())
    services.forget_reporters(by=KEEPER, now=clock.now())


@app.periodic(cron="10 23 * * *")  # 06:10 in Việt Nam
@app.task(name="field_reports.tell_watchers", queueing_lock="field_reports.tell_watchers")
def tell_watchers(timestamp: int) -> None:
    """Who watches a place gets one letter about what was released there since the last one."""
    watching.tell_watchers(now=clock.now() - SETTLED)


@register_listener(events.CodeAsked)
def send_code(event: events.CodeAsked) -> None:
    """Whoever told gets the code."""
    report = Report.objects.filter(ref=event.ref, status=Status.UNCONFIRMED).select_related("reporter").first()
    if report is not None:
        notifying.send_code(report=report, turn=event.turn)


@register_listener(events.ReportMoved)
def tell_followers(event: events.ReportMoved) -> None:
    """Everybody who follows a report hears of it."""
    report = Report.objects.filter(ref=event.ref).select_related("unit", "reporter").first()
    if report is not None and report.status == event.status:
        notifying.tell_followers(report=report, number=event.number, did=event.did)


@register_listener(events.ReportReceived)
def tell_desk(event: events.ReportReceived) -> None:
    """Danger is told to who handles reports there, on their devices as well."""
    if event.priority == Report.Priority.DANGER:
        _notify_staff(
            event,
            right=HANDLE_FIELD_REPORTS,
            title=_("Phản ánh nguy hiểm: %(what)s"),
            kind=Message.Kind.WARNING,
            push=True,
        )


@register_listener(events.ReportHandedOver)
def tell_receiver(event: events.ReportHandedOver) -> None:
    """Whoever has it now learns of it."""
    _notify_staff(
        event, right=HANDLE_FIELD_REPORTS, title=_("Phản ánh được chuyển đến: %(what)s"), kind=Message.Kind.TASK
    )


@register_listener(events.ReportAssigned)
def tell_holder(event: events.ReportAssigned) -> None:
    """Whoever is given a job by name learns of it."""
    try:
        person = identity.person_by_ref(event.holder) if event.holder else None
    except Refused:
        return
    if person is not None:
        title = _("Bạn được giao phản ánh %(ref)s") % {"ref": event.ref}
        href = reverse("field_reports:one", args=[event.ref])
        key = f"{event.name}:{event.ref}:{event.number}"
        messaging.notify(to=person, title=title, now=clock.now(), href=href, key=key, kind=Message.Kind.TASK, push=True)


@register_listener(events.DecisionNeeded)
def tell_supervisor(event: events.DecisionNeeded) -> None:
    """Whoever stands above is asked to decide."""
    _notify_staff(
        event, right=DECIDE_FIELD_REPORTS, title=_("Phản ánh chờ phân định: %(what)s"), kind=Message.Kind.TASK
    )


@register_listener(events.ReportOverdue)
def tell_of_time(event: events.ReportOverdue) -> None:
    """The desk is reminded of what is due and late; whoever stands above learns what is late for long."""
    title = {
        1: _("Phản ánh sắp đến hạn: %(what)s"),
        2: _("Phản ánh trễ hạn: %(what)s"),
        3: _("Phản ánh trễ hạn lâu: %(what)s"),
    }[event.step]
    right = DECIDE_FIELD_REPORTS if event.step == 3 else HANDLE_FIELD_REPORTS
    _notify_staff(event, right=right, title=title, kind=Message.Kind.WARNING, above=event.step == 3)


def _notify_staff(
    event: events.AboutReport, *, right: str, title: str, kind: str, push: bool = False, above: bool = False
) -> None:
    report = Report.objects.filter(ref=event.ref).select_related("unit", "unit__parent").first()
    if report is None:
        return
    unit = (places.unit_above(report.unit, clock.today()) if above else None) or report.unit
    values = {"what": f"{name_of(report.category)} · {report.ref}"}
    href, key = reverse("field_reports:one", args=[event.ref]), f"{event.name}:{event.ref}:{event.number}"
    messaging.notify_holders(
        right=right,
        at=unit,
        title=title % values,
        now=clock.now(),
        href=href,
        key=key,
        kind=kind,
        push=push,
        here_only=True,
    )
