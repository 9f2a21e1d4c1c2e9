"""Support programmes for programs: how each stands, and applications without anybody's name or numbers."""

from datetime import date, datetime
from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from tinhso.kernel import clock
from tinhso.kernel.actor import NOBODY, Actor
from tinhso.society.support.models import Application
from tinhso.society.support.queries import eligibility, inbox, lookup, standing
from tinhso.society.support.rights import SEE_SUPPORT
from tinhso.ui.strict import StrictRequest, Whole

router = Router(tags=["support"])
A_PAGE = 100


class ProgrammeOut(Schema):
    """A programme with what was approved and handed over of it; money in đồng, rules in words as of today."""

    code: str
    name: str
    kind: str
    state: str
    basis: str
    unit: str
    giver: str
    starts_on: date
    ends_on: date | None
    amount: int
    pieces: int
    budget: int
    used_pieces: int
    used_money: int
    delivered: int
    waiting: int
    rules: list[str]
    illustrative: bool


class ApplicationsAsked(StrictRequest):
    """What is looked for; parts that are left out do not narrow. ``unit`` is where people live."""

    programme: str = Field("", max_length=40)
    state: Literal["", "submitted", "paper", "approved", "delivered", "refused", "withdrawn"] = ""
    unit: str = Field("", max_length=40)
    offset: Whole = Field(0, ge=0, le=1_000_000)


class ApplicationOut(Schema):
    """An application: no name, no number; ``outcome`` is what the rules of its day said."""

    ref: str
    programme: str
    state: str
    channel: str
    outcome: str
    unit: str
    origin_unit: str
    amount: int
    submitted_at: datetime | None
    due_at: datetime | None
    delivered_on: date | None
    illustrative: bool


class ApplicationsOut(Schema):
    """One page of applications, the newest first; ``next_offset`` is null on the last one."""

    total: int
    next_offset: int | None
    items: list[ApplicationOut]


def _actor_of_request(request: HttpRequest) -> Actor:
    """Who asks; refuses all without the right to see support."""
    by: Actor = getattr(request, "actor", NOBODY)
    by.must_be_able_to(SEE_SUPPORT)
    return by


@router.get("/support/programmes", response=list[ProgrammeOut], summary="Support programmes and what is left of them")
def list_programmes(request: HttpRequest) -> list[ProgrammeOut]:
    """All programmes, those that take applications first."""
    _actor_of_request(request)
    return [
        _programme_out(programme_totals) for programme_totals in standing.programme_totals(list(lookup.programmes()))
    ]


def _programme_out(whole: standing.ProgrammeTotals) -> ProgrammeOut:
    programme = whole.programme
    version = eligibility.in_force(programme, clock.today())
    return ProgrammeOut(
        code=programme.code,
        name=programme.name,
        kind=programme.kind,
        state=programme.state,
        basis=programme.basis,
        unit=programme.unit.ref,
        giver=programme.giver,
        starts_on=programme.starts_on,
        ends_on=programme.ends_on,
        amount=programme.amount,
        pieces=programme.pieces,
        budget=programme.budget,
        used_pieces=whole.used_pieces,
        used_money=whole.used_money,
        delivered=whole.delivered,
        waiting=whole.waiting,
        rules=eligibility.in_words(version.rules) if version is not None else [],
        illustrative=programme.illustrative,
    )


@router.get("/support/applications", response=ApplicationsOut, summary="Applications for support, without persons")
def list_applications(request: HttpRequest, asked: Annotated[ApplicationsAsked, Query()]) -> ApplicationsOut:
    """Applications of places that the caller may see."""
    application_filter = inbox.ApplicationFilter(programme=asked.programme, state=asked.state, unit=asked.unit)
    applications = inbox.filter_applications(
        inbox.tray_applications(inbox.ALL, _actor_of_request(request)), application_filter, clock.now()
    )
    total = applications.count()
    page, following = applications[asked.offset : asked.offset + A_PAGE], asked.offset + A_PAGE
    items = [_application_out(application) for application in page]
    return ApplicationsOut(total=total, next_offset=following if following < total else None, items=items)


def _application_out(one: Application) -> ApplicationOut:
    on = clock.local(one.delivered_at).date() if one.delivered_at is not None else None
    return ApplicationOut(
        ref=one.ref,
        programme=one.programme.code,
        state=one.state,
        channel=one.channel,
        outcome=one.outcome,
        unit=one.unit.ref,
        origin_unit=one.origin_unit.ref,
        amount=one.amount,
        submitted_at=one.submitted_at,
        due_at=one.due_at,
        delivered_on=on,
        illustrative=one.illustrative,
    )
