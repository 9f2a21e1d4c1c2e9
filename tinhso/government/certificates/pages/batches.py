"""Batches: what was handed over, its files with their hashes, and the answers that come back."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tinhso.blocks.audit import services as audit
from tinhso.government.certificates import services
from tinhso.government.certificates.models import Run
from tinhso.government.certificates.pages.access import A_PAGE
from tinhso.government.certificates.queries import answers, exports, wording
from tinhso.government.certificates.queries import requests as queries
from tinhso.kernel import clock
from tinhso.kernel.errors import Refused
from tinhso.ui.actors import actor_of
from tinhso.ui.downloads import XLSX, attachment_response

CSV = "text/csv; charset=utf-8"


@require_safe
@login_required
def batches_page(request: HttpRequest) -> HttpResponse:
    """All batches, the newest first."""
    page = Paginator(queries.all_batches(by=actor_of(request)), A_PAGE).get_page(request.GET.get("page"))
    lines = [(batch, batch.requests.count(), batch.requests.filter(step="sent").count()) for batch in page.object_list]
    return render(request, "certificates/batches.html", {"page": page, "lines": lines})


@require_http_methods(["GET", "POST"])
@login_required
def batch_page(request: HttpRequest, ref: str) -> HttpResponse:
    """One batch with its requests; POST brings the file of answers."""
    by = actor_of(request)
    batch = queries.batch_by_ref(ref, by=by)
    requests = list(batch.requests.select_related("unit", "certificate").order_by("ref"))
    context = {
        "batch": batch,
        "lines": [(certificate_request, wording.step_tone(certificate_request)) for certificate_request in requests],
        "waiting": sum(certificate_request.step == "sent" for certificate_request in requests),
        "runs": batch.runs.exclude(state=Run.State.HELD).order_by("-at"),
    }
    if request.method == "GET":
        return render(request, "certificates/batch.html", context)
    upload = request.FILES.get("file")
    if upload is None:
        messages.warning(request, _("Chưa chọn tệp."))
        return redirect("certificates:batch", ref=batch.ref)
    name = upload.name or ""
    try:
        run_outcome = services.hold_answers(
            batch=batch.ref, file_name=name, content=upload.read(), by=by, now=clock.now()
        )
    except Refused as refusal:
        return render(request, "certificates/batch.html", context | {"refusal": refusal}, status=422)
    if run_outcome.run is None:
        more = {"problems": run_outcome.problems, "file_name": name}
        return render(request, "certificates/batch.html", context | more, status=422)
    return redirect("certificates:run", ref=run_outcome.run.ref)


@require_safe
@login_required
def download_batch_file(request: HttpRequest, ref: str, what: str, ending: str) -> HttpResponse:
    """What was handed over, byte for byte; each look at it is written down, as it holds people's numbers."""
    by = actor_of(request)
    batch = queries.batch_by_ref(ref, by=by)
    name = f"lo-{batch.number:03}-{batch.year}"
    if (what, ending) == ("manifest", "json"):
        return JsonResponse(batch.manifest, json_dumps_params={"ensure_ascii": False, "indent": 1})
    if (what, ending) == ("answers", "xlsx"):
        waiting = list(batch.requests.filter(step="sent").order_by("ref"))
        head = [names[0] for names in answers.COLUMNS.values()]
        return attachment_response(exports.answer_form(waiting, head), name=f"{name}-ket-qua.xlsx", media_type=XLSX)
    file_and_type = {"xlsx": (batch.sheet, XLSX), "csv": (batch.table, CSV)}.get(ending) if what == "requests" else None
    if file_and_type is None:
        raise Http404
    audit.record_view(by=by, what=batch, why=f"{what}.{ending}")
    return attachment_response(bytes(file_and_type[0]), name=f"{name}.{ending}", media_type=file_and_type[1])
