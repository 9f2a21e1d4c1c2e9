"""What waits at my posts, late first; what waits for applicants; what I did; and everything that I may see."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time

from django.db.models import Count, F, Q, QuerySet

from tinhso.blocks.cases.models import Case, Task
from tinhso.blocks.cases.queries import lookup
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.text import fold
from tinhso.kernel.working_calendar import at

TODO, WAITING, DONE, ALL = "todo", "waiting", "done", "all"
TRAYS = (TODO, WAITING, DONE, ALL)
WORKING = (lookup.RECEIVE, lookup.PROCESS, lookup.DECIDE)


@dataclass(frozen=True)
class Wanted:
    """How the list is narrowed; ``words`` are looked for in code, applicant and procedure."""

    words: str = ""
    late: bool = False
    mine: bool = False
    step: str = ""
    status: str = ""


@dataclass(frozen=True)
class Counts:
    """How much waits: all of it, the late part, the part due today, and what waits for applicants."""

    todo: int
    late: int
    today: int
    waiting: int


def waiting_for(by: Actor) -> QuerySet[Task]:
    """The open steps that ``by`` may do: of their posts, given to nobody else, or of those they stand in for."""
    posts = Q(pk__in=())
    for right in WORKING:
        posts |= Q(right=right) if right in by.everywhere else Q(right=right, unit__in=by.places(right))
    holders = {"", by.ref, *lookup.stood_in_for(by, clock.today())}
    return Task.objects.filter(posts, done_at=None, holder__in=holders)


def todo(by: Actor, wanted: Wanted, now: datetime) -> QuerySet[Task]:
    """Steps to do now, the most overdue first; those without a promise last."""
    return _narrowed(waiting_for(by).filter(waiting=False), wanted, by, now).order_by(
        F("due_at").asc(nulls_last=True), "opened_at", "pk"
    )


def waiting(by: Actor, wanted: Wanted, now: datetime) -> QuerySet[Task]:
    """Steps that cannot go on until the applicant has acted, the oldest first."""
    return _narrowed(waiting_for(by).filter(waiting=True), wanted, by, now).order_by("opened_at", "pk")


def done(by: Actor, wanted: Wanted, now: datetime) -> QuerySet[Task]:
    """What I did, the newest first."""
    mine = Task.objects.filter(done_by=by.ref, done_at__isnull=False)
    return _narrowed(mine, wanted, by, now).order_by("-done_at", "-pk")


def everything(by: Actor, wanted: Wanted, now: datetime) -> QuerySet[Case]:
    """All dossiers that I may see, the newest first."""
    found = lookup.seen_by(by).select_related("unit", "party")
    for word in fold(wanted.words).split():
        found = found.filter(search_text__contains=word)
    if wanted.late:
        found = found.filter(due_at__lt=now, status__in=(Case.Status.RECEIVED, Case.Status.IN_PROCESS))
    if wanted.status.isdigit():
        found = found.filter(status=int(wanted.status[:2]))
    return found.order_by("-submitted_at", "-pk")


def counts(by: Actor, now: datetime) -> Counts:
    """The numbers over the inbox, in one question."""
    tonight = at(clock.local(now).date(), time.max)
    found = waiting_for(by).aggregate(
        todo=Count("pk", filter=Q(waiting=False)),
        late=Count("pk", filter=Q(waiting=False, due_at__lt=now)),
        today=Count("pk", filter=Q(waiting=False, due_at__gte=now, due_at__lte=tonight)),
        waiting=Count("pk", filter=Q(waiting=True)),
    )
    return Counts(**found)


def steps_of(by: Actor) -> Mapping[str, str]:
    """The kinds of steps that wait for me, to filter by."""
    return dict(waiting_for(by).values_list("key", "name").distinct().order_by("name"))


def _narrowed(found: QuerySet[Task], wanted: Wanted, by: Actor, now: datetime) -> QuerySet[Task]:
    for word in fold(wanted.words).split():
        found = found.filter(case__search_text__contains=word)
    if wanted.late:
        found = found.filter(due_at__lt=now)
    if wanted.mine:
        found = found.filter(holder=by.ref)
    if wanted.step:
        found = found.filter(key=wanted.step)
    return found.select_related("case", "case__party", "unit")
