"""Lists narrowed by what somebody asks for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from tinhso.blocks.registers.queries.finding import unit_keys_below
from tinhso.blocks.units.models import Level, Unit
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.society.community_teams.models import Difficulty, Session, Task, Visit
from tinhso.society.community_teams.queries import lookup, month
from tinhso.society.community_teams.rights import ANSWER_DIFFICULTIES, MANAGE_TEAMS, SEE_TEAMS

WAITING, MINE, LATE, ANSWERED, ALL = "waiting", "mine", "late", "answered", "all"


@dataclass(frozen=True)
class TeamListFilter:
    """What a list is narrowed by; a unit stands for all below it."""

    unit: str = ""
    month: str = ""
    kind: str = ""
    topic: str = ""
    team: str = ""
    state: str = ""
    tray: str = ""


def filtered_visits(by: Actor, wanted: TeamListFilter) -> QuerySet[Visit]:
    """Visits that ``by`` may see."""
    found = lookup.visits(by)
    if wanted.unit:
        found = found.filter(unit__in=unit_keys_below(wanted.unit))
    if wanted.month in month.last_months(clock.today(), 60):
        first, after = month.month_bounds(wanted.month)
        found = found.filter(day__gte=first, day__lt=after)
    if wanted.kind:
        found = found.filter(kind=wanted.kind)
    if wanted.topic:
        found = found.filter(topics__contains=[wanted.topic])
    return found.filter(team__ref=wanted.team) if wanted.team else found


def filtered_difficulties(by: Actor, wanted: TeamListFilter, now: datetime) -> QuerySet[Difficulty]:
    """Difficulties of a tray: to be answered by me, waiting anywhere, late, answered, all."""
    found = lookup.difficulties(by)
    if wanted.tray == MINE:
        found = found.filter(to_answer_by(by), state=Difficulty.State.OPEN)
    elif wanted.tray in (WAITING, LATE):
        found = found.filter(state=Difficulty.State.OPEN)
        found = found.filter(due_at__lt=now) if wanted.tray == LATE else found
    elif wanted.tray == ANSWERED:
        found = found.filter(state=Difficulty.State.ANSWERED).order_by("-answered_at", "-pk")
    else:
        found = found.order_by("-at", "-pk")
    if wanted.kind:
        found = found.filter(kind=wanted.kind)
    return found.filter(unit__in=unit_keys_below(wanted.unit)) if wanted.unit else found


def to_answer_by(by: Actor) -> Q:
    """What ``by`` has to answer: sent to their units, or to nobody where they manage teams."""
    answers = _units_condition(by, ANSWER_DIFFICULTIES, "routed_to") & Q(routed_to__isnull=False)
    return answers | _units_condition(by, MANAGE_TEAMS, "team__unit") & Q(routed_to__isnull=True)


def _units_condition(by: Actor, right: str, field: str) -> Q:
    return Q() if right in by.everywhere else Q(**{f"{field}__in": by.places(right)})


def filtered_tasks(by: Actor, wanted: TeamListFilter, today: date) -> QuerySet[Task]:
    """Tasks by state; late ones are those whose day is over and that nobody reported."""
    found = lookup.tasks(by)
    if wanted.tray == LATE:
        found = found.filter(state=Task.State.GIVEN, due_on__lt=today)
    elif wanted.tray == ANSWERED:
        found = found.filter(state=Task.State.REPORTED)
    elif wanted.tray == ALL:
        found = found.order_by("-due_on", "-pk")
    else:
        found = found.filter(state=Task.State.GIVEN)
    return found.filter(team__unit__in=unit_keys_below(wanted.unit)) if wanted.unit else found


def filtered_sessions(wanted: TeamListFilter) -> QuerySet[Session]:
    """Training, the latest first."""
    found = Session.objects.select_related("unit").order_by("-held_on", "-pk")
    return found.filter(state=wanted.state) if wanted.state in Session.State.values else found


def units_of(by: Actor) -> Sequence[Unit]:
    """Communes of today that ``by`` may narrow lists to."""
    found = Unit.objects.filter(level=Level.COMMUNE, known__upper_inf=True, valid__contains=clock.today())
    seen = found if SEE_TEAMS in by.everywhere else found.filter(pk__in=by.places(SEE_TEAMS))
    return list(seen.order_by("sort_key"))
