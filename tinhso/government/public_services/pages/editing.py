"""One procedure edited by hand: a next version, a correction, a new one, an end; each is looked at before it holds."""

from datetime import date, timedelta

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from tinhso.blocks.bpmn.rights import MANAGE_PROCEDURES
from tinhso.government.public_services import queries, services
from tinhso.government.public_services.models import Import, Procedure
from tinhso.government.public_services.pages.blanks import END_COLUMNS, ProcedureSheet, known_words
from tinhso.government.public_services.pages.typed import typed_of, with_rows_changed, without_empty_rows
from tinhso.government.public_services.queries import editing, history, imports, lookup
from tinhso.government.public_services.queries.documents import Document
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Forbidden, Refused
from tinhso.ui.actors import actor_of
from tinhso.ui.request_params import query_param

AFRESH = "afresh"


@require_http_methods(["GET", "POST"])
@login_required
def new_procedure_page(request: HttpRequest) -> HttpResponse:
    """A procedure that the catalogue does not know."""
    by = actor_of(request)
    by.must_be_able_to(MANAGE_PROCEDURES)
    if request.method == "POST":
        return _handle_posted_edit(request, None, by)
    draft = _unconfirmed_draft(request, by, Import.Way.PAGE)
    values = draft.documents[0] if draft else {"levels": ["province"], "cases": [{"code": "1", "unit": "working_day"}]}
    return _edit_page(request, None, ProcedureSheet(values), "")


@require_http_methods(["GET", "POST"])
@login_required
def edit_procedure_page(request: HttpRequest, code: str) -> HttpResponse:
    """A next version of a procedure, or (``?correct=1``) a correction; ``?version=`` names the one to begin from."""
    by = actor_of(request)
    by.must_be_able_to(MANAGE_PROCEDURES)
    procedure = queries.procedure_by_code(code)
    if request.method == "POST":
        return _handle_posted_edit(request, procedure, by)
    draft = _unconfirmed_draft(request, by, Import.Way.PAGE, procedure.code)
    if draft:
        return _edit_page(request, procedure, ProcedureSheet(draft.documents[0]), draft.mark)
    versions = lookup.versions_of(procedure)
    version = editing.version_among(versions, query_param(request, "version"))
    is_correction = request.GET.get("correct") == "1"
    values = editing.document_of(version) if is_correction else editing.next_after(version)
    return _edit_page(request, procedure, ProcedureSheet(values), editing.mark_of(versions))


def _unconfirmed_draft(request: HttpRequest, by: Actor, way: Import.Way, code: str = "") -> Import | None:
    """What somebody typed before and has not confirmed, to be changed once more."""
    ref = query_param(request, "run")
    draft = imports.held_on_page(ref, by=by.ref) if ref else None
    return draft if draft and draft.way == way and code in ("", draft.procedure) else None


def _handle_posted_edit(request: HttpRequest, found: Procedure | None, by: Actor) -> HttpResponse:
    values, act, code = typed_of(request.POST), request.POST.get("do", ""), found.code if found else ""
    mark = editing.procedure_mark(code) if act == AFRESH else request.POST.get("mark", "")
    if focus := with_rows_changed(values, act):
        return _edit_page(request, found, ProcedureSheet(values, focus=focus), mark)
    values = without_empty_rows(values)
    try:
        looked = services.hold_edit(given=values, code=code, mark=mark, by=by, now=clock.now())
    except Forbidden:
        raise
    except Refused as refusal:
        return _edit_page(request, found, ProcedureSheet(values), mark, refusal)
    if looked.run is None:
        return _edit_page(request, found, ProcedureSheet(values, looked.faults), mark)
    return redirect("public_services:run", ref=looked.run.ref)


def _edit_page(
    request: HttpRequest, found: Procedure | None, sheet: ProcedureSheet, mark: str, refusal: Refused | None = None
) -> HttpResponse:
    context = {
        "procedure": found,
        "name": history.newest_name(found) if found else "",
        "sections": sheet.sections(without=("code",) if found else ()),
        "lists": sheet.lists(),
        "problems": sheet.problems(),
        "mark": mark,
        "refusal": refusal,
        "known": known_words(clock.today()),
    }
    return render(request, "public_services/edit.html", context, status=_edit_status(sheet, refusal))


def _edit_status(sheet: ProcedureSheet, refusal: Refused | None) -> int:
    if refusal:
        return 409
    return 422 if sheet.faults else 200


@require_http_methods(["GET", "POST"])
@login_required
def end_procedure_page(request: HttpRequest, code: str) -> HttpResponse:
    """The last day on which a procedure is in force, and the decision that ends it."""
    by = actor_of(request)
    by.must_be_able_to(MANAGE_PROCEDURES)
    procedure = queries.procedure_by_code(code)
    if request.method == "POST":
        return _end_posted(request, procedure, by)
    draft = _unconfirmed_draft(request, by, Import.Way.END, procedure.code)
    if draft is None:
        return _end_page(
            request, procedure, ProcedureSheet({}, columns=END_COLUMNS), editing.procedure_mark(procedure.code)
        )
    values = draft.documents[0]
    last_day = date.fromisoformat(values["effective_to"]) - timedelta(days=1)
    return _end_page(
        request, procedure, ProcedureSheet(values | {"last_day": last_day}, columns=END_COLUMNS), draft.mark
    )


def _end_posted(request: HttpRequest, found: Procedure, by: Actor) -> HttpResponse:
    values: Document = {column.key: request.POST.get(column.key, "") for column in END_COLUMNS}
    mark = editing.procedure_mark(found.code) if request.POST.get("do") == AFRESH else request.POST.get("mark", "")
    try:
        looked = services.hold_end(given=values, code=found.code, mark=mark, by=by, now=clock.now())
    except Forbidden:
        raise
    except Refused as refusal:
        return _end_page(request, found, ProcedureSheet(values, columns=END_COLUMNS), mark, refusal)
    if looked.run is None:
        return _end_page(request, found, ProcedureSheet(values, looked.faults, columns=END_COLUMNS), mark)
    return redirect("public_services:run", ref=looked.run.ref)


def _end_page(
    request: HttpRequest, found: Procedure, sheet: ProcedureSheet, mark: str, refusal: Refused | None = None
) -> HttpResponse:
    context = {"procedure": found, "last": editing.newest_version(found), "blanks": sheet.blanks()}
    context |= {"problems": sheet.problems(), "mark": mark, "refusal": refusal}
    return render(request, "public_services/end.html", context, status=_edit_status(sheet, refusal))
