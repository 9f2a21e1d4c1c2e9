"""Filling in on the page: works with a Save button alone, saves each row by itself where script runs."""

from collections.abc import Iterable, Mapping

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tinhso.government.reporting import services
from tinhso.government.reporting.queries import detail, numbers
from tinhso.government.reporting.queries import returns as queries
from tinhso.government.reporting.queries.checks import ERROR, ReturnProblem, RowKey, RowPlace
from tinhso.government.reporting.queries.returns import ReturnSheet
from tinhso.kernel import clock
from tinhso.kernel.errors import Refused
from tinhso.ui.actors import actor_of

A_PAGE = 60


@require_http_methods(["GET", "POST"])
@login_required
def fill_in(request: HttpRequest, ref: str) -> HttpResponse:
    """The table to fill in; POST keeps what can be read and shows what cannot, cell by cell."""
    by = actor_of(request)
    sheet = queries.sheet_of(queries.visible_return(ref, by=by))
    services.may_fill_in(sheet.one, by)
    if sheet.one.state not in queries.OPEN:
        messages.warning(request, _("Báo cáo này đã khóa, không nhận thêm số liệu."))
        return redirect("reporting:return", ref=ref)
    page = Paginator(sheet.places, A_PAGE).get_page(request.GET.get("page"))
    if request.method == "GET":
        return _render_form(request, sheet, page, sheet.problems() if sheet.one.revision else [], {})
    values, unreadable = _read_typed_values(sheet, page.object_list, request.POST)
    try:
        _save_values(request, ref, values)
    except Refused as refusal:
        messages.error(request, refusal.message)
    if unreadable:
        sheet = queries.sheet_of(queries.by_ref(ref))
        return _render_form(request, sheet, page, unreadable, request.POST, status=422)
    return _redirect_after_save(request, ref, page.number)


def _redirect_after_save(request: HttpRequest, ref: str, number: int) -> HttpResponse:
    if request.POST.get("then") == "submit":
        return redirect(f"{reverse('reporting:return', args=[ref])}#submit")
    messages.success(request, _("Đã lưu nháp."))
    return redirect(f"{reverse('reporting:fill_in', args=[ref])}?page={number}")


def _render_form(
    request: HttpRequest,
    sheet: ReturnSheet,
    page: "Page[RowPlace]",
    problems: list[ReturnProblem],
    typed: Mapping[str, object],
    status: int = 200,
) -> HttpResponse:
    lines = detail.return_lines(sheet, problems, list(page.object_list))
    rows = [(line, [_cell_input(line.place, cell, typed) for cell in line.cells]) for line in lines]
    context = {"one": sheet.one, "sheet": sheet, "page": page, "rows": rows, "problems": problems}
    return render(request, "reporting/fill_in.html", context, status=status)


def _cell_input(place: RowPlace, cell: detail.ReturnCell, typed: Mapping[str, object]) -> dict[str, object]:
    """A cell with its input's name and text: what was typed, else what is stored in Vietnamese style."""
    name = _input_name(place, cell.field.code)
    return {"cell": cell, "name": name, "text": typed.get(name, numbers.typed_text(cell.value))}


def _input_name(place: RowPlace, field: str) -> str:
    return f"v:{place.unit}:{place.member}:{field}"


def _read_typed_values(
    sheet: ReturnSheet, places: Iterable[RowPlace], typed: QueryDict
) -> tuple[dict[RowKey, dict[str, str]], list[ReturnProblem]]:
    """What was typed for ``places``: values that can be read, and a problem for each that cannot."""
    values: dict[RowKey, dict[str, str]] = {}
    unreadable: list[ReturnProblem] = []
    for place in places:
        row: dict[str, str] = {}
        for field in sheet.spec.fields:
            text = typed.get(_input_name(place, field.code))
            if text is None:
                continue
            number = numbers.read_number(text, decimals=field.decimals)
            if number.problem:
                message = f"{field.name}: {number.message}"
                unreadable.append(place.problem(number.problem, ERROR, message, field.code, text[:40]))
            else:
                row[field.code] = number.text
        if row:
            values[place.unit, place.member] = row
    return values, unreadable


def _save_values(request: HttpRequest, ref: str, values: Mapping[RowKey, Mapping[str, str]]) -> None:
    entries = [services.RowEntry(unit, member, row) for (unit, member), row in values.items()]
    services.save_draft(ref=ref, entries=entries, by=actor_of(request), now=clock.now(), via="form", whole=False)


@require_POST
@login_required
def save_row(request: HttpRequest, ref: str) -> HttpResponse:
    """Keep the row that was just changed and say what is wrong with it: a part of the page."""
    sheet = queries.sheet_of(queries.visible_return(ref, by=actor_of(request)))
    values, unreadable = _read_typed_values(sheet, sheet.places, request.POST)
    problems = list(unreadable)
    refusal = ""
    try:
        _save_values(request, ref, values)
        merged = {key: {**sheet.values.get(key, {}), **row} for key, row in values.items()}
        problems += [item for item in sheet.problems(merged) if (item.unit, item.member) in values]
    except Refused as error:
        refusal = error.message
    context = {"problems": problems, "unreadable": unreadable, "refusal": refusal, "at": clock.now()}
    return render(request, "reporting/row_state.html", context)
