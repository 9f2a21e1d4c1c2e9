"""Numbers for leaders: by kind and by unit, what is due, how long requests take; counts only, nobody's name."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Avg, Count, F, Q

from tinhso.government.certificates.models import Request, Version
from tinhso.government.certificates.queries import lookup, requests, worklists
from tinhso.government.certificates.queries.search import SOON, in_force, state_filter
from tinhso.kernel.actor import Actor

KINDS = ("organisation", "personal", "sim", "service")


@dataclass(frozen=True)
class Numbers:
    """The whole of what somebody may see."""

    kinds: list[tuple[str, str, int]]
    total: int
    works: list[worklists.Work]
    requests: list[tuple[str, int]]
    late_requests: int
    days_to_answer: Decimal | None
    answered: int


def numbers(*, by: Actor, day: date, now: datetime) -> Numbers:
    """Counts of everything that ``by`` may see."""
    rows = lookup.seen_by(lookup.live(day), by).filter(in_force(day))
    by_kind = dict(rows.order_by().values_list("kind").annotate(count=Count("pk")))
    kinds = [(code, str(name), by_kind.get(code, 0)) for code, name in Version.Kind.choices]
    asked = requests.seen_by(by)
    by_step = dict(asked.order_by().values_list("step").annotate(count=Count("pk")))
    steps = [(str(name), by_step.get(code, 0)) for code, name in Request.Step.choices]
    done = asked.filter(answered_at__isnull=False, submitted_at__isnull=False)
    taken = done.aggregate(days=Avg(F("answered_at") - F("submitted_at")), count=Count("pk"))
    return Numbers(
        kinds=kinds,
        total=sum(count for _code, _name, count in kinds),
        works=worklists.works(by=by, day=day),
        requests=steps,
        late_requests=requests.late(now).filter(pk__in=asked.values("pk")).count(),
        days_to_answer=round(Decimal(taken["days"].total_seconds()) / 86400, 1) if taken["days"] else None,
        answered=taken["count"],
    )


def by_unit(*, by: Actor, day: date) -> list[dict[str, Any]]:
    """The counts of every unit, those with most to do on top."""
    holds, due = in_force(day), state_filter("change", day)
    rows = lookup.seen_by(lookup.live(day), by).order_by().values("unit__ref", "unit__name")
    counted = rows.annotate(
        **{kind: Count("pk", filter=holds & Q(kind=kind)) for kind in KINDS},
        soon=Count("pk", filter=state_filter(SOON, day)),
        due=Count("pk", filter=due),
        late=Count("pk", filter=due & Q(must_change_by__lt=day)),
    )
    return [dict(row) for row in counted.order_by("-late", "-due", "-soon", "unit__name")]
