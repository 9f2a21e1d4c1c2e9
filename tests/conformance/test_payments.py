"""What banks' apps and gateways read and write: reference payloads of VietQR, signatures of a gateway's own client."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from vietnam_qr_pay import QRPay

from tinhso.blocks.payments.models import Account
from tinhso.blocks.payments.queries import gateway, vietqr

pytestmark = pytest.mark.conformance
SIGNED = "vnp_SecureHash"


@pytest.fixture(scope="module")
def codes(vectors: Path) -> list[dict[str, Any]]:
    """Payloads of codes, some with a wrong check sum."""
    found: list[dict[str, Any]] = json.loads((vectors / "08-payments" / "vietqr_vectors.json").read_text("utf-8"))
    return found


@pytest.fixture(scope="module")
def exchange(vectors: Path) -> dict[str, Any]:
    """An address and two notices, as a client that we did not write signed them."""
    found: dict[str, Any] = json.loads((vectors / "08-payments" / "vnpay_vectors.json").read_text("utf-8"))
    return found


def test_every_payload_is_told_whole_from_broken(codes: list[dict[str, Any]]) -> None:
    judged = [QRPay(code["payload"]).is_valid for code in codes]

    assert len(codes) >= 9
    assert judged == [code["crc_ok"] for code in codes]


def test_our_code_for_a_transfer_is_the_reference_payload_letter_by_letter(codes: list[dict[str, Any]]) -> None:
    wanted = next(one["payload"] for one in codes if "5404100058" in one["payload"] and one["crc_ok"])
    account = Account(bank_bin="970416", number="257678859")

    made = vietqr.text_of(account, amount=1000, content="Chuyen tien")

    assert made == wanted


def test_what_we_write_is_read_back_and_an_altered_letter_is_noticed() -> None:
    account = Account(bank_bin="970416", number="257678859")

    made = vietqr.text_of(account, amount=150_000, content="TS7K2M9QX4RT")
    read = QRPay(made)

    assert (read.is_valid, read.amount, read.additional_data.purpose) == (True, "150000", "TS7K2M9QX4RT")
    assert (read.consumer.bank_bin, read.consumer.bank_number, read.init_method) == ("970416", "257678859", "12")
    assert not QRPay(made.replace("150000", "150001")).is_valid


def test_the_address_of_the_gateway_is_signed_as_its_own_client_signs(exchange: dict[str, Any]) -> None:
    address = urlsplit(exchange["payment_url"])
    parts = {key: value for key, value in parse_qsl(address.query) if key != SIGNED}
    place = f"{address.scheme}://{address.netloc}{address.path}"

    made = gateway.address_of(parts, gateway=place, secret=exchange["secret"])

    assert made == exchange["payment_url"]


def test_a_notice_is_believed_and_an_altered_one_is_not(exchange: dict[str, Any]) -> None:
    believed = {name: gateway.is_signed(exchange[name], exchange["secret"]) for name in ("ipn_valid", "ipn_tampered")}
    with_kind = exchange["ipn_valid"] | {
        "vnp_SecureHashType": "HmacSHA512",
        SIGNED: exchange["ipn_valid"][SIGNED].upper(),
    }

    assert believed == {"ipn_valid": True, "ipn_tampered": False}
    assert gateway.is_signed(with_kind, exchange["secret"])
    assert not gateway.is_signed(exchange["ipn_valid"], "")
