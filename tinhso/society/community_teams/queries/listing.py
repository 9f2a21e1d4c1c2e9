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


def filtered_visits(by: Actor, team_list_filter: TeamListFilter) -> QuerySet[Visit]:
    """Visits that ``by`` may see."""
    visits = lookup.visits(by)
    if team_list_filter.unit:
        visits = visits.filter(unit__in=unit_keys_below(team_list_filter.unit))
    if team_list_filter.month in month.last_months(clock.today(), 60):
        first, after = month.month_bounds(team_list_filter.month)
        visits = visits.filter(day__gte=first, day__lt=after)
    if team_list_filter.kind:
        visits = visits.filter(kind=team_list_filter.kind)
    if team_list_filter.topic:
        visits = visits.filter(topics__contains=[team_list_filter.topic])
    return visits.filter(team__ref=team_list_filter.team) if team_list_filter.team else visits


def filtered_difficulties(by: Actor, team_list_filter: TeamListFilter, now: datetime) -> QuerySet[Difficulty]:
    """Difficulties of a tray: to be answered by me, waiting anywhere, late, answered, all."""
    difficulties = lookup.difficulties(by)
    if team_list_filter.tray == MINE:
        difficulties = difficulties.filter(to_answer_by(by), state=Difficulty.State.OPEN)
    elif team_list_filter.tray in (WAITING, LATE):
        difficulties = difficulties.filter(state=Difficulty.State.OPEN)
        difficulties = difficulties.filter(due_at__lt=now) if team_list_filter.tray == LATE else difficulties
    elif team_list_filter.tray == ANSWERED:
        difficulties = difficulties.filter(state=Difficulty.State.ANSWERED).order_by("-answered_at", "-pk")
    else:
        difficulties = difficulties.order_by("-at", "-pk")
    if team_list_filter.kind:
        difficulties = difficulties.filter(kind=team_list_filter.kind)
    return (
        difficulties.filter(unit__in=unit_keys_below(team_list_filter.unit)) if team_list_filter.unit else difficulties
    )


def to_answer_by(by: Actor) -> Q:
    """What ``by`` has to answer: sent to their units, or to nobody where they manage teams."""
    answers = _units_condition(by, ANSWER_DIFFICULTIES, "routed_to") & Q(routed_to__isnull=False)
    return answers | _units_condition(by, MANAGE_TEAMS, "team__unit") & Q(routed_to__isnull=True)


def _units_condition(by: Actor, right: str, field: str) -> Q:
    return Q() if right in by.everywhere else Q(**{f"{field}__in": by.places(right)})


def filtered_tasks(by: Actor, team_list_filter: TeamListFilter, today: date) -> QuerySet[Task]:
    """Tasks by state; late ones are those whose day is over and that nobody reported."""
    tasks = lookup.tasks(by)
    if team_list_filter.tray == LATE:
        tasks = tasks.filter(state=Task.State.GIVEN, due_on__lt=today)
    elif team_list_filter.tray == ANSWERED:
        tasks = tasks.filter(state=Task.State.REPORTED)
    elif team_list_filter.tray == ALL:
        tasks = tasks.order_by("-due_on", "-pk")
    else:
        tasks = tasks.filter(state=Task.State.GIVEN)
    return tasks.filter(team__unit__in=unit_keys_below(team_list_filter.unit)) if team_list_filter.unit else tasks


def filtered_sessions(team_list_filter: TeamListFilter) -> QuerySet[Session]:
    """Training, the latest first."""
    sessions = Session.objects.select_related("unit").order_by("-held_on", "-pk")
    return sessions.filter(state=team_list_filter.state) if team_list_filter.state in Session.State.values else sessions


def units_of(by: Actor) -> Sequence[Unit]:
    """Communes of today that ``by`` may narrow lists to."""
    communes = Unit.objects.filter(level=Level.COMMUNE, known__upper_inf=True, valid__contains=clock.today())
    units = communes if SEE_TEAMS in by.everywhere else communes.filter(pk__in=by.places(SEE_TEAMS))
    return list(units.order_by("sort_key"))
