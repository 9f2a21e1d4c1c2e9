"""One case: where it stands, who holds it, what I may do with it, what happened to it."""

from collections.abc import Callable

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST, require_safe

from tinhso.blocks.audit import services as audit
from tinhso.blocks.cases import services
from tinhso.blocks.cases.contract import CLOSED
from tinhso.blocks.cases.models import Case
from tinhso.blocks.cases.pages.params import posted_papers
from tinhso.blocks.cases.queries import detail, lookup, papers, printing
from tinhso.blocks.cases.queries.courses import picture_of
from tinhso.blocks.cases.queries.declared import declared_sections
from tinhso.blocks.cases.rights import ASSIGN_CASES, RECEIVE_CASES
from tinhso.blocks.documents import queries as documents
from tinhso.blocks.payments.contract import OrderCharge
from tinhso.blocks.signature_requests import queries as requests
from tinhso.blocks.signature_requests.contract import SignerPlace
from tinhso.blocks.units import queries as units
from tinhso.kernel import clock
from tinhso.kernel.errors import Refused
from tinhso.ui.actors import actor_of, perform_with_message
from tinhso.ui.request_params import posted_field, posted_number

LONG = 4000
LEAST_REASON, MOST_REASON = 5, 300  # letters of why somebody looks at personal data in full
RESULT_KIND = "Kết quả thủ tục hành chính"  # a kind of signature_requests.toml; its notation numbers results


@require_safe
@login_required
def case_page(request: HttpRequest, code: str) -> HttpResponse:
    """The case's page; looking at who applied is written down."""
    by, now = actor_of(request), clock.now()
    case = lookup.visible_case(code, by=by)
    audit.record_view(by=by, what=(Case._meta.label, case.code), why="dossier")
    words, tone = detail.promise_standing(case, now)
    context = {
        "case": case,
        "party": case.party,
        "id_number": detail.masked_number(case.party.id_number),
        "standing": words,
        "tone": tone,
        "tasks": [(task, *detail.task_standing(task, now)) for task in lookup.open_tasks(case)],
        "acts": detail.actions_of_case(case, by),
        "process": picture_of(case),
        "story": detail.history_of_case(case),
        "declared": declared_sections(case, masked=True),
        "kept_papers": papers.papers_of_case(case),
        "printable": printing.printable_forms(case),
        "orders": services.payments_of(case),
        "has_fee": any(charge.get("amount") for charge in case.charges),
        "may_attach": case.status not in {*map(int, CLOSED), Case.Status.FINISHED},
        "request_now": detail.open_request(case),
        "extensions": [(extension, detail.days_of(extension)) for extension in detail.extensions_of_case(case)],
        "promise": detail.promise_words(case),
        "may_receive": by.can(RECEIVE_CASES, at=case.receiving_unit),
        "successors": units.successors(case.unit, clock.today()) if case.needs_unit and by.can(ASSIGN_CASES) else [],
        "signing_forms": requests.rules().flow.forms.items(),
        "reasons": {kind: detail.reasons_of_kind(kind) for kind in ("supplement", "decline", "stop", "extend")},
        "now": now,
    }
    return render(request, "cases/case.html", context)


@require_POST
@login_required
def reveal_applicant(request: HttpRequest, code: str) -> HttpResponse:
    """Who applied and what they declared, in full; every look is written down with its reason."""
    by, why = actor_of(request), " ".join(posted_field(request, "why", 300).split())[:MOST_REASON]
    case = lookup.visible_case(code, by=by)
    if len(why) < LEAST_REASON:
        raise Refused("no_reason", _("Hãy ghi vì sao cần xem đầy đủ (từ %(least)s chữ cái)."), least=LEAST_REASON)
    audit.record_view(by=by, what=(Case._meta.label, case.code), why=why)
    context = {"case": case, "party": case.party, "declared": declared_sections(case, masked=False)}
    return render(request, "cases/revealed.html", context)


@require_POST
@login_required
def act_on_case(request: HttpRequest, code: str) -> HttpResponse:
    """Do one thing with the case, and say what was done or why not."""
    act = request.POST.get("act", "")
    run, success_message = ACTS.get(act, (None, ""))
    if (
        run is not None
        and perform_with_message(request, lambda: run(request, code), str(success_message))
        and act == "new_key"
    ):
        return redirect("cases:key", code=code)
    return redirect("cases:case", code=code)


