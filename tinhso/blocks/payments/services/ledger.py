"""Booking: a posting with its entries, and what it means for the order."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import connection

from tinhso.blocks.audit import services as audit
from tinhso.blocks.outbox import services as outbox
from tinhso.blocks.payments import events, queries
from tinhso.blocks.payments.models import Closing, Entry, Order, Posting
from tinhso.blocks.payments.services.printing import withdraw_slips
from tinhso.blocks.units.models import Unit
from tinhso.kernel import clock, refs
from tinhso.kernel.actor import Actor

DAYS = 741001  # the advisory locks of units' days; the same number is in the database's own guards
Side = tuple[Entry.Pot, int, Order | None]


def book_posting(
    *, kind: Posting.Kind, unit: Unit, source: str, sides: Sequence[Side], by: Actor, now: datetime
) -> Posting:
    """Write one movement down; its sides (pot, đồng, order) sum to nought. The same source is never booked twice."""
    posting = Posting.objects.create(
        ref=refs.new_ref("BT"),
        unit=unit,
        kind=kind,
        day=booking_day(unit, now),
        at=now,
        source=source,
        by=by.ref,
        by_name=by.name,
    )
    Entry.objects.bulk_create(
        Entry(posting=posting, pot=pot, amount=amount, order=order) for pot, amount, order in sides
    )
    return posting


def booking_day(unit: Unit, now: datetime) -> date:
    """The day that something which happens now is booked on: today, or the next day that is not closed yet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s, %s)", [DAYS, unit.pk])
    day = clock.local(now).date()
    closed = set(Closing.objects.filter(unit=unit, day__gte=day).values_list("day", flat=True))
    while day in closed:
        day += timedelta(days=1)
    return day


def update_order(order: Order, *, came: int = 0, went: int = 0, by: Actor, now: datetime, channel: str = "") -> None:
    """Let an order that is held know what was booked for it, and tell who listens what became of it."""
    was, was_settled = order.state, order.is_settled
    order.received += came
    order.refunded += went
    order.state = queries.state_of(order)
    if order.state not in (Order.State.CANCELLED, Order.State.EXPIRED):
        order.closed_at, order.closed_why = None, ""
    if order.is_settled and not was_settled:
        order.paid_at, order.channel = now, channel or order.channel
    elif not order.is_settled and order.state != Order.State.REFUNDED:
        order.paid_at, order.channel = None, ""
    order.save()
    after = {"state": order.state, "received": order.received, "refunded": order.refunded}
    audit.record(by=by, did="booked for order", to=order, before={"state": was}, after=after)
    if went or (was_settled and not order.is_settled):
        withdraw_slips(order, "", by=by, now=now)
    _announce_change(order, was, was_settled, went)


def order_event_fields(order: Order) -> dict[str, object]:
    """What every event of an order tells."""
    return {"ref": order.ref, "about": order.about, "unit": order.unit.ref, "total": order.total}


def _announce_change(order: Order, was: str, was_settled: bool, went: int) -> None:
    about: dict[str, object] = order_event_fields(order)
    if went:
        outbox.emit(events.OrderRefunded(**about, amount=went, net=order.net))  # type: ignore[arg-type]
    elif order.is_settled and not was_settled:
        at = order.paid_at.isoformat() if order.paid_at else ""
        outbox.emit(events.OrderPaid(**about, channel=order.channel, at=at))  # type: ignore[arg-type]
    elif was_settled and not order.is_settled:
        outbox.emit(events.OrderUnpaid(**about, net=order.net))  # type: ignore[arg-type]
    elif order.state == Order.State.PART:
        outbox.emit(events.OrderPartlyPaid(**about, net=order.net))  # type: ignore[arg-type]
    if order.surplus and not went and (order.state != was or order.state == Order.State.CANCELLED):
        outbox.emit(events.OrderOverpaid(**about, net=order.net))  # type: ignore[arg-type]
