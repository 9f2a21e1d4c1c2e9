"""Requests: trays, a new one, one with all that happened, papers, the receipt."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tinhso.blocks.audit import services as audit
from tinhso.blocks.documents import queries as documents
from tinhso.blocks.units import queries as units
from tinhso.blocks.units.models import Unit
from tinhso.government.certificates import services
from tinhso.government.certificates.contract import RequestPurpose
from tinhso.government.certificates.models import Request, Version
from tinhso.government.certificates.pages.access import A_PAGE, certificates_actor
from tinhso.government.certificates.queries import lookup, request_form, wording
from tinhso.government.certificates.queries import requests as queries
from tinhso.government.certificates.queries.rules import rules
from tinhso.government.certificates.rights import ASK_FOR_CERTIFICATES, MANAGE_CERTIFICATES
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.ui.actors import actor_of, perform_with_message, redirect_back
from tinhso.ui.downloads import file_response
from tinhso.ui.request_params import posted_field, posted_list, query_param

BULK = {queries.APPROVING: "approve", queries.ACCEPTING: "accept", queries.BATCHING: "batch"}
MOST = 500


@require_safe
@login_required
def requests_page(request: HttpRequest) -> HttpResponse:
    """What waits for me, the due first, and all that I may see."""
    by, now = certificates_actor(request), clock.now()
    counts, mine = queries.tray_counts(by=by), queries.trays_of(by)
    first = next((name for name in mine if counts[name]), queries.ALL)
    name = query_param(request, "tray", 10)
    name = name if name in mine else first
    late = request.GET.get("late") == "1"
    words, ask = query_param(request, "q"), query_param(request, "ask", 10)
    requests = queries.requests_in_tray(name, by=by, words=words, ask=ask, late=now if late else None)
    page = Paginator(requests, A_PAGE).get_page(request.GET.get("page"))
    labels = _tray_labels()
    context = {
        "page": page,
        "lines": [
            (
                certificate_request,
                wording.step_tone(certificate_request),
                bool(certificate_request.due_at and certificate_request.due_at < now),
            )
            for certificate_request in page.object_list
        ],
        "tabs": [
            {
                "label": labels[tray_name],
                "href": f"?tray={tray_name}",
                "active": tray_name == name,
                "count": counts[tray_name],
            }
            for tray_name in mine
        ],
        "tray": name,
        "words": words,
        "ask": ask,
        "late": late,
        "asks": Request.Ask.choices,
        "bulk": BULK.get(name, ""),
        "may_ask": by.can(ASK_FOR_CERTIFICATES),
        "may_manage": by.can(MANAGE_CERTIFICATES),
    }
    return render(request, "certificates/requests.html", context)


def _tray_labels() -> dict[str, str]:
    return {
        queries.MINE: _("Đang soạn"),
        queries.APPROVING: _("Chờ tôi duyệt"),
        queries.ACCEPTING: _("Chờ tiếp nhận"),
        queries.BATCHING: _("Chờ gửi theo lô"),
        queries.WAITING: _("Đã gửi nơi cấp"),
        queries.HANDING: _("Chờ bàn giao"),
        queries.ALL: _("Tất cả"),
    }


@require_POST
@login_required
def process_ticked(request: HttpRequest) -> HttpResponse:
    """Approve or accept the ticked ones, or hand them over in a batch; what is refused is named with its reason."""
    by, now, act = actor_of(request), clock.now(), request.POST.get("act", "")
    chosen = posted_list(request, "ref", most=MOST)
    if not chosen:
        messages.warning(request, _("Chưa chọn đề nghị nào."))
        return redirect("certificates:requests")
    if act == "batch":
        try:
            batch = services.make_batch(chosen=chosen, by=by, now=now, note=posted_field(request, "note"))
        except Refused as refusal:
            request.refusal = refusal  # type: ignore[attr-defined]  # for whoever writes refusals down
            messages.error(request, refusal.message)
            return redirect("certificates:requests")
        messages.success(request, _("Đã lập lô %(number)s.") % {"number": batch})
        return redirect("certificates:batch", ref=batch.ref)
    _process_each(request, services.accept if act == "accept" else services.approve, chosen, by)
    return redirect_back(request, "certificates:requests")


def _process_each(request: HttpRequest, run: Callable[..., object], chosen: list[str], by: Actor) -> None:
    count = 0
    for ref in chosen:
        try:
            run(ref=ref, by=by, now=clock.now())
            count += 1
        except Refused as refusal:
            messages.error(request, f"{ref}: {refusal.message}")
    if count:
        text = ngettext("Đã xử lý %(count)s đề nghị.", "Đã xử lý %(count)s đề nghị.", count)
        messages.success(request, text % {"count": count})


@require_http_methods(["GET", "POST"])
@login_required
def new_request_page(request: HttpRequest) -> HttpResponse:
    """A new request: what for, then its questions with what the register knows filled in."""
    by = actor_of(request)
    by.must_be_able_to(ASK_FOR_CERTIFICATES)
    about = query_param(request, "certificate", 24)
    version = lookup.visible_version(about, by=by) if about else None
    ask = query_param(request, "ask", 10)
    ask = (
        ask
        if ask in Request.Ask.values and (version is not None or ask == RequestPurpose.ISSUE)
        else ("" if version else RequestPurpose.ISSUE.value)
    )
    kind = version.kind if version else query_param(request, "kind", 12)
    places = _units_to_ask_for(by)
    context: dict[str, Any] = {
        "one": version,
        "ask": ask,
        "ask_name": dict(Request.Ask.choices).get(ask, ""),
        "kind": kind,
        "places": places,
        "kinds": Version.Kind.choices,
        "asks": [choice for choice in Request.Ask.choices if choice[0] != RequestPurpose.ISSUE],
        "verified": rules().verified,
        "key": uuid4().hex,
    }
    if not ask or kind not in Version.Kind.values:
        return render(request, "certificates/choose.html", context)
    if request.method == "GET":
        values = request_form.prefilled_answers(ask, version) if version else {}
        return render(
            request, "certificates/form.html", context | {"asked": request_form.form_questions(ask, kind, values)}
        )
    unit = version.unit if version else _chosen_unit(request, places)
    return _save_request(request, context, by, unit)


def _units_to_ask_for(by: Actor) -> list[Unit]:
    current_units = units.at(clock.today())
    return list(
        current_units
        if ASK_FOR_CERTIFICATES in by.everywhere
        else current_units.filter(pk__in=by.places(ASK_FOR_CERTIFICATES))
    )


def _chosen_unit(request: HttpRequest, places: list[Unit]) -> Unit:
    ref = posted_field(request, "unit", 40)
    unit = next((unit for unit in places if unit.ref == ref), None)
    if unit is None:
        raise Refused("no_unit", _("Hãy chọn đơn vị."))
    return unit


def _save_request(request: HttpRequest, context: dict[str, Any], by: Actor, unit: Unit) -> HttpResponse:
    """Keep the draft; hand it in at once where that is wished and everything is answered."""
    ask, kind, version = context["ask"], context["kind"], context["one"]
    checked = request_form.check_answers(ask, kind, request.POST)
    hand_in = request.POST.get("act") == "submit"
    if hand_in and checked.problems:
        form_questions = request_form.form_questions(ask, kind, checked.values, checked.problems)
        key = posted_field(request, "key", 64)
        return render(request, "certificates/form.html", context | {"asked": form_questions, "key": key}, status=422)
    try:
        draft_request = services.draft(
            ask=ask,
            kind=kind,
            unit=unit,
            values=checked.values,
            certificate=version.certificate.ref if version else "",
            by=by,
            now=clock.now(),
            key=posted_field(request, "key", 64) or None,
        )
    except Refused as refusal:
        context |= {"asked": request_form.form_questions(ask, kind, checked.values), "refusal": refusal}
        return render(request, "certificates/form.html", context, status=409)
    if hand_in and draft_request.step == "draft":
        perform_with_message(
            request,
            lambda: services.submit(ref=draft_request.ref, by=by, now=clock.now()),
            _("Đã gửi lãnh đạo đơn vị duyệt."),
        )
    else:
        messages.success(request, _("Đã lưu bản nháp."))
    return redirect("certificates:request", ref=draft_request.ref)


@require_safe
@login_required
def request_page(request: HttpRequest, ref: str) -> HttpResponse:
    """The request's page."""
    by, now = certificates_actor(request), clock.now()
    certificate_request = queries.visible_request(ref, by=by)
    form_questions = request_form.form_questions(
        certificate_request.ask, certificate_request.kind, certificate_request.values
    )
    context = {
        "one": certificate_request,
        "tone": wording.step_tone(certificate_request),
        "is_late": bool(certificate_request.due_at and certificate_request.due_at < now),
        "answers": [
            (
                form_question.field.label,
                wording.masked_number(form_question.value)
                if form_question.field.type in ("id_number", "phone")
                else _answer_text(form_question),
            )
            for form_question in form_questions
            if form_question.value
        ],
        "may": queries.allowed_acts(certificate_request, by),
        "story": list(certificate_request.entries.order_by("number")),
        "papers": list(certificate_request.papers.select_related("file").order_by("pk")),
        "live": lookup.versions_on().filter(certificate=certificate_request.certificate).first()
        if certificate_request.certificate
        else None,
        "holder": certificate_request.values.get("holder", "")
        or (certificate_request.title if certificate_request.kind != "organisation" else ""),
        "may_batch": by.can(MANAGE_CERTIFICATES),
    }
    return render(request, "certificates/request.html", context)


