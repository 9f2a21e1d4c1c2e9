"""Money of a case: asked for, waited for with the clock standing still, and heard of when it is all there."""

from datetime import timedelta

import pytest

from tinhso.blocks.cases import jobs, services
from tinhso.blocks.cases.contract import Status
from tinhso.blocks.cases.models import Case, Pause
from tinhso.blocks.cases.tests import makers
from tinhso.blocks.payments import services as payments
from tinhso.blocks.payments.contract import OrderCharge
from tinhso.blocks.payments.events import OrderPaid
from tinhso.blocks.payments.models import Order
from tinhso.blocks.units.models import Unit
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Forbidden, Refused

pytestmark = pytest.mark.django_db
MONDAY = makers.MONDAY
FEE = OrderCharge("Lệ phí", 50_000)


@pytest.fixture
def commune() -> Unit:
    return makers.a_unit("28777", "Xã An")


def _cashier(unit: Unit) -> Actor:
    return makers.an_actor("cashier", "Thủ quỹ", ["take payments", "see payments"], unit)


def _heard(order: Order) -> None:
    """The event of an order that was paid, as the outbox delivers it."""
    jobs.money_arrived(
        OrderPaid(ref=order.ref, about=order.about, unit=order.unit.ref, total=order.total, channel="cash", at="")
    )


def test_the_clock_stands_still_until_all_the_money_is_there_and_a_repeated_notice_changes_nothing(
    commune: Unit,
) -> None:
    case = makers.received(commune)
    order = services.ask_payment(
        code=case.code, step=makers.step_of(case), charges=[FEE], by=makers.an_officer(commune), now=MONDAY
    )
    case.refresh_from_db()
    assert (case.status, order.payer_name, order.total) == (Status.AWAITING_PAYMENT, makers.SOMEBODY.name, 50_000)

    _heard(order)  # nothing is there yet
    assert Case.objects.get(pk=case.pk).status == Status.AWAITING_PAYMENT
    payments.take_cash(ref=order.ref, amount=50_000, by=_cashier(commune), now=clock.now())
    _heard(order)
    _heard(order)

    case.refresh_from_db()
    assert case.status == Status.RECEIVED
    assert [entry.did for entry in case.entries.order_by("number")][-1] == "paid"
    assert Pause.objects.get(case=case).until is not None


def test_the_desk_orders_what_the_procedure_costs_once_and_the_clock_runs_on(commune: Unit) -> None:
    case = makers.received(commune)
    receiver = makers.a_receiver(commune)

    order = services.order_fees(code=case.code, by=receiver, now=MONDAY)
    with pytest.raises(Refused, match="ordered_already"):
        services.order_fees(code=case.code, by=receiver, now=MONDAY)

    case.refresh_from_db()
    assert (order.total, case.status) == (50_000, Status.RECEIVED)
    assert services.payments_of(case) == [order]


def test_nobody_asks_for_money_on_a_dossier_that_is_not_theirs(commune: Unit) -> None:
    elsewhere = makers.a_unit("28778", "Xã Bình")
    case = makers.received(commune)

    with pytest.raises(Forbidden):
        services.ask_payment(
            code=case.code, step=makers.step_of(case), charges=[FEE], by=makers.an_officer(elsewhere), now=MONDAY
        )
    with pytest.raises(Forbidden):
        services.order_fees(code=case.code, by=makers.a_receiver(elsewhere), now=MONDAY)

    assert not Order.objects.exists()


def test_a_promise_that_waits_for_money_moves_on_by_the_days_that_it_waited(commune: Unit) -> None:
    case = makers.received(commune)
    order = services.ask_payment(
        code=case.code, step=makers.step_of(case), charges=[FEE], by=makers.an_officer(commune), now=MONDAY
    )
    payments.take_cash(ref=order.ref, amount=50_000, by=_cashier(commune), now=clock.now())

    services.money_arrived(about=order.about, by=jobs.FOLLOWER, now=MONDAY + timedelta(days=2))

    case.refresh_from_db()
    assert case.due_at is not None
    assert case.first_due_at is not None
    assert case.due_at > case.first_due_at


def test_a_cancelled_order_holds_nothing_up_and_the_desk_says_how_it_was_paid(commune: Unit) -> None:
    case = makers.received(commune)
    order = services.ask_payment(
        code=case.code, step=makers.step_of(case), charges=[FEE], by=makers.an_officer(commune), now=MONDAY
    )
    receiver = makers.a_receiver(commune)
    with pytest.raises(Refused, match="still_payable"):
        services.paid_elsewhere(code=case.code, how="Đã miễn", by=receiver, now=MONDAY)
    chief = makers.an_actor("chief", "Kế toán", ["order payments", "oversee payments"], commune)
    payments.cancel_order(ref=order.ref, why="Được miễn", by=chief, now=clock.now())

    with pytest.raises(Forbidden):
        services.paid_elsewhere(code=case.code, how="Đã miễn", by=makers.an_officer(commune), now=MONDAY)
    services.paid_elsewhere(code=case.code, how="Được miễn theo quy định", by=receiver, now=MONDAY)

    case.refresh_from_db()
    assert case.status == Status.RECEIVED
