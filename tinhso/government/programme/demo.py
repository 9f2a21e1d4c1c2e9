"""A year of steering as the province's ``demo/programme.toml`` tells it: plans, tasks, directives, points."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction

from tinhso.blocks.identity import queries as identity
from tinhso.blocks.indicators import queries as indicators
from tinhso.government.programme import services
from tinhso.government.programme.models import Directive, Judgement, Plan, Task
from tinhso.kernel import clock, working_calendar
from tinhso.kernel.actor import Actor
from tinhso.kernel.working_calendar import working_days

LEADER, MONTHS = "pho-chu-tich", 12
MORNING, DAY = 9, timedelta(days=1)
DONE = ("accepted", "done")
SAID = {
    "task": "Nêu kết quả, tồn tại và ngày hoàn thành.",
    "directive": "Trả lời bằng văn bản, nêu rõ nguyên nhân, việc sẽ làm và ngày xong.",
    "progress": "Đang làm theo kế hoạch (minh họa).",
    "finished": "Đã làm xong, có biên bản kèm theo (minh họa).",
    "answer": "Đã rà soát; nguyên nhân và cách khắc phục nêu trong báo cáo (minh họa).",
    "again": "Nêu rõ ngày xong của từng việc.",
    "why": "Không còn phù hợp với kế hoạch năm (minh họa).",
}


@transaction.atomic
def load_demo(*, told: Mapping[str, Any], now: datetime) -> int:
    """Make everything once; says how many plans, tasks and directives there are."""
    if Plan.objects.exists():
        return 0
    by = _actor_by_username(LEADER)
    goals: dict[str, str] = {}
    for plan_table in told.get("plan", []):
        _make_plan(plan_table, goals, by, now)
    tasks: dict[str, Task] = {}
    for task_table in told.get("task", []):
        tasks[task_table["title"]] = _make_task(task_table, goals, tasks, by, now)
    directives = [_make_directive(directive_table, by, now) for directive_table in told.get("directive", [])]
    _make_scores(told.get("scores", {}), by, now)
    return len(told.get("plan", [])) + len(tasks) + len(directives)


def judge_past(*, now: datetime) -> int:
    """How the goals stood at the end of each of the last months, reckoned from what was published, unless that was done
    before; says how often one was judged."""
    if Judgement.objects.exists():
        return 0
    today, judged = clock.local(now).date(), 0
    for back in range(MONTHS, -1, -1):
        first = _month_after(today, -back)
        last = min(_month_after(first, 1) - DAY, today)
        judged += services.judge_goals(now=working_calendar.moment_at(last, datetime.min.time().replace(hour=20)))
    return judged


def _month_after(day: date, steps: int) -> date:
    number = day.year * 12 + day.month - 1 + steps
    return date(number // 12, number % 12 + 1, 1)


def _actor_by_username(username: str) -> Actor:
    return identity.actor_for(identity.person_by_username(username))


def _make_plan(one: Mapping[str, Any], goals: dict[str, str], by: Actor, now: datetime) -> None:
    field_names = ("kind", "number", "title", "issuer", "issued_on", "first_year", "last_year", "unit", "source")
    plan = services.add_plan(
        **{name: one[name] for name in field_names}, illustrative=bool(one.get("illustrative")), by=by, now=now
    )
    indicators_by_key = indicators.catalogue().indicators
    for goal in one.get("goals", []):
        if goal["indicator"] and goal["indicator"] not in indicators_by_key:
            continue
        values = {name: goal.get(name, "") for name in ("title", "pillar", "article", "indicator", "unit")}
        new_goal = services.add_goal(plan=plan, year=goal["year"], **values, by=by, now=now)
        goals[goal.get("key", new_goal.ref)] = new_goal.ref


def _working_morning(now: datetime, days_ago: float) -> datetime:
    """A working morning about so many days ago, never after ``now``."""
    day = working_days().next_working_day((clock.local(now) - days_ago * DAY).date())
    moment = datetime.combine(day, datetime.min.time(), tzinfo=UTC) + timedelta(hours=MORNING - 7)
    return min(moment, now)


def _make_task(
    values: Mapping[str, Any], goals: Mapping[str, str], tasks: Mapping[str, Task], by: Actor, now: datetime
) -> Task:
    moment = _working_morning(now, values["day"])
    due = working_days().add_working_days(clock.local(moment).date(), values["days"])
    owner = _actor_by_username(values["owner"]) if "owner" in values else None
    task = services.give_task(
        title=values["title"],
        words=SAID["task"],
        unit=values["unit"],
        owner=owner.ref if owner else "",
        due_on=due,
        partners=values.get("partners", []),
        goal=goals.get(values["goal"], ""),
        by=by,
        now=moment,
        illustrative=True,
    )
    if "after" in values:
        services.wait_for(ref=task.ref, on=tasks[values["after"]].ref, by=by, now=moment)
    _play_task(task, values, owner, by, now)
    return task


def _play_task(task: Task, values: Mapping[str, Any], owner: Actor | None, by: Actor, now: datetime) -> None:
    end, ref = values["end"], task.ref
    if end == "dropped":
        services.drop(ref=ref, words=SAID["why"], by=by, now=task.given_at + 10 * DAY)
    if end in ("planned", "dropped") or owner is None:
        return
    finished = min(working_calendar.moment_at(task.due_on, datetime.min.time().replace(hour=10)), now - DAY)
    finished += values.get("late", -2) * DAY
    half = task.given_at + (finished - task.given_at) / 2
    services.report_progress(ref=ref, percent=values.get("percent", 50), words=SAID["progress"], by=owner, now=half)
    if end == "doing":
        return
    services.report_progress(ref=ref, percent=100, words=SAID["finished"], by=owner, now=finished)
    if end == "returned":
        services.send_back(ref=ref, words=SAID["again"], by=by, now=finished + DAY)
    if end in DONE:
        services.accept(ref=ref, words="", by=by, now=finished + 2 * DAY)
    if end == "done":
        services.finish(ref=ref, words="", by=by, now=finished + 5 * DAY)


def _make_directive(values: Mapping[str, Any], by: Actor, now: datetime) -> Directive:
    moment, owner = _working_morning(now, values["day"]), _actor_by_username(values["owner"])
    directive = services.give_directive(
        title=values["title"],
        words=SAID["directive"],
        unit=values["unit"],
        owner=owner.ref,
        about=values.get("about", ""),
        by=by,
        now=moment,
        illustrative=True,
    )
    ref, end = directive.ref, values["end"]
    if end == "withdrawn":
        services.withdraw(ref=ref, words=SAID["why"], by=by, now=moment + DAY)
    if "answer" not in values:
        return directive
    answered = moment + values["answer"] * DAY
    services.answer(ref=ref, words=SAID["answer"], by=owner, now=answered)
    if values.get("again"):
        services.ask_again(ref=ref, words=SAID["again"], by=by, now=answered + DAY)
        services.answer(ref=ref, words=SAID["answer"], by=owner, now=answered + 3 * DAY)
    if end == "closed":
        services.close(ref=ref, words="", by=by, now=answered + 5 * DAY)
    return directive


def _make_scores(values: Mapping[str, Any], by: Actor, now: datetime) -> None:
    source = str(values.get("source", ""))
    for column in ("self", "verified", "published"):
        for year, points in values.get(column, {}).items():
            for code, value in points.items():
                services.record_score(
                    year=int(year),
                    criterion=code,
                    column=column,
                    points=Decimal(value),
                    source=source,
                    by=by,
                    now=now,
                    illustrative=True,
                )
