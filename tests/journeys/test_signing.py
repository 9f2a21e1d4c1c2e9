"""An official signs a batch on a phone; the clerk numbers and seals it at a desk; anybody checks one of them."""

from collections.abc import Callable
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.journeys import papers
from tests.journeys.conftest import PATIENCE

MANY = 40
WIDER = "() => document.scrollingElement.scrollWidth - window.innerWidth"


def test_forty_documents_are_signed_on_a_phone_then_sealed_at_a_desk(
    opened: Callable[..., Page], settings: Any
) -> None:
    settings.DEMO = True  # the demo's people have keys that say that they are worth nothing
    refs = [papers.a_request(f"Trao thưởng {number:02d}") for number in range(MANY)]
    phone = opened("chu-tich", size="phone")

    phone.goto("/phone/")
    phone.get_by_role("link", name="văn bản chờ bạn ký").click()
    phone.get_by_role("link", name="Trao thưởng 00").click()
    expect(phone.get_by_role("img", name="Trang 1 trong 1 của văn bản")).to_be_visible()
    assert phone.evaluate(WIDER) <= 0
    phone.go_back()
    phone.get_by_role("link", name="Chọn cả").click()
    for other in phone.locator("input[name=ref]").all():
        if other.get_attribute("value") not in refs:  # of other journeys
            other.uncheck()
    phone.get_by_role("button", name="Ký các văn bản đã chọn").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text(f"Ký {MANY} văn bản")
    expect(phone.get_by_role("link", name="Mở Trao thưởng")).to_have_count(MANY)
    assert Axe().run(phone).response["violations"] == []
    assert phone.evaluate(WIDER) <= 0
    phone.get_by_label("Khóa minh họa").check()
    phone.get_by_role("button", name="Ký các văn bản đã chọn").click(no_wait_after=True)
    done = phone.get_by_role("heading", name=f"Đã ký {MANY} văn bản", level=1)
    expect(done).to_be_visible(timeout=4 * PATIENCE)  # forty signatures on a busy machine

    desk = opened("van-thu", script=False)
    desk.goto("/signing/sealing/")
    for ref in refs[:3]:
        desk.locator(f"input[value='{ref}']").check()
    desk.get_by_label("Khóa minh họa").check()
    desk.get_by_role("button", name="Cấp số, đóng dấu").click()
    expect(desk.get_by_role("status").filter(has_text="Kết quả lần đóng dấu")).to_contain_text("Trao thưởng 02")
    desk.goto(f"/signing/{refs[0]}/")
    desk.get_by_role("link", name="Trang kiểm tra chữ ký").click()

    expect(desk.get_by_role("main")).to_contain_text("/QĐ-HS")
    expect(desk.get_by_role("heading", name="Chữ ký 2:")).to_be_visible()
