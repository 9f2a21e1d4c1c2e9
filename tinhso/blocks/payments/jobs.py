"""Timed work of payments, what open pages hear, and who may listen without a log-in."""

from collections.abc import Mapping

from procrastinate.contrib.django import app

from tinhso.blocks.indicators import services as indicators
from tinhso.blocks.messaging.contract import Pass, register_live_event, register_live_key
from tinhso.blocks.outbox.contract import register_listener
from tinhso.blocks.payments import events, queries, services
from tinhso.blocks.payments.rights import ORDER_PAYMENTS, SEE_PAYMENTS
from tinhso.kernel import clock
from tinhso.kernel.actor import program_actor
from tinhso.kernel.errors import Refused

KEEPER = program_actor("payments", rights=[ORDER_PAYMENTS])
OF_ORDER = (
    events.OrderPlaced,
    events.OrderPaid,
    events.OrderPartlyPaid,
    events.OrderOverpaid,
    events.OrderUnpaid,
    events.OrderChanged,
    events.OrderCancelled,
    events.OrderExpired,
    events.OrderRefunded,
)
for _event in (*OF_ORDER, events.TransferArrived, events.DayClosed):
    register_live_event(_event, right=SEE_PAYMENTS)


@register_live_key
def payer_pass(asked: Mapping[str, str]) -> Pass | None:
    """Who holds an order's secret hears what happens to that order."""
    if "order" not in asked:
        return None
    try:
        order = queries.for_payer(asked["order"], asked.get("k", ""))
    except Refused:
        return None
    return Pass(order.ref, frozenset(event.name for event in OF_ORDER))


@app.periodic(cron="*/10 * * * *")
@app.task(name="payments.expire", queueing_lock="payments.expire")
def expire_orders(timestamp: int) -> None:
    """End the orders that nobody paid in time."""
    services.expire_due(by=KEEPER, now=clock.now())


@register_listener(events.OrderPaid)
def compute_again(event: events.OrderPaid) -> None:
    """What was paid reaches the operations centre with the next refresh."""
    indicators.ask_for_refresh()
