"""Telling people about alerts: each in the ways they wish, many at once in one message."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.blocks.identity.models import Person
from tinhso.blocks.messaging import services as messaging
from tinhso.blocks.messaging.models import Message
from tinhso.ioc.models import Alert, AlertWish
from tinhso.ioc.queries.alerting import people, said
from tinhso.ioc.queries.frame import SnapshotFrame
from tinhso.kernel.actor import Actor
from tinhso.ui.wording import number_text

ONE_BY_ONE = 3  # more than this at once is one message: a list is read, a flood is not
SHOWN = 10
OPENED, ESCALATED, SPOKE = "opened", "escalated", "spoke"


def notify_people(at: SnapshotFrame, what: str, told: Iterable[tuple[Person, Alert]], *, now: datetime) -> int:
    """Tell each person of their alerts; says how many messages were written. ``what`` happened to all of them."""
    mine: dict[Person, list[Alert]] = defaultdict(list)
    for person, alert in told:
        if people.may_be_told(person, alert):
            mine[person].append(alert)
    wishes = people.alert_wishes(mine)
    return sum(_tell_one(at, what, person, alerts, wishes, now) for person, alerts in mine.items())


def _tell_one(
    at: SnapshotFrame,
    what: str,
    person: Person,
    alerts: Sequence[Alert],
    wishes: dict[tuple[int, str], AlertWish],
    now: datetime,
) -> int:
    wished_alerts = [alert for alert in alerts if _wants_any_message(wishes[person.pk, alert.kind])]
    if len(wished_alerts) > ONE_BY_ONE:
        return _tell_of_many(at, what, person, wished_alerts, wishes, now)
    return sum(_tell_of_one(at, what, person, alert, wishes[person.pk, alert.kind], now) for alert in wished_alerts)


def _wants_any_message(wish: AlertWish) -> bool:
    return wish.in_app or wish.mail or wish.push


def _tell_of_one(at: SnapshotFrame, what: str, person: Person, alert: Alert, wish: AlertWish, now: datetime) -> int:
    words = said.alert_text(at, alert)
    loud = alert.severity == Alert.Severity.HIGH or what == ESCALATED
    return messaging.notify(
        to=person,
        title=f"{_event_heading(what, alert)}: {words.title}",
        body=words.sentence,
        href=reverse("ioc:alert", args=[alert.ref]),
        kind=Message.Kind.WARNING,
        key=f"ioc.alert:{alert.ref}:{what}:{alert.step}:{now:%Y%m%d%H%M%S}",
        mail=loud and wish.mail,
        push=loud and wish.push,
        now=now,
    )


def _tell_of_many(
    at: SnapshotFrame,
    what: str,
    person: Person,
    alerts: Sequence[Alert],
    wishes: dict[tuple[int, str], AlertWish],
    now: datetime,
) -> int:
    grave = [alert for alert in alerts if alert.severity == Alert.Severity.HIGH or what == ESCALATED]
    first = sorted(alerts, key=lambda alert: (alert not in grave, alert.unit.level, alert.ref))[:SHOWN]
    lines = [
        f"– {words.title}. {words.sentence}" for words in (said.alert_text(at, first_alert) for first_alert in first)
    ]
    if len(alerts) > SHOWN:
        lines.append(_("… và %(more)s cảnh báo khác.") % {"more": number_text(len(alerts) - SHOWN)})
    heads = {
        OPENED: _("%(count)s cảnh báo mới"),
        ESCALATED: _("%(count)s cảnh báo chưa ai nhận được chuyển lên bạn"),
        SPOKE: _("%(count)s cảnh báo hết thời gian tạm dừng"),
    }
    return messaging.notify(
        to=person,
        title=heads[what] % {"count": number_text(len(alerts))},
        body="\n".join(lines),
        href=f"{reverse('ioc:alerts')}{'' if what == ESCALATED else '?mine=1'}",
        kind=Message.Kind.WARNING,
        key=f"ioc.alerts:{what}:{alerts[0].ref}:{now:%Y%m%d%H%M%S}",
        mail=any(wishes[person.pk, alert.kind].mail for alert in grave),
        push=any(wishes[person.pk, alert.kind].push for alert in grave),
        now=now,
    )


def _event_heading(what: str, alert: Alert) -> str:
    if what == ESCALATED:
        return _("Chưa ai nhận")
    if what == SPOKE:
        return _("Hết tạm dừng")
    return str(alert.get_kind_display())


def tell_assigned(at: SnapshotFrame, person: Person, alert: Alert, *, by: Actor, now: datetime) -> None:
    """Tell somebody that an alert was given to them."""
    words = said.alert_text(at, alert)
    messaging.notify(
        to=person,
        title=_("%(name)s giao bạn cảnh báo: %(title)s") % {"name": by.name, "title": words.title},
        body=words.sentence,
        href=reverse("ioc:alert", args=[alert.ref]),
        kind=Message.Kind.TASK,
        key=f"ioc.alert:{alert.ref}:assigned:{now:%Y%m%d%H%M%S%f}",
        mail=True,
        push=True,
        now=now,
    )
