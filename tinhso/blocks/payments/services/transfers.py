"""Money on a bank account: taken in once, put where it belongs, or kept for somebody to look at."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.outbox import services as outbox
from tinhso.blocks.payments import events
from tinhso.blocks.payments.models import Account, Entry, Order, Posting, Statement, Transfer
from tinhso.blocks.payments.queries import orders as reading
from tinhso.blocks.payments.queries import transfers as queries
from tinhso.blocks.payments.queries.rules import payment_rules
from tinhso.blocks.payments.rights import HEAR_BANKS, OVERSEE_PAYMENTS, TAKE_PAYMENTS
from tinhso.blocks.payments.services.ledger import book_posting, update_order
from tinhso.kernel import refs
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Forbidden, Refused


@dataclass(frozen=True)
class ArrivedTransfer:
    """One line of a bank: its own number, the day it booked, whole đồng, what the payer wrote, who paid."""

    bank_ref: str
    day: date
    amount: int
    content: str = ""
    payer: str = ""


@transaction.atomic
def hear_bank(
    *, bank_bin: str, number: str, arrived: ArrivedTransfer, by: Actor, now: datetime
) -> tuple[Transfer, bool]:
    """A bank's notice that money arrived; says whether it was new. The right "hear banks" is a program's alone."""
    by.must_be_able_to(HEAR_BANKS)
    accounts = Account.objects.filter(bank_bin=bank_bin, number=number).order_by("-effective").select_related("unit")
    account = accounts.filter(effective__contains=arrived.day).first() or accounts.first()
    if account is None:
        raise Refused("unknown_account", _("Không có tài khoản thu nào mang số này."))
    return take_in(account, arrived, by=by, now=now)


def take_in(
    account: Account, arrived: ArrivedTransfer, *, by: Actor, now: datetime, statement: Statement | None = None
) -> tuple[Transfer, bool]:
    """Write a line of a bank down once, and put its money where it belongs; says whether it was new.

    To be called in a transaction. Refuses a line whose number is known with another amount.
    """
    row, is_new = Transfer.objects.get_or_create(
        account=account,
        bank_ref=arrived.bank_ref,
        defaults={
            "ref": refs.new_ref("CK"),
            "day": arrived.day,
            "amount": arrived.amount,
            "content": arrived.content[:300],
            "payer_name": arrived.payer[:200],
            "statement": statement,
            "told_at": None if statement else now,
            "at": now,
            "state": Transfer.State.UNMATCHED,
        },
    )
    if not is_new:
        if row.amount != arrived.amount:
            words = _("Giao dịch %(number)s đã có với số tiền khác (%(amount)s đồng).")
            raise Refused("other_amount", words, number=row.bank_ref, amount=row.amount)
        if statement and row.statement_id is None:
            Transfer.objects.filter(pk=row.pk).update(statement=statement)
        return row, False
    sides = [(Entry.Pot.BANK, row.amount, None), (Entry.Pot.UNMATCHED, -row.amount, None)]
    book_posting(kind=Posting.Kind.TRANSFER, unit=account.unit, source=row.ref, sides=sides, by=by, now=now)
    _match_by_content(row, by, now)
    audit.record(by=by, did="took in transfer", to=row, after={"amount": row.amount, "state": row.state})
    unit = account.unit.ref
    outbox.emit(events.TransferArrived(ref=row.ref, unit=unit, amount=row.amount, state=row.state))
    return row, True


def _match_by_content(row: Transfer, by: Actor, now: datetime) -> None:
    """Match by the content alone; money for an order that is over waits for somebody to decide."""
    named = queries.named_in(row.content, row.account)
    if named is None:
        return
    order = reading.locked_order(named.ref)
    row.order = order
    if order.state in (Order.State.CANCELLED, Order.State.EXPIRED, Order.State.REFUNDED):
        row.state = Transfer.State.LATE
    else:
        exact = row.amount == order.missing
        row.state = Transfer.State.EXACT if exact else Transfer.State.OVER
        if row.amount < order.missing:
            row.state = Transfer.State.UNDER
        _match_transfer(row, order, by, now)
    row.save()


def _match_transfer(row: Transfer, order: Order, by: Actor, now: datetime) -> None:
    sides = [(Entry.Pot.UNMATCHED, row.amount, None), (Entry.Pot.ORDERS, -row.amount, order)]
    book_posting(kind=Posting.Kind.MATCH, unit=order.unit, source=row.ref, sides=sides, by=by, now=now)
    update_order(order, came=row.amount, by=by, now=now, channel=Order.Channel.TRANSFER)


@transaction.atomic
def propose_match(*, ref: str, order: str, reason: str, by: Actor, now: datetime) -> Transfer:
    """Say to which order waiting money belongs, and why. Above the province's limit a second person has to agree."""
    payment_order = reading.locked_order(order)
    row = _locked_transfer(ref)
    by.must_be_able_to(TAKE_PAYMENTS, at=row.account.unit)
    if row.state not in (Transfer.State.UNMATCHED, Transfer.State.LATE):
        raise Refused("matched_already", _("Khoản chuyển %(ref)s không còn chờ gắn."), ref=ref)
    if payment_order.unit_id != row.account.unit_id:
        raise Refused("other_unit", _("Khoản thu %(ref)s thuộc cơ quan khác với tài khoản nhận tiền."), ref=order)
    if not reason.strip():
        raise Refused("no_reason", _("Hãy ghi lý do gắn tiền vào khoản thu này."))
    row.order, row.reason = payment_order, reason.strip()[:300]
    row.proposed_by, row.proposed_by_name = by.ref, by.name
    needs_second = row.amount > payment_rules().four_eyes_over
    row.state = Transfer.State.PROPOSED if needs_second else Transfer.State.MANUAL
    row.save()
    after = {"order": order, "reason": row.reason, "state": row.state}
    audit.record(by=by, did="proposed match" if needs_second else "matched by hand", to=row, after=after)
    if not needs_second:
        _match_transfer(row, payment_order, by, now)
    return row


@transaction.atomic
def decide_match(*, ref: str, agree: bool, by: Actor, now: datetime) -> Transfer:
    """A second person agrees to a match or sends the money back to those that wait; never who proposed it."""
    transfer = queries.by_ref(ref)
    order = reading.locked_order(transfer.order.ref) if transfer.order else None
    row = _locked_transfer(ref)
    by.must_be_able_to(OVERSEE_PAYMENTS, at=row.account.unit)
    if row.state != Transfer.State.PROPOSED or order is None or row.order_id != order.pk:
        raise Refused("not_proposed", _("Khoản chuyển %(ref)s không chờ duyệt gắn."), ref=ref)
    if row.proposed_by == by.ref:
        raise Forbidden("four_eyes", _("Người đề nghị gắn tiền không được tự duyệt."))
    if agree:
        row.state, row.approved_by = Transfer.State.MANUAL, by.ref
        row.save()
        _match_transfer(row, order, by, now)
    else:
        row.state, row.order, row.reason = Transfer.State.UNMATCHED, None, ""
        row.proposed_by = row.proposed_by_name = ""
        row.save()
    audit.record(by=by, did="approved match" if agree else "refused match", to=row, after={"order": order.ref})
    return row


def _locked_transfer(ref: str) -> Transfer:
    queries.by_ref(ref)
    return Transfer.objects.select_for_update().prefetch_related("account__unit", "order").get(ref=ref)
