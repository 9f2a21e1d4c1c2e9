"""Lists of givers: handed in, looked through, taken over, undone."""

import io

import xlsxwriter
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tinhso.kernel import clock
from tinhso.kernel.errors import Refused
from tinhso.society.support.pages.desk import support_worker
from tinhso.society.support.queries import given, lookup
from tinhso.society.support.rights import MANAGE_SUPPORT
from tinhso.society.support.services import lists
from tinhso.ui.actors import perform_with_message
from tinhso.ui.downloads import XLSX, attachment_response
from tinhso.ui.request_params import posted_field


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def lists_page(request: HttpRequest) -> HttpResponse:
    """Lists that came in, the newest first, and handing in another."""
    by = support_worker(request)
    by.must_be_able_to(MANAGE_SUPPORT)
    if request.method == "POST":
        list_refs: list[str] = []
        if perform_with_message(
            request, lambda: list_refs.append(_upload_list(request)), _("Đã đọc tệp. Xem lại rồi nhận vào.")
        ):
            return redirect("support:list", list_refs[0])
        return redirect("support:lists")
    page = Paginator(given.lists_led_by(by), 50).get_page(request.GET.get("page"))
    return render(request, "support/lists.html", {"page": page, "programmes": lookup.programmes()})


def _upload_list(request: HttpRequest) -> str:
    upload = request.FILES.get("file")
    if upload is None or upload.file is None:
        raise Refused("no_file", _("Hãy chọn tệp."))
    return lists.hold_list(
        code=posted_field(request, "programme", 40),
        file=upload.file,
        name=upload.name or "",
        size=upload.size or 0,
        by=support_worker(request),
        now=clock.now(),
    ).ref


@require_safe
@login_required
def list_page(request: HttpRequest, ref: str) -> HttpResponse:
    """A list: how many rows are good, which are not and why, what became of them."""
    by = support_worker(request)
    by.must_be_able_to(MANAGE_SUPPORT)
    list = given.readable_list(ref, by)
    faulty = request.GET.get("faulty") == "1"
    page = Paginator(given.list_rows(list, faulty=faulty), 100).get_page(request.GET.get("page"))
    context = {"list": list, "page": page, "faulty": faulty, "good": list.rows - list.faults}
    return render(request, "support/list.html", context)


@require_POST
@login_required
def act_on_list(request: HttpRequest, ref: str) -> HttpResponse:
    """Take it over, or take back all that it brought."""
    by, now = support_worker(request), clock.now()
    if request.POST.get("act") == "undo":
        why = posted_field(request, "why", 2000)
        perform_with_message(
            request, lambda: lists.undo_list(ref=ref, why=why, by=by, now=now), _("Đã bỏ cả danh sách.")
        )
    else:
        perform_with_message(request, lambda: lists.take_over(ref=ref, by=by, now=now), _("Đã nhận các dòng đúng."))
    return redirect("support:list", ref)


@require_safe
@login_required
def list_template(request: HttpRequest, form: str) -> HttpResponse:
    """An empty list with the right columns."""
    support_worker(request).must_be_able_to(MANAGE_SUPPORT)
    if form != "xlsx":
        raise Refused("unknown_form", _("Chỉ có tệp XLSX."))
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet, bold, words = book.add_worksheet(), book.add_format({"bold": True}), book.add_format({"num_format": "@"})
    sheet.set_column(0, len(lists.COLUMNS) - 1, 20, words)
    sheet.write_row(0, 0, list(lists.COLUMNS.values()), bold)
    book.close()
    return attachment_response(out.getvalue(), name="danh-sach.xlsx", media_type=XLSX)
