"""Numbers for leaders: by kind and by unit, what is due, how long requests take; counts only, nobody's name."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, Sum

from tinhso.government.certificates.models import Request, Version
from tinhso.government.certificates.queries import lookup, requests, worklists
from tinhso.government.certificates.queries.search import SOON, in_force, state_filter
from tinhso.kernel.actor import Actor

KINDS = ("organisation", "personal", "sim", "service")


@dataclass(frozen=True)
class CertificateNumbers:
    """The whole of what somebody may see; ``units`` are the counts of each unit, those with most to do on top."""

    units: list[dict[str, Any]]
    kinds: list[tuple[str, str, int]]
    total: int
    works: list[worklists.Worklist]
    requests: list[tuple[str, int]]
    late_requests: int
    days_to_answer: Decimal | None
    answered: int


def certificate_numbers(*, by: Actor, day: date, now: datetime) -> CertificateNumbers:
    """Counts of everything that ``by`` may see."""
    rows = by_unit(by=by, day=day)
    kinds = [(code, str(name), sum(row[code] for row in rows)) for code, name in Version.Kind.choices]
    steps = {row["step"]: row for row in _by_step(by, now)}
    answered = sum(row["answered"] for row in steps.values())
    answer_time = sum((row["taken"] for row in steps.values() if row["taken"]), timedelta())
    return CertificateNumbers(
        units=rows,
        kinds=kinds,
        total=sum(count for _code, _name, count in kinds),
        works=worklists.visible_worklists(by=by, day=day),
        requests=[(str(name), steps[code]["count"] if code in steps else 0) for code, name in Request.Step.choices],
        late_requests=sum(row["late"] for row in steps.values()),
        days_to_answer=round(Decimal(answer_time.total_seconds()) / answered / 86400, 1) if answered else None,
        answered=answered,
    )


def _by_step(by: Actor, now: datetime) -> Iterable[Any]:
    """By step: requests, late ones, those that were answered and how long these took altogether."""
    is_answered = Q(answered_at__isnull=False, submitted_at__isnull=False)
    return (
        requests.seen_by(by)
        .order_by()
        .values("step")
        .annotate(
            count=Count("pk"),
            late=Count("pk", filter=Q(pk__in=requests.late_requests(now).order_by().values("pk"))),
            answered=Count("pk", filter=is_answered),
            taken=Sum(F("answered_at") - F("submitted_at"), filter=is_answered),
        )
    )


def by_unit(*, by: Actor, day: date) -> list[dict[str, Any]]:
    """The counts of every unit, those with most to do on top."""
    holds, due = in_force(day), state_filter("change", day)
    rows = lookup.seen_by(lookup.versions_on(day), by).order_by().values("unit__ref", "unit__name")
    counted = rows.annotate(
        **{kind: Count("pk", filter=holds & Q(kind=kind)) for kind in KINDS},
        soon=Count("pk", filter=state_filter(SOON, day)),
        due=Count("pk", filter=due),
        late=Count("pk", filter=due & Q(must_change_by__lt=day)),
    )
    return [dict(row) for row in counted.order_by("-late", "-due", "-soon", "unit__name")]
