"""Money that goes back: asked, agreed by another person, paid out; never more than came in."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.payments.models import Entry, Posting, Refund
from tinhso.blocks.payments.queries import orders as reading
from tinhso.blocks.payments.queries.desk import promised_refunds
from tinhso.blocks.payments.rights import OVERSEE_PAYMENTS, TAKE_PAYMENTS
from tinhso.blocks.payments.services.ledger import book_posting, update_order
from tinhso.kernel import refs
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Forbidden, Refused


@transaction.atomic
def ask_refund(*, ref: str, amount: int, why: str, by: Actor, now: datetime) -> Refund:
    """Ask that ``amount`` đồng of an order go back. Refuses without a reason and more than is there unpromised."""
    order = reading.locked_order(ref)
    by.must_be_able_to(TAKE_PAYMENTS, at=order.unit)
    if not why.strip():
        raise Refused("no_reason", _("Hãy ghi lý do hoàn trả."))
    if type(amount) is not int or amount <= 0:
        raise Refused("bad_amount", _("Số tiền phải là số nguyên đồng, lớn hơn 0."))
    left = order.received - promised_refunds(order)
    if amount > left:
        raise Refused("more_than_came", _("Chỉ còn %(left)s đồng hoàn trả được."), left=left)
    refund = Refund.objects.create(
        ref=refs.new_ref("HT"),
        order=order,
        amount=amount,
        why=why.strip()[:300],
        asked_at=now,
        asked_by=by.ref,
        asked_by_name=by.name,
    )
    audit.record(by=by, did="asked refund", to=refund, after={"order": ref, "amount": amount, "why": refund.why})
    return refund


@transaction.atomic
def decide_refund(*, ref: str, agree: bool, why: str = "", by: Actor, now: datetime) -> Refund:
    """Agree to a refund or refuse it (with a reason); never by who asked."""
    refund = _locked_refund(ref)
    by.must_be_able_to(OVERSEE_PAYMENTS, at=refund.order.unit)
    if refund.state != Refund.State.ASKED:
        raise Refused("decided_already", _("Đề nghị hoàn trả %(ref)s đã được quyết định."), ref=ref)
    if refund.asked_by == by.ref:
        raise Forbidden("four_eyes", _("Người đề nghị không được tự duyệt hoàn trả %(ref)s."), ref=ref)
    if not agree and not why.strip():
        raise Refused("no_reason", _("Hãy ghi lý do không duyệt."))
    refund.state = Refund.State.APPROVED if agree else Refund.State.REFUSED
    refund.decided_at, refund.decided_by, refund.decided_by_name = now, by.ref, by.name
    refund.decided_why = "" if agree else why.strip()[:300]
    refund.save()
    audit.record(
        by=by, did="approved refund" if agree else "refused refund", to=refund, after={"why": refund.decided_why}
    )
    return refund


@transaction.atomic
def pay_refund(*, ref: str, way: str, bank_ref: str = "", by: Actor, now: datetime) -> Refund:
    """Write down that an approved refund was paid out, in cash or by a bank transfer with the bank's number."""
    refund = _locked_refund(ref)
    order = refund.order
    by.must_be_able_to(TAKE_PAYMENTS, at=order.unit)
    if refund.state != Refund.State.APPROVED:
        raise Refused("not_approved", _("Khoản hoàn trả %(ref)s chưa được duyệt hoặc đã chi."), ref=ref)
    if way not in Refund.Way.values:
        raise Refused("bad_way", _("Hãy chọn chi tiền mặt hoặc chuyển khoản."))
    if way == Refund.Way.BANK and not bank_ref.strip():
        raise Refused("no_bank_ref", _("Hãy ghi mã giao dịch ngân hàng của lần chi."))
    refund.state, refund.way, refund.bank_ref = Refund.State.PAID, way, bank_ref.strip()[:60]
    refund.paid_at, refund.paid_by = now, by.ref
    refund.save()
    pot = Entry.Pot.CASH if way == Refund.Way.CASH else Entry.Pot.BANK
    sides = [(pot, -refund.amount, None), (Entry.Pot.ORDERS, refund.amount, order)]
    book_posting(kind=Posting.Kind.REFUND, unit=order.unit, source=refund.ref, sides=sides, by=by, now=now)
    audit.record(by=by, did="paid refund", to=refund, after={"way": way, "amount": refund.amount})
    update_order(order, went=refund.amount, by=by, now=now)
    return refund


def _locked_refund(ref: str) -> Refund:
    unlocked_refund = Refund.objects.filter(ref=ref).select_related("order").first()
    if unlocked_refund is None:
        raise Refused("unknown_refund", _("Không có khoản hoàn trả nào có mã “%(ref)s”."), ref=ref)
    order = reading.locked_order(unlocked_refund.order.ref)
    refund = Refund.objects.select_for_update(of=("self",)).get(ref=ref)
    refund.order = order
    return refund
