"""The morning summary: one mail a person, only what concerns their units, nothing when there is nothing."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.blocks.identity import queries as identity
from tinhso.blocks.identity.models import Person
from tinhso.blocks.messaging import services as messaging
from tinhso.blocks.units.rights import SEE_INDICATORS
from tinhso.ioc.models import Alert
from tinhso.ioc.queries.alerting import digest as queries
from tinhso.ioc.queries.alerting import said
from tinhso.ioc.queries.alerting.digest import Digest
from tinhso.ioc.queries.alerting.rules import rules
from tinhso.ioc.queries.frame import SnapshotFrame, snapshot_frame
from tinhso.ioc.rights import HANDLE_ALERTS
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.ui.wording import date_text, number_text

SHOWN = 10


def send_digests(*, by: Actor, now: datetime) -> int:
    """Write everybody their summary of a working day, once; says how many were written."""
    by.must_be_able_to(HANDLE_ALERTS)
    day, days = clock.local(now).date(), rules().days
    if not days.is_working(day):
        return 0
    since = queries.last_morning(day, days)
    return sum(_send_digest(person, since, now) for person in queries.digest_readers(day))


@transaction.atomic
def _send_digest(person: Person, since: datetime, now: datetime) -> int:
    actor = identity.actor_for(person)
    if not actor.can(SEE_INDICATORS):
        return 0
    digest = queries.digest_of(person, actor, since=since, now=now)
    parts = _digest_parts(snapshot_frame(actor), digest)
    if not parts:
        return 0
    counts = {"opened": digest.opened.count(), "waiting": digest.waiting.count(), "resolved": digest.resolved.count()}
    day = clock.local(now).date()
    return messaging.notify(
        to=person,
        title=_("Cảnh báo sáng %(day)s: %(opened)s mới, %(waiting)s đang chờ, %(resolved)s đã hết")
        % {"day": date_text(day), **{name: number_text(number) for name, number in counts.items()}},
        body="\n\n".join(parts),
        href=reverse("ioc:alerts"),
        key=f"ioc.digest:{day}",
        mail=True,
        now=now,
    )


def _digest_parts(at: SnapshotFrame, found: Digest) -> list[str]:
    headed = ((_("Mới"), found.opened), (_("Còn chờ người nhận"), found.waiting), (_("Đã hết"), found.resolved))
    return [part for head, alerts in headed if (part := _digest_part(at, head, alerts))]


def _digest_part(at: SnapshotFrame, head: str, alerts: QuerySet[Alert]) -> str:
    total = alerts.count()
    if not total:
        return ""
    lines = [f"{head.upper()} ({number_text(total)})"]
    lines += [
        f"– {words.title}. {words.sentence}" for words in (said.alert_text(at, alert) for alert in alerts[:SHOWN])
    ]
    if total > SHOWN:
        lines.append(_("… và %(more)s cảnh báo khác.") % {"more": number_text(total - SHOWN)})
    return "\n".join(lines)
