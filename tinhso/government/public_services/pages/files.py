"""Files of the catalogue: one to take away, one to bring back, a look at what it would do, a yes, and a way back."""

from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tinhso.blocks.bpmn.rights import MANAGE_PROCEDURES
from tinhso.government.public_services import services
from tinhso.government.public_services.models import Import
from tinhso.government.public_services.queries import exports, history, lookup
from tinhso.government.public_services.queries import imports as queries
from tinhso.government.public_services.queries.changes import SAME
from tinhso.kernel import clock
from tinhso.kernel.errors import Refused
from tinhso.ui.actors import actor_of
from tinhso.ui.downloads import XLSX, attachment_response

MOST_SHOWN = 300


@require_safe
@login_required
def export_catalogue(request: HttpRequest, ending: str) -> HttpResponse:
    """The whole catalogue, all versions that are known now, as a workbook or JSON."""
    actor_of(request).must_be_able_to(MANAGE_PROCEDURES)
    if ending not in ("xlsx", "json"):
        raise Http404
    rows = exports.known_documents()
    content = exports.as_workbook(rows) if ending == "xlsx" else exports.as_json(rows)
    name = f"thu-tuc_{clock.today().isoformat()}.{ending}"
    kind = XLSX if ending == "xlsx" else "application/json"
    return attachment_response(content, name=name, media_type=kind)


@require_http_methods(["GET", "POST"])
@login_required
def import_page(request: HttpRequest) -> HttpResponse:
    """Choose a file; one that cannot be taken in is explained here, cell by cell, and forgotten."""
    by = actor_of(request)
    by.must_be_able_to(MANAGE_PROCEDURES)
    context: dict[str, object] = {"runs": queries.newest_imports()}
    upload = request.FILES.get("file")
    if request.method == "GET" or upload is None or not hasattr(upload, "read"):
        if request.method == "POST":
            messages.warning(request, _("Chưa chọn tệp."))
        return render(request, "public_services/import.html", context)
    try:
        whole_from = _whole_from(request)
        content, name = upload.read(), upload.name or ""
        held_import = services.hold_import(
            file_name=name, content=content, by=by, now=clock.now(), whole_from=whole_from
        )
    except Refused as refusal:
        return render(request, "public_services/import.html", context | {"refusal": refusal}, status=422)
    if held_import.run is None:
        context |= {"problems": held_import.reading.problems, "file_name": upload.name}
        return render(request, "public_services/import.html", context, status=422)
    return redirect("public_services:run", ref=held_import.run.ref)


def _whole_from(request: HttpRequest) -> date | None:
    """The day from which the file is the whole catalogue; None where it is a part."""
    if request.POST.get("whole") != "1":
        return None
    try:
        return date.fromisoformat(request.POST.get("whole_from", ""))
    except ValueError as error:
        raise Refused("no_day", _("Hãy ghi ngày mà các thủ tục không có trong tệp hết hiệu lực.")) from error


@require_safe
@login_required
def import_run_page(request: HttpRequest, ref: str) -> HttpResponse:
    """What a held file would change, or what an import changed."""
    by = actor_of(request)
    by.must_be_able_to(MANAGE_PROCEDURES)
    state = Import.State.HELD
    import_run = queries.import_by_ref(ref, by=by.ref, now=clock.now())
    changed = [change for change in import_run.report if change["kind"] != SAME]
    displayed_changes = [
        change | {"fields": history.named_changes(change["fields"])} for change in changed[:MOST_SHOWN]
    ]
    counts: dict[str, int] = {}
    for change in import_run.report:
        counts[change["kind"]] = counts.get(change["kind"], 0) + 1
    context = {
        "run": import_run,
        "is_held": import_run.state == state,
        "changes": displayed_changes,
        "counts": counts,
        "changed": len(changed),
    }
    if import_run.procedure:
        context |= {"back": _typed_page_url(import_run), "is_known": lookup.is_taken(import_run.procedure)}
    return render(request, "public_services/run.html", context)


def _typed_page_url(run: Import) -> str:
    """The page on which something was typed, with what was typed."""
    if run.way == Import.Way.END:
        return f"{reverse('public_services:end', args=[run.procedure])}?run={run.ref}"
    page = reverse("public_services:edit", args=[run.procedure]) if run.mark else reverse("public_services:new")
    return f"{page}?run={run.ref}"


@require_POST
@login_required
def act_on_import(request: HttpRequest, ref: str) -> HttpResponse:
    """Take in a held file, or take back an import."""
    by, now = actor_of(request), clock.now()
    try:
        if request.POST.get("act") == "undo":
            services.undo_import(ref=ref, by=by, now=now)
            messages.success(request, _("Đã hoàn tác: danh mục trở lại như trước lần nhập."))
        else:
            confirmed_import = services.confirm_import(ref=ref, by=by, now=now)
            text = _("Đã ghi thay đổi vào danh mục.") if confirmed_import.procedure else _("Đã nhập tệp vào danh mục.")
            messages.success(request, text)
    except Refused as refusal:
        messages.error(request, refusal.message)
        pending_import = queries.held_on_page(ref, by=by.ref)
        return redirect(_typed_page_url(pending_import) if pending_import else "public_services:import")
    return redirect("public_services:run", ref=ref)
