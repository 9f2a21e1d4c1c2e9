"""The catalogue for programs: find procedures, read one as of a day, and all its versions."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema
from pydantic import BeforeValidator

from tinhso.government.public_services import queries
from tinhso.government.public_services.models import Version
from tinhso.government.public_services.queries import documents
from tinhso.government.public_services.queries.finding import ProcedureFilter
from tinhso.kernel import clock
from tinhso.kernel.actor import NOBODY, Actor
from tinhso.kernel.errors import Forbidden, Refused
from tinhso.ui.strict import StrictRequest, Whole

router = Router(tags=["procedures"])
A_PAGE = 100


def _iso_day(text: str) -> date:
    """A day as it is described; a bare number is not one."""
    day = date.fromisoformat(text)
    if day.isoformat() != text:
        raise ValueError(text)
    return day


Day = Annotated[date, BeforeValidator(_iso_day)]


class OnDay(StrictRequest):
    """A day; today when none is named."""

    day: Day | None = None


class Asked(OnDay):
    """What is looked for; parts that are left out do not narrow."""

    words: str = Field("", max_length=200)
    life_event: str = Field("", max_length=40)
    field: str = Field("", max_length=40)
    agency: str = Field("", max_length=20)
    audience: Literal[
        "", "citizen", "enterprise", "household", "cooperative", "organisation", "official", "foreigner"
    ] = ""
    level: Literal["", "province", "commune", "district", "other"] = ""
    online: Literal["", "full", "part", "info"] = ""
    offset: Whole = Field(0, ge=0, le=1_000_000)


class ProcedureOut(Schema):
    """A procedure in a list, by the version in force on the day."""

    code: str
    version: str
    name: str
    name_en: str
    field_code: str
    field: str
    agency: str
    agency_name: str
    levels: list[str]
    online: str
    portal_since: date | None
    verified: bool
    illustrative: bool


class ProceduresOut(Schema):
    """One page of procedures; ``next_offset`` is null on the last one."""

    day: date
    total: int
    next_offset: int | None
    items: list[ProcedureOut]


class FeeOut(Schema):
    """Exact amounts in dong as text; empty where it is not known, ``area`` empty where it is the same all over."""

    name: str
    area: str
    amount: str
    online_amount: str
    note: str


class CaseOut(Schema):
    """A case with its duration (``unit``: working_day, day or hour) and fees; an empty duration is not known."""

    code: str
    name: str
    duration: str
    unit: str
    online_duration: str
    no_appointment: bool
    note: str
    fees: list[FeeOut]


class PaperOut(Schema):
    """A paper and how many originals, copies and electronic copies of it."""

    name: str
    original: int
    copies: int = Field(alias="copy")
    electronic: int
    case: str
    note: str


class NamedOut(Schema):
    """A result or a form."""

    code: str
    name: str


class BasisOut(Schema):
    """A legal document."""

    number: str
    name: str


class VersionOut(ProcedureOut):
    """Everything that a version says. ``version`` is the reference that a case keeps."""

    has_local_code: bool
    aliases: list[str]
    since: date
    until: date | None
    known_since: datetime
    part_reason: str
    part_rule: str
    audiences: list[str]
    life_events: list[str]
    decision_number: str
    decision_date: date | None
    decision_agency: str
    cases: list[CaseOut]
    papers: list[PaperOut]
    results: list[NamedOut]
    bases: list[BasisOut]
    forms: list[NamedOut]
    conditions: str
    steps: str
    source: str


def _require_sign_in(request: HttpRequest) -> None:
    by: Actor = getattr(request, "actor", NOBODY)
    if not by.is_someone:
        raise Forbidden("not_signed_in", _("Hãy đăng nhập hoặc gửi mã truy cập (Authorization: Bearer)."))


@router.get("/procedures", response=ProceduresOut, summary="Find procedures")
def list_procedures(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    """Procedures in force on a day, a hundred at a time; with words the best first, else in the dictionary's order."""
    _require_sign_in(request)
    day, offset = asked.day or clock.today(), asked.offset
    narrow = {name: getattr(asked, name).replace("\0", "") for name in ProcedureFilter.__dataclass_fields__}
    versions = queries.search_procedures(ProcedureFilter(**narrow), day)
    total, after = versions.count(), offset + A_PAGE
    items = [_procedure_brief(version) for version in versions[offset:after]]
    return {"day": day, "total": total, "next_offset": after if after < total else None, "items": items}


@router.get("/procedures/{code}", response=VersionOut, by_alias=True, summary="One procedure as of a day")
def read_procedure(request: HttpRequest, code: str, on: Query[OnDay]) -> dict[str, Any]:
    """The version in force on a day; a former code leads to the procedure too."""
    _require_sign_in(request)
    day = on.day or clock.today()
    version = queries.version_on(queries.procedure_by_code(code).code, day)
    if version is None:
        words = _("Thủ tục “%(code)s” không có phiên bản nào có hiệu lực ngày %(day)s.")
        raise Refused("no_such_version", words, code=code, day=f"{day:%d/%m/%Y}")
    return _version_detail(version)


@router.get("/procedures/{code}/versions", response=list[VersionOut], by_alias=True, summary="All versions of one")
def list_versions(request: HttpRequest, code: str) -> list[dict[str, Any]]:
    """All versions known now, the newest first, those to come included."""
    _require_sign_in(request)
    return [_version_detail(version) for version in queries.procedure_versions(code)]


def _procedure_brief(one: Version) -> dict[str, Any]:
    same = (name for name in ProcedureOut.model_fields if name not in ("code", "version"))
    return {name: getattr(one, name) for name in same} | {"code": one.procedure.code, "version": one.ref}


def _version_detail(one: Version) -> dict[str, Any]:
    aliases = list(one.procedure.aliases.values_list("value", flat=True))
    values = documents.document_of(one, aliases)
    return (
        values
        | _procedure_brief(one)
        | {
            "has_local_code": values["local_code"],
            "since": one.effective.lower,
            "until": one.effective.upper,
            "known_since": one.known.lower,
            "decision_date": one.decision_date,
        }
    )
