"""Bringing alerts up to date with what holds now: opened once, carried on, ended when the condition is over."""

import contextlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app as queue
from procrastinate.exceptions import AlreadyEnqueued

from tinhso.blocks.audit import services as audit
from tinhso.blocks.outbox import services as outbox
from tinhso.ioc import events
from tinhso.ioc.models import Alert, AlertEntry
from tinhso.ioc.queries.alerting import findings, listed, people
from tinhso.ioc.queries.alerting import rules as settings
from tinhso.ioc.queries.alerting.people import Roster
from tinhso.ioc.queries.alerting.rules import AlertRules
from tinhso.ioc.queries.alerting.watching import AlertFinding
from tinhso.ioc.queries.frame import SnapshotFrame, snapshot_frame
from tinhso.ioc.rights import HANDLE_ALERTS
from tinhso.ioc.services.alerting import telling
from tinhso.ioc.services.alerting.writing import add_entry, next_step
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.refs import new_ref

State, Did = Alert.State, AlertEntry.Did
NUMBERS, CONCERNS = (Alert.Kind.TARGET, Alert.Kind.CHANGE), (Alert.Kind.LATE, Alert.Kind.RULE, Alert.Kind.BURST)
ONE_AT_A_TIME = 7301001  # the key of the lock that lets evaluations follow each other
SAME = 1e-9


@dataclass
class EvaluationOutcome:
    """What an evaluation changed."""

    opened: list[Alert] = field(default_factory=list)
    resolved: list[Alert] = field(default_factory=list)
    continued: int = 0

    @property
    def is_something(self) -> bool:
        """Whether it changed anything that people see."""
        return bool(self.opened or self.resolved or self.continued)


@dataclass(frozen=True)
class _Evaluation:
    """What one evaluation works with."""

    at: SnapshotFrame
    rules: AlertRules
    roster: Roster
    by: Actor
    now: datetime
    is_demo: bool


@transaction.atomic
def evaluate(
    *, by: Actor, now: datetime, numbers: bool = True, concerns: bool = True, demo: bool = False
) -> EvaluationOutcome:
    """Open, carry on and end alerts; evaluations follow each other, and one that is repeated changes nothing.

    ``numbers``: targets and sudden changes of the newest snapshot; ``concerns``: late returns and broken rules. With a
    past ``now``, periods that were not over then are left out, so that a demo can tell what was told month by month.
    """
    by.must_be_able_to(HANDLE_ALERTS)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
    work = _new_evaluation(by, now, demo)
    outcome = EvaluationOutcome()
    if numbers and work.at.number:
        _apply_findings(work, NUMBERS, findings.number_findings(work.at, work.rules), outcome)
    if concerns:
        _apply_findings(work, CONCERNS, findings.concern_findings(work.at, work.rules, now), outcome)
    _announce_outcome(work, outcome)
    return outcome


def ask_for_evaluation() -> None:
    """Let a worker look soon, once the caller's transaction has committed; asking twice is asking once."""
    with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
        queue.configure_task("ioc.evaluate_alerts", queueing_lock="ioc.evaluate_alerts").defer()


def _new_evaluation(by: Actor, now: datetime, demo: bool) -> _Evaluation:
    at, rules, day = snapshot_frame(by), settings.rules(), clock.local(now).date()
    if day != at.places.day:
        at = replace(at, places=replace(at.places, day=day))
    return _Evaluation(at, rules, people.roster(day, at.places, rules.owner.roles), by, now, demo)


def _apply_findings(
    work: _Evaluation, kinds: Iterable[str], alert_findings: Iterable[AlertFinding], outcome: EvaluationOutcome
) -> None:
    by_key = {alert_finding.key: alert_finding for alert_finding in alert_findings}
    standing = Alert.objects.select_for_update().prefetch_related("unit", "office", "owner")
    for alert in standing.filter(kind__in=list(kinds)).exclude(state=State.RESOLVED).order_by("pk"):
        _carry_on(work, alert, by_key.pop(alert.key, None), outcome)
    for finding in by_key.values():
        if finding.holds:
            outcome.opened.append(_open_alert(work, finding))


def _carry_on(work: _Evaluation, alert: Alert, finding: AlertFinding | None, outcome: EvaluationOutcome) -> None:
    """One that stands: still so, over, or nothing new to say."""
    if finding is None or finding.holds is False:
        resolve_alert(alert, by=work.by, now=work.now, words=_why_over(alert, finding))
        outcome.resolved.append(alert)
    elif finding.holds and finding.period >= alert.period:
        outcome.continued += _update_alert(work, alert, finding)


