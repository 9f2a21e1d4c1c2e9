"""Timed checks, and telling those who look after things what changed."""

from django.urls import reverse
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from tinhso.blocks.messaging import services as messaging
from tinhso.blocks.messaging.contract import register_live_event
from tinhso.blocks.messaging.models import Message
from tinhso.blocks.outbox.contract import register_listener
from tinhso.blocks.registers.events import RecordsChanged
from tinhso.government.infrastructure import events, services
from tinhso.government.infrastructure.models import Check, Outage
from tinhso.government.infrastructure.queries import lookup
from tinhso.government.infrastructure.rights import MANAGE_INFRASTRUCTURE, SEE_INFRASTRUCTURE
from tinhso.kernel import clock

for _one in (events.CheckChanged, events.OutageAnnounced, events.OutageClosed):
    register_live_event(_one, right=SEE_INFRASTRUCTURE)


@app.periodic(cron="* * * * *")
@app.task(name="infrastructure.check", queueing_lock="infrastructure.check")
def run_checks(timestamp: int) -> None:
    """Make the checks that are due."""
    services.run_due(now=clock.now())


@app.periodic(cron="40 19 * * *")  # 02:40 in Việt Nam
@app.task(name="infrastructure.tidy", queueing_lock="infrastructure.tidy")
def tidy_results(timestamp: int) -> None:
    """Let old answers go."""
    services.delete_old_results(now=clock.now())


@register_listener(events.CheckChanged)
def tell_of_change(event: events.CheckChanged) -> None:
    """Who manages a thing hears that it stopped, on their devices as well, and that it runs again."""
    check = Check.objects.filter(ref=event.ref).select_related("unit").first()
    if check is None:
        return
    words = _("Chạy lại: %(what)s") if event.up else _("Không chạy: %(what)s")
    messaging.notify_holders(
        right=MANAGE_INFRASTRUCTURE,
        at=check.unit,
        title=words % {"what": check.thing_name},
        body=event.said,
        now=clock.now(),
        href=reverse("infrastructure:check", args=[check.ref]),
        key=f"{event.name}:{event.ref}:{event.number}",
        kind=Message.Kind.INFO if event.up else Message.Kind.WARNING,
        push=not event.up,
    )


@register_listener(events.OutageAnnounced)
def tell_of_outage(event: events.OutageAnnounced) -> None:
    """Who sees infrastructure at the place learns what will stop."""
    outage = Outage.objects.filter(ref=event.ref).select_related("unit").first()
    if outage is not None:
        title = _("Sẽ ngừng có kế hoạch: %(what)s") % {"what": outage.title}
        messaging.notify_holders(
            right=SEE_INFRASTRUCTURE,
            at=outage.unit,
            title=title,
            body=outage.fallback,
            now=clock.now(),
            href=reverse("infrastructure:outage", args=[outage.ref]),
            key=f"{event.name}:{event.ref}",
            kind=Message.Kind.INFO,
        )


@register_listener(RecordsChanged)
def follow_things(event: RecordsChanged) -> None:
    """Checks follow their things to other units and under other names."""
    if event.register in lookup.MODELS and event.did != "added":
        services.follow_unit_changes(register=event.register)
