"""Pages: the payer's, the desk's, and what gateways and banks call."""

import hashlib
import hmac
import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tinhso.blocks.messaging.contract import pass_for
from tinhso.blocks.payments import services
from tinhso.blocks.payments.models import Account, Attempt, CashReceipt, Closing, Order, Refund, Transfer
from tinhso.blocks.payments.tests import makers as a
from tinhso.kernel import clock


def now_order(account: Account, **more: Any) -> Order:
    """An order placed just now: pages ask the clock of the machine."""
    return a.an_order(account.unit, now=clock.now(), **more)


def words(page: Any) -> str:
    """What a page says, blanks squeezed."""
    return " ".join(page.content.decode().split())


def payer_page(one: Order) -> str:
    return f"/pay/{one.ref}/?k={one.secret}"


def test_a_payer_sees_what_how_much_and_how_without_logging_in(account: Account, client: Client) -> None:
    one = now_order(account)

    page = words(client.get(payer_page(one)))
    code = client.get(f"/pay/{one.ref}/code.svg?k={one.secret}")

    assert "Còn phải nộp 100.000 đồng" in page
    assert one.content in page
    assert "N*** T*** H*** Mai" in page
    assert "Nguyễn" not in page
    assert 'http-equiv="refresh"' in page
    assert code["Content-Type"] == "image/svg+xml"
    assert code.content.startswith(b"<svg")


def test_a_page_that_asks_again_is_drawn_anew_only_when_something_changed(account: Account, client: Client) -> None:
    one = now_order(account)
    found = re.search(r'hx-get="([^"]+)"', client.get(payer_page(one)).content.decode())
    assert found is not None
    address = found[1].replace("&amp;", "&")

    quiet = client.get(address, headers={"HX-Request": "true"})
    services.take_cash(ref=one.ref, amount=40_000, by=a.CASHIER, now=clock.now())
    changed = client.get(address, headers={"HX-Request": "true"})

    assert quiet.status_code == 204
    assert "Còn phải nộp 60.000 đồng" in words(changed)


@pytest.mark.parametrize("path", ["", "code.svg", "receipt/"])
def test_nobody_without_the_secret_sees_anything(account: Account, client: Client, path: str) -> None:
    one = now_order(account)

    answers = [client.get(f"/pay/{one.ref}/{path}{query}") for query in ("", "?k=", "?k=guess", "?k=%00")]

    assert {answer.status_code for answer in answers} == {404}
    assert all(one.title not in answer.content.decode() for answer in answers)


def test_the_way_through_the_gateway_and_back_pays_only_by_the_gateways_own_notice(
    account: Account, client: Client
) -> None:
    one = now_order(account)
    away = client.post(f"/pay/{one.ref}/gateway/", {"k": one.secret})
    attempt = Attempt.objects.get()
    notice = a.a_notice(attempt)

    back = client.get("/pay/back/", notice)
    between = words(client.get(back["Location"]))
    told = client.get("/pay/ipn/", notice)
    after = words(client.get(back["Location"]))

    assert away["Location"].startswith("http://127.0.0.1:9/paymentv2/vpcpay.html?vnp_Amount=10000000&")
    assert "vnp_ReturnUrl=http%3A%2F%2Ftestserver%2Fpay%2Fback%2F" in away["Location"]
    assert back["Location"] == payer_page(one)
    assert "Đang chờ cổng thanh toán báo kết quả" in between
    assert "Còn phải nộp" in between
    assert told.json() == {"RspCode": "00", "Message": "Confirm Success"}
    assert "Đã nhận đủ tiền" in after
    assert client.get("/pay/ipn/", notice).json()["RspCode"] == "02"
    assert client.get("/pay/back/", notice | {"vnp_Amount": "1"}).status_code == 404


def test_what_was_paid_can_be_printed_and_what_was_not_cannot(account: Account, client: Client) -> None:
    one = now_order(account)
    before = client.get(f"/pay/{one.ref}/receipt/?k={one.secret}")
    services.take_cash(ref=one.ref, amount=100_000, by=a.CASHIER, now=clock.now())

    proof = words(client.get(f"/pay/{one.ref}/receipt/?k={one.secret}"))

    assert before.status_code == 302
    assert "Xác nhận đã nộp" in proof
    assert f"000001/{clock.today().year}" in proof


