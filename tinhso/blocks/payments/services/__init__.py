"""Every write of payments. Others call :func:`order`, :func:`relieve` and :func:`cancel`."""

from tinhso.blocks.payments.services.cash import count_cash, take_cash, void_receipt
from tinhso.blocks.payments.services.days import close_day
from tinhso.blocks.payments.services.gateway import hear_gateway, open_for_payer, refused_notice, start_attempt
from tinhso.blocks.payments.services.loading import load_accounts
from tinhso.blocks.payments.services.orders import cancel_order, expire_due, look_at, place_order, relieve_order
from tinhso.blocks.payments.services.printing import print_proof, print_receipt
from tinhso.blocks.payments.services.refunds import ask_refund, decide_refund, pay_refund
from tinhso.blocks.payments.services.statements import confirm_statement, hold_statement
from tinhso.blocks.payments.services.transfers import decide_match, hear_bank, propose_match

__all__ = [
    "ask_refund",
    "cancel_order",
    "close_day",
    "confirm_statement",
    "count_cash",
    "decide_match",
    "decide_refund",
    "expire_due",
    "hear_bank",
    "hear_gateway",
    "hold_statement",
    "load_accounts",
    "look_at",
    "open_for_payer",
    "place_order",
    "pay_refund",
    "print_proof",
    "print_receipt",
    "propose_match",
    "refused_notice",
    "relieve_order",
    "start_attempt",
    "take_cash",
    "void_receipt",
]
