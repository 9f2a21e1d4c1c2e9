"""Orders: one, many, and what its payer may see."""

import hmac
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import F, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from tinhso.blocks.payments.models import Attempt, Entry, Order, Refund
from tinhso.blocks.payments.rights import SEE_PAYMENTS
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused

NOUGHT_NOW = (Order.State.OPEN, Order.State.CANCELLED, Order.State.EXPIRED)


def by_ref(ref: str) -> Order:
    """The order with this reference; refuses an unknown one."""
    order = Order.objects.filter(ref=ref.replace("\0", "")).select_related("unit").first()
    if order is None:
        raise Refused("unknown_order", _("Không có khoản thu nào có mã “%(ref)s”."), ref=ref)
    return order


def locked_order(ref: str) -> Order:
    """The same, held until the transaction ends. Whoever needs more rows of an order takes the order first."""
    by_ref(ref)
    return Order.objects.select_for_update(of=("self",)).select_related("unit").get(ref=ref)


def for_payer(ref: str, secret: str) -> Order:
    """The order for who holds its secret; an unknown one and a wrong secret look the same."""
    order = Order.objects.filter(ref=ref.replace("\0", "")).select_related("unit").first()
    expected_secret = order.secret if order else "-" * 32
    if not hmac.compare_digest(expected_secret.encode(), secret.encode("utf-8", "replace")) or order is None:
        raise Refused("unknown_order", _("Không mở được trang nộp này. Hãy dùng đúng liên kết hoặc mã QR đã nhận."))
    return order


def state_of(order: Order) -> Order.State:
    """The state that an order's amounts give; money lifts an expiry, nothing lifts a cancellation."""
    if order.state == Order.State.CANCELLED or (order.state == Order.State.EXPIRED and order.received == 0):
        return Order.State(order.state)
    if order.refunded and order.net == 0:
        return Order.State.REFUNDED
    if order.net > order.total:
        return Order.State.OVER
    if order.net == order.total:
        return Order.State.PAID
    return Order.State.PART if order.net else Order.State.OPEN


@dataclass(frozen=True)
class OrderFilter:
    """Which orders to list."""

    words: str = ""
    state: str = ""
    channel: str = ""
    since: date | None = None
    until: date | None = None


def visible_orders(actor: Actor, filter: OrderFilter | None = None) -> QuerySet[Order]:
    """The orders of the units where ``actor`` may see payments, newest first."""
    orders = Order.objects.select_related("unit").order_by("-created_at", "-pk")
    if SEE_PAYMENTS not in actor.everywhere:
        orders = orders.filter(unit__in=actor.places(SEE_PAYMENTS))
    order_filter = filter or OrderFilter()
    if order_filter.words:
        word = order_filter.words.strip()
        orders = orders.filter(
            Q(ref__iexact=word)
            | Q(about__icontains=word)
            | Q(title__icontains=word)
            | Q(content__iexact=word)
            | Q(payer_name__icontains=word)
        )
    picked = {"state": order_filter.state, "channel": order_filter.channel}
    orders = orders.filter(**{key: value for key, value in picked.items() if value})
    if order_filter.since:
        orders = orders.filter(created_at__gte=start_of_day(order_filter.since))
    if order_filter.until:
        orders = orders.filter(created_at__lt=start_of_day(order_filter.until + timedelta(days=1)))
    return orders


def start_of_day(day: date) -> datetime:
    """When a day begins in Việt Nam."""
    return datetime.combine(day, time(), clock.VIETNAM)


def to_pay_back(actor: Actor) -> QuerySet[Order]:
    """Orders that hold more than they should, and for which no refund has been asked yet."""
    waiting = Refund.objects.filter(state__in=["asked", "approved"]).values("order")
    over = Q(state=Order.State.OVER) | Q(state=Order.State.CANCELLED, received__gt=F("refunded"))
    return visible_orders(actor).filter(over).exclude(pk__in=waiting)


def overdue_parts(actor: Actor, now: datetime) -> QuerySet[Order]:
    """Orders that were paid in part and whose time is over."""
    return visible_orders(actor).filter(state=Order.State.PART, due_at__lt=now)


def expired_orders(now: datetime) -> QuerySet[Order]:
    """Orders nobody paid in time."""
    return Order.objects.filter(state=Order.State.OPEN, due_at__lt=now)


def last_attempt(order: Order) -> Attempt | None:
    """The newest try at the gateway."""
    return order.attempts.order_by("-pk").first()


def ledger_balance(order: Order) -> int:
    """What the ledger holds for an order, in đồng."""
    return -(Entry.objects.filter(order=order).aggregate(total=Sum("amount"))["total"] or 0)


def last_channel(order: Order) -> Order.Channel:
    """The way by which money came last for an order; ``NONE`` when none ever did."""
    kinds = {"cash": Order.Channel.CASH, "online": Order.Channel.ONLINE, "match": Order.Channel.TRANSFER}
    entry = Entry.objects.filter(order=order, posting__kind__in=kinds).select_related("posting").order_by("-pk").first()
    return kinds[entry.posting.kind] if entry else Order.Channel.NONE


def masked_name(name: str) -> str:
    """A name that who bears it recognises and nobody else learns: ``N*** V*** An``."""
    *before, last = name.split() or [""]
    if not before:
        return f"{last[:1]}***" if last else ""
    return " ".join([*(f"{word[0]}***" for word in before), last])