def _attach_papers(request: HttpRequest, code: str) -> object:
    by, now = actor_of(request), clock.now()
    lookup.visible_case(code, by=by)
    stored_papers = services.take_in(
        uploads=posted_papers(request, {"file": posted_field(request, "paper", 300)}), by=by, now=now
    )
    if not stored_papers:
        raise Refused("no_file", _("Hãy chọn tệp."))
    return services.attach_papers(code=code, kept=stored_papers, by=by, now=now)


def _ask_payment(request: HttpRequest, code: str) -> object:
    names, amounts = request.POST.getlist("fee")[:20], request.POST.getlist("amount")[:20]
    charges = [
        OrderCharge(name.replace("\0", "").strip()[:200], int(amount))
        for name, amount in zip(names, amounts, strict=False)
        if name.strip() and amount.isascii() and amount.isdigit() and len(amount) < 13 and int(amount)
    ]
    if not charges:
        raise Refused("no_fee", _("Hãy ghi ít nhất một khoản với số tiền."))
    step = posted_number(request, "step")
    return services.ask_payment(code=code, step=step, charges=charges, by=actor_of(request), now=clock.now())


def _order_fees(request: HttpRequest, code: str) -> object:
    return services.order_fees(code=code, by=actor_of(request), now=clock.now())


def _accept_case(request: HttpRequest, code: str) -> object:
    step, note = posted_number(request, "step"), posted_field(request, "note", LONG)
    return services.accept(code=code, step=step, by=actor_of(request), now=clock.now(), note=note)


def _decline_case(request: HttpRequest, code: str) -> object:
    step, why = posted_number(request, "step"), _reason_text(request)
    return services.decline(code=code, step=step, why=why, by=actor_of(request), now=clock.now())


def _ask_supplement(request: HttpRequest, code: str) -> object:
    reasons = [*_chosen_reasons(request), *posted_field(request, "why", LONG).splitlines()]
    step = posted_number(request, "step")
    return services.ask_supplement(code=code, step=step, reasons=reasons, by=actor_of(request), now=clock.now())


def _resume_case(request: HttpRequest, code: str) -> object:
    answer = posted_field(request, "why", LONG) or _("Đã bổ sung tại quầy")
    return services.resume(code=code, answer=answer, by=actor_of(request), now=clock.now())


def _mark_paid_elsewhere(request: HttpRequest, code: str) -> object:
    return services.paid_elsewhere(
        code=code, how=posted_field(request, "why", LONG), by=actor_of(request), now=clock.now()
    )


def _complete_step(request: HttpRequest, code: str) -> object:
    return services.complete(
        code=code,
        step=posted_number(request, "step"),
        by=actor_of(request),
        now=clock.now(),
        note=posted_field(request, "note", LONG),
        outcome=posted_field(request, "outcome", 300),
        number=posted_field(request, "number", 80),
        files=_result_papers(request),
        answer=posted_field(request, "answer", 60),
    )


def _ask_signature(request: HttpRequest, code: str) -> object:
    by, now = actor_of(request), clock.now()
    lookup.visible_case(code, by=by)
    stored_papers = _result_papers(request)
    if not stored_papers:
        raise Refused("no_file", _("Hãy chọn tệp."))
    content = b"".join(documents.chunks(stored_papers[0].file))
    signer = SignerPlace(
        posted_field(request, "signer", 80), posted_field(request, "form", 10), posted_field(request, "office", 200)
    )
    return services.ask_signature(
        code=code,
        step=posted_number(request, "step"),
        content=content,
        kind=RESULT_KIND,
        signers=[signer],
        by=by,
        now=now,
        notation=requests.notation_of(RESULT_KIND),
        seal=request.POST.get("seal") == "1",
        outcome=posted_field(request, "outcome", 300),
        answer=posted_field(request, "answer", 60),
    )


def _send_back(request: HttpRequest, code: str) -> object:
    step, why = posted_number(request, "step"), _reason_text(request)
    return services.send_back(code=code, step=step, why=why, by=actor_of(request), now=clock.now())


def _stop_case(request: HttpRequest, code: str) -> object:
    step, why = posted_number(request, "step"), _reason_text(request)
    return services.stop(code=code, step=step, why=why, by=actor_of(request), now=clock.now())


