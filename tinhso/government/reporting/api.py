"""Returns for programs: forms, templates, values as JSON or CSV with a dry run, and what became of them."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema, Status

from tinhso.blocks.indicators.rights import SEE_RETURNS
from tinhso.government.reporting import services
from tinhso.government.reporting.models import DataSet, Return
from tinhso.government.reporting.queries import data_sets as forms
from tinhso.government.reporting.queries import desk, templates, uploads
from tinhso.government.reporting.queries import returns as queries
from tinhso.government.reporting.queries.numbers import is_stored
from tinhso.government.reporting.queries.returns import ReturnSheet
from tinhso.government.reporting.queries.specs import MAX_PLACES
from tinhso.government.reporting.queries.workbooks import Grid
from tinhso.kernel import clock
from tinhso.kernel.actor import NOBODY, Actor
from tinhso.kernel.errors import Forbidden, Refused
from tinhso.kernel.workbooks import MAX_CELLS
from tinhso.ui.downloads import XLSX
from tinhso.ui.strict import Flag, StrictRequest, Whole

router = Router(tags=["returns"])
MOST = 500


class DataSetOut(Schema):
    """A form: what is asked for, by whom, when it is due (``content`` is the whole form as the province wrote it)."""

    code: str
    name: str
    name_en: str
    domain: str
    agency: str
    period_type: str
    content: dict[str, Any]


class ReturnOut(Schema):
    """One return and its state."""

    ref: str
    data_set: str
    unit: str
    unit_name: str
    period: str
    state: str
    status: str
    due_at: datetime
    first_submitted_at: datetime | None
    published_at: datetime | None
    revision: int | None


class RowOut(Schema):
    """Values of one row: exact numbers as text; a missing field was not given."""

    unit: str
    members: dict[str, str]
    values: dict[str, str]


class ReturnWithRows(ReturnOut):
    """A return with its latest values."""

    rows: list[RowOut]


class RowIn(StrictRequest):
    """Values of one row; ``unit`` is a unit's reference or code, ``members`` maps dimensions to member codes."""

    unit: str = Field(max_length=120)
    members: dict[str, str] = {}
    values: dict[str, int | float | str | None]


class ValuesIn(StrictRequest):
    """All rows of a return: rows that are left out lose their values."""

    rows: list[RowIn] = Field(max_length=20_000)


class ProblemOut(Schema):
    """Something wrong (``error``), doubtful (``warning``) or assumed (``note``)."""

    code: str
    severity: str
    message: str
    unit_name: str
    member: str
    column: str
    value: str
    cell: str


class StoringOutcome(Schema):
    """What reading the values gave; ``stored`` says whether the draft was changed."""

    stored: bool
    errors: int
    problems: list[ProblemOut]


def _actor_of_request(request: HttpRequest) -> Actor:
    by: Actor = getattr(request, "actor", NOBODY)
    if not by.is_someone:
        raise Forbidden("not_signed_in", _("Hãy đăng nhập hoặc gửi mã truy cập (Authorization: Bearer)."))
    return by


def _visible_sheet(request: HttpRequest, ref: str) -> ReturnSheet:
    return queries.sheet_of(queries.visible_return(ref, by=_actor_of_request(request)))


def _form_fields(found: DataSet) -> dict[str, Any]:
    names = ("code", "name", "name_en", "domain", "agency", "period_type")
    return {name: getattr(found, name) for name in names} | {"content": found.spec}


def _return_fields(one: Return) -> dict[str, Any]:
    same = ("ref", "period", "state", "status", "due_at", "first_submitted_at", "published_at")
    return {name: getattr(one, name) for name in same} | {
        "data_set": one.data_set.code,
        "unit": one.unit.ref,
        "unit_name": one.unit.name,
        "revision": one.revision.number if one.revision else None,
    }


@router.get("/data-sets", response=list[DataSetOut], summary="All forms in force")
def list_data_sets(request: HttpRequest) -> list[dict[str, Any]]:
    """The newest version of every form."""
    _actor_of_request(request).must_be_able_to(SEE_RETURNS)
    return [_form_fields(data_set) for data_set in forms.current_versions()]


@router.get("/data-sets/{code}", response=DataSetOut, summary="One form")
def read_data_set(request: HttpRequest, code: str) -> dict[str, Any]:
    """The newest version of one form."""
    _actor_of_request(request).must_be_able_to(SEE_RETURNS)
    return _form_fields(forms.newest_version(code))


@router.get("/returns", response=list[ReturnOut], summary="Returns that I may see")
def list_returns(
    request: HttpRequest,
    data_set: str = "",
    period: str = "",
    unit: str = "",
    late: Flag = False,
    tray: str = desk.ALL,
    limit: Whole = 100,
) -> list[dict[str, Any]]:
    """Narrowed by data set, period, a unit's name, lateness; ``tray`` is fill-in, approve, publish or all."""
    if tray not in desk.TRAYS:
        raise Refused("bad_tray", _("tray phải là một trong: %(trays)s."), trays=", ".join(desk.TRAYS))
    return_filter = desk.ReturnFilter(data_set=data_set, period=period, late=late, unit=unit)
    returns = desk.returns_in_tray(
        tray, by=_actor_of_request(request), now=clock.now(), wanted=return_filter
    ).select_related("revision")
    return [_return_fields(unit_return) for unit_return in returns[: max(1, min(limit, MOST))]]


