"""The operations centre for programs: the catalogue, readings over time, units side by side, and alerts."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from tinhso.blocks.indicators.contract import Indicator
from tinhso.blocks.indicators.queries import Reading
from tinhso.blocks.indicators.queries.search import search_indicators
from tinhso.blocks.units.rights import SEE_INDICATORS
from tinhso.ioc.api import alerts
from tinhso.ioc.queries import frame as frames
from tinhso.ioc.queries import indicators as queries
from tinhso.ioc.queries import shown as words
from tinhso.ioc.queries.frame import SnapshotFrame, UnitView, member_of
from tinhso.ioc.queries.indicators import IndicatorQuery
from tinhso.ioc.queries.kept import cached_by_figures
from tinhso.ioc.queries.sheets import round_half_up
from tinhso.kernel import periods
from tinhso.kernel.actor import NOBODY, Actor
from tinhso.kernel.errors import Refused
from tinhso.ui.strict import StrictRequest, Whole

router = Router(tags=["indicators"])
router.add_router("/", alerts.router)
A_PAGE = 100


class IndicatorOut(Schema):
    """A definition: ``families`` names the dimensions whose members are indicators of their own."""

    code: str
    name: str
    name_en: str
    domain: str
    unit_of_measure: str
    decimals: int
    kind: str
    period: str
    better: str
    method: str
    basis: str
    source: str
    agency: str
    families: dict[str, list[str]]


class IndicatorsOut(Schema):
    """One page of the catalogue; ``next_offset`` is null on the last one."""

    total: int
    next_offset: int | None
    items: list[IndicatorOut]


class ReadingOut(Schema):
    """One reading. Exact numbers as text; ``value`` is null where there is none, and ``note`` says why.

    ``margin``: of an estimate, how far it may be off in 95 of 100 cases; null where the figure is exact.
    ``hidden`` is ``restricted`` or ``small`` where there is a figure that the asker is not told.
    """

    unit: str
    period: str
    value: str | None
    count: str | None
    out_of: str | None
    reported: int
    expected: int
    computable: bool
    status: str
    true_for: datetime | None
    meets_target: bool | None
    margin: str | None
    hidden: str
    note: str


class ReadingsOut(Schema):
    """Readings of one indicator from one snapshot."""

    indicator: str
    member: str
    basis: str
    unit_of_measure: str
    source: str
    snapshot: int
    snapshot_at: datetime | None
    total: int
    next_offset: int | None
    items: list[ReadingOut]


class Paging(StrictRequest):
    """Where to go on: the ``next_offset`` of the page before."""

    offset: Whole = Field(0, ge=0, le=1_000_000)


class Find(Paging):
    """Words to search for, and a domain's code."""

    q: str = Field("", max_length=200)
    domain: str = ""


class SeriesQuery(Paging):
    """What to read: a unit's reference, a basis, a member as ``dimension=member``."""

    unit: str = ""
    basis: str = ""
    member: str = ""


class PeriodQuery(SeriesQuery):
    """The same for one period."""

    period: str = ""


def _frame_of_request(request: HttpRequest) -> tuple[SnapshotFrame, Actor]:
    by: Actor = getattr(request, "actor", NOBODY)
    by.must_be_able_to(SEE_INDICATORS)
    return frames.snapshot_frame(by), by


def _reading_query(at: SnapshotFrame, by: Actor, code: str, narrow: SeriesQuery, period: str = "") -> IndicatorQuery:
    """What is asked for; refuses names that nobody knows."""
    indicator = queries.read_indicator(at, code)
    if narrow.unit and narrow.unit not in at.places.by_ref:
        raise Refused("unknown_unit", _("Không có đơn vị nào có mã “%(ref)s”."), ref=narrow.unit)
    unit_view: UnitView | None = frames.view_of(at, by, unit=narrow.unit, basis=narrow.basis)
    if unit_view is None:
        raise Refused("unknown_unit", _("Chưa có đơn vị hành chính nào."))
    if narrow.basis and unit_view.basis != narrow.basis:
        raise Refused("unknown_basis", _("Đơn vị này không có số liệu trên cơ sở “%(basis)s”."), basis=narrow.basis)
    member = member_of(at, indicator, narrow.member) if narrow.member else None
    if narrow.member and member is None:
        raise Refused("unknown_member", _("Chỉ tiêu này không có phân tổ “%(member)s”."), member=narrow.member)
    return IndicatorQuery(indicator, member, unit_view, periods.parse(period).code if period else "")


@router.get("/indicators", response=IndicatorsOut, summary="The catalogue of indicators")
def list_indicators(request: HttpRequest, find: Query[Find]) -> dict[str, Any]:
    """Definitions, a hundred at a time; searched by meaning, the best first."""
    at, _by = _frame_of_request(request)
    matches = search_indicators(at.catalogue, find.q, limit=1000) if find.q.strip() else None
    indicators = list(at.catalogue.indicators.values()) if matches is None else [match.indicator for match in matches]
    indicators = [indicator for indicator in indicators if find.domain in ("", indicator.domain)]
    items = [_definition_fields(at, indicator) for indicator in indicators[find.offset : find.offset + A_PAGE]]
    return {"total": len(indicators), "next_offset": _next_offset(find.offset, len(indicators)), "items": items}


