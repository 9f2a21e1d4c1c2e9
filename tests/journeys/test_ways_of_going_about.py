"""The same pages by keyboard alone, and without script."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys import world as worlds
from tests.journeys.keys import FOCUSED, enter

Opened = Callable[..., Page]
# What has the focus, and whether one sees that: an area of a map shows it by its outline's stroke
SEEN = """() => {
  const focused = document.activeElement, style = getComputedStyle(focused), shape = focused.querySelector('path.mc');
  const outlined = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
  const stroked = shape && parseFloat(getComputedStyle(shape).strokeWidth) > 2;
  return [focused.outerHTML.slice(0, 150), focused === document.body || outlined || Boolean(stroked)];
}"""


def test_the_keyboard_alone_leads_from_the_wall_down_to_a_return(opened: Opened) -> None:
    page = opened("chu-tich")
    page.goto("/wall/")

    page.keyboard.press("Tab")
    assert "nội dung chính" in page.evaluate(FOCUSED)
    enter(page, "^Lĩnh vực$", "/domains/")
    enter(page, "^Cây xanh", "/domains/cay-xanh/")
    enter(page, "^Tỷ lệ cây trồng còn sống$", "/indicators/CX-1/")
    enter(page, "^Các báo cáo tạo nên số này$", "/indicators/CX-1/records/")
    enter(page, "Cây trồng trong tháng", "/returns/BC-")

    expect(page.get_by_role("heading", level=1)).to_have_text("Cây trồng trong tháng")


def test_the_focus_is_always_seen_while_tabbing_through_the_wall(opened: Opened) -> None:
    page = opened("chu-tich")
    page.goto("/wall/")

    unseen = []
    for _step in range(40):
        page.keyboard.press("Tab")
        focused, seen = page.evaluate(SEEN)
        if not seen:
            unseen.append(focused)

    assert unseen == []


def test_without_script_a_clerk_logs_in_fills_in_is_corrected_and_hands_in(opened: Opened) -> None:
    one = worlds.a_return(worlds.WITHOUT_SCRIPT, data_set="TC", unit="AB")
    page = opened(script=False)

    page.goto(f"/returns/{one.ref}/")
    page.get_by_role("link", name="Vào bằng nhân vật minh họa").click()
    page.get_by_role("button", name="với tên Đỗ Văn Sến").click()
    expect(page).to_have_url(re.compile(rf"/returns/{one.ref}/$"))
    page.get_by_role("link", name="Điền trên trang").click()
    page.get_by_label("Lượt tưới").fill("ba chục")
    page.get_by_role("button", name="Lưu nháp").click()
    expect(page.get_by_role("alert")).to_contain_text("Lượt tưới")
    assert page.get_by_label("Lượt tưới").input_value() == "ba chục"
    page.get_by_label("Lượt tưới").fill("1.234")
    page.get_by_label("Nước đã dùng").fill("56,5")
    page.get_by_role("button", name="Lưu và xem lại để gửi").click()
    page.get_by_role("button", name="Gửi để duyệt").click()

    expect(page.get_by_role("main")).to_contain_text("Đã gửi báo cáo để duyệt.")
    expect(page.get_by_role("cell", name="1.234")).to_be_visible()


def test_without_script_the_desk_and_the_indicators_can_be_read_and_searched(opened: Opened) -> None:
    page = opened("chuyen-vien", script=False)

    page.goto("/returns/?tray=all")
    expect(page.get_by_role("table").get_by_role("link").first).to_be_visible()
    page.goto("/search/")
    page.get_by_role("searchbox").last.fill("ty le cay trong con song")
    page.keyboard.press("Enter")
    page.get_by_role("main").get_by_role("link", name="Tỷ lệ cây trồng còn sống").first.click()

    expect(page.locator(".number-l .figure")).to_be_visible()
    page.get_by_role("main").get_by_text("Bảng số liệu").first.click()
    expect(page.get_by_role("main").get_by_role("table").first).to_be_visible()