def _why_over(alert: Alert, finding: AlertFinding | None) -> str:
    if alert.kind == Alert.Kind.LATE:
        return _("Mọi đơn vị đã gửi báo cáo.")
    if alert.kind == Alert.Kind.RULE:
        return _("Không còn báo cáo nào được công bố khi còn cảnh báo kiểm tra.")
    if alert.kind == Alert.Kind.BURST:
        return _("Số phản ánh đã trở lại mức thường thấy ở mọi nơi.")
    if finding is None:
        return _("Không còn theo dõi chỉ tiêu này ở đơn vị này.")
    return _("Đã đạt mục tiêu.") if alert.kind == Alert.Kind.TARGET else _("Đã trở lại mức dao động thường thấy.")


def _open_alert(work: _Evaluation, finding: AlertFinding) -> Alert:
    alert = Alert(
        ref=new_ref("CB"),
        opened_at=work.now,
        changed_at=work.now,
        snapshot=work.at.number or None,
        owner=work.roster.owner(finding.office),
        is_demo=work.is_demo,
        **{name: getattr(finding, name) for name in ("key", "kind", "domain", "indicator", "data_set", "basis")},
    )
    _take_over(alert, finding)
    alert.unit_id, alert.office_id = finding.unit, finding.office
    alert.escalate_at = next_step(alert, work.rules, work.now)
    alert.save(force_insert=True)
    add_entry(alert, Did.OPENED, by=work.by, now=work.now, data=_numeric_facts(alert.facts))
    return alert


def _take_over(alert: Alert, finding: AlertFinding) -> None:
    alert.period, alert.severity, alert.restricted = finding.period, finding.severity, finding.restricted
    alert.facts, alert.concerned = dict(finding.facts), list(finding.concerned)


def _update_alert(work: _Evaluation, alert: Alert, finding: AlertFinding) -> bool:
    """The same condition with the numbers of today; says whether that is worth a line in its history."""
    later, corrected = finding.period > alert.period, _numbers_differ(alert.facts, finding.facts)
    if not (later or corrected or alert.severity != finding.severity):
        return False
    _take_over(alert, finding)
    alert.snapshot = work.at.number or None
    alert.save(update_fields=["period", "severity", "restricted", "facts", "concerned", "snapshot"])
    if alert.kind in NUMBERS:
        did = Did.CONTINUED if later else Did.CORRECTED
        add_entry(alert, did, by=work.by, now=work.now, data=_numeric_facts(alert.facts))
    return alert.kind in NUMBERS


def _numbers_differ(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether the figure itself (or how many are late) is another one; its explanation alone is no news."""
    if "count" in after:
        return bool(before.get("count") != after["count"])
    return abs(float(before.get("value") or 0) - float(after.get("value") or 0)) > SAME


def _numeric_facts(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if name != "places"}


def resolve_alert(alert: Alert, *, by: Actor, now: datetime, words: str) -> None:
    """End an alert whose condition is over."""
    alert.state, alert.resolved_at, alert.escalate_at = State.RESOLVED, now, None
    alert.save(update_fields=["state", "resolved_at", "escalate_at"])
    add_entry(alert, Did.RESOLVED, by=by, now=now, words=words)


def _announce_outcome(work: _Evaluation, outcome: EvaluationOutcome) -> None:
    """Tell owners of what opened, open pages of what changed, and the audit log of both."""
    if not outcome.is_something:
        return
    quiet = listed.silent_among(outcome.opened)
    loud = [alert for alert in outcome.opened if alert.pk not in quiet]
    owners = [(alert.owner, alert) for alert in loud if alert.owner is not None]
    others = [(person, alert) for person, alert in people.followers(loud) if alert.owner != person]
    telling.notify_people(work.at, telling.OPENED, [*owners, *others], now=work.now)
    opened, resolved = (tuple(alert.ref for alert in group) for group in (outcome.opened, outcome.resolved))
    outbox.emit(events.AlertsChanged(opened=opened, resolved=resolved, snapshot=work.at.number or None))
    after = {"opened": len(opened), "resolved": len(resolved), "continued": outcome.continued}
    audit.record(by=work.by, did="evaluated", to=("ioc.Alert", str(work.at.number)), after=after)
