"""Difficulties and tasks of community teams that wait for somebody, for the worklist over all systems."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.blocks.worklist.contract import WorkItem, WorkQueue, end_of_day
from tinhso.kernel.actor import Actor
from tinhso.kernel.reads import Row
from tinhso.society.community_teams.models import Difficulty, Task
from tinhso.society.community_teams.queries import listing, lookup
from tinhso.society.community_teams.queries.rules import rules
from tinhso.society.community_teams.rights import ANSWER_DIFFICULTIES, MANAGE_TEAMS, WORK_IN_TEAMS
from tinhso.ui.wording import in_language

DIFFICULTY = ("ref", "kind", "words", "due_at", "at", "unit__name", "unit__name_en")
TASK = ("ref", "title", "due_on", "since", "team__name")


def open_difficulties(by: Actor, now: datetime) -> Sequence[WorkQueue]:
    """Difficulties that ``by`` has to answer."""
    if not (by.can(ANSWER_DIFFICULTIES) or by.can(MANAGE_TEAMS)):
        return []
    difficulties = Difficulty.objects.filter(listing.to_answer_by(by), state=Difficulty.State.OPEN)
    return [WorkQueue(difficulties, "due_at", DIFFICULTY, _difficulty_item)]


def open_team_tasks(by: Actor, now: datetime) -> Sequence[WorkQueue]:
    """Tasks of the teams in which ``by`` is, and reported ones of teams that they manage."""
    queues = []
    if by.can(WORK_IN_TEAMS):
        to_do = Task.objects.filter(team__in=lookup.teams_of_member(by), state=Task.State.GIVEN)
        queues.append(_task_queue(to_do, "given_at", "due_on", _("Thực hiện")))
    if by.can(MANAGE_TEAMS):
        reported = Task.objects.filter(team__in=lookup.managed_teams(by), state=Task.State.REPORTED)
        queues.append(_task_queue(reported, "reported_at", "", _("Xác nhận đã xong")))
    return queues


def _task_queue(rows: QuerySet[Task], since: str, due: str, step: str) -> WorkQueue:
    make = partial(_task_item, step, is_due=bool(due))
    return WorkQueue(rows.annotate(since=F(since)), due, TASK, make, due_is_day=True)


def _difficulty_item(row: Row) -> WorkItem:
    return WorkItem(
        title=rules().kind_name(row["kind"]),
        href=reverse("community_teams:difficulty", args=[row["ref"]]),
        code=row["ref"],
        step=_("Trả lời"),
        unit=in_language(row["unit__name"], row["unit__name_en"]),
        note=row["words"],
        due_at=row["due_at"],
        since=row["at"],
    )


def _task_item(step: str, row: Row, *, is_due: bool) -> WorkItem:
    return WorkItem(
        title=row["title"],
        href=reverse("community_teams:task", args=[row["ref"]]),
        code=row["ref"],
        step=step,
        unit=row["team__name"],
        due_at=end_of_day(row["due_on"]) if is_due else None,
        since=row["since"],
    )
