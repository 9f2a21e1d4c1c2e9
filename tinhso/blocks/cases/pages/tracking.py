"""Following a case without an account: with its code and its key, or by the QR code that holds both."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from tinhso.blocks.cases import services
from tinhso.blocks.cases.contract import CLOSED
from tinhso.blocks.cases.models import Case
from tinhso.blocks.cases.pages.params import posted_papers
from tinhso.blocks.cases.queries import detail, papers, printing, secrets
from tinhso.blocks.cases.queries.declared import declared_in_public
from tinhso.blocks.cases.services.tracking import applicant_actor
from tinhso.blocks.documents import queries as pieces
from tinhso.blocks.documents import services as documents
from tinhso.kernel import clock
from tinhso.kernel.errors import Refused
from tinhso.ui.actors import actor_of, perform_with_message
from tinhso.ui.downloads import file_response
from tinhso.ui.request_params import posted_field, posted_number

LONG = 4000
TOO_OFTEN = "tried_too_often"


def _case_by_key(request: HttpRequest, code: str, key: str) -> Case:
    """The case whose key somebody holds; who tries many keys gets none any more for a while."""
    return services.open_with_key(code=code, key=key, by=actor_of(request), now=clock.now())


@never_cache
@sensitive_post_parameters("key")
@require_http_methods(["GET", "HEAD", "POST"])
def tracking_form_page(request: HttpRequest) -> HttpResponse:
    """Ask for code and key; an unknown code and a wrong key are told alike."""
    if request.POST.get("act") == "ask_key":
        return _asked_key(request)
    if request.method == "POST":
        try:
            case = _case_by_key(request, posted_field(request, "code", 60).upper(), posted_field(request, "key", 40))
            return redirect("cases:tracked", code=case.code, key=secrets.key_of(case))
        except Refused as refusal:
            messages.error(request, refusal.message)
            status = 429 if refusal.code == TOO_OFTEN else 422
            return render(request, "cases/look.html", {"code": posted_field(request, "code", 60)}, status=status)
    return render(request, "cases/look.html", {})


def _asked_key(request: HttpRequest) -> HttpResponse:
    """The same answer whether or not there is such a case: who guesses learns nothing."""
    code, email = posted_field(request, "code", 60).upper(), posted_field(request, "email", 200)
    try:
        services.ask_key(code=code, email=email, by=actor_of(request), now=clock.now())
    except Refused as refusal:
        messages.error(request, refusal.message)
        return render(request, "cases/look.html", {}, status=429)
    messages.success(request, _("Nếu mã hồ sơ và địa chỉ khớp nhau, khóa đã được gửi đến địa chỉ ấy."))
    return redirect("cases:look")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def tracking_page(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """Who holds the case, until when, what happened, what is asked for; and answering, taking back, rating."""
    try:
        case = _case_by_key(request, code, key)
    except Refused as refusal:
        messages.error(request, refusal.message)
        status = 429 if refusal.code == TOO_OFTEN else 404
        return render(request, "cases/look.html", {"code": code[:60]}, status=status)
    if request.method == "POST":
        _apply_applicant_action(request, case.code, key)
        return redirect("cases:tracked", code=case.code, key=key)
    now = clock.now()
    words, tone = detail.promise_standing(case, now)
    context = {
        "case": case,
        "key": secrets.key_of(case),
        "initials": detail.masked_name(case.party.name),
        "standing": words,
        "tone": tone,
        "holder": detail.holder_text(case),
        "story": detail.history_of_case(case, public=True),
        "request_now": detail.open_request(case),
        "declared": declared_in_public(case),
        "kept_papers": papers.papers_of_case(case),
        "signature": papers.signature_of(case),
        "printable": printing.printable_forms(case, printing.OWN),
        "orders": services.payments_of(case),
        "promise": detail.promise_words(case),
        "may_attach": case.status == Case.Status.FILED,
        "may_take_back": case.status not in {*map(int, CLOSED), Case.Status.FINISHED},
        "may_rate": case.rating is None and case.status in (3, 8, 9, 10),
        "stars": range(5, 0, -1),
    }
    answer = render(request, "cases/tracked.html", context)
    answer.headers["Referrer-Policy"] = "strict-origin"  # the address holds the key; forms still tell whence they come
    return answer


def _taken_in(request: HttpRequest, code: str) -> list[services.StoredPaper]:
    services.take_turn(by=actor_of(request), now=clock.now())
    by = applicant_actor(Case(code=code), actor_of(request).address)
    name = posted_field(request, "paper", 300) or _("Giấy tờ bổ sung")
    return services.take_in(uploads=posted_papers(request, {"file": name}), by=by, now=clock.now())


@never_cache
@require_safe
def download_paper(request: HttpRequest, code: str, key: str, ref: str) -> HttpResponseBase:
    """A paper of the case whose key somebody holds; other cases' papers are not there."""
    case = _case_by_key(request, code, key)
    by = applicant_actor(case, actor_of(request).address)
    paper = documents.read_paper(ref=ref, by=by)
    file = paper.file
    return file_response(
        pieces.checked_chunks(file), name=paper.file_name, media_type=file.media_type, size=file.size, inline=True
    )


def _apply_applicant_action(request: HttpRequest, code: str, key: str) -> None:
    address, now, why = actor_of(request).address, clock.now(), posted_field(request, "why", LONG)
    try:
        services.open_to_act(code=code, key=key, by=actor_of(request), now=now)
    except Refused as refusal:
        request.refusal = refusal  # type: ignore[attr-defined]  # for whoever writes refusals down
        messages.error(request, refusal.message)
        return
    act = request.POST.get("act")
    if act == "answer":
        perform_with_message(
            request,
            lambda: services.answer(
                code=code, key=key, text=why, address=address, now=now, files=_taken_in(request, code)
            ),
            _("Đã gửi phần bổ sung. Hồ sơ được giải quyết tiếp."),
        )
    elif act == "attach":
        by = applicant_actor(Case(code=code), address)
        perform_with_message(
            request,
            lambda: services.attach_papers(code=code, kept=_taken_in(request, code), by=by, now=now),
            _("Đã thêm giấy tờ."),
        )
    elif act == "take_back":
        perform_with_message(
            request,
            lambda: services.take_back(code=code, key=key, why=why, address=address, now=now),
            _("Bạn đã rút hồ sơ."),
        )
    elif act == "rate":
        points = posted_number(request, "points")
        perform_with_message(
            request,
            lambda: services.rate(code=code, key=key, points=points, note=why, address=address, now=now),
            _("Cảm ơn bạn đã đánh giá."),
        )