def test_an_order_that_is_over_says_so_to_its_payer(account: Account, client: Client) -> None:
    gone, late = now_order(account), a.an_order(account.unit, now=clock.now() - timedelta(days=20))
    services.cancel_order(ref=gone.ref, why="rút", by=a.CASHIER, now=clock.now())

    cancelled, overdue = words(client.get(payer_page(gone))), words(client.get(payer_page(late)))
    services.expire_due(by=a.CASHIER, now=clock.now())
    expired = words(client.get(payer_page(late)))

    assert "Khoản này đã hủy" in cancelled
    assert "đã quá hạn" in overdue
    assert "Thanh toán" not in overdue
    assert "Đã hết hạn nộp" in expired
    assert client.get(f"/pay/{late.ref}/code.svg?k={late.secret}").status_code == 404


def test_a_clerk_orders_a_payment_by_hand_with_a_relief(official: Callable[..., Client], account: Account) -> None:
    clerk = official("lan")
    given = {"unit": account.unit.ref, "title": "Phí bản sao", "about": "HS-9", "amount": "150.000", "kind": "charge"}

    wrong = clerk.post("/payments/new/", given | {"amount": "một trăm"})
    relief = {"relief": "50.000", "relief_reason": "hộ nghèo", "relief_source": "NQ 1"}
    made = clerk.post("/payments/new/", given | relief)

    one = Order.objects.get()
    assert wrong.status_code == 422
    assert made["Location"] == f"/payments/orders/{one.ref}/"
    assert (one.total, one.about, one.created_by) == (100_000, "HS-9", "lan")


def test_a_cashier_takes_cash_and_prints_and_another_voids(official: Callable[..., Client], account: Account) -> None:
    one, cashier, head = now_order(account), official("lan"), official("mai")
    taken = cashier.post(f"/payments/orders/{one.ref}/act/", {"act": "cash", "amount": "100.000"})
    printed = words(cashier.get(taken["Location"]))
    own = cashier.post(f"{taken['Location']}act/", {"why": "nhầm"}, follow=True)

    head.post(f"{taken['Location']}act/", {"why": "nhầm người"})

    assert "Nguyễn Thị Hoa Mai" in printed
    assert "không được tự hủy" in words(own)
    assert CashReceipt.objects.get().voided_by == "mai"
    assert a.fresh(one).state == "open"


def test_a_statement_is_looked_at_then_taken_in(official: Callable[..., Client], account: Account) -> None:
    one, clerk = now_order(account), official("lan")
    day = clock.today()
    content = a.a_csv(a.a_line(one.content, 100_000, day=day), a.a_line("la", 5_000, bank_ref="FT2", day=day))
    file = SimpleUploadedFile("sao-ke.csv", content)

    held = clerk.post("/payments/statements/", {"account": account.pk, "file": file})
    looked = words(clerk.get(held["Location"]))
    before = Transfer.objects.count()
    clerk.post(f"{held['Location']}act/")
    worklist = words(clerk.get("/payments/transfers/"))

    assert "Nhập 2 dòng mới" in looked
    assert "T*** V*** B" not in looked.replace("T*** V*** B", "", 2)
    assert (before, a.fresh(one).state) == (0, "paid")
    assert "FT2" in worklist
    assert "FT1" not in worklist


def test_waiting_money_is_matched_from_its_page(official: Callable[..., Client], account: Account) -> None:
    one, clerk = now_order(account), official("lan")
    a.take_in(account, a.a_csv(a.a_line("phi", 100_000)), now=clock.now())
    row = Transfer.objects.get()

    page = words(clerk.get(f"/payments/transfers/{row.ref}/"))
    clerk.post(f"/payments/transfers/{row.ref}/act/", {"order": one.ref, "reason": "gọi điện hỏi"})

    assert one.ref in page
    assert a.fresh(one).state == "paid"


def test_a_refund_goes_from_hand_to_hand(official: Callable[..., Client], account: Account) -> None:
    one, clerk, head = now_order(account), official("lan"), official("mai")
    services.take_cash(ref=one.ref, amount=100_000, by=a.CASHIER, now=clock.now())

    clerk.post(f"/payments/orders/{one.ref}/act/", {"act": "refund", "amount": "100.000", "why": "trả hồ sơ"})
    asked = Refund.objects.get()
    clerk.post(f"/payments/refunds/{asked.ref}/act/", {"act": "agree"})
    alone = Refund.objects.get().state
    head.post(f"/payments/refunds/{asked.ref}/act/", {"act": "agree"})
    clerk.post(f"/payments/refunds/{asked.ref}/act/", {"act": "pay", "way": "cash"})

    assert alone == "asked"
    assert (Refund.objects.get().state, a.fresh(one).state) == ("paid", "refunded")
    assert "Đã trả lại 100.000 đồng" in words(Client().get(payer_page(one)))


