"""Checking the signatures of a file, open to everybody."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from tinhso.blocks.signatures import queries, services
from tinhso.blocks.signatures.contract import CheckReport
from tinhso.kernel import clock
from tinhso.kernel.errors import Refused
from tinhso.ui.actors import actor_of

ROOM_FOR_FORM = 10_000  # bytes of a form around its file


@csrf_exempt  # changes nothing, and looking for the form's token would read a body of any size
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check_file_page(request: HttpRequest) -> HttpResponse:
    """Where a file is handed in, and what its signatures are worth; the file is not kept."""
    context: dict[str, object] = {"largest": queries.rules().largest // 1_000_000}
    if request.method == "POST":
        try:
            context |= queries.report_view(_check_upload(request))
        except Refused as refusal:
            context["refused"] = refusal.message
    return render(request, "signatures/check.html", context, status=409 if "refused" in context else 200)


def _check_upload(request: HttpRequest) -> CheckReport:
    largest = queries.rules().largest
    length = request.headers.get("Content-Length", "")
    if not length.isdecimal() or int(length) > largest + ROOM_FOR_FORM:
        raise services.too_large()
    now = clock.now()
    services.take_turn(by=actor_of(request), now=now)
    upload = request.FILES.get("file")
    if upload is None:
        raise Refused("no_file", _("Hãy chọn tệp cần kiểm tra."))
    return services.check_file(content=upload.read(), now=now)


app_name = "signatures"
urlpatterns = [path("verify/signature/", check_file_page, name="check")]
