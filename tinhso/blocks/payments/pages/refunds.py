"""Refunds that wait for an agreement or for being paid out."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tinhso.blocks.payments import services
from tinhso.blocks.payments.pages.params import perform_or_explain
from tinhso.blocks.payments.queries import desk, orders
from tinhso.blocks.payments.rights import OVERSEE_PAYMENTS, SEE_PAYMENTS, TAKE_PAYMENTS
from tinhso.kernel import clock
from tinhso.ui.actors import actor_of
from tinhso.ui.request_params import posted_field

DONE_SHOWN = 30


@require_safe
@login_required
def refunds_page(request: HttpRequest) -> HttpResponse:
    """What waits, what has to be paid back and nobody has asked for yet, and what was decided lately."""
    by = actor_of(request)
    by.must_be_able_to(SEE_PAYMENTS)
    rows = [
        (
            refund,
            refund.asked_by != by.ref and by.can(OVERSEE_PAYMENTS, at=refund.order.unit),
            by.can(TAKE_PAYMENTS, at=refund.order.unit),
        )
        for refund in desk.visible_refunds(by)
    ]
    context = {
        "rows": rows,
        "surplus": orders.to_pay_back(by)[:100],
        "done": desk.visible_refunds(by, over=True)[:DONE_SHOWN],
        "tab": "refunds",
    }
    return render(request, "payments/refunds.html", context)


@require_POST
@login_required
def act_on_refund(request: HttpRequest, ref: str) -> HttpResponse:
    """Agree, refuse, or write down that it was paid out."""
    by, now, wish, why = (
        actor_of(request),
        clock.now(),
        posted_field(request, "act", 300),
        posted_field(request, "why", 300),
    )
    by.must_be_able_to(SEE_PAYMENTS)
    if wish == "pay":
        way, bank_ref = posted_field(request, "way", 300), posted_field(request, "bank_ref", 300)
        perform_or_explain(
            request,
            lambda: services.pay_refund(ref=ref, way=way, bank_ref=bank_ref, by=by, now=now),
            _("Đã ghi việc chi trả."),
        )
    elif wish in ("agree", "refuse"):
        agree = wish == "agree"
        perform_or_explain(
            request,
            lambda: services.decide_refund(ref=ref, agree=agree, why=why, by=by, now=now),
            _("Đã duyệt hoàn trả.") if agree else _("Đã ghi không duyệt."),
        )
    return redirect("payments:refunds")
