"""One team as its page shows it, and what a member has to do now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from typing import Any

from django.db.models import DateField, Exists, OuterRef, Prefetch, Value, Window
from django.db.models.functions import RowNumber

from tinhso.kernel.actor import Actor
from tinhso.society.community_teams.models import Difficulty, Member, MonthReport, Task, Team, Visit
from tinhso.society.community_teams.queries import lookup, month
from tinhso.society.community_teams.queries.month import MonthReportLine
from tinhso.society.community_teams.queries.rules import report_due

FEW, MANY = 5, 10


@dataclass(frozen=True)
class TeamItem:
    """A task that is open (``due_on``), or a difficulty (``state`` in words)."""

    ref: str
    words: str
    state: str
    due_on: date | None


@dataclass(frozen=True)
class TeamPage:
    """One team: who is in it, its month so far, and what it did lately; ``is_mine``: the reader is in it."""

    team: Team
    is_mine: bool
    members: Sequence[Member]
    month: str
    lines: Sequence[MonthReportLine]
    visits: Sequence[Visit]
    tasks: Sequence[TeamItem]
    difficulties: Sequence[TeamItem]
    reports: Sequence[MonthReport]


def team_page(ref: str, by: Actor, today: date) -> TeamPage:
    """What the page of a team shows."""
    team, is_mine = lookup.team_and_membership(ref, by)
    code, (tasks, difficulties) = f"{today:%Y-%m}", _team_items(team)
    return TeamPage(
        team=team,
        is_mine=is_mine,
        members=list(lookup.members(team)),
        month=code,
        lines=month.report_lines(month.month_figures(team, code), None),
        visits=list(team.visits.order_by("-day", "-pk")[:MANY]),
        tasks=tasks,
        difficulties=difficulties,
        reports=list(team.reports.order_by("-month", "-number")[:MANY]),
    )


def _team_items(team: Team) -> tuple[list[TeamItem], list[TeamItem]]:
    """Open tasks by their day, and the latest difficulties, in one statement."""
    is_over = [Task.State.DONE, Task.State.DROPPED]
    no_day = Value(None, output_field=DateField())
    tasks = team.tasks.exclude(state__in=is_over).order_by("due_on", "pk")
    difficulties = team.difficulties.order_by("-at", "-pk")
    rows = tasks.values_list(Value("task"), "ref", "title", "state", "due_on", _place_by("due_on", "pk"))[:MANY].union(
        difficulties.values_list(Value("difficulty"), "ref", "words", "state", no_day, _place_by("-at", "-pk"))[:MANY],
        all=True,
    )
    team_items_by_key: dict[str, list[TeamItem]] = {"task": [], "difficulty": []}
    for kind, ref, words, state, due_on, _place in sorted(rows, key=itemgetter(5)):
        labels = Task.State if kind == "task" else Difficulty.State
        team_items_by_key[kind].append(TeamItem(ref, words, str(labels(state).label), due_on))
    return team_items_by_key["task"], team_items_by_key["difficulty"]


def _place_by(*order: str) -> Window:
    return Window(RowNumber(), order_by=order)


@dataclass(frozen=True)
class Duty:
    """What a member's team has to do now: the report of the month ``before``, tasks, answers to look at."""

    team: Team
    month: str
    figures: dict[str, Any]
    before: str
    reported: bool
    due: date
    late: bool
    tasks: Sequence[Task]
    answers: Sequence[Difficulty]


def member_duties(by: Actor, today: date) -> list[Duty]:
    """The teams of ``by``, each with what there is to do now."""
    before, now = month.month_before(today), f"{today:%Y-%m}"
    due = report_due(before)
    tasks = Task.objects.filter(state=Task.State.GIVEN).order_by("due_on", "pk")[:FEW]
    answers = Difficulty.objects.filter(state=Difficulty.State.ANSWERED).order_by("-answered_at")[:FEW]
    is_reported = Exists(MonthReport.objects.filter(team=OuterRef("pk"), month=before))
    teams: list[Any] = list(
        lookup.teams_of_member(by)
        .annotate(is_reported=is_reported)
        .prefetch_related(
            Prefetch("tasks", tasks, to_attr="given"), Prefetch("difficulties", answers, to_attr="answered")
        )
    )
    figures = month.figures_of([team.pk for team in teams], now) if teams else {}
    return [
        Duty(
            team,
            now,
            figures[team.pk],
            before,
            team.is_reported,
            due,
            not team.is_reported and due < today,
            team.given,
            team.answered,
        )
        for team in teams
    ]
