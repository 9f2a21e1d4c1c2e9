"""Paying through the gateway: a payer is sent there, and the gateway's own signed notice says what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.identity import services as identity
from tinhso.blocks.payments.models import Attempt, Entry, Order, Posting
from tinhso.blocks.payments.queries import gateway
from tinhso.blocks.payments.queries import orders as reading
from tinhso.blocks.payments.queries.rules import payment_rules
from tinhso.blocks.payments.services.ledger import book_posting, update_order
from tinhso.kernel import refs
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused

SUBJECT = Attempt._meta.label
TRIES_A_DAY = 30


@dataclass(frozen=True)
class GatewayAnswer:
    """What the gateway is told: its code, and words for a log."""

    code: str
    words: str


CONFIRMED = GatewayAnswer("00", "Confirm Success")
UNKNOWN = GatewayAnswer("01", "Order not found")
ALREADY = GatewayAnswer("02", "Order already confirmed")
WRONG_AMOUNT = GatewayAnswer("04", "Invalid amount")
BAD_SIGNATURE = GatewayAnswer("97", "Invalid signature")
TROUBLE = GatewayAnswer("99", "Unknown error")


@transaction.atomic
def start_attempt(*, ref: str, secret: str, by: Actor, now: datetime) -> Attempt:
    """A payer who holds the order's secret goes to the gateway for what is missing.

    Refuses when there is no gateway, when nothing has to be paid, and after too many tries of a day.
    """
    reading.for_payer(ref, secret)
    order = reading.locked_order(ref)
    if not gateway.is_set_up():
        raise Refused("no_gateway", _("Chưa nối với cổng thanh toán. Hãy quét mã QR hoặc nộp tại quầy."))
    if not order.is_payable or now > order.due_at:
        raise Refused("not_payable", _("Khoản thu %(ref)s không còn chờ nộp."), ref=ref)
    if order.attempts.filter(started_at__gt=now - timedelta(days=1)).count() >= TRIES_A_DAY:
        raise Refused("too_many_tries", _("Đã thử quá nhiều lần trong ngày. Hãy quét mã QR hoặc nộp tại quầy."))
    attempt = Attempt.objects.create(
        order=order,
        txn_ref=refs.new_ref("GD", length=16).replace("-", ""),
        amount=order.missing,
        started_at=now,
        expires_at=min(now + timedelta(minutes=payment_rules().gateway_minutes), order.due_at),
    )
    audit.record(by=by, did="sent payer to gateway", to=(SUBJECT, attempt.txn_ref), after={"order": ref})
    return attempt


def open_for_payer(*, ref: str, secret: str, by: Actor, now: datetime) -> Order:
    """The order for who holds its secret. Wrong ones are counted: after so many none opens for this hour."""
    most = payment_rules().wrong_secrets
    return identity.try_secret(
        what="payments.secret", most=most, by=by, now=now, opening=lambda: reading.for_payer(ref, secret)
    )


def hear_gateway(*, told: Mapping[str, str], by: Actor, now: datetime, sent: str = "") -> GatewayAnswer:
    """Take in what the gateway says of a try, ``sent`` as this query string. Heard again, nothing changes: the answer
    tells that it is known.

    An unsigned or altered notice, one of an unknown try or of another amount changes nothing; each has its own code.
    """
    if not gateway.is_signed(told, settings.PAYMENT_GATEWAY_SECRET, sent=sent):
        return _refuse_notice(told, BAD_SIGNATURE, by)
    if told.get("vnp_TmnCode") != settings.PAYMENT_GATEWAY_CODE:
        return _refuse_notice(told, BAD_SIGNATURE, by)
    attempt = gateway.attempt_by_number(told.get("vnp_TxnRef", ""))
    if attempt is None:
        return _refuse_notice(told, UNKNOWN, by)
    if told.get("vnp_Amount") != str(attempt.amount * gateway.HUNDREDTHS):
        return _refuse_notice(told, WRONG_AMOUNT, by)
    try:
        answer = _take_in(attempt, told, by, now)
    except IntegrityError:  # two notices at once with one number of the gateway: it asks again and hears what holds
        return _refuse_notice(told, TROUBLE, by)
    return _refuse_notice(told, answer, by) if answer is ALREADY else answer


@transaction.atomic
def _take_in(found: Attempt, told: Mapping[str, str], by: Actor, now: datetime) -> GatewayAnswer:
    order = reading.locked_order(found.order.ref)
    attempt = Attempt.objects.select_for_update(of=("self",)).get(pk=found.pk)
    succeeded = told.get("vnp_ResponseCode") == told.get("vnp_TransactionStatus") == gateway.OK
    # A failure never takes back a success; a success that comes after a failure is money all the same.
    if attempt.state == Attempt.State.CONFIRMED or (attempt.state == Attempt.State.FAILED and not succeeded):
        return ALREADY
    number = told.get("vnp_TransactionNo", "")[:40]
    if succeeded and (not number or Attempt.objects.filter(gateway_no=number, state="confirmed").exists()):
        return ALREADY if number else TROUBLE
    attempt.state = Attempt.State.CONFIRMED if succeeded else Attempt.State.FAILED
    attempt.gateway_no, attempt.bank_code = number, told.get("vnp_BankCode", "")[:20]
    attempt.answered_at = now
    attempt.save()
    did = "gateway confirmed" if succeeded else "gateway told of failure"
    after = {"order": order.ref, "amount": attempt.amount, "gateway_no": number, "code": told.get("vnp_ResponseCode")}
    audit.record(by=by, did=did, to=(SUBJECT, attempt.txn_ref), after=after)
    if succeeded:
        sides = [(Entry.Pot.GATEWAY, attempt.amount, None), (Entry.Pot.ORDERS, -attempt.amount, order)]
        book_posting(kind=Posting.Kind.ONLINE, unit=order.unit, source=attempt.txn_ref, sides=sides, by=by, now=now)
        update_order(order, came=attempt.amount, by=by, now=now, channel=Order.Channel.ONLINE)
    return CONFIRMED


def _refuse_notice(values: Mapping[str, str], answer: GatewayAnswer, by: Actor) -> GatewayAnswer:
    txn_ref = values.get("vnp_TxnRef", "")[:40].replace("\0", "") or "?"
    amount = values.get("vnp_Amount", "")[:20].replace("\0", "")
    refused_notice(about=(SUBJECT, txn_ref), by=by, code=answer.code, words=answer.words, amount=amount)
    return answer


def refused_notice(*, about: tuple[str, str], by: Actor, **why: str) -> None:
    """A notice that was not believed, of the gateway or of a bank, is written down with the reason."""
    audit.record_refusal(
        by=by, did="refused gateway notice" if about[0] == SUBJECT else "refused bank notice", to=about, after=why
    )
