"""Orders, the ledger of what came in and went out, and each way by which it does. Amounts are whole đồng."""

from tinhso.blocks.payments.models.banking import Account, Statement, Transfer
from tinhso.blocks.payments.models.desk import CashCount, CashReceipt, Closing, ReceiptSeries, Slip
from tinhso.blocks.payments.models.ledger import Entry, Posting
from tinhso.blocks.payments.models.orders import Attempt, Line, Order, Refund

__all__ = [
    "Account",
    "Attempt",
    "CashCount",
    "CashReceipt",
    "Closing",
    "Entry",
    "Line",
    "Order",
    "Posting",
    "ReceiptSeries",
    "Refund",
    "Slip",
    "Statement",
    "Transfer",
]
