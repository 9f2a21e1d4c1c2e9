"""Cash at the desk: taken with a numbered receipt, taken back by a second person, counted at the end of the day."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.payments.models import CashCount, CashReceipt, Entry, Order, Posting, ReceiptSeries
from tinhso.blocks.payments.queries import days
from tinhso.blocks.payments.queries import orders as reading
from tinhso.blocks.payments.queries.desk import promised_refunds
from tinhso.blocks.payments.rights import OVERSEE_PAYMENTS, TAKE_PAYMENTS
from tinhso.blocks.payments.services.ledger import book_posting, booking_day, update_order
from tinhso.blocks.payments.services.printing import withdraw_slips
from tinhso.blocks.units.models import Unit
from tinhso.kernel import clock, refs
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Forbidden, Refused


@transaction.atomic
def take_cash(*, ref: str, amount: int, by: Actor, now: datetime, request: str = "") -> CashReceipt:
    """Take cash for an order and give a receipt with the next number of the unit and year, without gaps.

    ``request`` is the form's own mark: the same form sent again gives the same receipt, and takes nothing.
    Refuses more than is missing: change is given back at once, never booked.
    """
    order = reading.locked_order(ref)
    by.must_be_able_to(TAKE_PAYMENTS, at=order.unit)
    cash_receipt = order.receipts.filter(request=request).first() if request else None
    if cash_receipt is not None:
        return _the_same(cash_receipt, amount)
    if not order.is_payable:
        raise Refused("not_payable", _("Khoản thu %(ref)s không còn chờ nộp. Không thu thêm."), ref=ref)
    if type(amount) is not int or amount <= 0:
        raise Refused("bad_amount", _("Số tiền phải là số nguyên đồng, lớn hơn 0."))
    if amount > order.missing:
        raise Refused("too_much", _("Chỉ còn phải nộp %(missing)s đồng. Hãy trả lại tiền thừa."), missing=order.missing)
    year = clock.local(now).year
    receipt = CashReceipt.objects.create(
        ref=refs.new_ref("BL"),
        unit=order.unit,
        year=year,
        number=_next_number(order.unit, year),
        order=order,
        amount=amount,
        at=now,
        by=by.ref,
        by_name=by.name,
        request=request,
    )
    sides = [(Entry.Pot.CASH, amount, None), (Entry.Pot.ORDERS, -amount, order)]
    book_posting(kind=Posting.Kind.CASH, unit=order.unit, source=receipt.ref, sides=sides, by=by, now=now)
    audit.record(by=by, did="took cash", to=receipt, after={"order": ref, "amount": amount, "number": str(receipt)})
    update_order(order, came=amount, by=by, now=now, channel=Order.Channel.CASH)
    return receipt


def _the_same(cash_receipt: CashReceipt, amount: int) -> CashReceipt:
    if cash_receipt.amount != amount:
        raise Refused(
            "taken_already",
            _("Lần thu này đã ghi biên lai số %(number)s. Hãy tải lại trang rồi thu lần khác."),
            number=str(cash_receipt),
        )
    return cash_receipt


def _next_number(unit: Unit, year: int) -> int:
    ReceiptSeries.objects.get_or_create(unit=unit, year=year)
    series = ReceiptSeries.objects.select_for_update().get(unit=unit, year=year)
    series.last += 1
    series.save(update_fields=["last"])
    return series.last


@transaction.atomic
def void_receipt(*, ref: str, why: str, by: Actor, now: datetime) -> CashReceipt:
    """Take a receipt back: the cash goes out of the drawer again. Never by who took it, never without a reason.

    Refuses twice, and when the money has been paid back (or promised) another way.
    """
    cash_receipt = CashReceipt.objects.filter(ref=ref).select_related("order").first()
    if cash_receipt is None:
        raise Refused("unknown_receipt", _("Không có biên lai nào có mã “%(ref)s”."), ref=ref)
    order = reading.locked_order(cash_receipt.order.ref)
    receipt = CashReceipt.objects.select_for_update(of=("self",)).get(ref=ref)
    by.must_be_able_to(OVERSEE_PAYMENTS, at=order.unit)
    if receipt.by == by.ref:
        raise Forbidden("four_eyes", _("Người thu tiền không được tự hủy biên lai %(number)s."), number=str(receipt))
    if not why.strip():
        raise Refused("no_reason", _("Hãy ghi lý do hủy."))
    if receipt.voided_at is not None:
        raise Refused("voided_already", _("Biên lai %(number)s đã bị hủy."), number=str(receipt))
    if order.received - receipt.amount < promised_refunds(order):
        raise Refused("paid_back_already", _("Tiền của biên lai này đã được hoàn trả hoặc đang chờ hoàn trả."))
    receipt.voided_at, receipt.voided_by, receipt.voided_by_name = now, by.ref, by.name
    receipt.voided_why = why.strip()[:300]
    receipt.save()
    sides = [(Entry.Pot.CASH, -receipt.amount, None), (Entry.Pot.ORDERS, receipt.amount, order)]
    book_posting(kind=Posting.Kind.VOID, unit=order.unit, source=receipt.ref, sides=sides, by=by, now=now)
    audit.record(by=by, did="voided receipt", to=receipt, after={"why": receipt.voided_why, "number": str(receipt)})
    update_order(order, came=-receipt.amount, by=by, now=now)
    withdraw_slips(order, receipt.ref, by=by, now=now)
    return receipt


@transaction.atomic
def count_cash(*, unit: Unit, counted: int, note: str = "", by: Actor, now: datetime) -> CashCount:
    """Write down what is in the drawer beside what the ledger expects; counting again adds a count, the last holds."""
    by.must_be_able_to(TAKE_PAYMENTS, at=unit)
    if type(counted) is not int or not 0 <= counted <= 10**13:
        raise Refused("bad_amount", _("Số tiền phải là số nguyên đồng, không âm."))
    day = booking_day(unit, now)
    count = CashCount.objects.create(
        unit=unit,
        day=day,
        counted=counted,
        expected=days.cash_of(unit, day),
        note=note.strip()[:300],
        at=now,
        by=by.ref,
        by_name=by.name,
    )
    audit.record(by=by, did="counted cash", to=count, after={"counted": counted, "expected": count.expected})
    return count
