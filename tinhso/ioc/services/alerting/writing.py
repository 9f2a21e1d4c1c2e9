"""Writing down what happened to an alert."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.outbox import services as outbox
from tinhso.ioc import events
from tinhso.ioc.models import Alert, AlertEntry
from tinhso.ioc.queries.alerting import listed
from tinhso.ioc.queries.alerting.rules import AlertRules
from tinhso.ioc.rights import HANDLE_ALERTS
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused

Did = AlertEntry.Did


def add_entry(
    alert: Alert, did: str, *, by: Actor, now: datetime, words: str = "", data: Mapping[str, Any] | None = None
) -> AlertEntry:
    """One more thing that happened to ``alert``."""
    alert.changed_at = now
    alert.save(update_fields=["changed_at"])
    return AlertEntry.objects.create(
        alert=alert, at=now, by=by.ref, by_name=by.name, did=did, words=words, data=dict(data or {})
    )


def locked_alert(ref: str, *, by: Actor) -> Alert:
    """The alert, locked until the transaction ends, for somebody who may handle it and sees it; refuses others."""
    listed.by_ref(ref, by=by)
    alert = Alert.objects.select_for_update().prefetch_related("unit", "office", "owner").get(ref=ref)
    if not (by.can(HANDLE_ALERTS, at=alert.unit) or by.can(HANDLE_ALERTS, at=alert.office)):
        by.must_be_able_to(HANDLE_ALERTS, at=alert.office)
    return alert


def must_be_standing(alert: Alert) -> None:
    """Refuse an alert that is over."""
    if alert.state == Alert.State.RESOLVED:
        raise Refused("alert_over", _("Cảnh báo %(ref)s đã hết, không cần xử lý nữa."), ref=alert.ref)


def record_handling(alert: Alert, did: str, *, by: Actor, after: Mapping[str, Any]) -> None:
    """Record a person's act in the audit log, and let open pages know."""
    audit.record(by=by, did=did, to=alert, after=after)
    outbox.emit(events.AlertHandled(ref=alert.ref, did=did, state=alert.state, by=by.ref))


def next_step(alert: Alert, rules: AlertRules, now: datetime) -> datetime | None:
    """When an alert that nobody acknowledges goes up; None when there is no further step."""
    if alert.step >= len(rules.steps):
        return None
    return rules.hours.after(now, rules.steps[alert.step].after_hours, rules.days)
