"""How many applications were approved, sent back and rejected, by service and stretch of time.

An application counts once in each stretch: with the last thing that was decided about it there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import DateTimeField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Trunc, TruncDate

from tinhso.blocks.cases.models import Case, Entry
from tinhso.blocks.identity.models import Post
from tinhso.kernel.clock import VIETNAM, local

APPROVED, SENT_BACK, REJECTED = "approved", "sentBack", "rejected"
MEANS: Mapping[str, str] = {
    "finished": APPROVED,
    "asked_supplement": SENT_BACK,
    "declined": REJECTED,
    "stopped": REJECTED,
}
FRAMES = ("day", "week", "month", "year")
ALL_TIME = datetime(2000, 1, 1, tzinfo=VIETNAM)  # stands for the one stretch that is not cut


@dataclass(frozen=True)
class DecisionQuery:
    """What is counted; empty parts do not narrow. ``role``: a role's code or name, held on the day of the decision."""

    first: date | None = None
    last: date | None = None
    name: str = ""
    operator: str = ""
    role: str = ""
    frame: str = ""


@dataclass(frozen=True)
class DecisionCount:
    """One service in one stretch of time; ``first`` and ``last`` None where nothing bounds it."""

    name: str
    first: date | None
    last: date | None
    counts: Mapping[str, int]

    @property
    def processed(self) -> int:
        """All of them."""
        return sum(self.counts.values())


def decision_counts(decision_query: DecisionQuery, visible: QuerySet[Case]) -> list[DecisionCount]:
    """The counts over cases that somebody may see, the earliest stretch first."""
    all_time = Value(ALL_TIME, output_field=DateTimeField())
    entries = _matching_decisions(decision_query, visible).annotate(
        stretch=Trunc("at", decision_query.frame, tzinfo=VIETNAM) if decision_query.frame else all_time
    )
    last_ones = entries.order_by("case_id", "stretch", "-number").distinct("case_id", "stretch")
    counts: dict[tuple[datetime, str], dict[str, int]] = {}
    for stretch, name, did in last_ones.values_list("stretch", "case__name", "did").iterator():
        of_one = counts.setdefault((stretch, name), dict.fromkeys((APPROVED, SENT_BACK, REJECTED), 0))
        of_one[MEANS[did]] += 1
    ordered = sorted(counts.items(), key=lambda one: one[0])
    return [
        DecisionCount(name, *_period_bounds(decision_query, local(stretch).date()), of_one)
        for (stretch, name), of_one in ordered
    ]


def _matching_decisions(decision_query: DecisionQuery, visible: QuerySet[Case]) -> QuerySet[Entry]:
    entries = Entry.objects.filter(did__in=MEANS, case__in=visible.order_by().values("pk"))
    if decision_query.first:
        entries = entries.filter(at__gte=datetime.combine(decision_query.first, time.min, VIETNAM))
    if decision_query.last:
        entries = entries.filter(at__lt=datetime.combine(decision_query.last + timedelta(days=1), time.min, VIETNAM))
    if decision_query.name:
        entries = entries.filter(Q(case__name__iexact=decision_query.name) | Q(case__procedure=decision_query.name))
    if decision_query.operator:
        entries = entries.filter(by_name__iexact=decision_query.operator)
    if decision_query.role:
        posts = Post.objects.filter(person__ref=OuterRef("by"), held__contains=OuterRef("day"))
        entries = entries.alias(day=TruncDate("at", tzinfo=VIETNAM)).filter(
            Exists(posts.filter(Q(role__name__iexact=decision_query.role) | Q(role__code=decision_query.role)))
        )
    return entries


def _period_bounds(decision_query: DecisionQuery, first: date) -> tuple[date | None, date | None]:
    if not decision_query.frame:
        return decision_query.first, decision_query.last
    after = {
        "day": first + timedelta(days=1),
        "week": first + timedelta(days=7),
        "month": (first.replace(day=1) + timedelta(days=32)).replace(day=1),
        "year": date(first.year + 1, 1, 1),
    }[decision_query.frame]
    last = after - timedelta(days=1)
    return max(first, decision_query.first or first), min(last, decision_query.last or last)