def _answer_text(form_question: request_form.FormQuestion) -> str:
    return dict(form_question.choices).get(form_question.value, form_question.value)


@require_http_methods(["GET", "POST"])
@login_required
def edit_request_page(request: HttpRequest, ref: str) -> HttpResponse:
    """Change the answers of a draft."""
    by = actor_of(request)
    certificate_request = queries.visible_request(ref, by=by)
    by.must_be_able_to(ASK_FOR_CERTIFICATES, at=certificate_request.unit)
    context = {
        "request_of": certificate_request,
        "ask": certificate_request.ask,
        "ask_name": certificate_request.get_ask_display(),
        "kind": certificate_request.kind,
        "verified": rules().verified,
    }
    if request.method == "GET":
        return render(
            request,
            "certificates/form.html",
            context
            | {
                "asked": request_form.form_questions(
                    certificate_request.ask, certificate_request.kind, certificate_request.values
                )
            },
        )
    checked = request_form.check_answers(certificate_request.ask, certificate_request.kind, request.POST)
    hand_in = request.POST.get("act") == "submit"
    if hand_in and checked.problems:
        form_questions = request_form.form_questions(
            certificate_request.ask, certificate_request.kind, checked.values, checked.problems
        )
        return render(request, "certificates/form.html", context | {"asked": form_questions}, status=422)
    saved = perform_with_message(
        request,
        lambda: services.answer(ref=certificate_request.ref, values=checked.values, by=by, now=clock.now()),
        _("Đã lưu bản nháp."),
    )
    if saved and hand_in:
        perform_with_message(
            request,
            lambda: services.submit(ref=certificate_request.ref, by=by, now=clock.now()),
            _("Đã gửi lãnh đạo đơn vị duyệt."),
        )
    return redirect("certificates:request", ref=certificate_request.ref)