@router.get("/indicators/{code}", response=IndicatorOut, summary="One indicator's definition")
def read_indicator(request: HttpRequest, code: str) -> dict[str, Any]:
    """The definition of one indicator."""
    at, _by = _frame_of_request(request)
    return _definition_fields(at, queries.read_indicator(at, code))


@router.get("/indicators/{code}/series", response=ReadingsOut, summary="An indicator over time")
def read_series(request: HttpRequest, code: str, narrow: Query[SeriesQuery]) -> HttpResponse:
    """All periods of one unit, oldest first, a hundred at a time."""
    at, by = _frame_of_request(request)

    def make() -> dict[str, Any]:
        indicator_query = _reading_query(at, by, code, narrow)
        return _readings_page(at, indicator_query, queries.read_series(at, indicator_query), narrow.offset)

    return _cached_response(request, at, by, make)


@router.get("/indicators/{code}/units", response=ReadingsOut, summary="Units side by side")
def read_units(request: HttpRequest, code: str, narrow: Query[PeriodQuery]) -> HttpResponse:
    """The communes of a unit for one period (the newest when none is named), best first, a hundred at a time."""
    at, by = _frame_of_request(request)

    def make() -> dict[str, Any]:
        indicator_query = queries.number_of(at, _reading_query(at, by, code, narrow, narrow.period)).asked
        compared = queries.compared_communes(at, indicator_query, at.catalogue.facts[indicator_query.indicator.fact])
        readings = [place.reading for place in compared.places if place.reading] if compared else []
        return _readings_page(at, indicator_query, readings, narrow.offset)

    return _cached_response(request, at, by, make)


NAMELESS = '"snapshot":0,"snapshot_at":null'


def _cached_response(
    request: HttpRequest, at: SnapshotFrame, by: Actor, make: Callable[[], dict[str, Any]]
) -> HttpResponse:
    """An answer is written once for as long as its figures stay; which snapshot shows them is filled in."""
    own = at.places.default_for(by)
    key = (request.path, sorted(request.GET.items()), own.pk if own else None)
    body = cached_by_figures(at, key, lambda: ReadingsOut.model_validate(make()).model_dump_json())
    moment = json.dumps(at.at.astimezone(UTC).isoformat().replace("+00:00", "Z")) if at.at else "null"
    body = body.replace(NAMELESS, f'"snapshot":{at.number},"snapshot_at":{moment}', 1)
    return HttpResponse(body, content_type="application/json; charset=utf-8")


def _definition_fields(at: SnapshotFrame, one: Indicator) -> dict[str, Any]:
    same = ("code", "name", "name_en", "domain", "unit_of_measure", "decimals", "period", "method", "basis", "source")
    families: dict[str, list[str]] = {code: [] for code in one.by}
    for item in at.catalogue.family(one)[1:]:
        if item.dim is not None and item.member is not None:
            families[item.dim.code].append(item.member.code)
    return {name: getattr(one, name) for name in same} | {
        "agency": one.agency,
        "kind": str(one.kind),
        "better": str(one.better),
        "families": families,
    }


def _readings_page(at: SnapshotFrame, asked: IndicatorQuery, found: Sequence[Reading], offset: int) -> dict[str, Any]:
    indicator = asked.indicator
    return {
        "indicator": indicator.code,
        "member": asked.member_text,
        "basis": asked.seen.basis,
        "unit_of_measure": indicator.unit_of_measure,
        "source": indicator.source,
        "snapshot": 0,  # filled in by _kept, as its moment is
        "snapshot_at": None,
        "total": len(found),
        "next_offset": _next_offset(offset, len(found)),
        "items": [_reading_fields(at, reading) for reading in found[offset : offset + A_PAGE]],
    }


def _reading_fields(at: SnapshotFrame, reading: Reading) -> dict[str, Any]:
    reason = "" if reading.computable else words.reason_of(at, reading)
    value = reading.value
    same = ("unit", "period", "reported", "expected", "computable", "true_for", "meets_target", "hidden")
    return {name: getattr(reading, name) for name in same} | {
        "value": None if value is None else f"{round_half_up(value, reading.indicator.decimals):f}",
        "count": None if reading.count is None else f"{reading.count:f}",
        "out_of": None if reading.out_of is None else f"{reading.out_of:f}",
        "margin": None if reading.margin is None else f"{reading.margin:f}",
        "status": str(reading.status),
        "note": "" if value is not None else words.no_figure(reading, reason),
    }


def _next_offset(offset: int, total: int) -> int | None:
    return offset + A_PAGE if offset + A_PAGE < total else None
