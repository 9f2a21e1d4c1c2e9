"""Receipts on paper: the same bytes each time, with a page to check them, which says so when they no longer hold."""

import hashlib
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tinhso.blocks.documents.models import Verification
from tinhso.blocks.payments import services
from tinhso.blocks.payments.models import Account, CashReceipt, Order, Slip
from tinhso.blocks.payments.tests import makers as a
from tinhso.kernel.actor import NOBODY
from tinhso.kernel.errors import Forbidden, Refused


def text_of(pdf: bytes) -> str:
    """What pdftotext reads, in one line."""
    read = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True).stdout
    return " ".join(read.decode().split())


@pytest.fixture
def paid(account: Account, settings: Any) -> tuple[Order, CashReceipt]:
    """An order that was paid in cash."""
    if not shutil.which("pdftotext"):
        pytest.skip("máy không có pdftotext (apt install poppler-utils)")
    (Path(settings.PROVINCE_DIR) / "province.toml").write_text(
        '[units]\nhome_unit_ref = "xa"\nold_basis_date = 2025-06-30\n'
    )
    order = a.an_order(account.unit)
    return order, services.take_cash(ref=order.ref, amount=100_000, by=a.CASHIER, now=a.NOON)


def test_a_receipt_is_printed_with_the_same_bytes_each_time_and_its_page_knows_them(
    paid: tuple[Order, CashReceipt],
) -> None:
    order, receipt = paid

    first = services.print_receipt(ref=receipt.ref, by=a.CASHIER, now=a.NOON)
    again = services.print_receipt(ref=receipt.ref, by=a.CASHIER, now=a.NOON)

    page, said = Verification.objects.get(), text_of(first.content)
    assert first == again
    assert (page.number, page.sha256) == (str(receipt), hashlib.sha256(first.content).hexdigest())
    for words in ("PHIẾU THU TIỀN MẶT", "000001/2026", "100.000 đồng", "Nguyễn Thị Hoa Mai", order.ref):
        assert words in said
    assert "Hoa Mai" not in f"{page.kind} {page.number} {page.issuer}"


def test_a_proof_is_for_who_holds_the_orders_secret_and_only_once_all_is_paid(
    paid: tuple[Order, CashReceipt], client: Client
) -> None:
    order, _receipt = paid
    waits = a.an_order(order.unit)

    good = client.get(f"/pay/{order.ref}/receipt.pdf", {"k": order.secret})
    guess = client.get(f"/pay/{order.ref}/receipt.pdf", {"k": "guess"})
    with pytest.raises(Refused, match="not_paid"):
        services.print_proof(ref=waits.ref, secret=waits.secret, by=NOBODY, now=a.NOON)

    content = b"".join(good.streaming_content)  # type: ignore[attr-defined]
    assert (good.status_code, good["Content-Type"], guess.status_code) == (200, "application/pdf", 404)
    assert "XÁC NHẬN ĐÃ NỘP TIỀN" in text_of(content)
    assert Slip.objects.get().sha256 == hashlib.sha256(content).hexdigest()


def test_what_was_printed_of_a_receipt_that_is_voided_holds_no_longer_and_its_page_says_so(
    paid: tuple[Order, CashReceipt], official: Callable[..., Client]
) -> None:
    order, receipt = paid
    services.print_receipt(ref=receipt.ref, by=a.CASHIER, now=a.NOON)
    services.print_proof(ref=order.ref, secret=order.secret, by=NOBODY, now=a.NOON)

    services.void_receipt(ref=receipt.ref, why="Thu nhầm", by=a.HEAD, now=a.NOON)
    after = official("lan").get(f"/payments/receipts/{receipt.ref}/receipt.pdf")

    assert "ĐÃ HỦY" in text_of(b"".join(after.streaming_content))  # type: ignore[attr-defined]
    held = Verification.objects.filter(withdrawn_at=None).values_list("token", flat=True)
    assert list(held) == [Slip.objects.get(edition=2).token]


def test_nobody_prints_a_receipt_of_an_office_that_is_not_theirs(paid: tuple[Order, CashReceipt]) -> None:
    with pytest.raises(Forbidden):
        services.print_receipt(ref=paid[1].ref, by=a.somebody("la", "see indicators"), now=a.NOON)

    assert not Slip.objects.exists()
