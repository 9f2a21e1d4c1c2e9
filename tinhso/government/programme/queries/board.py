"""What stands before a leader, and what waits for whoever does things."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, cast

from django.db.models import Case, Count, Q, QuerySet, Value, When
from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.blocks.indicators import queries as indicators
from tinhso.blocks.indicators.contract import Attention, AttentionRead, SteeringMark
from tinhso.blocks.indicators.models import Amendment
from tinhso.government.programme.models import Directive, Goal, Task
from tinhso.government.programme.queries import aims, goals, lookup
from tinhso.government.programme.queries.goals import GoalStanding, PillarTally
from tinhso.government.programme.rights import DO_TASKS
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.reads import DeferredRead, Row
from tinhso.kernel.working_calendar import moment_at

SHOWN, MOST_MARKS = 8, 40


@dataclass(frozen=True)
class UnitTally:
    """Open work of a unit, and how much of it is late."""

    ref: str
    name: str
    open: int
    late: int


@dataclass(frozen=True)
class ProgrammeBoard:
    """Goals by pillar, goals behind, late tasks, tasks and directives that wait for the reader's word, late ones.

    ``by_unit`` are the units with most late tasks; ``to_judge`` the changed targets that the reader may judge.
    """

    pillars: Sequence[PillarTally]
    behind: Sequence[GoalStanding]
    late_tasks: Sequence[Task]
    late_tasks_count: int
    to_accept: Sequence[Task]
    answered: Sequence[Directive]
    late_directives: Sequence[Directive]
    open_tasks: int
    open_directives: int
    late_directives_count: int
    by_unit: Sequence[UnitTally]
    to_judge: Sequence[tuple[Amendment, Goal]]


def programme_board(by: Actor, today: date) -> ProgrammeBoard:
    """What stands before ``by`` today."""
    standings = goals.judged_goals(None, indicators.audience_of(by), today)
    current = [goal_standing for goal_standing in standings if goal_standing.goal.year >= today.year] or standings
    tasks, directives = _work_tallies(by, today)
    late_tasks, to_accept = _late_and_waiting(
        lookup.visible_tasks(by),
        Q(state__in=lookup.TO_DO, due_on__lt=today),
        Q(giver=by.ref, state=Task.State.REPORTED),
        "reported_at",
    )
    late_directives, answered = _late_and_waiting(
        lookup.visible_directives(by),
        Q(state=Directive.State.OPEN, due_on__lt=today),
        Q(giver=by.ref, state=Directive.State.ANSWERED),
        "answered_at",
    )
    return ProgrammeBoard(
        pillars=goals.by_pillar(standings),
        behind=[goal_standing for goal_standing in current if goal_standing.state == goals.State.BEHIND][:SHOWN],
        late_tasks=late_tasks,
        late_tasks_count=sum(unit_tally.late for unit_tally in tasks),
        to_accept=to_accept,
        answered=answered,
        late_directives=late_directives,
        open_tasks=sum(unit_tally.open for unit_tally in tasks),
        open_directives=sum(unit_tally.open for unit_tally in directives),
        late_directives_count=sum(unit_tally.late for unit_tally in directives),
        by_unit=sorted(tasks, key=lambda unit_tally: (-unit_tally.late, -unit_tally.open, unit_tally.name))[:SHOWN],
        to_judge=aims.pending_amendments(by, [goal_standing.goal for goal_standing in standings]),
    )


def _work_tallies(by: Actor, today: date) -> tuple[list[UnitTally], list[UnitTally]]:
    """Open and late tasks of each unit, and directives, in one statement."""

    def by_unit(found: QuerySet[Any], kind: str, is_open: Q, is_late: Q) -> QuerySet[Any]:
        rows: QuerySet[Any] = found.filter(is_open).order_by().values_list("unit__ref", "unit__name")
        counts = {"opened": Count("pk"), "late": Count("pk", filter=is_late)}
        return cast("QuerySet[Any]", rows.annotate(**counts, kind=Value(kind)))

    is_late = Q(due_on__lt=today)
    tasks = by_unit(
        lookup.visible_tasks(by), "task", Q(state__in=lookup.OPEN_TASKS), is_late & Q(state__in=lookup.TO_DO)
    )
    directives = by_unit(
        lookup.visible_directives(by),
        "directive",
        Q(state__in=lookup.OPEN_DIRECTIVES),
        is_late & Q(state=Directive.State.OPEN),
    )
    unit_tallies_by_key: dict[str, list[UnitTally]] = {"task": [], "directive": []}
    for ref, name, opened, late, kind in tasks.union(directives, all=True):
        unit_tallies_by_key[kind].append(UnitTally(ref, name, opened, late))
    return unit_tallies_by_key["task"], unit_tallies_by_key["directive"]


def _late_and_waiting(found: QuerySet[Any], late: Q, waiting: Q, since: str) -> tuple[list[Any], list[Any]]:
    """The first late ones by their day, and the first that wait for a word by ``since``, in one statement."""
    by_day = found.filter(late).order_by("due_on", "pk")[:SHOWN]
    by_wait = found.filter(waiting).order_by(since, "pk")[:SHOWN]
    chosen = found.filter(Q(pk__in=by_day.values("pk")) | Q(pk__in=by_wait.values("pk")))
    rows = list(chosen.annotate(waits=Case(When(waiting, then=True), default=False)))
    return (
        sorted((row for row in rows if not row.waits), key=lambda one: (one.due_on, one.pk)),
        sorted((row for row in rows if row.waits), key=lambda one: (getattr(one, since), one.pk)),
    )


@dataclass(frozen=True)
class WorkDesk:
    """What waits for somebody who does things: by day, the earliest first."""

    tasks: Sequence[Task]
    directives: Sequence[Directive]
    doubtful: int


def work_desk(by: Actor) -> WorkDesk:
    """Open tasks and directives of the reader, or of their units where nobody was named."""
    whose = Q(owner=by.ref) | Q(owner="", unit__in=by.places(DO_TASKS))
    tasks = Task.objects.filter(whose, state__in=lookup.TO_DO).select_related("unit").order_by("due_on", "pk")
    directives = Directive.objects.filter(whose, state=Directive.State.OPEN).select_related("unit")
    doubtful = (
        lookup.visible_tasks(by).filter(needs_unit=True).count()
        + lookup.visible_directives(by).filter(needs_unit=True).count()
    )
    return WorkDesk(list(tasks[:100]), list(directives.order_by("due_on", "pk")[:100]), doubtful)


def late_attention(units: frozenset[int], now: datetime, limit: int) -> AttentionRead:
    """Late directives and tasks at units, the longest first."""
    today = clock.local(now).date()
    late = Q(due_on__lt=today) & (Q(unit__in=units) if units else Q())
    columns = ("ref", "title", "due_on", "unit__name")
    tasks = Task.objects.filter(late, state__in=lookup.TO_DO).annotate(kind=Value("task"))
    directives = Directive.objects.filter(late, state=Directive.State.OPEN).annotate(kind=Value("directive"))
    rows = tasks.values(*columns, "kind").union(directives.values(*columns, "kind"), all=True)
    return DeferredRead(rows.order_by("due_on", "ref")[:limit], lambda rows: [_late_work(row) for row in rows])


def _late_work(row: Row) -> Attention:
    words = {"task": _("Nhiệm vụ quá hạn: %(what)s"), "directive": _("Chỉ đạo quá hạn: %(what)s")}
    return Attention(
        kind=f"programme-{row['kind']}",
        title=words[row["kind"]] % {"what": row["title"]},
        href=reverse(f"programme:{row['kind']}", args=[row["ref"]]),
        unit=row["unit__name"],
        since=moment_at(row["due_on"], time(17)),
    )


def directive_marks(indicator: str, unit: str, by: Actor) -> list[SteeringMark]:
    """When directives about an indicator at a unit were opened and closed."""
    rows = lookup.visible_directives(by).filter(indicator=indicator, about_unit=unit).order_by("given_at", "pk")
    steering_marks = []
    for directive in rows[:MOST_MARKS]:
        href = reverse("programme:directive", args=[directive.ref])
        steering_marks.append(
            SteeringMark(unit, directive.given_at, _("Chỉ đạo: %(what)s") % {"what": directive.title}, href)
        )
        if directive.state == Directive.State.CLOSED and directive.closed_at is not None:
            steering_marks.append(
                SteeringMark(
                    unit, directive.closed_at, _("Kết thúc chỉ đạo: %(what)s") % {"what": directive.title}, href
                )
            )
    return sorted(steering_marks, key=lambda steering_mark: steering_mark.at)
