"""Telling people what runs out, what must be changed, and whose step of a request is late."""

from collections import defaultdict
from datetime import date, datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.blocks.messaging import services as messaging
from tinhso.blocks.messaging.models import Message
from tinhso.blocks.units.models import Unit
from tinhso.government.certificates.contract import RequestStep
from tinhso.government.certificates.models import Reminder, Request, Version
from tinhso.government.certificates.queries import lookup, worklists
from tinhso.government.certificates.queries import requests as queries
from tinhso.government.certificates.queries.rules import rules
from tinhso.government.certificates.queries.search import in_force
from tinhso.government.certificates.rights import APPROVE_CERTIFICATES, ASK_FOR_CERTIFICATES, MANAGE_CERTIFICATES

TURN = {
    RequestStep.SUBMITTED: APPROVE_CERTIFICATES,
    RequestStep.APPROVED: MANAGE_CERTIFICATES,
    RequestStep.ACCEPTED: MANAGE_CERTIFICATES,
    RequestStep.SENT: MANAGE_CERTIFICATES,
    RequestStep.ANSWERED: ASK_FOR_CERTIFICATES,
}


@transaction.atomic
def remind_of_ends(*, day: date, now: datetime) -> int:
    """Tell each unit once per threshold which of its certificates run out; says how many certificates were told of."""
    notified_count = 0
    for days in sorted(rules().validity.warn_days):
        until = day + timedelta(days=days)
        soon = lookup.versions_on(day).filter(in_force(day), last_day__lte=until)
        fresh: dict[Unit, list[Version]] = defaultdict(list)
        for version in soon.order_by("last_day"):
            fields = {"certificate": version.certificate, "last_day": version.last_day}
            if not Reminder.objects.filter(**fields, days__lte=days).exists():
                Reminder.objects.create(**fields, days=days, at=now)
                fresh[version.unit].append(version)
        for unit, versions in fresh.items():
            title = _("%(count)s chứng thư số sắp hết hạn (trong %(days)s ngày)") % {
                "count": len(versions),
                "days": days,
            }
            _notify_unit(unit, title, f"{reverse('certificates:work')}?list={days}", f"ends:{days}:{day}", now)
            notified_count += len(versions)
    return notified_count


def tell_of_mergers(*, day: date, now: datetime) -> int:
    """Tell each unit that has certificates to be changed or revoked, once a month until that is done; says how many."""
    names, notified_count = worklists.worklist_names(), 0
    for name in (worklists.CHANGE, worklists.REVOKE):
        by_unit: dict[Unit, int] = defaultdict(int)
        for version in worklists.without_request(worklists.worklist_versions(name, day)):
            by_unit[version.unit] += 1
        for unit, count in by_unit.items():
            title = _("%(count)s chứng thư số: %(what)s") % {"count": count, "what": names[name][0].lower()}
            _notify_unit(unit, title, f"{reverse('certificates:work')}?list={name}", f"{name}:{day:%Y-%m}", now)
            notified_count += 1
    return notified_count


def remind_of_late(*, day: date, now: datetime) -> int:
    """Tell whoever's turn it is that a step of a request is late, once a step; says how many requests."""
    requests = list(queries.late_requests(now))
    for request in requests:
        right = TURN.get(RequestStep(request.step))
        if right:
            title = _("Trễ hạn: đề nghị %(ask)s, %(title)s") % {
                "ask": request.get_ask_display(),
                "title": request.unit.name,
            }
            _tell_holders(request, right, title, f"late:{request.ref}:{request.moves}", now)
    return len(requests)


def _notify_unit(unit: Unit, title: str, href: str, key: str, now: datetime) -> None:
    messaging.notify_holders(
        right=ASK_FOR_CERTIFICATES,
        at=unit,
        title=title,
        now=now,
        href=href,
        key=f"certificates.{key}:{unit.ref}",
        here_only=True,
        kind=Message.Kind.INFO,
    )


def _tell_holders(request: Request, right: str, title: str, key: str, now: datetime) -> None:
    href = reverse("certificates:request", args=[request.ref])
    messaging.notify_holders(right=right, at=request.unit, title=title, now=now, href=href, key=f"certificates.{key}")
