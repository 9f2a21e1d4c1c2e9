"""The programme for programs: plans, targets as they stand, tasks, directives; giving a directive and answering it."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from tinhso.blocks.indicators import queries as indicators
from tinhso.government.programme import services
from tinhso.government.programme.models import Directive, Task
from tinhso.government.programme.queries import goals, listing, lookup, plans
from tinhso.government.programme.rights import SEE_PROGRAMME
from tinhso.kernel import clock
from tinhso.kernel.actor import NOBODY, Actor
from tinhso.ui.strict import Day, StrictRequest, Whole

router = Router(tags=["programme"])
A_PAGE = 100


class PlanOut(Schema):
    """A document that sets aims."""

    ref: str
    kind: str
    number: str
    title: str
    issuer: str
    issued_on: date
    first_year: int
    last_year: int
    goals: int
    tasks: int
    illustrative: bool


class TargetOut(Schema):
    """A goal with the target that binds it and the reading it was judged by; ``unit`` is empty for the province.

    ``state`` is reached, on_track, behind or unknown; ``why`` says why. A milestone has tasks instead of an indicator.
    """

    ref: str
    plan: str
    title: str
    article: str
    pillar: str
    year: int
    unit: str
    indicator: str
    floor: Decimal | None
    ceiling: Decimal | None
    value: Decimal | None
    count: Decimal | None
    out_of: Decimal | None
    period: str
    tasks: int
    accepted: int
    state: str
    why: str


class WorkAsked(StrictRequest):
    """What is looked for; parts that are left out do not narrow."""

    tray: Literal["open", "late", "waiting", "closed", "all"] = "open"
    words: str = Field("", max_length=200)
    unit: str = Field("", max_length=40)
    offset: Whole = Field(0, ge=0, le=1_000_000)


class TaskOut(Schema):
    """A task; ``goal`` is the reference of the aim that it serves."""

    ref: str
    title: str
    plan: str
    goal: str
    pillar: str
    unit: str
    unit_name: str
    owner_name: str
    given_at: datetime
    due_on: date
    first_due_on: date
    percent: int
    state: str
    closed_at: datetime | None
    illustrative: bool


class DirectiveOut(Schema):
    """A directive; ``about`` is what it is about, ``kind:ref``."""

    ref: str
    title: str
    words: str
    about: str
    about_label: str
    indicator: str
    unit: str
    unit_name: str
    owner_name: str
    giver_name: str
    given_at: datetime
    due_on: date
    answered_at: datetime | None
    asked_again: int
    state: str
    closed_at: datetime | None
    illustrative: bool


class TasksOut(Schema):
    """One page of tasks; ``next_offset`` is null on the last one."""

    total: int
    next_offset: int | None
    items: list[TaskOut]


class DirectivesOut(Schema):
    """One page of directives; ``next_offset`` is null on the last one."""

    total: int
    next_offset: int | None
    items: list[DirectiveOut]


class DirectiveIn(StrictRequest):
    """A directive to be given; without ``due_on`` it has the usual working days. ``about`` is ``kind:ref`` or empty."""

    title: str = Field(min_length=5, max_length=300)
    words: str = Field(min_length=5, max_length=2000)
    unit: str = Field(max_length=40)
    about: str = Field("", max_length=200)
    due_on: Day | None = None


class AnswerIn(StrictRequest):
    """What was done about a directive."""

    words: str = Field(min_length=5, max_length=2000)


def _actor_of_request(request: HttpRequest) -> Actor:
    actor: Actor = getattr(request, "actor", NOBODY)
    actor.must_be_able_to_any(SEE_PROGRAMME, *lookup.RIGHTS)
    return actor


@router.get("/programme/plans", response=list[PlanOut], summary="Resolutions and plans")
def list_plans(request: HttpRequest) -> list[dict[str, Any]]:
    """All documents of the programme, the newest first."""
    _actor_of_request(request).must_be_able_to(SEE_PROGRAMME)
    names = ("ref", "kind", "number", "title", "issuer", "issued_on", "first_year", "last_year", "illustrative")
    return [
        {name: getattr(plan, name) for name in names} | {"goals": plan.goals_count, "tasks": plan.tasks_count}  # type: ignore[attr-defined]
        for plan in plans.all_plans()
    ]


@router.get("/programme/targets", response=list[TargetOut], summary="Targets as they stand")
def list_targets(request: HttpRequest) -> list[dict[str, Any]]:
    """Every goal that holds, judged by what was published last."""
    by = _actor_of_request(request)
    by.must_be_able_to(SEE_PROGRAMME)
    return [
        _target_fields(goal_standing)
        for goal_standing in goals.judged_goals(None, indicators.audience_of(by), clock.today())
    ]


def _target_fields(one: goals.GoalStanding) -> dict[str, Any]:
    goal, reading, target = one.goal, one.reading, one.target
    own = ("ref", "title", "article", "pillar", "year", "indicator")
    return {name: getattr(goal, name) for name in own} | {
        "plan": goal.plan.ref,
        "unit": goal.unit.ref if goal.unit else "",
        "state": one.state,
        "why": one.why,
        "floor": target.floor if target else None,
        "ceiling": target.ceiling if target else None,
        "value": reading.value if reading else None,
        "count": reading.count if reading else None,
        "out_of": reading.out_of if reading else None,
        "period": reading.period if reading else "",
        "tasks": one.tasks,
        "accepted": one.accepted,
    }


def _work_filter(asked: WorkAsked) -> listing.WorkFilter:
    return listing.WorkFilter(tray=asked.tray, words=asked.words, unit=asked.unit)


@router.get("/programme/tasks", response=TasksOut, summary="Find tasks")
def list_tasks(request: HttpRequest, asked: Annotated[WorkAsked, Query()]) -> dict[str, Any]:
    """Tasks that the asker may see, a hundred at a time."""
    tasks = listing.tasks_in_tray(_actor_of_request(request), _work_filter(asked), clock.today())
    total, end = tasks.count(), asked.offset + A_PAGE
    items = [_task_fields(task) for task in tasks[asked.offset : end]]
    return {"total": total, "next_offset": end if end < total else None, "items": items}


def _task_fields(one: Task) -> dict[str, Any]:
    own = (
        "ref",
        "title",
        "goal",
        "pillar",
        "owner_name",
        "given_at",
        "due_on",
        "first_due_on",
        "percent",
        "state",
        "closed_at",
        "illustrative",
    )
    values = {"plan": one.plan.ref if one.plan else "", "unit": one.unit.ref, "unit_name": one.unit.name}
    return {name: getattr(one, name) for name in own} | values


@router.get("/programme/directives", response=DirectivesOut, summary="Find directives")
def list_directives(request: HttpRequest, asked: Annotated[WorkAsked, Query()]) -> dict[str, Any]:
    """Directives that the asker may see, a hundred at a time."""
    directives = listing.directives_in_tray(_actor_of_request(request), _work_filter(asked), clock.today())
    total, end = directives.count(), asked.offset + A_PAGE
    items = [_directive_fields(directive) for directive in directives[asked.offset : end]]
    return {"total": total, "next_offset": end if end < total else None, "items": items}


@router.get("/programme/directives/{ref}", response=DirectiveOut, summary="One directive")
def read_directive(request: HttpRequest, ref: str) -> dict[str, Any]:
    """One directive; 403 for one of another unit."""
    return _directive_fields(lookup.visible_directive(ref, _actor_of_request(request)))


@router.post("/programme/directives", response=DirectiveOut, summary="Give a directive")
def give_directive(request: HttpRequest, told: DirectiveIn) -> dict[str, Any]:
    """Whoever may give directives to the unit gives one."""
    return _directive_fields(services.give_directive(**told.dict(), by=_actor_of_request(request), now=clock.now()))


@router.post("/programme/directives/{ref}/answer", response=DirectiveOut, summary="Answer a directive")
def answer_directive(request: HttpRequest, ref: str, told: AnswerIn) -> dict[str, Any]:
    """The unit that has it says what it did; 409 for one that is closed or answered already."""
    return _directive_fields(services.answer(ref=ref, words=told.words, by=_actor_of_request(request), now=clock.now()))


def _directive_fields(one: Directive) -> dict[str, Any]:
    own = (
        "ref",
        "title",
        "words",
        "about_label",
        "indicator",
        "owner_name",
        "giver_name",
        "given_at",
        "due_on",
        "answered_at",
        "asked_again",
        "state",
        "closed_at",
        "illustrative",
    )
    about = f"{one.about_kind}:{one.about_ref}" if one.about_kind else ""
    return {name: getattr(one, name) for name in own} | {
        "about": about,
        "unit": one.unit.ref,
        "unit_name": one.unit.name,
    }