def test_a_day_is_counted_and_signed_from_its_page(official: Callable[..., Client], account: Account) -> None:
    one, clerk = now_order(account), official("lan")
    services.take_cash(ref=one.ref, amount=100_000, by=a.CASHIER, now=clock.now())
    address = f"/payments/days/{account.unit.ref}/{clock.today().isoformat()}/"

    before = words(clerk.get(address))
    clerk.post(f"{address}act/", {"act": "count", "counted": "100.000"})
    clerk.post(f"{address}act/", {"act": "close"})
    after = words(clerk.get(address))

    assert "Chưa kiểm quỹ tiền mặt" in before
    assert Closing.objects.get().differences == []
    assert "đã chốt" in after
    assert "mọi thứ bằng nhau" in after
    assert account.unit.name in words(clerk.get("/payments/days/"))


def test_who_has_no_right_here_sees_and_does_nothing(official: Callable[..., Client], account: Account) -> None:
    one = now_order(account)
    receipt = services.take_cash(ref=one.ref, amount=1000, by=a.CASHIER, now=clock.now())
    stranger = official("la", "see returns")
    day = f"/payments/days/{account.unit.ref}/{clock.today().isoformat()}/"

    reads = [
        "",
        "new/",
        f"orders/{one.ref}/",
        f"receipts/{receipt.ref}/",
        "transfers/",
        "statements/",
        "refunds/",
        "days/",
    ]
    seen = [stranger.get(f"/payments/{path}").status_code for path in reads] + [stranger.get(day).status_code]
    writes = [
        (f"/payments/orders/{one.ref}/act/", {"act": act, "amount": "1000", "why": "x"})
        for act in ("cash", "refund", "cancel")
    ]
    writes += [(f"/payments/receipts/{receipt.ref}/act/", {"why": "x"}), (f"{day}act/", {"act": "close"})]
    done = [stranger.post(address, given).status_code for address, given in writes]

    assert set(seen) == {403}
    assert set(done) == {403}
    assert a.fresh(one).received == 1000


def bank_says(client: Client, told: object, *, at: float | None = None, key: str = "another secret for tests") -> Any:
    """A bank's notice, signed."""
    body = json.dumps(told).encode()
    moment = str(int(at if at is not None else clock.now().timestamp()))
    signed = hmac.new(key.encode(), moment.encode() + b"." + body, hashlib.sha256).hexdigest()
    headers = {"X-Signature": f"t={moment},v1={signed}"}
    return client.post("/pay/arrived/", body, content_type="application/json", headers=headers)


def a_bank_notice(one: Order, **changes: object) -> dict[str, object]:
    told: dict[str, object] = {"bin": "970416", "account": "0123456789", "id": "FT77", "content": one.content}
    return told | {"day": clock.today().isoformat(), "amount": 100_000, "payer": "NGUYEN T H MAI"} | changes


def test_a_bank_tells_that_money_arrived_once(account: Account, client: Client) -> None:
    one = now_order(account)

    answers = [bank_says(client, a_bank_notice(one)).json()["code"] for _time in range(2)]

    assert answers == ["new", "known"]
    assert (a.fresh(one).state, a.fresh(one).channel) == ("paid", "transfer")


def test_a_banks_notice_that_is_forged_old_or_senseless_changes_nothing(account: Account, client: Client) -> None:
    one = now_order(account)
    good = a_bank_notice(one)
    old = clock.now().timestamp() - 600

    statuses = {
        "forged": bank_says(client, good, key="guess").status_code,
        "old": bank_says(client, good, at=old).status_code,
        "unsigned": client.post("/pay/arrived/", good, content_type="application/json").status_code,
        "huge": bank_says(client, good | {"content": "x" * 20_000}).status_code,
        "part": bank_says(client, good | {"amount": 1.5}).status_code,
        "list": bank_says(client, [1, 2]).status_code,
        "elsewhere": bank_says(client, good | {"account": "1"}).status_code,
    }

    assert statuses == {
        "forged": 401,
        "old": 401,
        "unsigned": 401,
        "huge": 413,
        "part": 400,
        "list": 400,
        "elsewhere": 404,
    }
    assert not Transfer.objects.exists()


def test_a_holder_of_the_secret_hears_of_that_order_alone(account: Account) -> None:
    one = now_order(account)
    page = Client().get(payer_page(one)).content.decode()

    found = pass_for({"order": one.ref, "k": one.secret})

    assert found is not None
    assert found.aggregate == one.ref
    assert "payments.OrderPaid" in found.names
    assert pass_for({"order": one.ref, "k": "guess"}) is None
    assert pass_for({}) is None
    assert re.search(rf'data-live="[^"]*\?order={one.ref}&amp;k={one.secret}"', page)
