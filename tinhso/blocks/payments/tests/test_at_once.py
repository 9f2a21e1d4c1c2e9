"""Two at the same order at the same moment, and a process that dies between its commit and its answer."""

import pytest

from tests.support.races import run_at_once
from tinhso.blocks.payments import services
from tinhso.blocks.payments.models import Account, CashReceipt, Order, Posting, Transfer
from tinhso.blocks.payments.queries.orders import ledger_balance, to_pay_back
from tinhso.blocks.payments.tests import makers as a

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_notice_that_arrives_eight_times_at_once_is_booked_once(account: Account) -> None:
    one = a.an_order(account.unit)
    notice = a.a_notice(a.an_attempt(one))

    codes = run_at_once(*[lambda: a.hear(notice).code] * 8)

    assert sorted(map(str, codes)) == ["00", *["02"] * 7]
    assert (a.fresh(one).received, ledger_balance(one), Posting.objects.count()) == (100_000, 100_000, 1)


def test_one_number_of_the_gateway_for_two_orders_at_once_pays_one(account: Account) -> None:
    notices = [a.a_notice(a.an_attempt(a.an_order(account.unit)), vnp_TransactionNo="777") for _time in range(2)]

    codes = run_at_once(*[lambda told=told: a.hear(told).code for told in notices])

    assert "00" in codes
    assert set(codes) <= {"00", "02", "99"}
    assert (len(codes), Posting.objects.count()) == (2, 1)


def test_gateway_and_cashier_at_once_never_lose_money(account: Account) -> None:
    for _time in range(4):
        one = a.an_order(account.unit)
        notice = a.a_notice(a.an_attempt(one))

        def cash(one: Order = one) -> object:
            return services.take_cash(ref=one.ref, amount=100_000, by=a.CASHIER, now=a.NOON).amount

        def tell(notice: dict[str, str] = notice) -> object:
            return a.hear(notice).code

        outcomes = run_at_once(tell, cash)

        paid = a.fresh(one)
        assert "00" in outcomes
        if "not_payable" in outcomes:
            assert (paid.state, paid.received) == ("paid", 100_000)
        else:
            assert (paid.state, paid.received) == ("over", 200_000)
            assert paid in to_pay_back(a.HEAD)


def test_the_gateway_after_the_cashier_makes_it_too_much_and_somebody_sees_it(account: Account) -> None:
    one = a.an_order(account.unit)
    notice = a.a_notice(a.an_attempt(one))
    services.take_cash(ref=one.ref, amount=100_000, by=a.CASHIER, now=a.NOON)

    answer = a.hear(notice)

    assert (answer.code, a.fresh(one).state, list(to_pay_back(a.HEAD))) == ("00", "over", [one])


def test_cashiers_at_once_get_numbers_without_gaps(account: Account) -> None:
    orders = [a.an_order(account.unit, amount=1000) for _time in range(8)]

    run_at_once(
        *[lambda one=one: services.take_cash(ref=one.ref, amount=1000, by=a.CASHIER, now=a.NOON) for one in orders]
    )

    assert sorted(CashReceipt.objects.values_list("number", flat=True)) == list(range(1, 9))


def test_a_notice_and_a_statement_with_the_same_line_at_once_are_one_transfer(account: Account) -> None:
    one = a.an_order(account.unit)
    line = a.a_line(one.content, 100_000)
    content = a.a_csv(line)

    run_at_once(
        lambda: services.hear_bank(bank_bin="970416", number="0123456789", arrived=line, by=a.BANK, now=a.NOON),
        lambda: a.take_in(account, content),
        lambda: a.take_in(account, content),
    )

    assert (Transfer.objects.count(), a.fresh(one).received, a.fresh(one).state) == (1, 100_000, "paid")


def test_a_day_is_signed_with_all_that_was_booked_on_it(account: Account) -> None:
    orders = [a.an_order(account.unit, amount=1000) for _time in range(6)]

    def cash(one: Order) -> object:
        return services.take_cash(ref=one.ref, amount=1000, by=a.CASHIER, now=a.NOON)

    def close() -> object:
        return services.close_day(unit=account.unit, day=a.TODAY, explained="x", by=a.HEAD, now=a.NOON)

    outcomes = run_at_once(close, *[lambda one=one: cash(one) for one in orders])

    closing = next(one for one in outcomes if hasattr(one, "figures"))
    signed = next(way["ledger"] for way in closing.figures["ways"] if way["code"] == "cash")
    assert Posting.objects.count() == 6
    assert signed == 1000 * Posting.objects.filter(day=a.TODAY).count()


def test_who_dies_before_answering_the_gateway_is_asked_again_and_books_nothing_twice(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = a.an_order(account.unit)
    notice = a.a_notice(a.an_attempt(one))

    a.hear(notice)  # committed, and the answer was lost
    again = a.hear(notice)

    assert (again.code, a.fresh(one).received) == ("02", 100_000)


def test_who_dies_before_the_commit_has_booked_nothing_and_the_next_notice_does(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = a.an_order(account.unit)
    notice = a.a_notice(a.an_attempt(one))
    with monkeypatch.context() as dying:
        dying.setattr("tinhso.blocks.payments.services.gateway.update_order", lambda *args, **told: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            a.hear(notice)

    code = a.hear(notice).code

    assert (code, a.fresh(one).received, Posting.objects.count()) == ("00", 100_000, 1)
