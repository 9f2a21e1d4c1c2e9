"""Transfers that wait for somebody, and the bank's statements."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tinhso.blocks.payments import queries, services
from tinhso.blocks.payments.models import Transfer
from tinhso.blocks.payments.pages.params import perform_or_explain
from tinhso.blocks.payments.queries import orders as reading
from tinhso.blocks.payments.queries import statements as files
from tinhso.blocks.payments.queries import transfers as lists
from tinhso.blocks.payments.queries.rules import payment_rules, payments
from tinhso.blocks.payments.rights import OVERSEE_PAYMENTS, SEE_PAYMENTS, TAKE_PAYMENTS
from tinhso.kernel import clock
from tinhso.kernel.errors import Refused
from tinhso.ui.actors import actor_of
from tinhso.ui.request_params import posted_field

A_PAGE = 50
TONES = {"exact": "good", "manual": "good", "under": "warn", "over": "warn", "late": "warn", "unmatched": "bad"}


@require_safe
@login_required
def transfers_page(request: HttpRequest) -> HttpResponse:
    """Money that waits; with a state, all money in that state."""
    by = actor_of(request)
    by.must_be_able_to(SEE_PAYMENTS)
    state = request.GET.get("state", "")
    state = state if state in Transfer.State.values else ""
    page = Paginator(lists.transfers_to_check(by, state), A_PAGE).get_page(request.GET.get("page"))
    rows = [
        (transfer, queries.masked_name(transfer.payer_name), TONES.get(transfer.state, "info")) for transfer in page
    ]
    context = {"page": page, "rows": rows, "state": state, "states": Transfer.State.choices, "tab": "transfers"}
    return render(request, "payments/transfers.html", context)


@require_safe
@login_required
def transfer_page(request: HttpRequest, ref: str) -> HttpResponse:
    """One transfer and the orders it may belong to."""
    by = actor_of(request)
    transfer = lists.by_ref(ref)
    by.must_be_able_to(SEE_PAYMENTS, at=transfer.account.unit)
    same = reading.visible_orders(by).filter(unit=transfer.account.unit, state__in=["open", "part", "expired"])
    context = {
        "one": transfer,
        "payer": queries.masked_name(transfer.payer_name),
        "tone": TONES.get(transfer.state, "info"),
        "waits": transfer.state in ("unmatched", "late"),
        "candidates": same.filter(total=transfer.amount)[:10],
        "may_take": by.can(TAKE_PAYMENTS, at=transfer.account.unit),
        "may_decide": by.can(OVERSEE_PAYMENTS, at=transfer.account.unit) and transfer.proposed_by != by.ref,
        "limit": payment_rules().four_eyes_over,
        "tab": "transfers",
    }
    return render(request, "payments/transfer.html", context)


@require_POST
@login_required
def act_on_transfer(request: HttpRequest, ref: str) -> HttpResponse:
    """Say to which order it belongs, or decide what somebody said."""
    by, now, wish = actor_of(request), clock.now(), posted_field(request, "act", 300)
    lists.by_ref(ref)
    if wish in ("agree", "refuse"):
        agree = wish == "agree"
        perform_or_explain(
            request,
            lambda: services.decide_match(ref=ref, agree=agree, by=by, now=now),
            _("Đã gắn tiền vào khoản thu.") if agree else _("Đã trả khoản tiền về danh sách chờ."),
        )
    else:
        order, reason = posted_field(request, "order", 300), posted_field(request, "reason", 300)
        perform_or_explain(
            request,
            lambda: services.propose_match(ref=ref, order=order, reason=reason, by=by, now=now),
            _("Đã ghi. Số tiền trên hạn mức chờ người thứ hai duyệt."),
        )
    return redirect("payments:transfer", ref=ref)


@require_http_methods(["GET", "POST"])
@login_required
def statements_page(request: HttpRequest) -> HttpResponse:
    """Bring a statement; one with faults is explained row by row and forgotten."""
    by = actor_of(request)
    by.must_be_able_to(TAKE_PAYMENTS)
    context: dict[str, object] = {
        "accounts": files.accounts_of(by, TAKE_PAYMENTS),
        "found": files.visible_statements(by)[:30],
        "columns": [words[0] for words in payments().columns.values()],
        "tab": "transfers",
    }
    upload = request.FILES.get("file")
    if request.method == "GET" or upload is None or not hasattr(upload, "read"):
        if request.method == "POST":
            messages.warning(request, _("Chưa chọn tệp."))
        return render(request, "payments/statements.html", context)
    chosen = posted_field(request, "account", 300)
    account = (
        files.accounts_of(by, TAKE_PAYMENTS)
        .filter(pk=int(chosen) if chosen.isdecimal() and len(chosen) < 18 else 0)
        .first()
    )
    try:
        if account is None:
            raise Refused("no_account", _("Hãy chọn tài khoản của sao kê."))
        held_statement = services.hold_statement(
            account=account, file_name=upload.name or "", content=upload.read(), by=by, now=clock.now()
        )
    except Refused as refusal:
        return render(request, "payments/statements.html", context | {"refusal": refusal}, status=422)
    if held_statement.statement is None:
        context |= {"reading": held_statement.reading, "file_name": upload.name}
        return render(request, "payments/statements.html", context, status=422)
    return redirect("payments:statement", ref=held_statement.statement.ref)


@require_safe
@login_required
def statement_page(request: HttpRequest, ref: str) -> HttpResponse:
    """What a held file would bring, or what it brought."""
    by = actor_of(request)
    statement = files.by_ref(ref, by)
    transfers = statement.transfers.select_related("order").order_by("pk")[:300]
    rows = [{**row, "payer": queries.masked_name(row["payer"])} for row in statement.rows[:300]]
    context = {"one": statement, "transfers": transfers, "rows": rows, "is_held": statement.state == "held"}
    return render(request, "payments/statement.html", context | {"tab": "transfers"})


@require_POST
@login_required
def confirm_statement(request: HttpRequest, ref: str) -> HttpResponse:
    """Take it in."""
    by = actor_of(request)
    files.by_ref(ref, by)
    perform_or_explain(
        request, lambda: services.confirm_statement(ref=ref, by=by, now=clock.now()), _("Đã nhập sao kê.")
    )
    return redirect("payments:statement", ref=ref)
