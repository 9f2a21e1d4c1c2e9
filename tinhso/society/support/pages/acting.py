"""What the desk does with an application: each act a form."""

from collections.abc import Callable
from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from tinhso.kernel import clock
from tinhso.kernel.errors import Refused
from tinhso.society.support import services
from tinhso.society.support.pages.desk import context_of, support_worker
from tinhso.society.support.queries import lookup
from tinhso.ui.actors import actor_of, perform_with_message, redirect_back
from tinhso.ui.request_params import posted_field

MOST = 200


@require_POST
@login_required
def perform_action(request: HttpRequest, ref: str) -> HttpResponse:
    """Do what the button says."""
    support_worker(request)
    action = ACTS.get(request.POST.get("act", ""))
    if action is not None:
        perform_with_message(request, lambda: action[0](request, ref), str(action[1]))
    return redirect("support:one", ref)


def _approve_application(request: HttpRequest, ref: str) -> object:
    papers = request.POST.get("papers") == "1"
    return services.approve_application(ref=ref, by=actor_of(request), now=clock.now(), papers=papers)


def _refuse_application(request: HttpRequest, ref: str) -> object:
    return services.refuse_application(
        ref=ref, why=posted_field(request, "why", 2000), by=actor_of(request), now=clock.now()
    )


def _ask_paper(request: HttpRequest, ref: str) -> object:
    return services.ask_paper(ref=ref, what=posted_field(request, "why", 2000), by=actor_of(request), now=clock.now())


def _paper_seen(request: HttpRequest, ref: str) -> object:
    return services.paper_seen(ref=ref, what=posted_field(request, "why", 500), by=actor_of(request), now=clock.now())


def day_of(text: str) -> date:
    """A day as browsers write it; refuses anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError as problem:
        raise Refused("bad_day", _("Ngày chưa đúng.")) from problem


def _deliver_support(request: HttpRequest, ref: str) -> object:
    by, now, on = actor_of(request), clock.now(), day_of(request.POST.get("on", ""))
    upload = request.FILES.get("proof")
    if upload is None:
        raise Refused("no_proof", _("Hãy gửi ảnh lúc trao, hoặc giấy ký nhận."))
    proof = services.keep_proof(ref=ref, upload=upload, file_name=upload.name or "anh.jpg", by=by, now=now)
    imei, note = posted_field(request, "imei", 40), posted_field(request, "note", 500)
    return services.record_delivery(ref=ref, on=on, by=by, now=now, proof=proof, imei=imei, note=note)


def _settle_successor(request: HttpRequest, ref: str) -> object:
    by, to = actor_of(request), posted_field(request, "to", 40)
    return services.settle_unit(ref=ref, to=to, today=clock.today(), by=by, now=clock.now())


ACTS: dict[str, tuple[Callable[[HttpRequest, str], object], object]] = {
    "approve": (_approve_application, _lazy("Đã duyệt.")),
    "refuse": (_refuse_application, _lazy("Đã trả lời không duyệt.")),
    "ask_paper": (_ask_paper, _lazy("Đã yêu cầu giấy tờ.")),
    "paper_seen": (_paper_seen, _lazy("Đã ghi nhận giấy tờ.")),
    "settle": (_settle_successor, _lazy("Đã chuyển cho đơn vị kế thừa.")),
    "deliver": (_deliver_support, _lazy("Đã ghi việc trao.")),
}


@require_POST
@login_required
def apply_bulk_action(request: HttpRequest) -> HttpResponse:
    """Approve many; those that cannot be stay, and why is told."""
    by = support_worker(request)
    refs = request.POST.getlist("ref")[:MOST]
    refused = services.approve_many(refs=refs, by=by, now=clock.now())
    count = len(set(refs)) - len(refused)
    if count:
        text = ngettext("Đã duyệt %(n)s hồ sơ.", "Đã duyệt %(n)s hồ sơ.", count) % {"n": count}
        messages.success(request, text)
    for ref, why in list(refused.items())[:10]:
        messages.error(request, f"{ref[:24]}: {why}")
    return redirect_back(request, "support:inbox")


@never_cache
@require_POST
@login_required
def reveal_applicant(request: HttpRequest, ref: str) -> HttpResponse:
    """Name and numbers in full, once, with the reason written down."""
    by = support_worker(request)
    try:
        values = services.reveal_applicant(ref=ref, why=posted_field(request, "why", 500), by=by)
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect("support:one", ref)
    application = lookup.visible_application(ref, by=by)
    return render(request, "support/one.html", context_of(application, by) | {"person": values})


@require_POST
@login_required
def answer_complaint(request: HttpRequest, ref: str) -> HttpResponse:
    """Answer a complaint."""
    by = support_worker(request)
    upheld, text = request.POST.get("upheld") == "1", posted_field(request, "text", 2000)
    perform_with_message(
        request,
        lambda: services.answer_complaint(ref=ref, text=text, upheld=upheld, by=by, now=clock.now()),
        _("Đã trả lời khiếu nại."),
    )
    return redirect("support:complaints")
