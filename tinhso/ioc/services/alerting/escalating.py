"""What time does to alerts: nobody acknowledged them, or their silence is over."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.blocks.identity.models import Person
from tinhso.blocks.outbox import services as outbox
from tinhso.ioc import events
from tinhso.ioc.models import Alert, AlertEntry, Silence
from tinhso.ioc.queries.alerting import listed, people
from tinhso.ioc.queries.alerting.rules import rules
from tinhso.ioc.queries.frame import snapshot_frame
from tinhso.ioc.rights import HANDLE_ALERTS
from tinhso.ioc.services.alerting import telling
from tinhso.ioc.services.alerting.writing import add_entry, next_step
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.ui.wording import list_text

State, Did = Alert.State, AlertEntry.Did


@transaction.atomic
def escalate(*, by: Actor, now: datetime) -> int:
    """Pass alerts up that nobody has acknowledged in time; says how many. What is silent stays where it is."""
    by.must_be_able_to(HANDLE_ALERTS)
    due = Alert.objects.select_for_update(of=("self",), skip_locked=True).filter(state=State.OPEN, escalate_at__lte=now)
    alerts = list(due.select_related("unit", "office", "owner").order_by("pk"))
    quiet = listed.silent_among(alerts)
    loud = [alert for alert in alerts if alert.pk not in quiet]
    if not loud:
        return 0
    at, alert_rules = snapshot_frame(by), rules()
    roster = people.roster(clock.local(now).date(), at.places, alert_rules.owner.roles)
    escalated_alerts: list[tuple[Person, Alert]] = []
    for alert in loud:
        step = alert_rules.steps[alert.step] if alert.step < len(alert_rules.steps) else None
        recipients = (
            [person for person in roster.of_step(alert, step) if people.may_be_told(person, alert)] if step else []
        )
        alert.step += 1
        alert.escalate_at = next_step(alert, alert_rules, now)
        alert.save(update_fields=["step", "escalate_at"])
        add_entry(
            alert,
            Did.ESCALATED,
            by=by,
            now=now,
            words=_recipients_text(recipients),
            data={"to": [person.ref for person in recipients]},
        )
        escalated_alerts += [(person, alert) for person in recipients]
    telling.notify_people(at, telling.ESCALATED, escalated_alerts, now=now)
    outbox.emit(events.AlertsChanged(escalated=tuple(loud_alert.ref for loud_alert in loud)))
    return len(loud)


def _recipients_text(found: Sequence[Person]) -> str:
    if not found:
        return _("không ai giữ vị trí được báo ở bậc này")
    return _("báo %(names)s") % {"names": list_text([recipient.name for recipient in found])}


@transaction.atomic
def end_silences(*, by: Actor, now: datetime) -> int:
    """End silences whose time is up; owners of what still stands hear of it again. Says how many ended."""
    by.must_be_able_to(HANDLE_ALERTS)
    over = list(listed.silences_over(now).select_for_update(of=("self",), skip_locked=True))
    if not over:
        return 0
    resumed_alerts: list[tuple[Person, Alert]] = []
    for silence in over:
        silence.ended_at = now
        silence.save(update_fields=["ended_at"])
        resumed_alerts += _resumed_alerts(silence, by, now)
    telling.notify_people(snapshot_frame(by), telling.SPOKE, resumed_alerts, now=now)
    outbox.emit(events.AlertsChanged())
    return len(over)


def _resumed_alerts(silence: Silence, by: Actor, now: datetime) -> list[tuple[Person, Alert]]:
    """Alerts that the end of a silence lets speak again, with their owners."""
    scope = {"pk": silence.alert_id} if silence.alert_id else {"indicator": silence.indicator, "unit": silence.unit_id}
    standing = Alert.objects.select_for_update().prefetch_related("unit", "office", "owner")
    alerts = list(standing.filter(**scope).exclude(state=State.RESOLVED))
    quiet = listed.silent_among(alerts)
    owner_alerts = []
    for alert in alerts:
        if alert.pk in quiet:
            continue
        if alert.state == State.OPEN:
            alert.escalate_at = next_step(alert, rules(), now)
            alert.save(update_fields=["escalate_at"])
        add_entry(alert, Did.SPOKE, by=by, now=now, words=_("hết thời gian tạm dừng"))
        if alert.owner is not None:
            owner_alerts.append((alert.owner, alert))
    return owner_alerts
