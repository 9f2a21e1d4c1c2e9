"""Exploring with the keyboard alone, without script, and by somebody who does not see the chart."""

import re
from collections.abc import Callable

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, Route, expect

from tests.journeys.keys import enter, tab_to

Opened = Callable[..., Page]
LEADER = "chu-tich"


def _chosen(page: Page) -> Locator:
    """What the palette would open."""
    return page.locator("dialog.palette").get_by_role("option", selected=True)


def test_somebody_finds_compares_and_keeps_a_view_without_touching_a_mouse(opened: Opened) -> None:
    page = opened(LEADER)
    page.goto("/domains/")

    page.keyboard.press("Control+k")
    palette = page.get_by_role("combobox", name="Chỉ tiêu, đơn vị, trang hoặc việc cần làm")
    expect(palette).to_be_focused()
    page.keyboard.type("cay trong con song")
    expect(_chosen(page)).to_contain_text("Tỷ lệ cây trồng còn sống")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/indicators/CX-1/"))
    enter(page, "^So sánh$", "/explore/")
    expect(page.locator("ts-chart svg").first).to_be_visible()
    tab_to(page, "^Xếp hạng$")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("form=ranking"))
    expect(page.get_by_role("columnheader", name="Thay đổi bậc")).to_be_visible()
    enter(page, "Lưu góc nhìn$", "/views/")
    page.get_by_label("Tên góc nhìn").focus()
    page.keyboard.type("Xếp hạng cây sống")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Đã lưu góc nhìn “Xếp hạng cây sống”.")

    expect(page.locator("[data-shortcuts-hint]")).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type("xep hang cay")
    expect(_chosen(page)).to_contain_text("Xếp hạng cây sống")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("form=ranking"))


def test_the_palette_is_a_combobox_that_says_what_is_chosen_and_lets_one_go(opened: Opened) -> None:
    page = opened(LEADER, size="phone")
    page.goto("/indicators/CX-1/?unit=T")
    page.keyboard.press("Control+k")
    palette = page.get_by_role("combobox", name="Chỉ tiêu, đơn vị, trang hoặc việc cần làm")
    expect(_chosen(page)).to_be_visible()

    violations = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    first = palette.get_attribute("aria-activedescendant")
    page.keyboard.press("ArrowDown")
    second = palette.get_attribute("aria-activedescendant")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    last = palette.get_attribute("aria-activedescendant")
    page.keyboard.type("zzzzqq")
    expect(page.locator("dialog.palette [role=status]")).to_have_text("Không thấy gì khớp")
    page.keyboard.press("Escape")

    assert violations == []
    assert len({first, second, last}) == 3
    expect(palette).to_be_hidden()
    assert "/indicators/CX-1/" in page.url


def test_letters_typed_while_the_palette_is_still_on_its_way_are_not_lost(opened: Opened) -> None:
    page = opened(LEADER)
    held: list[Route] = []
    page.route(re.compile("/palette-[^/]*[.]js"), lambda route: held.append(route))
    page.goto("/domains/")

    page.keyboard.press("/")
    page.keyboard.type("doi nen")
    page.keyboard.press("Enter")
    expect(page.locator("dialog.palette input")).to_have_value("doi nen")
    held[0].continue_()

    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_the_palette_changes_the_theme_and_shows_the_keys(opened: Opened) -> None:
    page = opened(LEADER)
    page.goto("/domains/")

    page.keyboard.press("/")
    page.keyboard.type("doi nen")
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.keyboard.press("?")

    expect(page.get_by_role("dialog", name="Phím tắt")).to_contain_text("Đi đến chỉ tiêu, đơn vị")


def test_whoever_does_not_see_the_chart_is_told_what_it_says_and_led_to_the_table(opened: Opened) -> None:
    page = opened(LEADER)
    page.goto("/explore/?form=lines&indicators=CX-1&units=T&every=month&basis=old")

    chart = page.locator("ts-chart .chart-canvas").first
    expect(chart).to_have_attribute("role", "img")
    expect(chart).to_have_attribute("aria-label", re.compile("thấp nhất .* cao nhất .* Bảng số liệu ở ngay bên dưới"))
    page.get_by_text("Biểu đồ này nói gì").click()
    page.get_by_role("link", name="Bảng số liệu đầy đủ").click()

    expect(page.get_by_role("region", name="Bảng số liệu")).to_be_in_viewport()
    for ending in ("PNG", "SVG"):
        with page.expect_download() as waiting:
            page.get_by_role("button", name=f"Tải {ending}").first.click()
        assert waiting.value.suggested_filename.endswith(ending.lower())


def test_without_script_one_explores_in_tables_and_keeps_a_view(opened: Opened) -> None:
    page = opened(LEADER, script=False)

    page.goto("/explore/")
    page.get_by_label("Thêm chỉ tiêu").fill("cay trong con song")
    page.get_by_role("button", name="Vẽ").click()
    page.wait_for_url(re.compile("indicators=CX-1"))
    expect(page.get_by_role("heading", name="Tóm tắt từng đường")).to_be_visible()
    expect(page.get_by_role("region", name="Bảng số liệu")).to_be_visible()
    page.get_by_label("Thêm đơn vị").fill("An Bình")
    page.get_by_role("button", name="Vẽ").click()
    # A link of the page that is being left would be followed instead of the form, or the form instead of the link
    page.wait_for_url(re.compile(r"units=[^&]*AB"))
    page.get_by_role("navigation", name="Cách xem").get_by_role("link", name="Xếp hạng").click()
    page.wait_for_url(re.compile("form=ranking"))
    page.get_by_role("link", name="Lưu góc nhìn").click()
    page.get_by_label("Tên góc nhìn").fill("Không cần script")
    page.get_by_role("button", name="Lưu").first.click()

    expect(page.get_by_role("link", name="Không cần script")).to_be_visible()
