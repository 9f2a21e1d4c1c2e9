"""What waits at my posts, late first; what waits for applicants; what I did; and everything that I may see."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from tinhso.blocks.cases.models import Case, Task
from tinhso.blocks.cases.models.words import with_words
from tinhso.blocks.cases.queries import lookup
from tinhso.blocks.cases.rights import DECIDE_CASES, PROCESS_CASES, RECEIVE_CASES
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.text import fold
from tinhso.kernel.working_calendar import moment_at

TODO, WAITING, DONE, ALL = "todo", "waiting", "done", "all"
TRAYS = (TODO, WAITING, DONE, ALL)
# What a line of a list shows: the rest of a case and of its unit is long, and takes longer to read than to find.
CASE = ("code", "name", "channel", "status", "due_at", "finished_at", "submitted_at", "party__case", "party__name")
UNIT = ("unit", "unit__ref", "unit__name", "unit__name_en")
TASK = ("case", "number", "name", "holder", "holder_name", "waiting", "opened_at", "due_at", "done_at")
WORKING = (RECEIVE_CASES, PROCESS_CASES, DECIDE_CASES)


@dataclass(frozen=True)
class CaseFilter:
    """How the list is narrowed; ``words`` are looked for in code, applicant and procedure."""

    words: str = ""
    late: bool = False
    mine: bool = False
    step: str = ""
    status: str = ""


@dataclass(frozen=True)
class InboxCounts:
    """How much waits: all of it, the late part, the part due today, what waits for applicants; the kinds of steps."""

    todo: int
    late: int
    today: int
    waiting: int
    steps: Mapping[str, str]


def waiting_for(by: Actor) -> QuerySet[Task]:
    """The open steps that ``by`` may do: of their posts, given to nobody else, or of those they stand in for."""
    posts = Q(pk__in=())
    for right in WORKING:
        posts |= Q(right=right) if right in by.everywhere else Q(right=right, unit__in=by.places(right))
    absent = lookup.standing_in(by, clock.today()).values("holder")
    return Task.objects.filter(posts, Q(holder__in=("", by.ref)) | Q(holder__in=absent), done_at=None)


def tasks_to_do(by: Actor, case_filter: CaseFilter, now: datetime) -> QuerySet[Task]:
    """Steps to do now."""
    return _filtered_tasks(waiting_for(by).filter(waiting=False), case_filter, by, now)


def tasks_waiting(by: Actor, case_filter: CaseFilter, now: datetime) -> QuerySet[Task]:
    """Steps that cannot go on until the applicant has acted."""
    return _filtered_tasks(waiting_for(by).filter(waiting=True), case_filter, by, now)


def tasks_done(by: Actor, case_filter: CaseFilter, now: datetime) -> QuerySet[Task]:
    """What I did."""
    return _filtered_tasks(Task.objects.filter(done_by=by.ref, done_at__isnull=False), case_filter, by, now)


def visible_cases(by: Actor, case_filter: CaseFilter, now: datetime) -> QuerySet[Case]:
    """All cases that I may see."""
    cases = lookup.seen_by(by)
    words = with_words(fold(case_filter.words))
    if words is not None:
        cases = cases.filter(words=words)
    if case_filter.late:
        cases = cases.filter(due_at__lt=now, status__in=(Case.Status.RECEIVED, Case.Status.IN_PROCESS))
    if case_filter.status.isdigit():
        cases = cases.filter(status=int(case_filter.status[:2]))
    return cases


def in_tray_order(tray: str, rows: QuerySet[Any]) -> QuerySet[Any]:
    """The rows of a tray in its order: to do, the most overdue first and those without a promise last; waiting, the
    oldest first; otherwise the newest first. With what a line shows of other tables."""
    if tray == ALL:
        return rows.select_related("unit", "party").only(*CASE, *UNIT).order_by("-submitted_at", "-pk")
    order = {
        TODO: (F("due_at").asc(nulls_last=True), "opened_at", "pk"),
        WAITING: ("opened_at", "pk"),
        DONE: ("-done_at", "-pk"),
    }
    tasks = rows.select_related("case", "case__party", "unit").only(*TASK, *UNIT, *(f"case__{name}" for name in CASE))
    return tasks.order_by(*order[tray])


def inbox_counts(by: Actor, now: datetime) -> InboxCounts:
    """The numbers over the inbox, in one question."""
    tonight = moment_at(clock.local(now).date(), time.max)
    kinds = (
        waiting_for(by)
        .values("key", "name")
        .order_by("name")
        .annotate(
            todo=Count("pk", filter=Q(waiting=False)),
            late=Count("pk", filter=Q(waiting=False, due_at__lt=now)),
            today=Count("pk", filter=Q(waiting=False, due_at__gte=now, due_at__lte=tonight)),
            held_up=Count("pk", filter=Q(waiting=True)),
        )
    )
    step_counts = list(kinds)
    return InboxCounts(
        todo=sum(kind["todo"] for kind in step_counts),
        late=sum(kind["late"] for kind in step_counts),
        today=sum(kind["today"] for kind in step_counts),
        waiting=sum(kind["held_up"] for kind in step_counts),
        steps={kind["key"]: kind["name"] for kind in step_counts},
    )


def _filtered_tasks(tasks: QuerySet[Task], case_filter: CaseFilter, by: Actor, now: datetime) -> QuerySet[Task]:
    words = with_words(fold(case_filter.words))
    if words is not None:
        tasks = tasks.filter(case__words=words)
    if case_filter.late:
        tasks = tasks.filter(due_at__lt=now)
    if case_filter.mine:
        tasks = tasks.filter(holder=by.ref)
    if case_filter.step:
        tasks = tasks.filter(key=case_filter.step)
    return tasks
