"""What one person's morning summary holds."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet

from tinhso.blocks.identity import queries as identity
from tinhso.blocks.identity.models import Person
from tinhso.ioc.models import Alert, AlertWish
from tinhso.ioc.queries.alerting import listed
from tinhso.ioc.rights import HANDLE_ALERTS
from tinhso.kernel import working_calendar
from tinhso.kernel.actor import Actor
from tinhso.kernel.working_calendar import WorkingCalendar

HOUR = time(7)
State = Alert.State


@dataclass(frozen=True)
class Digest:
    """Alerts of somebody's units: opened and ended since the last working morning, and those that still wait."""

    opened: QuerySet[Alert]
    waiting: QuerySet[Alert]
    resolved: QuerySet[Alert]


def digest_readers(day: date) -> list[Person]:
    """Everybody whose posts of ``day`` let them handle alerts."""
    posts = identity.posts_on(day).filter(role__rights__contains=[HANDLE_ALERTS], person__is_active=True)
    people_by_key = {post.person_id: post.person for post in posts.select_related("person")}
    return list(people_by_key.values())


def last_morning(day: date, days: WorkingCalendar) -> datetime:
    """The hour of the summary on the working day before ``day``."""
    before = day - timedelta(days=1)
    while not days.is_working(before):
        before -= timedelta(days=1)
    return working_calendar.moment_at(before, HOUR)


def digest_of(person: Person, actor: Actor, *, since: datetime, now: datetime) -> Digest:
    """What concerns the units of ``person``, of the kinds they want to read about in the morning."""
    unwanted = AlertWish.objects.filter(person=person, digest=False).values_list("kind", flat=True)
    reach = sorted(actor.places(HANDLE_ALERTS))
    mine = Q(owner=person) | Q(unit__in=reach) | Q(office__in=reach)
    alerts = listed.with_silence(listed.visible_alerts(actor)).filter(mine).exclude(kind__in=list(unwanted))
    loud = listed.filtered_alerts(alerts, listed.AlertFilter(), actor).order_by("severity", "unit__level", "-opened_at")
    return Digest(
        opened=loud.filter(opened_at__gt=since, opened_at__lte=now),
        waiting=loud.filter(state=State.OPEN, opened_at__lte=since),
        resolved=alerts.filter(resolved_at__gt=since, resolved_at__lte=now).order_by("-resolved_at"),
    )
