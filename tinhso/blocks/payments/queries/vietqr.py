"""A VietQR code: what a banking app needs to transfer an order's amount with its content (EMVCo, NAPAS)."""

from io import BytesIO

import segno
from vietnam_qr_pay import QRPay

from tinhso.blocks.payments.models import Account, Order
from tinhso.blocks.units.models import Unit
from tinhso.kernel import clock


def account_of(unit: Unit) -> Account | None:
    """Where a unit's payers transfer to today; None where the province named no account."""
    return Account.objects.filter(unit=unit, effective__contains=clock.today()).first()


def text_of(account: Account, *, amount: int, content: str) -> str:
    """The text inside the code, ``amount`` in whole đồng."""
    code = QRPay.init_viet_qr(
        bank_bin=account.bank_bin, bank_number=account.number, amount=str(amount), purpose=content
    )
    return str(code.build())


def vietqr_svg(text: str) -> bytes:
    """The code as SVG, black on white whatever the page's colours."""
    out = BytesIO()
    drawn = segno.make(text, error="m", micro=False)
    drawn.save(out, kind="svg", scale=8, border=4, dark="#000", light="#fff", xmldecl=False)
    return out.getvalue()


def for_order(order: Order) -> str:
    """The text of the code for what is missing; empty where nothing is to be paid or there is no account."""
    account = account_of(order.unit)
    if account is None or not order.is_payable:
        return ""
    return text_of(account, amount=order.missing, content=order.content)
