"""Units for programs: those of a day, and the history of one."""

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema
from pydantic import BeforeValidator

from tinhso.blocks.units import queries
from tinhso.blocks.units.models import Succession, Unit
from tinhso.blocks.units.rights import SEE_INDICATORS
from tinhso.kernel import clock
from tinhso.kernel.actor import NOBODY, Actor
from tinhso.ui.strict import StrictRequest, Whole

router = Router(tags=["units"])
A_PAGE = 200


class UnitOut(Schema):
    """A unit during one legal existence: valid from ``since`` up to, not including, ``until``."""

    ref: str
    code: str
    name: str
    type: str
    level: int
    parent: str | None
    since: date | None
    until: date | None
    verified: bool


def _iso_day(text: str) -> date:
    """A day as it is described; a bare number is not one."""
    day = date.fromisoformat(text)
    if day.isoformat() != text:
        raise ValueError(text)
    return day


class UnitsQuery(StrictRequest):
    """A day (today when none is named), and where to go on."""

    day: Annotated[date, BeforeValidator(_iso_day)] | None = None
    offset: Whole = Field(0, ge=0, le=1_000_000)


class UnitsOut(Schema):
    """One page of units; ``next_offset`` is null on the last one."""

    day: date
    total: int
    next_offset: int | None
    items: list[UnitOut]


class EdgeOut(Schema):
    """``before`` became (part of) ``after``; ``share`` null with several successors: it is not known how much."""

    before: str
    after: str
    kind: str
    share: str | None
    decision: str
    effective: date
    verified: bool


class HistoryOut(UnitOut):
    """A unit with what it came from and what it became."""

    came_from: list[EdgeOut]
    became: list[EdgeOut]


def _may_look(request: HttpRequest) -> None:
    by: Actor = getattr(request, "actor", NOBODY)
    by.must_be_able_to(SEE_INDICATORS)


@router.get("/units", response=UnitsOut, summary="Units of a day")
def list_units(request: HttpRequest, on: Query[UnitsQuery]) -> dict[str, Any]:
    """Units valid on a day, two hundred at a time, by level and name."""
    _may_look(request)
    day, offset = on.day or clock.today(), on.offset
    units = queries.at(day).select_related("parent")
    total = units.count()
    after = offset + A_PAGE
    items = [_unit_fields(unit) for unit in units[offset:after]]
    return {"day": day, "total": total, "next_offset": after if after < total else None, "items": items}


@router.get("/units/{ref}", response=HistoryOut, summary="One unit and its history")
def read_unit(request: HttpRequest, ref: str) -> dict[str, Any]:
    """One unit with what it came from and what it became."""
    _may_look(request)
    unit = queries.by_ref(ref)  # PostgreSQL keeps no such letter
    came_from, became = queries.history_of(unit)
    return _unit_fields(unit) | {
        "came_from": list(map(_edge_fields, came_from)),
        "became": list(map(_edge_fields, became)),
    }


def _unit_fields(unit: Unit) -> dict[str, Any]:
    same = ("ref", "code", "name", "type", "level", "verified")
    return {name: getattr(unit, name) for name in same} | {
        "parent": unit.parent.ref if unit.parent else None,
        "since": unit.valid.lower,
        "until": unit.valid.upper,
    }


def _edge_fields(edge: Succession) -> dict[str, Any]:
    return {
        "before": edge.before.ref,
        "after": edge.after.ref,
        "kind": edge.kind,
        "share": None if edge.share is None else f"{edge.share:f}",
        "decision": edge.decision,
        "effective": edge.effective,
        "verified": edge.verified,
    }
