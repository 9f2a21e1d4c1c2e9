"""The desk: all orders, a new one, and one with everything that can be done to it."""

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tinhso.blocks.payments import queries, services
from tinhso.blocks.payments.contract import OrderCharge, OrderLineKind, Relief, way_back
from tinhso.blocks.payments.models import Line, Order
from tinhso.blocks.payments.pages.params import perform_or_explain, posted_amount, unit_of, wanted_of
from tinhso.blocks.payments.pages.payer import TONES
from tinhso.blocks.payments.queries import desk, statements
from tinhso.blocks.payments.queries import orders as reading
from tinhso.blocks.payments.rights import ORDER_PAYMENTS, OVERSEE_PAYMENTS, SEE_PAYMENTS, TAKE_PAYMENTS
from tinhso.kernel import clock, refs
from tinhso.kernel.errors import Refused
from tinhso.ui.actors import actor_of
from tinhso.ui.request_params import posted_field

A_PAGE = 50


@require_safe
@login_required
def orders_page(request: HttpRequest) -> HttpResponse:
    """Orders with filters; names are masked in lists."""
    by = actor_of(request)
    by.must_be_able_to(SEE_PAYMENTS)
    order_filter = wanted_of(request)
    page = Paginator(reading.visible_orders(by, order_filter), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [(order, queries.masked_name(order.payer_name), TONES.get(order.state, "")) for order in page],
        "wanted": order_filter,
        "states": Order.State.choices,
        "channels": Order.Channel.choices,
        "pay_back": reading.to_pay_back(by).count(),
        "parts": reading.overdue_parts(by, clock.now()).count(),
        "may_order": by.can(ORDER_PAYMENTS),
        "tab": "desk",
    }
    return render(request, "payments/desk.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def new_order_page(request: HttpRequest) -> HttpResponse:
    """Order a payment by hand."""
    by = actor_of(request)
    by.must_be_able_to(ORDER_PAYMENTS)
    context = {
        "accounts": statements.accounts_of(by, ORDER_PAYMENTS),
        "kinds": [(kind, label) for kind, label in Line.Kind.choices if kind != OrderLineKind.RELIEF],
        "tab": "desk",
        "given": request.POST,
    }
    if request.method == "POST":
        try:
            order = _place_order(request)
        except Refused as refusal:
            return render(request, "payments/new.html", context | {"refusal": refusal}, status=422)
        messages.success(request, _("Đã lập khoản thu."))
        return redirect("payments:order", ref=order.ref)
    return render(request, "payments/new.html", context)


def _place_order(request: HttpRequest) -> Order:
    kind = posted_field(request, "kind", 300)
    charge = OrderCharge(
        name=posted_field(request, "name", 300) or posted_field(request, "title", 300),
        amount=posted_amount(request),
        kind=OrderLineKind(kind) if kind in set(OrderLineKind) else OrderLineKind.FEE,
        source=posted_field(request, "source", 300),
    )
    return services.place_order(
        about=posted_field(request, "about", 300)[:80],
        title=posted_field(request, "title", 300),
        unit=unit_of(posted_field(request, "unit", 300)),
        charges=[charge],
        reliefs=[_posted_relief(request, "relief")] if posted_field(request, "relief", 300) else [],
        payer_name=posted_field(request, "payer_name", 300),
        by=actor_of(request),
        now=clock.now(),
    )


def _posted_relief(request: HttpRequest, field: str) -> Relief:
    return Relief(
        name=_("Miễn, giảm"),
        amount=posted_amount(request, field),
        reason=posted_field(request, "relief_reason", 300),
        source=posted_field(request, "relief_source", 300),
    )


@require_safe
@login_required
def order_page(request: HttpRequest, ref: str) -> HttpResponse:
    """An order with its lines, what came and went, and what can be done; who looks is written down."""
    by = actor_of(request)
    order = services.look_at(ref=ref, by=by)
    rights = {
        name: by.can(right, at=order.unit)
        for name, right in (
            ("may_order", ORDER_PAYMENTS),
            ("may_take", TAKE_PAYMENTS),
            ("may_oversee", OVERSEE_PAYMENTS),
        )
    }
    refunds, (attempts, transfers) = list(order.refunds.order_by("pk")), desk.order_movements(order)
    left = order.received - sum(refund.amount for refund in refunds if refund.state in desk.PROMISED)
    context = {
        "one": order,
        "lines": order.lines.all(),
        "receipts": order.receipts.order_by("pk"),
        "attempts": attempts,
        "transfers": transfers,
        "refunds": refunds,
        "tone": TONES.get(order.state, ""),
        "left": left,
        "request_mark": refs.new_ref("LT", length=16),
        "suggested": order.surplus or left,
        "about_href": way_back(order.about),
        "payer_href": f"{reverse('payments:pay', args=[order.ref])}?{urlencode({'k': order.secret})}",
        "tab": "desk",
    }
    return render(request, "payments/order.html", context | rights)


@require_POST
@login_required
def act_on_order(request: HttpRequest, ref: str) -> HttpResponse:
    """Take cash, take something off, cancel, or ask for a refund."""
    by, now, wish = actor_of(request), clock.now(), posted_field(request, "act", 300)
    queries.by_ref(ref)
    if wish == "cash":
        cash_receipts = []

        def take() -> None:
            mark = posted_field(request, "request", 300)[:40]
            cash_receipts.append(
                services.take_cash(ref=ref, amount=posted_amount(request), by=by, now=now, request=mark)
            )

        if perform_or_explain(request, take, _("Đã thu tiền mặt.")):
            return redirect("payments:receipt", ref=cash_receipts[0].ref)
        return redirect("payments:order", ref=ref)
    wishes = {
        "relief": (
            lambda: services.relieve_order(ref=ref, relief=_posted_relief(request, "amount"), by=by, now=now),
            _("Đã ghi miễn, giảm."),
        ),
        "cancel": (
            lambda: services.cancel_order(ref=ref, why=posted_field(request, "why", 300), by=by, now=now),
            _("Đã hủy khoản thu."),
        ),
        "refund": (
            lambda: services.ask_refund(
                ref=ref, amount=posted_amount(request), why=posted_field(request, "why", 300), by=by, now=now
            ),
            _("Đã gửi đề nghị hoàn trả; người khác sẽ duyệt."),
        ),
    }
    if wish in wishes:
        perform_or_explain(request, *wishes[wish])
    return redirect("payments:order", ref=ref)
