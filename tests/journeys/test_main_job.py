"""The main job from end to end: a clerk's number reaches the operations centre, and leads back to the return."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys import world as worlds
from tests.journeys.keys import tab_to

Opened = Callable[..., Page]


def log_in(page: Page, name: str) -> None:
    """Enter as a persona, with one press of a button."""
    page.goto("/accounts/demo/")
    page.get_by_role("button", name=f"với tên {name}").press("Enter")
    expect(page).not_to_have_url(re.compile("/accounts/"))


def test_a_number_goes_from_the_clerks_keyboard_to_the_operations_centre_and_back_to_its_return(opened: Opened) -> None:
    one = worlds.a_return(worlds.MAIN_JOB)

    _the_clerk_fills_in_by_keyboard(opened(), one.ref)
    _the_head_approves(opened(), one.ref)
    _the_statistics_officer_publishes(opened(), one.ref)
    worlds.work()

    page = opened("chu-tich")
    page.goto("/wall/")
    page.get_by_role("link", name="Lĩnh vực").first.click()
    page.get_by_role("link", name="Cây xanh").first.click()
    page.get_by_role("link", name="Tỷ lệ cây trồng còn sống", exact=True).first.click()
    page.goto(f"{page.url.split('?')[0]}?period={worlds.MAIN_JOB}")
    expect(page.locator(".number-l .figure")).to_have_text("75,00")
    page.get_by_role("link", name="Các báo cáo tạo nên số này").click()
    page.locator("table[data-rows] th a").first.click()
    expect(page).to_have_url(re.compile(rf"/returns/{one.ref}/"))
    expect(page.get_by_role("main")).to_contain_text("Phạm Văn Bàng")


def _the_clerk_fills_in_by_keyboard(page: Page, ref: str) -> None:
    log_in(page, "Phạm Văn Bàng")
    page.goto(f"/returns/?period={worlds.MAIN_JOB}")
    tab_to(page, "^CX$")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/returns/{ref}/")
    tab_to(page, "Điền trên trang")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/returns/{ref}/fill-in/")
    tab_to(page, "^Cây đã trồng, ")
    _type_down_and_up_again(page)
    expect(page.locator(".row-state").last).to_contain_text("Cây còn sống (25) lớn hơn Cây đã trồng (20)")
    _hand_in(page)
    expect(page.get_by_role("main")).to_contain_text("Còn 1 lỗi")
    _correct(page)
    _hand_in(page)
    expect(page.get_by_role("main")).to_contain_text("Đã gửi báo cáo để duyệt.")


def _type_down_and_up_again(page: Page) -> None:
    """Twenty trees in every row going down; fifteen alive going up again, but twenty-five in the last row."""
    rows = page.locator("table[data-grid] tbody tr").count()
    for row in range(rows):
        page.keyboard.type("20")
        page.keyboard.press("Enter" if row < rows - 1 else "ArrowRight")
    for row in reversed(range(rows)):
        page.keyboard.type("25" if row == rows - 1 else "15")
        with page.expect_response("**/fill-in/row/"):
            page.keyboard.press("ArrowUp" if row else "Tab")


def _correct(page: Page) -> None:
    tab_to(page, "Điền trên trang")
    page.keyboard.press("Enter")
    page.wait_for_url("**/fill-in/")
    tab_to(page, "Cây còn sống .25. lớn hơn")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+A")
    page.keyboard.type("15")
    with page.expect_response("**/fill-in/row/"):
        page.keyboard.press("Tab")


def _hand_in(page: Page) -> None:
    tab_to(page, "Lưu và xem lại để gửi")
    page.keyboard.press("Enter")
    page.wait_for_url("**#submit")
    tab_to(page, "Gửi để duyệt")
    page.keyboard.press("Enter")
    page.wait_for_load_state()


def _the_head_approves(page: Page, ref: str) -> None:
    log_in(page, "Lê Thị Xoan")
    page.goto("/returns/?tray=approve")
    page.locator(f"a[href='/returns/{ref}/']").click()
    page.get_by_role("button", name="Duyệt", exact=True).click()
    expect(page.get_by_role("main")).to_contain_text("Đã duyệt báo cáo.")


def _the_statistics_officer_publishes(page: Page, ref: str) -> None:
    log_in(page, "Trần Thị Đếm")
    page.goto("/returns/?tray=publish")
    page.locator(f"a[href='/returns/{ref}/']").click()
    page.get_by_role("button", name="Công bố", exact=True).click()
    expect(page.get_by_role("main")).to_contain_text("Đã công bố báo cáo.")
