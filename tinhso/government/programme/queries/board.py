"""What stands before a leader, and what waits for whoever does things."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import Count, Q, Value
from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.blocks.indicators import queries as indicators
from tinhso.blocks.indicators.contract import Attention, AttentionRead, Mark
from tinhso.government.programme.models import Directive, Task
from tinhso.government.programme.queries import goals, lookup
from tinhso.government.programme.queries.goals import Standing, Tally
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.reads import Read, Row
from tinhso.kernel.working_calendar import at

SHOWN, MOST_MARKS = 8, 40


@dataclass(frozen=True)
class Board:
    """Goals by pillar, goals behind, late tasks, tasks and directives that wait for the reader's word, late ones."""

    pillars: Sequence[Tally]
    behind: Sequence[Standing]
    late_tasks: Sequence[Task]
    late_tasks_count: int
    to_accept: Sequence[Task]
    answered: Sequence[Directive]
    late_directives: Sequence[Directive]
    open_tasks: int
    open_directives: int
    late_directives_count: int


def board(by: Actor, today: date) -> Board:
    """What stands before ``by`` today."""
    standings = goals.judged(None, indicators.audience_of(by), today)
    current = [one for one in standings if one.goal.year >= today.year] or standings
    tasks, directives = lookup.tasks(by), lookup.directives(by)
    late = tasks.filter(state__in=lookup.TO_DO, due_on__lt=today).order_by("due_on", "pk")
    late_directives = directives.filter(state=Directive.State.OPEN, due_on__lt=today).order_by("due_on", "pk")
    mine = Q(giver=by.ref)
    return Board(
        pillars=goals.by_pillar(standings),
        behind=[one for one in current if one.state == goals.State.BEHIND][:SHOWN],
        late_tasks=list(late[:SHOWN]),
        late_tasks_count=late.count(),
        to_accept=list(tasks.filter(mine, state=Task.State.REPORTED).order_by("reported_at", "pk")[:SHOWN]),
        answered=list(directives.filter(mine, state=Directive.State.ANSWERED).order_by("answered_at", "pk")[:SHOWN]),
        late_directives=list(late_directives[:SHOWN]),
        open_tasks=tasks.filter(state__in=lookup.OPEN_TASKS).count(),
        open_directives=directives.filter(state__in=lookup.OPEN_DIRECTIVES).count(),
        late_directives_count=late_directives.count(),
    )


@dataclass(frozen=True)
class Desk:
    """What waits for somebody who does things: by day, the earliest first."""

    tasks: Sequence[Task]
    directives: Sequence[Directive]
    doubtful: int


def desk(by: Actor) -> Desk:
    """Open tasks and directives of the reader, or of their units where nobody was named."""
    whose = Q(owner=by.ref) | Q(owner="", unit__in=by.places(lookup.DO))
    tasks = Task.objects.filter(whose, state__in=lookup.TO_DO).select_related("unit").order_by("due_on", "pk")
    directives = Directive.objects.filter(whose, state=Directive.State.OPEN).select_related("unit")
    doubtful = lookup.tasks(by).filter(needs_unit=True).count() + lookup.directives(by).filter(needs_unit=True).count()
    return Desk(list(tasks[:100]), list(directives.order_by("due_on", "pk")[:100]), doubtful)


def attention(units: frozenset[int], now: datetime, limit: int) -> AttentionRead:
    """Late directives and tasks at units, the longest first."""
    today = clock.local(now).date()
    late = Q(due_on__lt=today) & (Q(unit__in=units) if units else Q())
    shown = ("ref", "title", "due_on", "unit__name")
    tasks = Task.objects.filter(late, state__in=lookup.TO_DO).annotate(kind=Value("task"))
    directives = Directive.objects.filter(late, state=Directive.State.OPEN).annotate(kind=Value("directive"))
    rows = tasks.values(*shown, "kind").union(directives.values(*shown, "kind"), all=True)
    return Read(rows.order_by("due_on", "ref")[:limit], lambda rows: [_late_work(row) for row in rows])


def _late_work(row: Row) -> Attention:
    words = {"task": _("Nhiệm vụ quá hạn: %(what)s"), "directive": _("Chỉ đạo quá hạn: %(what)s")}
    return Attention(
        kind=f"programme-{row['kind']}",
        title=words[row["kind"]] % {"what": row["title"]},
        href=reverse(f"programme:{row['kind']}", args=[row["ref"]]),
        unit=row["unit__name"],
        since=at(row["due_on"], time(17)),
    )


def marks(indicator: str, unit: str, by: Actor) -> list[Mark]:
    """When directives about an indicator at a unit were opened and closed."""
    rows = lookup.directives(by).filter(indicator=indicator, about_unit=unit).order_by("given_at", "pk")
    found = []
    for one in rows[:MOST_MARKS]:
        href = reverse("programme:directive", args=[one.ref])
        found.append(Mark(unit, one.given_at, _("Chỉ đạo: %(what)s") % {"what": one.title}, href))
        if one.state == Directive.State.CLOSED and one.closed_at is not None:
            found.append(Mark(unit, one.closed_at, _("Kết thúc chỉ đạo: %(what)s") % {"what": one.title}, href))
    return sorted(found, key=lambda one: one.at)


def by_unit(by: Actor, today: date) -> Sequence[Mapping[str, object]]:
    """Open and late tasks of each unit, those with most late first."""
    late = Count("pk", filter=Q(state__in=lookup.TO_DO, due_on__lt=today))
    rows = lookup.tasks(by).filter(state__in=lookup.OPEN_TASKS).values("unit__ref", "unit__name")
    return list(rows.annotate(open=Count("pk"), late=late).order_by("-late", "-open", "unit__name")[:SHOWN])
