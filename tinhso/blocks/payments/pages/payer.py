"""The payer's page: for what, how much, how, and what has become of it. Whoever holds the secret sees it."""

from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from tinhso.blocks.messaging import queries as messaging
from tinhso.blocks.payments import queries, services
from tinhso.blocks.payments.models import Order
from tinhso.blocks.payments.queries import gateway, orders, vietqr
from tinhso.kernel import clock
from tinhso.ui.actors import actor_of
from tinhso.ui.downloads import file_response

HEARD = (
    "payments.OrderPaid payments.OrderPartlyPaid payments.OrderOverpaid payments.OrderUnpaid payments.OrderChanged "
    "payments.OrderCancelled payments.OrderExpired payments.OrderRefunded"
)
TONES = {"paid": "good", "over": "warn", "part": "warn", "open": "info", "expired": "bad"}


def _order_of_payer(request: HttpRequest, ref: str) -> Order:
    secret = request.GET.get("k", "") or request.POST.get("k", "")
    return services.open_for_payer(ref=ref, secret=secret, by=actor_of(request), now=clock.now())


@require_safe
@never_cache
def payment_page(request: HttpRequest, ref: str) -> HttpResponse:
    """What is to be paid and how; it changes by itself when the money has come."""
    order = _order_of_payer(request, ref)
    attempt = orders.last_attempt(order)
    mark = f"{order.state}-{order.received}-{order.total}-{attempt.state if attempt else ''}"
    if request.headers.get("HX-Request") and request.GET.get("seen") == mark:
        return HttpResponse(status=204)  # nothing new: what somebody is about to press stays under their hands
    account = vietqr.account_of(order.unit)
    waits = attempt is not None and attempt.state == "started" and attempt.expires_at > clock.now()
    context = {
        "one": order,
        "lines": order.lines.all(),
        "payer": queries.masked_name(order.payer_name),
        "account": account,
        "tone": TONES.get(order.state, ""),
        "is_late": order.is_payable and clock.now() > order.due_at,
        "has_gateway": gateway.is_set_up(),
        "waits_for_gateway": waits and order.is_payable,
        "has_failed": attempt is not None and attempt.state == "failed" and order.is_payable,
        "heard": HEARD,
        "mark": mark,
        "key": urlencode({"k": order.secret}),
        "live_url": _live_address(request, order),
    }
    return render(request, "payments/pay.html", context)


def _live_address(request: HttpRequest, one: Order) -> str:
    """Where the page listens: the holder of an order's secret hears of that order alone."""
    address = messaging.live_address(request.scheme or "http", request.get_host())
    return f"{address}?{urlencode({'order': one.ref, 'k': one.secret})}"


@require_POST
def go_to_gateway(request: HttpRequest, ref: str) -> HttpResponse:
    """To the gateway, with a signed address."""
    by = actor_of(request)
    _order_of_payer(request, ref)
    attempt = services.start_attempt(ref=ref, secret=request.POST.get("k", ""), by=by, now=clock.now())
    back = request.build_absolute_uri(reverse("payments:back"))
    parts = gateway.parts_of(attempt, back=back, address=by.address, language=get_language() or "vi")
    address = gateway.address_of(parts, gateway=settings.PAYMENT_GATEWAY_URL, secret=settings.PAYMENT_GATEWAY_SECRET)
    return redirect(address)


@require_safe
@never_cache
def vietqr_image(request: HttpRequest, ref: str) -> HttpResponse:
    """The VietQR code as a picture."""
    text = vietqr.for_order(_order_of_payer(request, ref))
    if not text:
        raise Http404
    return HttpResponse(vietqr.vietqr_svg(text), content_type="image/svg+xml")


@require_safe
@never_cache
def payment_receipt_page(request: HttpRequest, ref: str) -> HttpResponse:
    """What was paid, to be printed; only of an order that was paid."""
    order = _order_of_payer(request, ref)
    if not order.is_settled:
        return redirect(f"{reverse('payments:pay', args=[order.ref])}?{urlencode({'k': order.secret})}")
    context = {"one": order, "lines": order.lines.all(), "payer": order.payer_name, "receipts": order.receipts.all()}
    return render(request, "payments/proof.html", context | {"key": urlencode({"k": order.secret})})


@require_safe
@never_cache
def payment_receipt_pdf(request: HttpRequest, ref: str) -> HttpResponseBase:
    """The same as PDF, with the code of the page where anybody can check it."""
    order, by = _order_of_payer(request, ref), actor_of(request)
    printed_pdf = services.print_proof(ref=order.ref, secret=order.secret, by=by, now=clock.now())
    return file_response(
        iter([printed_pdf.content]),
        name=printed_pdf.name,
        media_type="application/pdf",
        size=len(printed_pdf.content),
        inline=True,
    )
