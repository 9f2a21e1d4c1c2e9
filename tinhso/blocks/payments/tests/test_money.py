"""Money by each way: taken once, booked in balance, kept in sight where it does not fit."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from tinhso.blocks.audit.models import Entry as AuditEntry
from tinhso.blocks.outbox.models import Announcement
from tinhso.blocks.payments import services
from tinhso.blocks.payments.models import Account, CashReceipt, Entry, Posting, Refund, Transfer
from tinhso.blocks.payments.queries import days, transfers
from tinhso.blocks.payments.queries.orders import ledger_balance, to_pay_back
from tinhso.blocks.payments.services.transfers import ArrivedTransfer
from tinhso.blocks.payments.tests import makers as a
from tinhso.blocks.payments.tests.test_orders import checked, names_of
from tinhso.blocks.units.models import Unit
from tinhso.kernel.errors import Forbidden, Refused


def test_the_gateways_notice_pays_an_order_once_however_often_it_comes(office: Unit) -> None:
    one = a.an_order(office)
    notice = a.a_notice(a.an_attempt(one))

    codes = [a.hear(notice).code for _time in range(3)]

    checked()
    paid = a.fresh(one)
    assert codes == ["00", "02", "02"]
    assert (paid.state, paid.channel, paid.received, ledger_balance(one)) == ("paid", "online", 100_000, 100_000)
    assert names_of(one).count("payments.OrderPaid") == 1
    assert AuditEntry.objects.filter(did="refused gateway notice").count() == 2


def test_each_wrong_notice_has_its_own_answer_and_changes_nothing(office: Unit) -> None:
    attempt = a.an_attempt(a.an_order(office))
    forged = a.a_notice(attempt) | {"vnp_Amount": "100"}
    notices = {
        "97": [forged, a.a_notice(attempt, secret="guessed"), {}, a.a_notice(attempt, vnp_TmnCode="OTHER")],
        "01": [a.a_notice(attempt, vnp_TxnRef="GDKHONGCO")],
        "04": [a.a_notice(attempt, vnp_Amount="100"), a.a_notice(attempt, vnp_Amount="10000000.0")],
    }

    answers = {code: {a.hear(told).code for told in given} for code, given in notices.items()}

    assert answers == {code: {code} for code in notices}
    assert not Posting.objects.exists()
    assert AuditEntry.objects.filter(did="refused gateway notice").count() == 7


def test_a_failure_pays_nothing_and_a_success_after_it_is_money_all_the_same(office: Unit) -> None:
    one = a.an_order(office)
    attempt = a.an_attempt(one)

    failed = a.hear(a.a_notice(attempt, vnp_ResponseCode="24", vnp_TransactionStatus="02"))
    between = a.fresh(one).state
    paid = a.hear(a.a_notice(attempt))
    late_failure = a.hear(a.a_notice(attempt, vnp_ResponseCode="24", vnp_TransactionStatus="02"))

    assert [failed.code, paid.code, late_failure.code] == ["00", "00", "02"]
    assert (between, a.fresh(one).state) == ("open", "paid")


def test_one_number_of_the_gateway_never_pays_two_orders(office: Unit) -> None:
    first, second = (a.an_attempt(a.an_order(office)) for _time in range(2))

    codes = [a.hear(a.a_notice(one, vnp_TransactionNo="777")).code for one in (first, second)]

    assert codes == ["00", "02"]


def test_money_of_the_gateway_lifts_an_expiry_but_not_a_cancellation(office: Unit) -> None:
    slow, given_up = a.an_order(office), a.an_order(office)
    notices = [a.a_notice(a.an_attempt(one)) for one in (slow, given_up)]
    services.cancel_order(ref=given_up.ref, why="rút hồ sơ", by=a.CASHIER, now=a.NOON)
    services.expire_due(by=a.CASHIER, now=a.NOON + timedelta(days=11))

    codes = [a.hear(notice).code for notice in notices]

    checked()
    assert codes == ["00", "00"]
    assert (a.fresh(slow).state, a.fresh(given_up).state) == ("paid", "cancelled")
    assert list(to_pay_back(a.HEAD)) == [given_up]


def test_cash_gets_numbers_without_gaps_and_never_more_than_is_missing(office: Unit) -> None:
    one, other = a.an_order(office), a.an_order(office)
    first = services.take_cash(ref=one.ref, amount=60_000, by=a.CASHIER, now=a.NOON)
    with pytest.raises(Refused, match="too_much"):
        services.take_cash(ref=one.ref, amount=40_001, by=a.CASHIER, now=a.NOON)
    second = services.take_cash(ref=one.ref, amount=40_000, by=a.CASHIER, now=a.NOON)
    new_year = services.take_cash(ref=other.ref, amount=100, by=a.CASHIER, now=a.NOON + timedelta(days=40))

    checked()
    assert [str(first), str(second), str(new_year)] == ["000001/2026", "000002/2026", "000001/2027"]
    assert (a.fresh(one).state, a.fresh(one).channel) == ("paid", "cash")
    assert names_of(one) == ["payments.OrderPlaced", "payments.OrderPartlyPaid", "payments.OrderPaid"]


def test_a_second_person_voids_a_receipt_with_a_reason_once(office: Unit) -> None:
    one = a.an_order(office)
    receipt = services.take_cash(ref=one.ref, amount=100_000, by=a.CASHIER, now=a.NOON)
    with pytest.raises(Forbidden, match="four_eyes"):
        services.void_receipt(ref=receipt.ref, why="nhầm", by=a.CASHIER, now=a.NOON)
    with pytest.raises(Refused, match="no_reason"):
        services.void_receipt(ref=receipt.ref, why=" ", by=a.HEAD, now=a.NOON)

    services.void_receipt(ref=receipt.ref, why="nhầm người", by=a.HEAD, now=a.NOON)

    checked()
    assert (a.fresh(one).state, ledger_balance(one), days.cash_of(office, a.TODAY)) == ("open", 0, 0)
    assert names_of(one)[-1] == "payments.OrderUnpaid"
    with pytest.raises(Refused, match="voided_already"):
        services.void_receipt(ref=receipt.ref, why="nữa", by=a.HEAD, now=a.NOON)
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        CashReceipt.objects.update(amount=1)


def test_a_refund_is_asked_agreed_by_another_and_paid_once(office: Unit) -> None:
    one = a.an_order(office)
    services.take_cash(ref=one.ref, amount=100_000, by=a.CASHIER, now=a.NOON)
    asked = services.ask_refund(ref=one.ref, amount=100_000, why="hồ sơ bị trả", by=a.CASHIER, now=a.NOON)
    with pytest.raises(Refused, match="more_than_came"):
        services.ask_refund(ref=one.ref, amount=1, why="nữa", by=a.CASHIER, now=a.NOON)
    with pytest.raises(Refused, match="not_approved"):
        services.pay_refund(ref=asked.ref, way="cash", by=a.CASHIER, now=a.NOON)
    with pytest.raises(Forbidden, match="four_eyes"):
        services.decide_refund(ref=asked.ref, agree=True, by=a.CASHIER, now=a.NOON)
    services.decide_refund(ref=asked.ref, agree=True, by=a.HEAD, now=a.NOON)
    with pytest.raises(Refused, match="no_bank_ref"):
        services.pay_refund(ref=asked.ref, way="bank", by=a.CASHIER, now=a.NOON)

    services.pay_refund(ref=asked.ref, way="cash", by=a.CASHIER, now=a.NOON)

    checked()
    done = a.fresh(one)
    assert (done.state, done.net, ledger_balance(one)) == ("refunded", 0, 0)
    assert names_of(one)[-1] == "payments.OrderRefunded"
    with pytest.raises(Refused, match="not_approved"):
        services.pay_refund(ref=asked.ref, way="cash", by=a.CASHIER, now=a.NOON)


def test_the_database_itself_refuses_to_promise_more_than_came(office: Unit) -> None:
    one = a.an_order(office)

    def promise() -> None:
        Refund.objects.create(ref="HT-X", order=one, amount=1, why="x", asked_at=a.NOON, asked_by="x")
        checked()

    with pytest.raises(IntegrityError, match="disagrees"), transaction.atomic():
        promise()


@pytest.mark.parametrize(
    ("amount", "state", "order_state"),
    [(100_000, "exact", "paid"), (99_999, "under", "part"), (100_001, "over", "over")],
)
def test_a_transfer_finds_its_order_by_its_content(account: Account, amount: int, state: str, order_state: str) -> None:
    one = a.an_order(account.unit)
    words = f"MBVCB.99. {one.content[:5].lower()} {one.content[5:]} nop phi.CT tu 001"

    a.take_in(account, a.a_csv(a.a_line(words, amount)))

    checked()
    row = Transfer.objects.get()
    assert (row.state, a.fresh(one).state, row.order) == (state, order_state, one)


def test_money_that_fits_nowhere_waits_in_sight(account: Account) -> None:
    gone = a.an_order(account.unit)
    services.cancel_order(ref=gone.ref, why="rút", by=a.CASHIER, now=a.NOON)
    elsewhere = a.an_order(a.an_office("khac"))
    two = f"{a.an_order(account.unit).content} {a.an_order(account.unit).content}"
    lines = [
        a.a_line(words, 100_000, bank_ref=words[:8])
        for words in (gone.content, elsewhere.content, two, "tien dien", "TSAAAAAAAAAA")
    ]

    a.take_in(account, a.a_csv(*lines))

    checked()
    states = dict(Transfer.objects.values_list("bank_ref", "state"))
    assert states.pop(gone.content[:8]) == "late"
    assert set(states.values()) == {"unmatched"}
    assert transfers.transfers_to_check(a.HEAD).count() == 5
    assert Entry.objects.filter(pot="orders").count() == 0


def test_the_same_file_twice_and_the_same_line_as_a_notice_change_nothing(account: Account) -> None:
    one = a.an_order(account.unit)
    line = a.a_line(one.content, 100_000)
    told = services.hear_bank(bank_bin="970416", number="0123456789", arrived=line, by=a.BANK, now=a.NOON)
    again = services.hear_bank(bank_bin="970416", number="0123456789", arrived=line, by=a.BANK, now=a.NOON)

    imports = [a.take_in(account, a.a_csv(line)), a.take_in(account, a.a_workbook(line), name="sao-ke.xlsx")]

    checked()
    assert (told[1], again[1], imports) == (True, False, [(0, 1), (0, 1)])
    assert (a.fresh(one).received, Posting.objects.filter(kind="transfer").count()) == (100_000, 1)
    assert Transfer.objects.get().statement is not None


def test_a_known_number_with_another_amount_is_a_fault(account: Account) -> None:
    a.take_in(account, a.a_csv(a.a_line("x", 100_000)))

    held = services.hold_statement(
        account=account, file_name="x.csv", content=a.a_csv(a.a_line("x", 5)), by=a.CASHIER, now=a.NOON
    )

    assert held.statement is None
    assert "100000" in held.reading.faults[0].why


def test_faults_of_a_statement_are_named_by_row_and_nothing_is_taken_in(account: Account) -> None:
    rows = a.a_csv(a.a_line("x", 1000), a.a_line("y", 2000)) + b"FT9,32/13/2026,12.5,z,\n,,5000,,\n"

    held = services.hold_statement(account=account, file_name="x.csv", content=rows, by=a.CASHIER, now=a.NOON)

    assert held.statement is None
    assert [fault.row for fault in held.reading.faults] == [3, 4, 4, 5, 5]
    assert not Transfer.objects.exists()


def test_a_match_by_hand_says_why_and_above_the_limit_needs_a_second_person(account: Account) -> None:
    small, big = a.an_order(account.unit), a.an_order(account.unit, amount=600_000)
    lines = [a.a_line("phi", 100_000, bank_ref="S"), a.a_line("phi", 600_000, bank_ref="B")]
    a.take_in(account, a.a_csv(*lines))
    refs = dict(Transfer.objects.values_list("bank_ref", "ref"))
    with pytest.raises(Refused, match="no_reason"):
        services.propose_match(ref=refs["S"], order=small.ref, reason="", by=a.CASHIER, now=a.NOON)

    services.propose_match(ref=refs["S"], order=small.ref, reason="gọi hỏi", by=a.CASHIER, now=a.NOON)
    services.propose_match(ref=refs["B"], order=big.ref, reason="gọi hỏi", by=a.CASHIER, now=a.NOON)
    waits = a.fresh(big).state
    with pytest.raises(Forbidden, match="four_eyes"):
        services.decide_match(ref=refs["B"], agree=True, by=a.CASHIER, now=a.NOON)
    services.decide_match(ref=refs["B"], agree=True, by=a.HEAD, now=a.NOON)

    checked()
    assert (a.fresh(small).state, waits, a.fresh(big).state) == ("paid", "open", "paid")


def test_a_closed_day_stays_as_it_was_signed_and_later_money_goes_to_the_next(account: Account) -> None:
    office = account.unit
    one, other = a.an_order(office), a.an_order(office)
    services.take_cash(ref=one.ref, amount=100_000, by=a.CASHIER, now=a.NOON)
    attempt = a.an_attempt(other)
    with pytest.raises(Refused, match="not_explained"):
        services.close_day(unit=office, day=a.TODAY, by=a.HEAD, now=a.NOON)
    services.count_cash(unit=office, counted=100_000, by=a.CASHIER, now=a.NOON)
    closing = services.close_day(unit=office, day=a.TODAY, explained="cổng chưa báo", by=a.HEAD, now=a.NOON)
    signed = days.day_of(office, a.TODAY)

    a.hear(a.a_notice(attempt))

    assert [one["code"] for one in closing.differences] == ["gateway_silent"]
    assert days.day_of(office, a.TODAY) == signed
    assert Posting.objects.get(kind="online").day == a.TODAY + timedelta(days=1)
    with pytest.raises(IntegrityError, match="closed"), transaction.atomic():
        Posting.objects.create(ref="x", unit=office, kind="cash", day=a.TODAY, at=a.NOON, source="y", by="z")
    with pytest.raises(IntegrityError, match="only grows"), transaction.atomic():
        closing.delete()
    with pytest.raises(Refused, match="closed_already"):
        services.close_day(unit=office, day=a.TODAY, by=a.HEAD, now=a.NOON)
    with pytest.raises(Refused, match="day_to_come"):
        services.close_day(unit=office, day=a.TODAY + timedelta(days=1), by=a.HEAD, now=a.NOON)


def test_the_day_lists_what_differs_between_papers_bank_and_drawer(account: Account) -> None:
    office = account.unit
    one = a.an_order(office)
    services.take_cash(ref=one.ref, amount=60_000, by=a.CASHIER, now=a.NOON)
    services.count_cash(unit=office, counted=50_000, by=a.CASHIER, now=a.NOON)
    services.hear_bank(bank_bin="970416", number="0123456789", arrived=a.a_line("la", 7_000), by=a.BANK, now=a.NOON)

    found = days.day_of(office, a.TODAY)

    told = {one.code: one.amount for one in found.differences}
    assert told == {"cash_differs": -10_000, "not_in_statement": 7_000, "transfer_unmatched": 7_000, "no_statement": 0}
    assert {way.code: (way.count, way.papers, way.ledger) for way in found.ways if way.count} == {
        "cash": (1, 60_000, 60_000),
        "transfer": (1, 7_000, 7_000),
    }


def test_the_ledger_refuses_what_does_not_balance_and_what_is_changed(office: Unit) -> None:
    one = a.an_order(office)
    services.take_cash(ref=one.ref, amount=100_000, by=a.CASHIER, now=a.NOON)
    posting = Posting.objects.get()

    def slip_in() -> None:
        Entry.objects.create(posting=posting, pot="cash", amount=1)
        checked()

    for change in (Entry.objects.all().delete, lambda: Entry.objects.update(amount=2), Posting.objects.all().delete):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    with pytest.raises(IntegrityError, match="sum to nought"), transaction.atomic():
        slip_in()


def test_a_notice_of_a_bank_needs_a_known_account_and_its_own_right(account: Account) -> None:
    line = ArrivedTransfer("FT1", date(2026, 11, 25), 1000)

    with pytest.raises(Refused, match="unknown_account"):
        services.hear_bank(bank_bin="970416", number="999", arrived=line, by=a.BANK, now=a.NOON)
    with pytest.raises(Forbidden):
        services.hear_bank(bank_bin="970416", number="0123456789", arrived=line, by=a.HEAD, now=a.NOON)

    assert not Announcement.objects.filter(name="payments.TransferArrived").exists()


def test_a_form_for_a_part_of_the_money_that_is_sent_twice_takes_it_once(office: Unit) -> None:
    order = a.an_order(office)

    first = services.take_cash(ref=order.ref, amount=30_000, by=a.CASHIER, now=a.NOON, request="LT-1")
    again = services.take_cash(ref=order.ref, amount=30_000, by=a.CASHIER, now=a.NOON, request="LT-1")
    with pytest.raises(Refused, match="taken_already"):
        services.take_cash(ref=order.ref, amount=40_000, by=a.CASHIER, now=a.NOON, request="LT-1")
    services.take_cash(ref=order.ref, amount=30_000, by=a.CASHIER, now=a.NOON, request="LT-2")

    assert first == again
    assert a.fresh(order).received == 60_000


def test_a_refusal_of_a_refund_has_its_reason_and_each_decision_is_written_down_as_what_it_was(office: Unit) -> None:
    one = a.an_order(office)
    services.take_cash(ref=one.ref, amount=100_000, by=a.CASHIER, now=a.NOON)
    first, second = (
        services.ask_refund(ref=one.ref, amount=10_000, why="nộp thừa", by=a.CASHIER, now=a.NOON) for _turn in range(2)
    )

    with pytest.raises(Refused, match="no_reason"):
        services.decide_refund(ref=first.ref, agree=False, why=" ", by=a.HEAD, now=a.NOON)
    services.decide_refund(ref=first.ref, agree=False, why="không có căn cứ", by=a.HEAD, now=a.NOON)
    services.decide_refund(ref=second.ref, agree=True, by=a.HEAD, now=a.NOON)

    decisions = AuditEntry.objects.filter(did__endswith="refund", subject__in=[first.ref, second.ref]).exclude(
        did="asked refund"
    )
    assert dict(decisions.values_list("subject", "did")) == {first.ref: "refused refund", second.ref: "approved refund"}


@pytest.mark.parametrize(("way", "bank_ref", "pot"), [("cash", "", "cash"), ("bank", "FT9", "bank")])
def test_what_goes_back_leaves_the_pot_it_is_paid_from(office: Unit, way: str, bank_ref: str, pot: str) -> None:
    one = a.an_order(office)
    services.take_cash(ref=one.ref, amount=100_000, by=a.CASHIER, now=a.NOON)
    asked = services.ask_refund(ref=one.ref, amount=30_000, why="nộp thừa", by=a.CASHIER, now=a.NOON)
    services.decide_refund(ref=asked.ref, agree=True, by=a.HEAD, now=a.NOON)

    services.pay_refund(ref=asked.ref, way=way, bank_ref=bank_ref, by=a.CASHIER, now=a.NOON)

    checked()
    sides = Entry.objects.filter(posting__kind=Posting.Kind.REFUND).values_list("pot", "amount")
    assert sorted(sides) == sorted([(pot, -30_000), (Entry.Pot.ORDERS, 30_000)])


def test_an_order_knows_when_and_how_it_was_paid_and_says_each_change_once(account: Account) -> None:
    one = a.an_order(account.unit)
    states = []

    def note() -> None:
        now = a.fresh(one)
        states.append((now.state, now.channel, now.paid_at is not None))

    receipt = services.take_cash(ref=one.ref, amount=40_000, by=a.CASHIER, now=a.NOON)
    note()
    a.take_in(account, a.a_csv(a.a_line(one.content, 60_000)))
    note()
    a.take_in(account, a.a_csv(a.a_line(one.content, 5_000, bank_ref="FT2")))
    note()
    a.take_in(account, a.a_csv(a.a_line(one.content, 1_000, bank_ref="FT3")))
    note()
    services.void_receipt(ref=receipt.ref, why="nhầm người", by=a.HEAD, now=a.NOON)
    note()

    checked()
    assert states == [
        ("part", "", False),
        ("paid", "transfer", True),
        ("over", "transfer", True),
        ("over", "transfer", True),
        ("part", "", False),
    ]
    assert [name.partition(".")[2] for name in names_of(one)] == [
        "OrderPlaced",
        "OrderPartlyPaid",
        "OrderPaid",
        "OrderOverpaid",
        "OrderUnpaid",
    ]
