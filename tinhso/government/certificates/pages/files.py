"""Files: the register to take away, an inventory to bring, a look at what it would do, a yes, and a way back."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tinhso.government.certificates import services
from tinhso.government.certificates.models import Run
from tinhso.government.certificates.pages.access import certificates_actor
from tinhso.government.certificates.queries import exports, inventory, runs, search
from tinhso.government.certificates.queries.rules import rules
from tinhso.government.certificates.rights import MANAGE_CERTIFICATES
from tinhso.kernel import clock
from tinhso.kernel.errors import Refused
from tinhso.ui.actors import actor_of, perform_with_message
from tinhso.ui.downloads import XLSX, attachment_response
from tinhso.ui.request_params import posted_field, query_param

MOST_SHOWN = 300


@require_safe
@login_required
def export_certificates(request: HttpRequest, ending: str) -> HttpResponse:
    """The certificates of the list at hand, without numbers of people."""
    by, day = certificates_actor(request), clock.today()
    if ending not in ("xlsx", "csv"):
        raise Http404
    certificate_filter = search.CertificateFilter(
        words=query_param(request, "q"),
        kind=query_param(request, "kind", 12),
        state=query_param(request, "state", 12),
        unit=query_param(request, "unit", 40),
        device=query_param(request, "device", 4),
    )
    rows = exports.register_rows(search.certificates_matching(certificate_filter, by=by, day=day), day)
    head, name = exports.register_head(), f"chung-thu-so_{day.isoformat()}.{ending}"
    if ending == "xlsx":
        return attachment_response(exports.as_workbook("Chứng thư số", head, rows), name=name, media_type=XLSX)
    return attachment_response(exports.as_table(head, rows), name=name, media_type="text/csv; charset=utf-8")


@require_http_methods(["GET", "POST"])
@login_required
def import_page(request: HttpRequest) -> HttpResponse:
    """Choose a file; one that cannot be taken in is explained here, cell by cell, and forgotten."""
    by = actor_of(request)
    by.must_be_able_to(MANAGE_CERTIFICATES)
    columns = [(key, ", ".join(names), key in inventory.NEEDED) for key, names in rules().columns.items()]
    context: dict[str, Any] = {"runs": runs.newest_runs(Run.Kind.INVENTORY), "columns": columns}
    upload = request.FILES.get("file")
    if request.method == "GET" or upload is None:
        if request.method == "POST":
            messages.warning(request, _("Chưa chọn tệp."))
        return render(request, "certificates/import.html", context)
    mapping = posted_field(request, "mapping")
    context |= {"mapping": mapping, "file_name": upload.name}
    try:
        run_outcome = services.hold_inventory(
            file_name=upload.name or "",
            content=upload.read(),
            by=by,
            now=clock.now(),
            day=clock.today(),
            mapping=_column_mapping(mapping),
        )
    except Refused as refusal:
        return render(request, "certificates/import.html", context | {"refusal": refusal}, status=422)
    if run_outcome.run is None:
        context |= {"problems": run_outcome.problems, "aside": run_outcome.aside}
        return render(request, "certificates/import.html", context, status=422)
    for warning in run_outcome.warnings[:20]:
        messages.warning(request, f"{warning.cell}: {warning.why}")
    if run_outcome.aside:
        messages.info(request, _("Cột không dùng: %(names)s.") % {"names": ", ".join(run_outcome.aside)})
    return redirect("certificates:run", ref=run_outcome.run.ref)


def _column_mapping(text: str) -> dict[str, str]:
    """Lines such as “Tên cột trong tệp = serial”."""
    pairs = [line.partition("=") for line in text.splitlines() if "=" in line]
    return {left.strip(): right.strip() for left, _sign, right in pairs}


@require_safe
@login_required
def run_page(request: HttpRequest, ref: str) -> HttpResponse:
    """What a held file would do, or what it did."""
    by = actor_of(request)
    by.must_be_able_to(MANAGE_CERTIFICATES)
    run = runs.find_run(ref, by=by, now=clock.now())
    changed = [change for change in run.report if change["kind"] != inventory.SAME]
    counts: dict[str, int] = {}
    for change in run.report:
        counts[change["kind"]] = counts.get(change["kind"], 0) + 1
    context = {
        "run": run,
        "is_held": run.state == Run.State.HELD,
        "changes": [
            change | {"fields": runs.named_changes(change.get("fields", []))} for change in changed[:MOST_SHOWN]
        ],
        "changed": len(changed),
        "counts": runs.change_counts(counts),
    }
    return render(request, "certificates/run.html", context)


@require_POST
@login_required
def apply_run_act(request: HttpRequest, ref: str) -> HttpResponse:
    """Take in a held file, or take back one that was taken in."""
    by, now = actor_of(request), clock.now()
    if request.POST.get("act") == "undo":
        went = perform_with_message(
            request, lambda: services.undo(ref=ref, by=by, now=now), _("Đã hoàn tác: sổ trở lại như trước.")
        )
    else:
        went = perform_with_message(
            request, lambda: services.confirm(ref=ref, by=by, now=now), _("Đã nhập tệp vào sổ.")
        )
    return redirect("certificates:run", ref=ref) if went else redirect("certificates:list")
