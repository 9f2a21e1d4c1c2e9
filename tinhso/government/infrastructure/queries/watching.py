"""Checks and outages: what is down, what is announced, how much of a month something ran."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from tinhso.government.infrastructure.models import Check, Outage, Service
from tinhso.government.infrastructure.rights import SEE_INFRASTRUCTURE
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused, gettext_noop

# seconds seen and up of each check and month; what was announced to stop is counted apart
MONTHS = """
    SELECT check_of_id, to_char(month, 'YYYY-MM') AS month,
           sum(seen) AS seen, sum(CASE WHEN up THEN seen ELSE 0 END) AS up,
           sum(CASE WHEN up THEN 0 ELSE planned END) AS planned,
           count(*) FILTER (WHERE NOT up AND since >= month AT TIME ZONE 'Asia/Ho_Chi_Minh') AS falls
    FROM (
        SELECT span.check_of_id, span.up, span.since, month,
               extract(epoch FROM least(coalesce(span.until, now()), month_end)
                                    - greatest(span.since, month_start)) AS seen,
               coalesce((SELECT sum(greatest(0, extract(epoch FROM
                             least(coalesce(span.until, now()), month_end, coalesce(outage.closed_at, outage.ends_at))
                             - greatest(span.since, month_start, outage.starts_at))))
                         FROM infrastructure_outage outage
                         JOIN infrastructure_touched touched ON touched.outage_id = outage.id
                         WHERE touched.ref = one.thing AND outage.state <> 'cancelled'), 0) AS planned
        FROM infrastructure_span span
        JOIN infrastructure_check one ON one.id = span.check_of_id
        CROSS JOIN LATERAL generate_series(
            date_trunc('month', span.since AT TIME ZONE 'Asia/Ho_Chi_Minh'),
            date_trunc('month', coalesce(span.until, now()) AT TIME ZONE 'Asia/Ho_Chi_Minh'), interval '1 month') month
        CROSS JOIN LATERAL (SELECT month AT TIME ZONE 'Asia/Ho_Chi_Minh' AS month_start,
                                   (month + interval '1 month') AT TIME ZONE 'Asia/Ho_Chi_Minh' AS month_end) bounds
    ) pieces GROUP BY 1, 2
"""


@dataclass(frozen=True)
class MonthAvailability:
    """How much of a month something ran, in seconds; ``planned`` of the rest was announced."""

    month: str
    seen: int
    up: int
    planned: int
    falls: int

    @property
    def share(self) -> float | None:
        """Per cent of the time that counts; None where it was not watched."""
        counted = self.seen - self.planned
        return round(100 * self.up / counted, 3) if counted > 0 else None


def within_reach(by: Actor, unit: str = "unit") -> Q:
    """What somebody may see, by unit."""
    return Q() if SEE_INFRASTRUCTURE in by.everywhere else Q(**{f"{unit}__in": by.places(SEE_INFRASTRUCTURE)})


def visible_checks(by: Actor, *, thing: str = "") -> QuerySet[Check]:
    """Checks that somebody may see: down first."""
    checks = Check.objects.filter(within_reach(by), active=True).select_related("unit")
    return (checks.filter(thing=thing) if thing else checks).order_by("state", "thing_name", "pk")


def visible_check(ref: str, by: Actor) -> Check:
    """One check."""
    check = Check.objects.filter(ref=ref[:40]).select_related("unit").first()
    if check is None:
        raise Refused("unknown_check", gettext_noop("Không có phép kiểm tra “%(ref)s”."), ref=ref[:40])
    by.must_be_able_to(SEE_INFRASTRUCTURE, at=check.unit)
    return check


def monthly_availability(check: Check) -> list[MonthAvailability]:
    """Availability by month, the newest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT month, seen, up, planned, falls FROM ({MONTHS}) t WHERE check_of_id = %s ORDER BY 1 DESC",
            [check.pk],
        )
        return [MonthAvailability(row[0], *(round(value) for value in row[1:])) for row in cursor.fetchall()]


def due_checks(now: datetime, most: int) -> Sequence[Check]:
    """Checks to be made now, taken so that no other worker takes them."""
    checks = Check.objects.filter(Q(next_at__isnull=True) | Q(next_at__lte=now), active=True, illustrative=False)
    return list(checks.select_for_update(skip_locked=True).order_by("next_at", "pk")[:most])


def visible_outages(by: Actor) -> QuerySet[Outage]:
    """Outages that somebody may see, the latest first."""
    return Outage.objects.filter(within_reach(by)).select_related("unit").order_by("-starts_at", "-pk")


def outage_by_ref(ref: str) -> Outage:
    """One outage: what was announced is for everybody who works here."""
    outage = Outage.objects.filter(ref=ref[:40]).select_related("unit").first()
    if outage is None:
        raise Refused("unknown_outage", gettext_noop("Không có lần ngừng “%(ref)s”."), ref=ref[:40])
    return outage


def announced_to_all(now: datetime) -> list[dict[str, Any]]:
    """Coming and present outages of services for the public, for everybody; names of services and times only."""
    public = set(Service.objects.filter(kind=Service.Kind.PUBLIC).values_list("ref", flat=True))
    outages = (
        Outage.objects.filter(
            state=Outage.State.ANNOUNCED, ends_at__gt=now - timedelta(days=1), touched__ref__in=public
        )
        .distinct()
        .order_by("starts_at", "pk")
        .prefetch_related("touched")
    )
    return [
        {
            "one": outage,
            "services": sorted(touched.name for touched in outage.touched.all() if touched.ref in public),
            "now": outage.starts_at <= now,
        }
        for outage in outages
    ]


def front_notices() -> Mapping[str, Any] | None:
    """The next three outages of services for the public, for the front page; None where none is announced."""
    lines = announced_to_all(clock.now())
    return {"lines": lines[:3]} if lines else None
