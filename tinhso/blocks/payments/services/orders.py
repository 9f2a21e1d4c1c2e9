"""Asking somebody to pay, taking something off, and giving it up."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.outbox import services as outbox
from tinhso.blocks.payments import events, queries
from tinhso.blocks.payments.contract import OrderCharge, OrderLineKind, Relief
from tinhso.blocks.payments.models import Line, Order
from tinhso.blocks.payments.queries import orders as reading
from tinhso.blocks.payments.queries.rules import payment_rules
from tinhso.blocks.payments.rights import ORDER_PAYMENTS, OVERSEE_PAYMENTS, SEE_PAYMENTS
from tinhso.blocks.payments.services.ledger import order_event_fields
from tinhso.blocks.units.models import Unit
from tinhso.kernel import refs
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused

MARK = "TS"  # a transfer's content begins with it, so that a bank's text can be searched
MOST = 10**13  # đồng: what one order may ask for


@transaction.atomic
def place_order(
    *,
    about: str,
    title: str,
    unit: Unit,
    charges: Sequence[OrderCharge],
    by: Actor,
    now: datetime,
    reliefs: Sequence[Relief] = (),
    payer_name: str = "",
    due_at: datetime | None = None,
) -> Order:
    """Ask somebody to pay ``charges`` less ``reliefs`` to ``unit``, for ``about`` (the orderer's own reference).

    Due after the province's number of days unless ``due_at`` says otherwise. An order of which nothing is left to pay
    is paid at once. Refuses without the right "order payments", without a charge, with an amount that is no whole
    number of đồng, and when more would be taken off than there is.
    """
    by.must_be_able_to(ORDER_PAYMENTS, at=unit)
    _check_lines(charges, reliefs)
    total = sum(order_charge.amount for order_charge in charges) - sum(
        applied_relief.amount for applied_relief in reliefs
    )
    if total < 0 or total > MOST:
        raise Refused("bad_total", _("Tổng phải nộp không hợp lệ: %(total)s đồng."), total=total)
    due_at = due_at or now + timedelta(days=payment_rules().order_days)
    fields = {"about": about, "title": title.strip()[:300], "unit": unit, "payer_name": payer_name.strip()[:200]}
    order = _create_order(fields, total, due_at, by, now)
    for charge in charges:
        Line.objects.create(
            order=order, kind=charge.kind, name=charge.name[:200], amount=charge.amount, source=charge.source, at=now
        )
    for relief in reliefs:
        _take_off(order, relief, by, now)
    audit.record(by=by, did="placed order", to=order, after={"total": total, "about": about})
    outbox.emit(events.OrderPlaced(**order_event_fields(order)))  # type: ignore[arg-type]
    if not total:
        _nothing_due(order, now)
    return order


def _create_order(fields: Mapping[str, Any], total: int, due_at: datetime, by: Actor, now: datetime) -> Order:
    return Order.objects.create(
        ref=refs.new_ref("KT", length=12),
        secret=secrets.token_urlsafe(18),
        content=MARK + refs.new_ref("", length=10).removeprefix("-"),
        total=total,
        state=Order.State.OPEN if total else Order.State.PAID,
        paid_at=None if total else now,
        channel="" if total else Order.Channel.NONE,
        due_at=due_at,
        created_at=now,
        created_by=by.ref,
        created_by_name=by.name,
        **fields,
    )


def _check_lines(charges: Sequence[OrderCharge], reliefs: Sequence[Relief]) -> None:
    if not charges:
        raise Refused("no_charge", _("Khoản thu phải có ít nhất một dòng."))
    amounts = [*(order_charge.amount for order_charge in charges), *(relief.amount for relief in reliefs)]
    if any(type(amount) is not int or not 0 <= amount <= MOST for amount in amounts):
        raise Refused("bad_amount", _("Số tiền phải là số nguyên đồng, không âm."))
    if any(charge.kind == OrderLineKind.RELIEF for charge in charges):
        raise Refused("bad_kind", _("Miễn, giảm được ghi riêng, kèm lý do và căn cứ."))
    if any(not charge.name.strip() for charge in charges):
        raise Refused("no_name", _("Mỗi dòng của khoản thu phải có tên."))


def _take_off(order: Order, relief: Relief, by: Actor, now: datetime) -> None:
    if not relief.reason.strip() or not relief.source.strip():
        raise Refused("relief_says_why", _("Miễn, giảm phải có lý do và căn cứ pháp lý."))
    if type(relief.amount) is not int or relief.amount <= 0:
        raise Refused("bad_amount", _("Số tiền phải là số nguyên đồng, không âm."))
    Line.objects.create(
        order=order,
        kind=OrderLineKind.RELIEF,
        name=relief.name[:200] or _("Miễn, giảm"),
        amount=-relief.amount,
        source=relief.source.strip()[:300],
        reason=relief.reason.strip()[:300],
        decided_by=by.ref,
        decided_by_name=by.name,
        at=now,
    )


def _nothing_due(order: Order, now: datetime) -> None:
    event = events.OrderPaid(**order_event_fields(order), channel=Order.Channel.NONE.value, at=now.isoformat())  # type: ignore[arg-type]
    outbox.emit(event)


@transaction.atomic
def relieve_order(*, ref: str, relief: Relief, by: Actor, now: datetime) -> Order:
    """Take something off an order that still waits; needs "oversee payments". Refuses more than is missing."""
    order = reading.locked_order(ref)
    by.must_be_able_to(OVERSEE_PAYMENTS, at=order.unit)
    if not order.is_payable:
        raise Refused("not_payable", _("Khoản thu %(ref)s không còn chờ nộp."), ref=ref)
    if relief.amount > order.missing:
        raise Refused("too_much_relief", _("Không giảm được nhiều hơn số còn phải nộp."))
    before = {"total": order.total}
    _take_off(order, relief, by, now)
    order.total -= relief.amount
    order.state = queries.state_of(order)
    if order.is_settled:
        order.paid_at, order.channel = now, reading.last_channel(order)
    order.save()
    audit.record(
        by=by, did="relieved order", to=order, before=before, after={"total": order.total, "why": relief.reason}
    )
    outbox.emit(events.OrderChanged(**order_event_fields(order)))  # type: ignore[arg-type]
    if order.is_settled:
        outbox.emit(events.OrderPaid(**order_event_fields(order), channel=order.channel, at=now.isoformat()))  # type: ignore[arg-type]
    return order


@transaction.atomic
def cancel_order(*, ref: str, why: str, by: Actor, now: datetime) -> Order:
    """Give an order up; what had come in has to be paid back. Refuses without a reason, and one that is over."""
    order = reading.locked_order(ref)
    by.must_be_able_to(ORDER_PAYMENTS, at=order.unit)
    if not why.strip():
        raise Refused("no_reason", _("Hãy ghi lý do hủy."))
    if order.state in (Order.State.CANCELLED, Order.State.REFUNDED):
        raise Refused("over_already", _("Khoản thu %(ref)s đã kết thúc."), ref=ref)
    before = {"state": order.state}
    order.state, order.closed_at, order.closed_why = Order.State.CANCELLED, now, why.strip()[:300]
    order.save()
    audit.record(
        by=by, did="cancelled order", to=order, before=before, after={"why": order.closed_why, "net": order.net}
    )
    outbox.emit(events.OrderCancelled(**order_event_fields(order), why=order.closed_why, net=order.net))  # type: ignore[arg-type]
    return order


def expire_due(*, by: Actor, now: datetime) -> int:
    """End the orders that nobody paid in time; returns how many. One paid in part stays for somebody to look at."""
    count = 0
    for ref in list(reading.expired_orders(now).values_list("ref", flat=True)[:500]):
        with transaction.atomic():
            order = reading.locked_order(ref)
            by.must_be_able_to(ORDER_PAYMENTS, at=order.unit)
            if order.state == Order.State.OPEN and order.due_at < now:
                order.state, order.closed_at = Order.State.EXPIRED, now
                order.save()
                audit.record(by=by, did="expired order", to=order)
                outbox.emit(events.OrderExpired(**order_event_fields(order)))  # type: ignore[arg-type]
                count += 1
    return count


def look_at(*, ref: str, by: Actor) -> Order:
    """An order with its payer's whole name: needs "see payments", and is written down (Luật 91/2025/QH15)."""
    order = queries.by_ref(ref)
    by.must_be_able_to(SEE_PAYMENTS, at=order.unit)
    audit.record_view(by=by, what=order)
    return order
