"""Files: a template to take away, a filled-in one to bring back, a look at what it would do, and a yes."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tinhso.government.reporting import services
from tinhso.government.reporting.queries import detail, templates, uploads
from tinhso.government.reporting.queries import returns as queries
from tinhso.kernel import clock
from tinhso.kernel.errors import Refused
from tinhso.ui.actors import actor_of, perform_with_message
from tinhso.ui.downloads import XLSX, attachment_response

LINES_SHOWN = 100


@require_GET
@login_required
def download_template(request: HttpRequest, ref: str, ending: str) -> HttpResponse:
    """The workbook or CSV of a return, with what is filled in so far."""
    unit_return = queries.visible_return(ref, by=actor_of(request))
    if ending not in ("xlsx", "csv"):
        raise Http404
    sheet = queries.sheet_of(unit_return)
    content = (
        templates.template_workbook(sheet) if ending == "xlsx" else templates.csv_template(sheet).encode("utf-8-sig")
    )
    kind = XLSX if ending == "xlsx" else "text/csv; charset=utf-8"
    name = templates.file_name(unit_return, ending)
    return attachment_response(content, name=name, media_type=kind)


@require_http_methods(["GET", "POST"])
@login_required
def upload_page(request: HttpRequest, ref: str) -> HttpResponse:
    """Choose a file; a file that cannot be stored is explained here, cell by cell, and forgotten."""
    by = actor_of(request)
    unit_return = queries.visible_return(ref, by=by)
    upload = request.FILES.get("file")
    if request.method == "GET" or upload is None or not hasattr(upload, "read"):
        if request.method == "POST":
            messages.warning(request, _("Chưa chọn tệp."))
        return render(request, "reporting/upload.html", {"one": unit_return})
    try:
        upload_outcome = services.hold_upload(
            ref=ref, file_name=upload.name or "", content=upload.read(), by=by, now=clock.now()
        )
    except Refused as refusal:
        return render(request, "reporting/upload.html", {"one": unit_return, "refusal": refusal}, status=422)
    if upload_outcome.upload is None:
        context = {"one": unit_return, "problems": upload_outcome.reading.problems, "file_name": upload.name}
        return render(request, "reporting/upload.html", context, status=422)
    return redirect("reporting:confirm", ref=ref, upload_ref=upload_outcome.upload.ref)


@require_http_methods(["GET", "POST"])
@login_required
def confirm_page(request: HttpRequest, ref: str, upload_ref: str) -> HttpResponse:
    """What a file would store, with its errors and warnings; POST stores it as the draft."""
    by, now = actor_of(request), clock.now()
    if request.method == "POST":
        text = _("Đã lưu số liệu của tệp vào bản nháp. Kiểm tra rồi gửi.")
        perform_with_message(request, lambda: services.confirm_upload(ref=upload_ref, by=by, now=now), text)
        return redirect("reporting:return", ref=ref)
    sheet = queries.sheet_of(queries.visible_return(ref, by=by))
    upload = uploads.waiting_upload(upload_ref, by=by.ref, now=now)
    context = {
        "one": sheet.one,
        "sheet": sheet,
        "upload": upload,
        "problems": upload.problems,
        "changed": detail.pending_changes(sheet, {(unit, member): row for unit, member, row in upload.entries})[
            :LINES_SHOWN
        ],
        "rows": len(upload.entries),
    }
    return render(request, "reporting/confirm.html", context)