@require_POST
@login_required
def apply_request_act(request: HttpRequest, ref: str) -> HttpResponse:
    """Move a request on, and say what was done or why not."""
    by, now = actor_of(request), clock.now()
    request_act = ACTS.get(request.POST.get("act", ""))
    upload = request.FILES.get("paper")
    if upload is not None:
        name = upload.name or ""
        perform_with_message(
            request, lambda: services.take_in(ref=ref, upload=upload, name=name, by=by, now=now), _("Đã kèm tệp.")
        )
    elif request_act is None:
        messages.error(request, _("Không rõ phải làm gì với đề nghị này."))
    else:
        run, field, words = request_act
        more = {field: posted_field(request, field)} if field else {}
        perform_with_message(request, lambda: run(ref=ref, by=by, now=now, **more), str(words))
    return redirect("certificates:request", ref=ref)


ACTS: dict[str, tuple[Callable[..., object], str, object]] = {
    "submit": (services.submit, "", _lazy("Đã gửi lãnh đạo đơn vị duyệt.")),
    "withdraw": (services.withdraw, "", _lazy("Đã rút đề nghị.")),
    "approve": (services.approve, "", _lazy("Đã duyệt.")),
    "send_back": (services.send_back, "why", _lazy("Đã trả lại để sửa.")),
    "accept": (services.accept, "", _lazy("Đã tiếp nhận, chờ gửi theo lô.")),
    "refuse": (services.refuse, "why", _lazy("Đã từ chối.")),
    "hand": (services.hand_over, "to", _lazy("Đã ghi bàn giao.")),
}


@require_safe
@login_required
def receipt_page(request: HttpRequest, ref: str) -> HttpResponse:
    """What the receiver signs, to be printed."""
    certificate_request = queries.visible_request(ref, by=certificates_actor(request))
    live = (
        lookup.versions_on().filter(certificate=certificate_request.result).first()
        if certificate_request.result
        else None
    )
    return render(request, "certificates/receipt.html", {"one": certificate_request, "live": live})


@require_safe
@login_required
def download_paper(request: HttpRequest, ref: str) -> StreamingHttpResponse:
    """A paper of a request; opening one is written down."""
    by = certificates_actor(request)
    paper = queries.visible_paper(ref, by=by)
    audit.record_view(by=by, what=paper.request, why=paper.ref)
    pieces = documents.checked_chunks(paper.file)
    return file_response(pieces, name=paper.name, media_type=paper.file.media_type, size=paper.file.size, inline=True)
