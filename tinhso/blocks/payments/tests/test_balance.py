"""Whatever happens to an order, in whatever sequence: the ledger balances, and the order says what the ledger says."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tinhso.blocks.payments import queries, services
from tinhso.blocks.payments.contract import Relief
from tinhso.blocks.payments.models import Account, CashReceipt, Entry, Order, Refund, Transfer
from tinhso.blocks.payments.queries import statements
from tinhso.blocks.payments.queries.desk import promised_refunds
from tinhso.blocks.payments.tests import makers as a
from tinhso.blocks.payments.tests.test_orders import checked
from tinhso.kernel.errors import Refused

AMOUNTS = st.integers(1, 150_000)
OTHERS = ["start", "confirm", "fail", "void", "agree", "pay", "cancel", "expire", "close"]
ACTS = st.one_of(
    st.tuples(st.sampled_from(["cash", "transfer", "relief", "refund"]), AMOUNTS),
    st.tuples(st.sampled_from(OTHERS), st.just(0)),
)


class Story:
    """One order and what is done to it; what the rules refuse changes nothing."""

    def __init__(self, account: Account) -> None:
        self.account, self.order, self.now, self.count = account, a.an_order(account.unit), a.NOON, 0

    def act(self, what: str, amount: int) -> None:
        """Do one thing, an hour after the last."""
        self.now += timedelta(hours=1)
        self.count += 1
        try:
            with transaction.atomic():
                getattr(self, what)(amount)
                checked()
        except Refused:
            pass

    def told(self) -> dict[str, Any]:
        return {"by": a.CASHIER, "now": self.now}

    def cash(self, amount: int) -> None:
        services.take_cash(ref=self.order.ref, amount=amount, **self.told())

    def transfer(self, amount: int) -> None:
        line = a.a_line(self.order.content, amount, bank_ref=f"FT{self.count}")
        services.hear_bank(bank_bin="970416", number="0123456789", arrived=line, by=a.BANK, now=self.now)

    def relief(self, amount: int) -> None:
        services.relieve_order(ref=self.order.ref, relief=Relief("Giảm", amount, "r", "s"), by=a.HEAD, now=self.now)

    def refund(self, amount: int) -> None:
        services.ask_refund(ref=self.order.ref, amount=amount, why="w", **self.told())

    def start(self, _amount: int) -> None:
        services.start_attempt(ref=self.order.ref, secret=self.order.secret, **self.told())

    def confirm(self, _amount: int) -> None:
        for attempt in self.order.attempts.all():
            a.hear(a.a_notice(attempt), self.now)

    def fail(self, _amount: int) -> None:
        for attempt in self.order.attempts.all():
            a.hear(a.a_notice(attempt, vnp_ResponseCode="24"), self.now)

    def void(self, _amount: int) -> None:
        for receipt in CashReceipt.objects.filter(order=self.order, voided_at=None)[:1]:
            services.void_receipt(ref=receipt.ref, why="w", by=a.HEAD, now=self.now)

    def agree(self, _amount: int) -> None:
        for refund in Refund.objects.filter(order=self.order, state="asked")[:1]:
            services.decide_refund(ref=refund.ref, agree=True, by=a.HEAD, now=self.now)

    def pay(self, _amount: int) -> None:
        for refund in Refund.objects.filter(order=self.order, state="approved")[:1]:
            services.pay_refund(ref=refund.ref, way="cash", **self.told())

    def cancel(self, _amount: int) -> None:
        services.cancel_order(ref=self.order.ref, why="w", **self.told())

    def expire(self, _amount: int) -> None:
        services.expire_due(by=a.CASHIER, now=self.now + timedelta(days=30))

    def close(self, _amount: int) -> None:
        day = self.now.date()
        services.close_day(unit=self.account.unit, day=day, explained="x", by=a.HEAD, now=self.now)


@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(ACTS, max_size=14))
def test_the_ledger_always_balances(account: Account, acts: list[tuple[str, int]]) -> None:
    with transaction.atomic():
        story = Story(account)
        for what, amount in acts:
            story.act(what, amount)

        one = Order.objects.get(pk=story.order.pk)
        pots = dict(Entry.objects.values_list("pot").annotate(sum=Sum("amount")))
        waiting = Transfer.objects.filter(state__in=["late", "unmatched"]).aggregate(sum=Sum("amount"))["sum"] or 0
        assert sum(pots.values()) == 0
        assert queries.ledger_balance(one) == one.net
        assert -pots.get("unmatched", 0) == waiting
        assert 0 <= one.refunded <= promised_refunds(one) <= one.received
        assert queries.state_of(one) == one.state
        numbers = CashReceipt.objects.order_by("number").values_list("number", flat=True)
        assert list(numbers) == list(range(1, len(numbers) + 1))
        transaction.set_rollback(True)


@given(
    amount=st.integers(-(10**13), 10**13),
    mark=st.sampled_from(["", ".", ","]),
    tail=st.sampled_from(["", " VND", "đ", ".00"]),
)
def test_an_amount_is_read_however_a_bank_writes_it(amount: int, mark: str, tail: str) -> None:
    written = f"{amount:,}".replace(",", mark) + (tail if not (tail == ".00" and mark == ".") else ",00")

    assert statements.amount_of(written) == amount
    assert statements.amount_of(amount) == amount


@given(st.text())
def test_no_text_breaks_the_reading_of_a_cell(words: str) -> None:
    amount, day = statements.amount_of(words), statements.day_of(words)

    assert amount is None or abs(amount) <= 10**13
    assert day is None or day.year >= 1
