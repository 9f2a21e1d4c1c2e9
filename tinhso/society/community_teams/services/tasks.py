"""Tasks of teams: given to one or many at once, reported, confirmed or sent back, dropped."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.outbox import services as outbox
from tinhso.blocks.units.models import Unit
from tinhso.kernel import clock, refs
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.society.community_teams import events
from tinhso.society.community_teams.models import Task, Team
from tinhso.society.community_teams.queries import lookup
from tinhso.society.community_teams.rights import MANAGE_TEAMS
from tinhso.society.community_teams.services import words

State = Task.State
MOST = 2_000


@transaction.atomic
def give_tasks(
    *,
    teams: Sequence[str],
    title: str,
    text: str,
    due_on: date,
    unit: Unit,
    by: Actor,
    now: datetime,
    illustrative: bool = False,
) -> list[Task]:
    """Ask teams to do something until a day; one that ``by`` does not manage refuses all.

    Teams that have the very same task open are not asked again.
    """
    by.must_be_able_to(MANAGE_TEAMS, at=unit)
    if due_on < clock.local(now).date():
        raise Refused("past_due", _("Hạn phải từ hôm nay trở đi."))
    team_refs = set(teams)
    task_teams = list(lookup.managed_teams(by).filter(ref__in=team_refs))
    if not 1 <= len(team_refs) <= MOST or len(task_teams) != len(team_refs):
        raise Refused("bad_teams", _("Hãy chọn từ 1 đến %(most)s tổ mà bạn phụ trách."), most=MOST)
    batch, clean_title = refs.new_ref("VT"), words.tidied_text(title, most=200)
    list(Team.objects.select_for_update(of=("self",)).filter(pk__in=[team.pk for team in task_teams]).order_by("pk"))
    same = Task.objects.filter(team__in=task_teams, title=clean_title, due_on=due_on, state=State.GIVEN)
    tasked_teams = set(same.values_list("team", flat=True))
    task_teams = [team for team in task_teams if team.pk not in tasked_teams]
    if not task_teams:
        raise Refused("given_already", _("Các tổ này đang có đúng việc ấy, cùng hạn."))
    tasks = Task.objects.bulk_create(
        Task(
            ref=refs.new_ref("VT"),
            batch=batch,
            team=team,
            unit=unit,
            title=clean_title,
            words=words.tidied_text(text, least=0),
            due_on=due_on,
            given_at=now,
            giver=by.ref,
            giver_name=by.name,
            illustrative=illustrative,
        )
        for team in task_teams
    )
    audit.record(by=by, did="team tasks given", to=tasks[0], after={"teams": len(tasks), "batch": batch})
    for task in tasks:
        _announce_task(task, "given", by)
    return tasks


@transaction.atomic
def report_task(*, ref: str, result: str, by: Actor, now: datetime) -> Task:
    """A member says that it is done, and how."""
    task = _locked_task(ref, by)
    lookup.my_team(task.team.ref, by)
    _must_be(task, State.GIVEN)
    return _move_task(
        task,
        "reported",
        by,
        state=State.REPORTED,
        reported_at=now,
        reporter=by.ref,
        reporter_name=by.name,
        result=words.tidied_text(result),
    )


@transaction.atomic
def confirm_task(*, ref: str, note: str, by: Actor, now: datetime) -> Task:
    """Whoever manages the team takes it as done; not the one who reported it."""
    task = _locked_task(ref, by)
    by.must_be_able_to(MANAGE_TEAMS, at=task.team.unit)
    _must_be(task, State.REPORTED)
    if task.reporter == by.ref:
        raise Refused("four_eyes", _("Người báo xong không tự xác nhận."))
    return _move_task(
        task, "confirmed", by, state=State.DONE, closed_at=now, closed_note=words.tidied_text(note, least=0)
    )


@transaction.atomic
def send_back(*, ref: str, note: str, by: Actor, now: datetime) -> Task:
    """It is not done yet, with the reason."""
    task = _locked_task(ref, by)
    by.must_be_able_to(MANAGE_TEAMS, at=task.team.unit)
    _must_be(task, State.REPORTED)
    return _move_task(task, "returned", by, state=State.GIVEN, closed_note=words.tidied_text(note))


@transaction.atomic
def drop_task(*, ref: str, note: str, by: Actor, now: datetime) -> Task:
    """It need not be done any more, with the reason."""
    task = _locked_task(ref, by)
    by.must_be_able_to(MANAGE_TEAMS, at=task.team.unit)
    _must_be(task, State.GIVEN, State.REPORTED)
    return _move_task(task, "dropped", by, state=State.DROPPED, closed_at=now, closed_note=words.tidied_text(note))


def _locked_task(ref: str, by: Actor) -> Task:
    task = lookup.task(ref, by)
    return Task.objects.select_for_update(of=("self",)).select_related("team__unit").get(pk=task.pk)


def _must_be(task: Task, *states: str) -> None:
    if task.state not in states:
        text = _("Việc đang ở trạng thái “%(state)s” nên không làm được. Hãy mở lại trang.")
        raise Refused("not_now", text, state=task.get_state_display())


def _move_task(task: Task, did: str, by: Actor, **fields: object) -> Task:
    for name, value in fields.items():
        setattr(task, name, value)
    task.save(update_fields=list(fields))
    audit.record(by=by, did=f"team task {did}", to=task, after={"state": str(task.state)})
    _announce_task(task, did, by)
    return task


def _announce_task(task: Task, did: str, by: Actor) -> None:
    task_moved = events.TaskMoved(
        ref=task.ref, did=did, state=str(task.state), team=task.team.ref, unit=task.team.unit.ref, by=by.ref
    )
    outbox.emit(task_moved)
