"""What the desk reads: receipts, refunds, and how much is promised to payers."""

from dataclasses import dataclass
from datetime import date, datetime
from operator import itemgetter

from django.db.models import DateField, F, QuerySet, Sum, Value
from django.utils.translation import gettext as _

from tinhso.blocks.payments.models import Attempt, CashReceipt, Order, Refund, Transfer
from tinhso.blocks.payments.rights import SEE_PAYMENTS
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused

PROMISED = (Refund.State.ASKED, Refund.State.APPROVED, Refund.State.PAID)


def promised_refunds(order: Order) -> int:
    """What was paid back, or asked or agreed to be, in đồng."""
    return order.refunds.filter(state__in=PROMISED).aggregate(total=Sum("amount"))["total"] or 0


@dataclass(frozen=True)
class Movement:
    """A try at the gateway or a transfer at the bank. ``number`` is theirs, ``day`` the bank's, ``told_at`` when they
    said how it went."""

    ref: str
    number: str
    amount: int
    state: str
    day: date | None
    at: datetime
    told_at: datetime | None


def order_movements(order: Order) -> tuple[list[Movement], list[Movement]]:
    """Tries at the gateway, and transfers at the bank, of an order: each in its order, both in one statement."""
    no_day = Value(None, output_field=DateField())
    tries = order.attempts.order_by().annotate(way=Value("gateway"), own=F("txn_ref"), on=no_day)
    transfers = order.transfers.order_by().annotate(way=Value("bank"))
    rows = tries.values_list("way", "pk", "own", "txn_ref", "amount", "state", "on", "started_at", "answered_at").union(
        transfers.values_list("way", "pk", "ref", "bank_ref", "amount", "state", "day", "at", "told_at"), all=True
    )
    labels = {"gateway": dict(Attempt.State.choices), "bank": dict(Transfer.State.choices)}
    movements_by_key: dict[str, list[Movement]] = {"gateway": [], "bank": []}
    for way, _pk, ref, number, amount, state, day, at, told_at in sorted(rows, key=itemgetter(0, 1)):
        movements_by_key[way].append(Movement(ref, number, amount, str(labels[way][state]), day, at, told_at))
    return movements_by_key["gateway"], movements_by_key["bank"]


def receipt_by_ref(ref: str) -> CashReceipt:
    """One receipt; refuses an unknown one."""
    cash_receipt = CashReceipt.objects.filter(ref=ref.replace("\0", "")).select_related("order", "unit").first()
    if cash_receipt is None:
        raise Refused("unknown_receipt", _("Không có biên lai nào có mã “%(ref)s”."), ref=ref)
    return cash_receipt


def visible_refunds(actor: Actor, *, over: bool = False) -> QuerySet[Refund]:
    """Refunds that wait (or, with ``over``, those that do not), where ``actor`` may see payments, oldest first."""
    waiting = [Refund.State.ASKED, Refund.State.APPROVED]
    refunds = Refund.objects.select_related("order", "order__unit")
    refunds = refunds.exclude(state__in=waiting) if over else refunds.filter(state__in=waiting)
    if SEE_PAYMENTS not in actor.everywhere:
        refunds = refunds.filter(order__unit__in=actor.places(SEE_PAYMENTS))
    return refunds.order_by("-decided_at" if over else "asked_at", "pk")
