"""Makers that read aloud: an office with an account, an order, a notice of the gateway, a line of the bank."""

import csv
from datetime import UTC, date, datetime
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import openpyxl
from django.conf import settings
from django.core.cache import cache
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client

from tinhso.blocks.identity.models import Person, Post, Role
from tinhso.blocks.identity.tests.makers import a_unit
from tinhso.blocks.payments import services
from tinhso.blocks.payments.contract import OrderCharge, OrderLineKind
from tinhso.blocks.payments.models import Account, Attempt, Order
from tinhso.blocks.payments.queries import gateway
from tinhso.blocks.payments.services.gateway import GatewayAnswer
from tinhso.blocks.payments.services.transfers import ArrivedTransfer
from tinhso.blocks.units.models import Unit
from tinhso.kernel.actor import NOBODY, Actor, program_actor

NOON = datetime(2026, 11, 25, 5, 0, tzinfo=UTC)
TODAY = date(2026, 11, 25)
RIGHTS = frozenset({"see payments", "order payments", "take payments", "oversee payments"})
GATEWAY, BANK = program_actor("payments-gateway", rights=[]), program_actor("payments-bank", rights=["hear banks"])
HEADINGS = ("Mã giao dịch", "Ngày", "Số tiền", "Nội dung", "Người chuyển")


def set_up(settings: Any, folder: Path) -> None:
    """A province with rules of its own, a gateway and a bank that know their secrets."""
    (folder / "payments.toml").write_text("[rules]\nfour_eyes_over = 500000\norder_days = 10\n", encoding="utf-8")
    settings.PROVINCE_DIR = folder
    cache.clear()  # refusals are counted there
    settings.PAYMENT_GATEWAY_URL = "http://127.0.0.1:9/paymentv2/vpcpay.html"
    settings.PAYMENT_GATEWAY_CODE, settings.PAYMENT_GATEWAY_SECRET = "TESTCODE", "a secret for tests only"
    settings.BANK_NOTICE_SECRET = "another secret for tests"


def logged_in(unit: Unit, username: str, *rights: str) -> Client:
    """Somebody with a post at ``unit`` and the named rights (all of payments when none is named), in a browser."""
    person = Person.objects.create(ref=username, username=username, name=f"Cô {username}", is_demo=True)
    held = list(rights) or sorted(RIGHTS)
    role, _made = Role.objects.get_or_create(
        code="-".join(rights)[:40] or "vai", defaults={"name": "Vai", "rights": held}
    )
    Post.objects.create(person=person, unit=unit, role=role, held=DateRange(None, None))
    client = Client()
    client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[-1])
    return client


def somebody(ref: str, *rights: str) -> Actor:
    """A person with the named rights everywhere; all rights of payments when none is named."""
    return Actor(ref=ref, name=f"Cô {ref}", everywhere=frozenset(rights) or RIGHTS)


CASHIER, HEAD = somebody("thu-ngan"), somebody("truong-phong")


def an_office(ref: str = "xa") -> Unit:
    """A commune."""
    return a_unit(ref)


def an_account(unit: Unit, number: str = "0123456789") -> Account:
    """Its account, since long ago."""
    return Account.objects.create(
        unit=unit,
        bank_bin="970416",
        bank_name="Ngân hàng Thử",
        number=number,
        holder="UBND XA THU",
        effective=DateRange(date(2020, 1, 1), None, "[)"),
    )


def an_order(unit: Unit, *, amount: int = 100_000, now: datetime = NOON, **more: Any) -> Order:
    """A fee to be paid."""
    told: dict[str, Any] = {
        "about": "HS-1",
        "title": "Phí cấp bản sao",
        "charges": [OrderCharge("Phí cấp bản sao", amount, OrderLineKind.FEE, "TT 1/2026 (minh họa)")],
        "payer_name": "Nguyễn Thị Hoa Mai",
        "by": CASHIER,
    }
    return services.place_order(unit=unit, now=now, **told | more)


def fresh(order: Order) -> Order:
    """The order as the database has it now."""
    return Order.objects.get(pk=order.pk)


def an_attempt(order: Order, now: datetime = NOON) -> Attempt:
    """The payer goes to the gateway."""
    return services.start_attempt(ref=order.ref, secret=order.secret, by=NOBODY, now=now)


def a_notice(attempt: Attempt, *, secret: str = "", **changes: str) -> dict[str, str]:
    """What the gateway says of it, signed; success unless told otherwise."""
    told = {
        "vnp_TmnCode": settings.PAYMENT_GATEWAY_CODE,
        "vnp_Amount": str(attempt.amount * 100),
        "vnp_BankCode": "NCB",
        "vnp_PayDate": "20261125120300",
        "vnp_OrderInfo": "NOP",
        "vnp_TransactionNo": f"9{attempt.pk}",
        "vnp_ResponseCode": "00",
        "vnp_TransactionStatus": "00",
        "vnp_TxnRef": attempt.txn_ref,
    } | changes
    return told | {"vnp_SecureHash": gateway.signature(told, secret or settings.PAYMENT_GATEWAY_SECRET)}


def hear(told: dict[str, str], now: datetime = NOON) -> GatewayAnswer:
    """The notice arrives."""
    return services.hear_gateway(told=told, by=GATEWAY, now=now)


def a_line(content: str, amount: int, *, bank_ref: str = "FT1", day: date = TODAY) -> ArrivedTransfer:
    """A line of the bank."""
    return ArrivedTransfer(bank_ref=bank_ref, day=day, amount=amount, content=content, payer="TRAN VAN B")


def rows_of(*lines: ArrivedTransfer) -> list[list[object]]:
    """Lines as a statement has them, headings first."""
    found = [[one.bank_ref, f"{one.day:%d/%m/%Y}", one.amount, one.content, one.payer] for one in lines]
    return [list(HEADINGS), *found]


def a_csv(*lines: ArrivedTransfer) -> bytes:
    """A statement as CSV."""
    out = StringIO()
    csv.writer(out).writerows(rows_of(*lines))
    return out.getvalue().encode()


def a_workbook(*lines: ArrivedTransfer) -> bytes:
    """A statement as XLSX, below the bank's letterhead."""
    book, out = openpyxl.Workbook(), BytesIO()
    sheet = book.worksheets[0]
    sheet.append(["NGÂN HÀNG THỬ", None])
    for row in rows_of(*lines):
        sheet.append(row)
    book.save(out)
    return out.getvalue()


def take_in(account: Account, content: bytes, *, name: str = "sao-ke.csv", now: datetime = NOON) -> tuple[int, int]:
    """Hold a statement and confirm it; how many lines were new, and how many known."""
    held = services.hold_statement(account=account, file_name=name, content=content, by=CASHIER, now=now)
    assert held.statement is not None, held.reading.faults
    done = services.confirm_statement(ref=held.statement.ref, by=CASHIER, now=now)
    return done.new, done.known
