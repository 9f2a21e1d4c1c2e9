"""What the desk reads: receipts, refunds, and how much is promised to payers."""

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from tinhso.blocks.payments.models import CashReceipt, Order, Refund
from tinhso.blocks.payments.queries.orders import RIGHT
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused


def promised(order: Order) -> int:
    """What was paid back, or asked or agreed to be, in đồng."""
    held = [Refund.State.ASKED, Refund.State.APPROVED, Refund.State.PAID]
    return order.refunds.filter(state__in=held).aggregate(total=Sum("amount"))["total"] or 0


def receipt(ref: str) -> CashReceipt:
    """One receipt; refuses an unknown one."""
    found = CashReceipt.objects.filter(ref=ref.replace("\0", "")).select_related("order", "unit").first()
    if found is None:
        raise Refused("unknown_receipt", _("Không có biên lai nào có mã “%(ref)s”."), ref=ref)
    return found


def refunds(actor: Actor, *, over: bool = False) -> QuerySet[Refund]:
    """Refunds that wait (or, with ``over``, those that do not), where ``actor`` may see payments, oldest first."""
    waiting = [Refund.State.ASKED, Refund.State.APPROVED]
    found = Refund.objects.select_related("order", "order__unit")
    found = found.exclude(state__in=waiting) if over else found.filter(state__in=waiting)
    if RIGHT not in actor.everywhere:
        found = found.filter(order__unit__in=actor.places(RIGHT))
    return found.order_by("-decided_at" if over else "asked_at", "pk")
