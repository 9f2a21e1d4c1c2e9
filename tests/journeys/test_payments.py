"""Somebody pays a fee through a gateway, by transfer or at the desk; the page tells of the money by itself."""

import json
import re
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread

import pytest
from django.conf import settings
from django.test import override_settings
from playwright.sync_api import Page, expect

from tests.journeys import addresses, test_live
from tests.journeys import world as worlds
from tests.journeys.world import World
from tests.simulators.payment_gateway import Service, Shop
from tinhso.blocks.payments import services as payments
from tinhso.blocks.payments.models import CashReceipt, Order
from tinhso.kernel import clock

pytestmark = pytest.mark.slow
HEAD_OF_COMMUNE = "chu-tich-an-binh"
live = test_live.live  # the stream's own server beside the pages
SHOP = Shop("HAISONG", "a secret of tests", bank_secret="another secret of tests")


@pytest.fixture
def outside(world: World) -> Iterator[Service]:
    """A simulated gateway and bank that know where the province wants to be told."""
    SHOP.ipn, SHOP.arrived = f"{world.address}/pay/ipn/", f"{world.address}/pay/arrived/"
    service = Service(SHOP)
    Thread(target=service.serve_forever, daemon=True).start()
    with _knows(service):
        world.allowed.append(service.origin)
        yield service
    service.shutdown()
    service.server_close()


@contextmanager
def _knows(service: Service) -> Iterator[None]:
    """The province knows the gateway, and its pages may send a payer there."""
    policy = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"] | {"form-action": ["'self'", service.origin]}
    with override_settings(
        PAYMENT_GATEWAY_URL=service.address,
        PAYMENT_GATEWAY_CODE=SHOP.code,
        PAYMENT_GATEWAY_SECRET=SHOP.secret,
        BANK_NOTICE_SECRET=SHOP.bank_secret,
        CONTENT_SECURITY_POLICY={"DIRECTIVES": policy},
    ):
        yield


def payer_page(one: Order) -> str:
    return f"/pay/{one.ref}/?k={one.secret}"


@pytest.mark.parametrize("size", ["desk", "phone"])
@pytest.mark.parametrize("script", [True, False])
def test_a_payer_pays_through_the_gateway_and_prints_the_proof(
    size: str, script: bool, opened: Callable[..., Page], outside: Service
) -> None:
    one = worlds.an_order()
    page = opened(size=size, script=script)

    page.goto(payer_page(one))
    page.get_by_role("button", name="Thanh toán 50.000 đồng").click()
    expect(page.get_by_text("không có tiền thật")).to_be_visible()
    page.get_by_role("button", name="Trả tiền").click()

    expect(page.get_by_role("heading", name="Đã nhận đủ tiền")).to_be_visible()
    page.get_by_role("link", name="Xem và in xác nhận đã nộp").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Xác nhận đã nộp")
    assert Order.objects.get(pk=one.pk).channel == "online"


def test_an_open_page_hears_of_the_money_by_itself(live: None, opened: Callable[..., Page]) -> None:
    one = worlds.an_order()
    page = opened(size="phone")
    with page.expect_event("console", lambda said: said.text == "live: open"):
        page.add_init_script("document.addEventListener('tinhso:live', e => console.log(`live: ${e.detail}`))")
        page.goto(payer_page(one))

    by, now = worlds.somebody(addresses.CASHIER), clock.now()
    payments.take_cash(ref=one.ref, amount=50_000, by=by, now=now)
    worlds.deliver()

    expect(page.get_by_role("heading", name="Đã nhận đủ tiền")).to_be_visible()


def test_what_the_gateway_says_wrongly_pays_nothing(opened: Callable[..., Page], outside: Service) -> None:
    one = worlds.an_order()
    page = opened(size="phone")
    for how in ("Báo giả chữ ký", "Báo sai số tiền", "Không trả được", "Trả, không báo"):
        page.goto(payer_page(one))
        page.get_by_role("button", name="Thanh toán 50.000 đồng").click()
        page.get_by_role("button", name=how).click()
        expect(page.get_by_role("heading", name="Còn phải nộp 50.000 đồng")).to_be_visible()

    codes = [notice["answer"].get("RspCode") for notice in outside.books.notices]

    assert codes == ["97", "04", "00"]
    assert Order.objects.get(pk=one.pk).received == 0


def test_a_transfer_arrives_and_the_desk_matches_what_was_written_wrongly(
    opened: Callable[..., Page], outside: Service
) -> None:
    right, wrong = worlds.an_order(), worlds.an_order(amount=40_000)
    for content in (f"CK {right.content}", "nop phi cho con"):
        amount = 50_000 if right.content in content else 40_000
        told = {
            "bin": "970416",
            "account": "0123456789",
            "amount": amount,
            "content": content,
            "payer": "NGUYEN T H MAI",
        }
        told["id"] = f"{right.content}{amount}"
        request = urllib.request.Request(f"{outside.origin}/bank/transfer", json.dumps(told).encode())
        urllib.request.urlopen(request, timeout=20).close()
    page = opened(addresses.CASHIER)

    page.goto("/payments/transfers/")
    page.get_by_role("link", name=f"{right.content}40000").click()
    page.get_by_label("Mã khoản thu").fill(wrong.ref)
    page.get_by_label("Vì sao biết").fill("gọi điện hỏi người nộp")
    page.keyboard.press("Enter")

    expect(page.get_by_text("đã gắn bằng tay")).to_be_visible()
    states = set(Order.objects.filter(pk__in=[right.pk, wrong.pk]).values_list("state", flat=True))
    assert states == {"paid"}


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_a_cashier_takes_cash_by_keyboard_and_a_second_person_voids_it(size: str, opened: Callable[..., Page]) -> None:
    one = worlds.an_order()
    page, head = opened(addresses.CASHIER, size=size), opened(HEAD_OF_COMMUNE, size=size)

    page.goto(f"/payments/orders/{one.ref}/")
    expect(page.get_by_label("Số tiền nhận (đồng)")).to_have_value("50.000")
    page.get_by_label("Số tiền nhận (đồng)").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(r"Biên lai số \d{6}/\d{4}"))
    head.goto(page.url)
    head.get_by_text("Hủy biên lai", exact=True).click()
    head.get_by_label("Lý do hủy").fill("thu nhầm người")
    head.get_by_role("button", name="Hủy biên lai").click()

    expect(head.get_by_text("Đã hủy biên lai.")).to_be_visible()
    assert CashReceipt.objects.get(order=one).voided_at is not None
    assert Order.objects.get(pk=one.pk).state == "open"
