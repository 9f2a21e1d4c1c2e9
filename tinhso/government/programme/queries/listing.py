"""Lists of tasks and directives with what is asked of them, and the standing of each."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tinhso.government.programme.models import Directive, Task, Work
from tinhso.government.programme.queries import lookup
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.working_calendar import working_days

OPEN, LATE, WAITING, CLOSED, ALL = "open", "late", "waiting", "closed", "all"
TRAYS = (OPEN, LATE, WAITING, CLOSED, ALL)
TONES = {
    "planned": "",
    "doing": "info",
    "reported": "warn",
    "returned": "bad",
    "accepted": "good",
    "done": "good",
    "dropped": "",
    "open": "info",
    "answered": "warn",
    "closed": "good",
    "withdrawn": "",
}


@dataclass(frozen=True)
class WorkFilter:
    """What a list asks for; parts that are left out do not narrow. ``mine``: owned or given by the asker."""

    tray: str = OPEN
    words: str = ""
    unit: str = ""
    plan: str = ""
    pillar: str = ""
    kind: str = ""
    indicator: str = ""
    mine: bool = False


@dataclass(frozen=True)
class WorkStanding:
    """How a piece of work stands against its day, in words and tone."""

    words: str
    tone: str


def tasks_in_tray(by: Actor, work_filter: WorkFilter, today: date) -> QuerySet[Task]:
    """Tasks that somebody may see, late ones first, then by day."""
    ordered: QuerySet[Task] = _by_urgency(_filtered_tasks(by, work_filter).filter(_task_tray(work_filter.tray, today)))
    return ordered


def _filtered_tasks(by: Actor, work_filter: WorkFilter) -> QuerySet[Task]:
    """Tasks in any tray."""
    tasks: QuerySet[Task] = _filtered_work(lookup.visible_tasks(by), work_filter, by)
    tasks = tasks.filter(plan__ref=work_filter.plan) if work_filter.plan else tasks
    return tasks.filter(pillar=work_filter.pillar) if work_filter.pillar else tasks


def directives_in_tray(by: Actor, work_filter: WorkFilter, today: date) -> QuerySet[Directive]:
    """Directives that somebody may see, in the same order."""
    ordered: QuerySet[Directive] = _by_urgency(
        _filtered_directives(by, work_filter).filter(_directive_tray(work_filter.tray, today))
    )
    return ordered


def _filtered_directives(by: Actor, work_filter: WorkFilter) -> QuerySet[Directive]:
    """Directives in any tray."""
    directives: QuerySet[Directive] = _filtered_work(lookup.visible_directives(by), work_filter, by)
    directives = directives.filter(about_kind=work_filter.kind) if work_filter.kind else directives
    return directives.filter(indicator=work_filter.indicator) if work_filter.indicator else directives


def _filtered_work(found: Any, work_filter: WorkFilter, by: Actor) -> Any:
    found = found.filter(unit__ref=work_filter.unit) if work_filter.unit else found
    found = found.filter(Q(owner=by.ref) | Q(giver=by.ref)) if work_filter.mine else found
    for word in work_filter.words.split()[:6]:
        found = found.filter(Q(title__icontains=word) | Q(ref__icontains=word) | Q(owner_name__icontains=word))
    return found


def _by_urgency(found: Any) -> Any:
    """Open work first, by its day; what is over after it, the newest first."""
    over = Case(When(closed_at__isnull=True, then=Value(0)), default=Value(1), output_field=IntegerField())
    return found.order_by(over, F("closed_at").desc(nulls_first=True), "due_on", "pk")


def _task_tray(tray: str, today: date) -> Q:
    return {
        OPEN: Q(state__in=lookup.OPEN_TASKS),
        LATE: Q(state__in=lookup.TO_DO, due_on__lt=today),
        WAITING: Q(state=Task.State.REPORTED),
        CLOSED: ~Q(state__in=lookup.OPEN_TASKS),
    }.get(tray, Q())


def _directive_tray(tray: str, today: date) -> Q:
    return {
        OPEN: Q(state__in=lookup.OPEN_DIRECTIVES),
        LATE: Q(state=Directive.State.OPEN, due_on__lt=today),
        WAITING: Q(state=Directive.State.ANSWERED),
        CLOSED: ~Q(state__in=lookup.OPEN_DIRECTIVES),
    }.get(tray, Q())


def task_counts(by: Actor, work_filter: WorkFilter, today: date) -> dict[str, int]:
    """How many tasks stand in each tray, in one statement."""
    return _filtered_tasks(by, work_filter).aggregate(
        **{tray: Count("pk", filter=_task_tray(tray, today)) for tray in TRAYS}
    )


def directive_counts(by: Actor, work_filter: WorkFilter, today: date) -> dict[str, int]:
    """How many directives stand in each tray, in one statement."""
    trays = {tray: Count("pk", filter=_directive_tray(tray, today)) for tray in TRAYS}
    return _filtered_directives(by, work_filter).aggregate(**trays)


def work_standing(work: Work, today: date) -> WorkStanding | None:
    """Late, due today, due soon; in time or late for what is over. None where there is nothing to say."""
    state = str(work.state)  # type: ignore[attr-defined]
    if work.closed_at is not None or state in ("reported", "answered"):
        done = getattr(work, "reported_at", None) or getattr(work, "answered_at", None)
        if done is None or state in ("dropped", "withdrawn"):
            return None
        from_day = clock.local(done).date()
        due = work.due_on if isinstance(work, Task) else work.first_due_on
        return WorkStanding(_("đúng hạn"), "good") if from_day <= due else WorkStanding(_("trễ hạn"), "bad")
    late = working_days().working_days_since(work.due_on, today)
    if late:
        words = ngettext("quá hạn %(n)s ngày làm việc", "quá hạn %(n)s ngày làm việc", late) % {"n": late}
        return WorkStanding(words, "bad")
    if work.due_on < today:
        return WorkStanding(_("vừa quá hạn"), "bad")
    if work.due_on == today:
        return WorkStanding(_("đến hạn hôm nay"), "warn")
    return WorkStanding(_("sắp đến hạn"), "warn") if work.due_on <= working_days().add_working_days(today, 2) else None


def work_lines(found: Any, today: date) -> list[dict[str, Any]]:
    """Rows of a list: the work, its tone, its standing."""
    return [{"one": work, "tone": TONES[work.state], "standing": work_standing(work, today)} for work in found]