def _extend_promise(request: HttpRequest, code: str) -> object:
    step, amount, why = posted_number(request, "step"), posted_number(request, "amount"), _reason_text(request)
    return services.extend(code=code, step=step, amount=amount, why=why, by=actor_of(request), now=clock.now())


def _take_task(request: HttpRequest, code: str) -> object:
    return services.take(code=code, step=posted_number(request, "step"), by=actor_of(request), now=clock.now())


def _hand_over(request: HttpRequest, code: str) -> object:
    step, to, note = (
        posted_number(request, "step"),
        posted_field(request, "to", 300),
        posted_field(request, "note", LONG),
    )
    return services.hand_over(code=code, step=step, to=to, by=actor_of(request), now=clock.now(), note=note)


def _hand_out(request: HttpRequest, code: str) -> object:
    step, to = posted_number(request, "step"), posted_field(request, "to", 300)
    return services.hand_out(code=code, step=step, by=actor_of(request), now=clock.now(), to=to)


def _withdraw_case(request: HttpRequest, code: str) -> object:
    return services.withdraw(code=code, why=_reason_text(request), by=actor_of(request), now=clock.now())


def _write_note(request: HttpRequest, code: str) -> object:
    return services.write_note(
        code=code, text=posted_field(request, "note", LONG), by=actor_of(request), now=clock.now()
    )


def _choose_successor(request: HttpRequest, code: str) -> object:
    unit = posted_field(request, "unit", 300)
    return services.choose_successor(code=code, unit=unit, today=clock.today(), by=actor_of(request), now=clock.now())


def _new_key(request: HttpRequest, code: str) -> object:
    return services.renew_key(code=code, why=posted_field(request, "why", LONG), by=actor_of(request), now=clock.now())


def _chosen_reasons(request: HttpRequest) -> list[str]:
    return [reason.replace("\0", "")[:LONG] for reason in request.POST.getlist("reason")]


def _reason_text(request: HttpRequest) -> str:
    return "\n".join([*_chosen_reasons(request), posted_field(request, "why", LONG)]).strip()


def _result_papers(request: HttpRequest) -> list[services.StoredPaper]:
    """Files of the result, taken in by who signs."""
    uploads = posted_papers(request, {"file": posted_field(request, "outcome", 300) or _("Kết quả")})
    return services.take_in(uploads=uploads, by=actor_of(request), now=clock.now())


ACTS: dict[str, tuple[Callable[[HttpRequest, str], object], object]] = {
    "attach": (_attach_papers, _lazy("Đã thêm giấy tờ.")),
    "accept": (_accept_case, _lazy("Đã tiếp nhận hồ sơ.")),
    "decline": (_decline_case, _lazy("Đã từ chối tiếp nhận và báo người nộp.")),
    "supplement": (_ask_supplement, _lazy("Đã gửi yêu cầu bổ sung; đồng hồ tạm dừng.")),
    "payment": (_ask_payment, _lazy("Đã lập khoản thu và báo người nộp; đồng hồ tạm dừng.")),
    "fees": (_order_fees, _lazy("Đã lập khoản thu.")),
    "paid": (_mark_paid_elsewhere, _lazy("Đã ghi nhận; đồng hồ chạy tiếp.")),
    "resume": (_resume_case, _lazy("Đã ghi nhận bổ sung; đồng hồ chạy tiếp.")),
    "complete": (_complete_step, _lazy("Đã xong bước này.")),
    "ask_signature": (_ask_signature, _lazy("Đã trình ký; hồ sơ tự hoàn thành khi đủ chữ ký và dấu.")),
    "send_back": (_send_back, _lazy("Đã trả lại bước trước.")),
    "stop": (_stop_case, _lazy("Đã dừng xử lý và báo người nộp.")),
    "extend": (_extend_promise, _lazy("Đã xin lỗi và gia hạn.")),
    "take": (_take_task, _lazy("Bạn đã nhận việc này.")),
    "hand_over": (_hand_over, _lazy("Đã chuyển người xử lý.")),
    "hand_out": (_hand_out, _lazy("Đã trả kết quả.")),
    "withdraw": (_withdraw_case, _lazy("Đã ghi nhận rút hồ sơ.")),
    "new_key": (_new_key, _lazy("Đã cấp khóa mới; khóa cũ không mở được hồ sơ nữa.")),
    "note": (_write_note, _lazy("Đã ghi chú.")),
    "settle": (_choose_successor, _lazy("Đã phân định cơ quan giải quyết.")),
}
