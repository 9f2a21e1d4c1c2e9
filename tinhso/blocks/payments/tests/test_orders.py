"""Orders: what is asked for, what is taken off, and when it is over."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from tinhso.blocks.audit import queries as audit
from tinhso.blocks.outbox.models import Announcement
from tinhso.blocks.payments import queries, services
from tinhso.blocks.payments.contract import OrderCharge, OrderLineKind, Relief
from tinhso.blocks.payments.models import Line, Order
from tinhso.blocks.payments.queries.orders import to_pay_back
from tinhso.blocks.payments.tests import makers as a
from tinhso.blocks.units.models import Unit
from tinhso.kernel.actor import NOBODY
from tinhso.kernel.errors import Forbidden, Refused

POOR = Relief("Miễn lệ phí", 30_000, "Hộ nghèo", "NQ 1/2026 (minh họa)")


def names_of(order: Order) -> list[str]:
    """What was announced of it, in order."""
    return list(Announcement.objects.filter(aggregate=order.ref).order_by("pk").values_list("name", flat=True))


def checked() -> None:
    """Let the database check now what it would check at the commit."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def test_an_order_asks_for_its_charges_less_what_is_taken_off(office: Unit) -> None:
    charges = [OrderCharge("Phí", 80_000), OrderCharge("Lệ phí", 30_000, OrderLineKind.CHARGE, "TT 2 (minh họa)")]

    one = a.an_order(office, charges=charges, reliefs=[POOR])

    checked()
    assert (one.total, one.state, one.missing) == (80_000, "open", 80_000)
    assert [line.amount for line in one.lines.all()] == [80_000, 30_000, -30_000]
    assert [line.decided_by for line in one.lines.all()] == ["", "", a.CASHIER.ref]
    assert one.due_at == a.NOON + timedelta(days=10)
    assert names_of(one) == ["payments.OrderPlaced"]
    assert [entry.did for entry in audit.history_of_subject("payments.Order", one.ref)] == ["placed order"]


def test_what_is_wholly_exempt_is_paid_at_once(office: Unit) -> None:
    one = a.an_order(office, amount=30_000, reliefs=[POOR])

    checked()
    assert (one.state, one.channel, one.total) == ("paid", "none", 0)
    assert names_of(one) == ["payments.OrderPlaced", "payments.OrderPaid"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"charges": []}, "no_charge"),
        ({"charges": [OrderCharge("Phí", -1)]}, "bad_amount"),
        ({"charges": [OrderCharge("Phí", 1.5)]}, "bad_amount"),  # type: ignore[arg-type]
        ({"charges": [OrderCharge("Phí", True)]}, "bad_amount"),
        ({"charges": [OrderCharge(" ", 1000)]}, "no_name"),
        ({"charges": [OrderCharge("Miễn", 1000, OrderLineKind.RELIEF)]}, "bad_kind"),
        ({"charges": [OrderCharge("Phí", 10)], "reliefs": [POOR]}, "bad_total"),
        ({"reliefs": [Relief("Miễn", 1000, "", "NQ")]}, "relief_says_why"),
    ],
)
def test_what_makes_no_sense_is_refused(office: Unit, changes: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused, match=code):
        a.an_order(office, **changes)


def test_who_lacks_the_right_orders_nothing(office: Unit) -> None:
    with pytest.raises(Forbidden):
        a.an_order(office, by=a.somebody("x", "see payments"))


def test_a_later_reduction_lowers_the_total_and_may_settle_the_order(office: Unit) -> None:
    one = a.an_order(office)
    services.take_cash(ref=one.ref, amount=70_000, by=a.CASHIER, now=a.NOON)

    with pytest.raises(Refused, match="too_much_relief"):
        services.relieve_order(ref=one.ref, relief=Relief("Giảm", 30_001, "r", "s"), by=a.HEAD, now=a.NOON)
    relieved = services.relieve_order(ref=one.ref, relief=POOR, by=a.HEAD, now=a.NOON)

    checked()
    assert (relieved.total, relieved.state, relieved.channel) == (70_000, "paid", "cash")
    assert names_of(one)[-2:] == ["payments.OrderChanged", "payments.OrderPaid"]


def test_lines_and_totals_cannot_be_written_past_the_services(office: Unit) -> None:
    one = a.an_order(office)
    checked()

    def ask_for_less() -> None:
        Order.objects.filter(pk=one.pk).update(total=1)
        checked()

    with pytest.raises(IntegrityError, match="only grows"), transaction.atomic():
        Line.objects.filter(order=one).update(amount=1)
    with pytest.raises(IntegrityError, match="payments_order_state"), transaction.atomic():
        Order.objects.filter(pk=one.pk).update(state="paid")
    with pytest.raises(IntegrityError, match="disagrees"), transaction.atomic():
        ask_for_less()


def test_nobody_pays_in_time_and_the_order_expires_once(office: Unit) -> None:
    one, paid = a.an_order(office), a.an_order(office)
    services.take_cash(ref=paid.ref, amount=100_000, by=a.CASHIER, now=a.NOON)
    later = a.NOON + timedelta(days=10, seconds=1)

    ended = [services.expire_due(by=a.CASHIER, now=later) for _time in range(2)]

    assert ended == [1, 0]
    assert (a.fresh(one).state, a.fresh(paid).state) == ("expired", "paid")
    assert names_of(one)[-1] == "payments.OrderExpired"


def test_a_cancelled_order_keeps_what_has_to_go_back_in_sight(office: Unit) -> None:
    one = a.an_order(office)
    services.take_cash(ref=one.ref, amount=40_000, by=a.CASHIER, now=a.NOON)

    gone = services.cancel_order(ref=one.ref, why="lập nhầm", by=a.CASHIER, now=a.NOON)

    checked()
    assert (gone.state, gone.surplus) == ("cancelled", 40_000)
    assert list(to_pay_back(a.HEAD)) == [gone]
    with pytest.raises(Refused, match="not_payable"):
        services.take_cash(ref=one.ref, amount=1000, by=a.CASHIER, now=a.NOON)


def test_only_the_secret_opens_the_payers_page(office: Unit) -> None:
    one = a.an_order(office)

    assert queries.for_payer(one.ref, one.secret) == one
    for ref, secret in [(one.ref, "x"), (one.ref, ""), ("KT-KHONGCO", one.secret), ("\0", "é")]:
        with pytest.raises(Refused, match="unknown_order"):
            queries.for_payer(ref, secret)


def test_a_whole_name_is_seen_only_with_the_right_and_leaves_a_trace(office: Unit) -> None:
    one = a.an_order(office)

    with pytest.raises(Forbidden):
        services.look_at(ref=one.ref, by=NOBODY)
    services.look_at(ref=one.ref, by=a.HEAD)

    assert queries.masked_name(one.payer_name) == "N*** T*** H*** Mai"
    assert audit.history_of_subject("payments.Order", one.ref).last().did == "viewed"  # type: ignore[union-attr]
