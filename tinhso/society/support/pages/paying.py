"""Batches of payment: listed, looked at, taken away as files, settled."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tinhso.blocks.audit import services as audit
from tinhso.kernel import clock
from tinhso.kernel.errors import Refused
from tinhso.society.support import services
from tinhso.society.support.pages.acting import day_of
from tinhso.society.support.pages.desk import support_worker
from tinhso.society.support.queries import bank_file, paying
from tinhso.society.support.rights import MANAGE_SUPPORT
from tinhso.ui.actors import perform_with_message
from tinhso.ui.downloads import XLSX
from tinhso.ui.request_params import posted_field, query_param

BANK = "pain.001.xml"


@require_safe
@login_required
def batches_page(request: HttpRequest) -> HttpResponse:
    """All batches, the newest first."""
    by = support_worker(request)
    code = query_param(request, "programme", 40)
    page = Paginator(paying.visible_batches(by, code), 50).get_page(request.GET.get("page"))
    return render(request, "support/batches.html", {"page": page})


@require_safe
@login_required
def batch_page(request: HttpRequest, ref: str) -> HttpResponse:
    """One batch and its lines."""
    by = support_worker(request)
    batch = paying.visible_batch(ref, by)
    page = Paginator(paying.batch_lines(batch), 100).get_page(request.GET.get("page"))
    context = {
        "batch": batch,
        "page": page,
        "today": clock.today(),
        "missing": list(bank_file.missing_details(batch)),
        "is_mine": batch.by == by.ref,
        "may_approve": batch.approved_at is None
        and batch.by != by.ref
        and by.can(MANAGE_SUPPORT, at=batch.programme.unit),
        "may_settle": by.can(MANAGE_SUPPORT, at=batch.programme.unit)
        and batch.count > getattr(batch, "paid", 0) + getattr(batch, "returned", 0),
    }
    return render(request, "support/batch.html", context)


@require_POST
@login_required
def act_on_batch(request: HttpRequest, ref: str) -> HttpResponse:
    """It may be paid; or what the giver or the bank said."""
    if request.POST.get("act") == "approve":
        perform_with_message(
            request,
            lambda: services.approve_batch(ref=ref, by=support_worker(request), now=clock.now()),
            _("Đã duyệt đợt."),
        )
        return redirect("support:batch", ref)
    perform_with_message(request, lambda: _settle_lines(request, ref), _("Đã ghi kết quả thanh toán."))
    return redirect("support:batch", ref)


def _settle_lines(request: HttpRequest, ref: str) -> object:
    line_numbers = posted_field(request, "numbers", 2000).replace(",", " ").split()
    if not all(
        line_number.isascii() and line_number.isdigit() and len(line_number) < 8 for line_number in line_numbers
    ):
        raise Refused("bad_number", _("Ghi số thứ tự các dòng, cách nhau bằng dấu phẩy."))
    return services.settle_lines(
        ref=ref,
        numbers=[int(line_number) for line_number in line_numbers],
        paid=request.POST.get("act") == "paid",
        why=posted_field(request, "why", 300),
        on=day_of(request.POST.get("on", "")),
        by=support_worker(request),
        now=clock.now(),
    )


@require_safe
@login_required
def batch_file(request: HttpRequest, ref: str, form: str) -> HttpResponse | StreamingHttpResponse:
    """A batch as a file; that it was taken away is written down."""
    by = support_worker(request)
    batch = paying.visible_batch(ref, by)
    if form not in ("csv", "xlsx", BANK):
        raise Refused("unknown_form", _("Chỉ có tệp CSV, XLSX và ISO 20022."))
    answer: HttpResponse | StreamingHttpResponse
    if form == BANK:
        answer = HttpResponse(bank_file.as_pain001(batch), content_type="application/xml")
    elif form == "xlsx":
        answer = HttpResponse(paying.as_xlsx(batch), content_type=XLSX)
    else:
        answer = StreamingHttpResponse(paying.as_csv(batch), content_type="text/csv; charset=utf-8")
    audit.record_view(by=by, what=("support.Batch", batch.ref), why=form)
    answer["Content-Disposition"] = content_disposition_header(True, paying.file_name(batch, form)) or "attachment"
    answer["Cache-Control"] = "private, no-store"
    return answer
