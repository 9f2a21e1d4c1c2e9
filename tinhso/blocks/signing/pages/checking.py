"""Checking the signatures of a file, open to everybody."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from tinhso.blocks.documents.contract import Link, tells_of_verified
from tinhso.blocks.signing import queries, services
from tinhso.blocks.signing.contract import Found, Report
from tinhso.kernel import clock
from tinhso.kernel.errors import Refused
from tinhso.ui.actors import actor_of

ROOM_FOR_FORM = 10_000  # bytes of a form around its file
TONES = {"valid": "success", "valid_but": "warning", "unknown": "warning", "invalid": "error", "not_signed": "warning"}


@csrf_exempt  # changes nothing, and looking for the form's token would read a body of any size
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Where a file is handed in, and what its signatures are worth; the file is not kept."""
    context: dict[str, object] = {"largest": queries.rules().largest // 1_000_000}
    if request.method == "POST":
        try:
            context |= _shown(_checked(request))
        except Refused as refusal:
            context["refused"] = refusal.message
    return render(request, "signing/check.html", context, status=409 if "refused" in context else 200)


def _checked(request: HttpRequest) -> Report:
    largest = queries.rules().largest
    length = request.headers.get("Content-Length", "")
    if not length.isdecimal() or int(length) > largest + ROOM_FOR_FORM:
        raise services.too_large()
    now = clock.now()
    services.take_turn(by=actor_of(request), now=now)
    given = request.FILES.get("file")
    if given is None:
        raise Refused("no_file", _("Hãy chọn tệp cần kiểm tra."))
    return services.check(content=given.read(), now=now)


def _shown(report: Report) -> dict[str, object]:
    title, meaning = queries.verdict_words(report.verdict, report.integrity)
    return {
        "report": report,
        "title": title,
        "meaning": meaning,
        "tone": TONES[report.verdict],
        "reasons": queries.reason_words(list(dict.fromkeys(_all_reasons(report)))),
        "signatures": [_signature(one) for one in report.signatures],
    }


def _all_reasons(report: Report) -> list[str]:
    return [*report.why, *(code for one in report.signatures for code in one.why)]


def _signature(one: Found) -> dict[str, object]:
    return {
        "one": one,
        "title": queries.verdict_words(one.verdict, one.integrity)[0],
        "tone": TONES[one.verdict],
        "reasons": queries.reason_words(one.why),
        "added": queries.added_words(one.added),
        "notes": queries.reason_words(one.notes),
        "pages": _pages(one),
    }


def _pages(one: Found) -> list[str]:
    """How pages look beside the signed version; nothing where what came later cannot be seen."""
    if one.pages is not None:
        return queries.page_words(one.pages) or [_("Không trang nào hiện khác bản đã ký")]
    drawn = one.signed_to and one.added in ("allowed", "forbidden", "unjudged")
    return [_("Chưa so được hình các trang với bản đã ký")] if drawn else []


@never_cache
@require_safe
def kept(request: HttpRequest, ref: str) -> HttpResponse:
    """What the signatures of a document that was issued here are worth; the document itself is not shown."""
    signed = queries.issued_document(ref)
    now = clock.now()
    services.take_turn(by=actor_of(request), now=now)
    report = services.check(content=signed.content, now=now)
    context = {"kept": signed, "largest": queries.rules().largest // 1_000_000} | _shown(report)
    return render(request, "signing/check.html", context)


@tells_of_verified
def signed_here(sha256: str) -> list[Link]:
    """From the page of a document's code to the signatures that were added to it here."""
    found = queries.issued_from(sha256)
    return [Link(_("Văn bản này đã được ký số: xem chữ ký"), reverse("signing:kept", args=[found]))] if found else []
