"""One receipt of cash, to be printed; a second person may void it."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tinhso.blocks.payments import services
from tinhso.blocks.payments.pages.params import perform_or_explain
from tinhso.blocks.payments.queries import desk
from tinhso.blocks.payments.rights import OVERSEE_PAYMENTS
from tinhso.kernel import clock
from tinhso.ui.actors import actor_of
from tinhso.ui.downloads import file_response
from tinhso.ui.request_params import posted_field

PDF = "application/pdf"


@require_safe
@login_required
def receipt_page(request: HttpRequest, ref: str) -> HttpResponse:
    """The receipt as the payer gets it."""
    by = actor_of(request)
    cash_receipt = desk.receipt_by_ref(ref)
    order = services.look_at(ref=cash_receipt.order.ref, by=by)
    may_void = (
        cash_receipt.voided_at is None and cash_receipt.by != by.ref and by.can(OVERSEE_PAYMENTS, at=cash_receipt.unit)
    )
    context = {"receipt": cash_receipt, "one": order, "lines": order.lines.all(), "may_void": may_void, "tab": "desk"}
    return render(request, "payments/receipt.html", context)


@require_safe
@login_required
def cash_receipt_pdf(request: HttpRequest, ref: str) -> HttpResponseBase:
    """The receipt as PDF, with the code of the page where anybody can check it."""
    printed_pdf = services.print_receipt(ref=ref, by=actor_of(request), now=clock.now())
    return file_response(
        iter([printed_pdf.content]), name=printed_pdf.name, media_type=PDF, size=len(printed_pdf.content), inline=True
    )


@require_POST
@login_required
def void_receipt(request: HttpRequest, ref: str) -> HttpResponse:
    """Take it back, with a reason."""
    by, why = actor_of(request), posted_field(request, "why", 300)
    cash_receipt = desk.receipt_by_ref(ref)
    perform_or_explain(
        request, lambda: services.void_receipt(ref=ref, why=why, by=by, now=clock.now()), _("Đã hủy biên lai.")
    )
    return redirect("payments:receipt", ref=cash_receipt.ref)
