"""Telling people about tasks and difficulties, and reminding teams of their month."""

from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from tinhso.blocks.identity import queries as identity
from tinhso.blocks.identity.models import Person
from tinhso.blocks.messaging import services as messaging
from tinhso.blocks.messaging.contract import register_live_event
from tinhso.blocks.messaging.models import Message
from tinhso.blocks.outbox.contract import register_listener
from tinhso.kernel import clock
from tinhso.kernel.actor import program_actor
from tinhso.kernel.errors import Refused
from tinhso.society.community_teams import events, services
from tinhso.society.community_teams.models import Difficulty, Task
from tinhso.society.community_teams.queries import accounts, lookup, month
from tinhso.society.community_teams.queries.rules import report_due
from tinhso.society.community_teams.rights import ANSWER_DIFFICULTIES, MANAGE_TEAMS, SEE_TEAMS

KEEPER = program_actor("community_teams", rights=lookup.RIGHTS)
STALE = timedelta(days=3)  # what happened long ago is news for nobody
DAYS_BEFORE = 1

for _one in (events.DifficultyMoved, events.TaskMoved, events.MonthReported):
    register_live_event(_one, right=SEE_TEAMS)


@app.periodic(cron="0 1 * * *")  # 08:00 in Việt Nam
@app.task(name="community_teams.remind", queueing_lock="community_teams.remind")
def remind_of_reports(timestamp: int) -> None:
    """The day before reports are due, teams that have not reported learn of it."""
    code = month.month_before(clock.today())
    if report_due(code) - clock.today() == timedelta(days=DAYS_BEFORE):
        services.remind_teams(code=code, by=KEEPER, now=clock.now())


@register_listener(events.DifficultyMoved)
def tell_of_difficulty(event: events.DifficultyMoved) -> None:
    """Who has to answer learns of a new one; the team learns of the answer."""
    difficulty = Difficulty.objects.filter(ref=event.ref).select_related("team", "unit", "routed_to").first()
    if difficulty is None or (difficulty.at < clock.now() - STALE and event.number == 1):
        return
    href, key = reverse("community_teams:difficulty", args=[difficulty.ref]), f"{event.name}:{event.ref}:{event.number}"
    if event.did == "answered":
        title = _("Có trả lời cho khó khăn tổ đã ghi")
        people = [person for person in accounts.people_of(difficulty.team) if person.ref != event.by]
        messaging.notify(
            to=people, title=title, body=difficulty.team.name, now=clock.now(), href=href, key=key, push=True
        )
    elif event.did in ("told", "routed", "reopened"):
        title = _("Khó khăn của người dân chờ trả lời")
        messaging.notify_holders(
            right=ANSWER_DIFFICULTIES if difficulty.routed_to else MANAGE_TEAMS,
            at=difficulty.routed_to or difficulty.unit,
            title=title,
            body=difficulty.team.name,
            now=clock.now(),
            href=href,
            key=key,
            kind=Message.Kind.TASK,
            here_only=True,
        )


@register_listener(events.TaskMoved)
def tell_of_task(event: events.TaskMoved) -> None:
    """The team learns of a task; whoever gave it that it was reported."""
    task = Task.objects.filter(ref=event.ref).select_related("team").first()
    if task is None or (task.given_at < clock.now() - STALE and event.did == "given"):
        return
    href, key = (
        reverse("community_teams:task", args=[task.ref]),
        f"{event.name}:{event.ref}:{event.did}:{task.reported_at}",
    )
    titles = {
        "given": _("Việc mới cho tổ: %(what)s"),
        "returned": _("Bị trả lại: %(what)s"),
        "dropped": _("Thôi làm: %(what)s"),
        "reported": _("Tổ báo xong: %(what)s"),
    }
    if event.did not in titles:
        return
    people = accounts.people_of(task.team) if event.did != "reported" else _task_giver(task)
    messaging.notify(
        to=[person for person in people if person.ref != event.by],
        title=titles[event.did] % {"what": task.title},
        body=task.team.name,
        now=clock.now(),
        href=href,
        key=key,
        push=event.did == "given",
    )


def _task_giver(one: Task) -> list[Person]:
    try:
        return [identity.person_by_ref(one.giver)]
    except Refused:
        return []