@router.get("/returns/{ref}", response=ReturnWithRows, summary="One return with its values")
def read_return(request: HttpRequest, ref: str) -> dict[str, Any]:
    """The latest values, drafts included."""
    sheet = _visible_sheet(request, ref)
    refs = {unit.pk: unit.ref for unit in sheet.units}
    rows = [
        {
            "unit": refs[place.unit],
            "members": _member_codes(place.member),
            "values": sheet.values[place.unit, place.member],
        }
        for place in sheet.places
        if (place.unit, place.member) in sheet.values
    ]
    return _return_fields(sheet.one) | {"rows": rows}


def _member_codes(member: str) -> dict[str, str]:
    return dict(part.split("=", 1) for part in member.split(";")) if member else {}


@router.get("/returns/{ref}/template.{ending}", summary="The file to fill in")
def read_template(request: HttpRequest, ref: str, ending: str) -> HttpResponse:
    """The workbook (``xlsx``) or ``csv`` of a return, with what is filled in so far."""
    sheet = _visible_sheet(request, ref)
    if ending == "xlsx":
        return HttpResponse(templates.template_workbook(sheet), content_type=XLSX)
    if ending == "csv":
        return HttpResponse(templates.csv_template(sheet), content_type="text/csv; charset=utf-8")
    raise Refused("bad_ending", _("Chỉ có mẫu xlsx và csv."))


@router.put("/returns/{ref}/values", response={200: StoringOutcome, 422: StoringOutcome}, summary="Fill in with JSON")
def put_values(request: HttpRequest, ref: str, given: ValuesIn, dry_run: Flag = False) -> Status[dict[str, Any]]:
    """Replace the draft's values. Nothing is stored on a dry run, or when a value cannot be read (422)."""
    sheet = _visible_sheet(request, ref)
    services.may_fill_in(sheet.one, _actor_of_request(request))
    queries.must_be_open(sheet.one)
    return _store_reading(request, sheet, uploads.read_grid(sheet, _submitted_grid(sheet, given)), "json", dry_run)


@router.put(
    "/returns/{ref}/file", response={200: StoringOutcome, 422: StoringOutcome}, summary="Fill in with CSV or XLSX"
)
def put_file(request: HttpRequest, ref: str, dry_run: Flag = False) -> Status[dict[str, Any]]:
    """The same with a CSV (``text/csv``, UTF-8) or a filled-in template workbook as the request's body."""
    sheet = _visible_sheet(request, ref)
    services.may_fill_in(sheet.one, _actor_of_request(request))
    via = "csv" if (request.content_type or "").startswith("text/") else "xlsx"
    return _store_reading(request, sheet, uploads.read_upload(sheet, f"body.{via}", request.body), via, dry_run)


def _submitted_grid(sheet: ReturnSheet, given: ValuesIn) -> Grid:
    dims = [dim.code for dim in sheet.spec.dimensions]
    fields = list(sheet.spec.by_code)
    strange = sorted({code for row in given.rows for code in row.values if code not in fields})
    rows: list[tuple[int, list[object]]] = [
        (
            at,
            [
                row.unit,
                *(row.members.get(dim, "") for dim in dims),
                *(_plain_decimal(row.values.get(code)) for code in fields),
            ],
        )
        for at, row in enumerate(given.rows, start=1)
    ]
    if len(rows) * (1 + len(dims) + len(fields)) > MAX_CELLS:
        raise Refused("too_many_cells", _("Quá nhiều dòng."))
    return Grid(headings=["unit", *dims, *fields, *strange], rows=rows, header_line=0)


def _plain_decimal(value: int | float | str | None) -> object:
    """Text that is a plain number ("1.234") is meant exactly; other text is read as a clerk's."""
    return Decimal(value) if isinstance(value, str) and is_stored(value, decimals=MAX_PLACES) else value


def _store_reading(
    request: HttpRequest, sheet: ReturnSheet, reading: uploads.UploadReading, via: str, dry_run: bool
) -> Status[dict[str, Any]]:
    stored = not reading.blocked and not dry_run
    if stored:
        entries = [services.RowEntry(unit, member, row) for (unit, member), row in reading.values.items()]
        services.save_draft(ref=sheet.one.ref, entries=entries, by=_actor_of_request(request), now=clock.now(), via=via)
    errors = sum(problem.severity == "error" for problem in reading.problems)
    rows = [problem.as_dict() for problem in reading.problems]
    return Status(422 if reading.blocked else 200, {"stored": stored, "errors": errors, "problems": rows})


@router.post("/returns/{ref}/submit", response=ReturnOut, summary="Hand in")
def submit(request: HttpRequest, ref: str, status: Return.Status = Return.Status.OFFICIAL) -> dict[str, Any]:
    """Hand the draft in for approval; refused (409) while a rule is broken."""
    return _return_fields(services.submit(ref=ref, by=_actor_of_request(request), now=clock.now(), status=status))
