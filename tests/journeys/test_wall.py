"""A wall runs by itself for days: it can be read from afar, nothing is cut, it says when its figures are stale."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import world as worlds
from tinhso.blocks.indicators import queries as indicators
from tinhso.blocks.indicators.contract import SYSTEM
from tinhso.ioc.queries import walls
from tinhso.kernel import clock, periods
from tinhso.society.field_reports import services
from tinhso.society.field_reports.tests.makers import a_draft

SCREENS = {"1080p": {"width": 1920, "height": 1080}, "4K": {"width": 3840, "height": 2160}}
SCENES = ["overview", "today", "domain-cay-xanh", "attention", "live", "time-CX-2", "unit-AB"]
SMALLEST = 1 / 46  # of the screen's height: 24 of 1080 lines, with a little for rounding
LONG = "Tỷ lệ người dân, doanh nghiệp hài lòng với việc giải quyết thủ tục hành chính", "Phường Nguyễn Thị Minh Khai"
# Every piece of text that can be seen: how large it is, and whether something cuts it off
READABLE = """() => {
  const small = [], cut = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const unseen = 'script, style, title, .sr, .skip, .wall-notice, noscript, defs, details:not([open])';
  const clipped = (element, box) => {
    for (let around = element; around !== document.documentElement; around = around.parentElement) {
      if (!/hidden|clip/.test(getComputedStyle(around).overflow)) continue;
      const edge = around.getBoundingClientRect();
      if (box.left >= edge.right - 1) return 'whole';  // a line that has no room is not begun
      if (box.right > edge.right + 2 || box.bottom > edge.bottom + 3 || box.top < edge.top - 3) return 'part';
    }
    return box.right > innerWidth + 1 || box.bottom > innerHeight + 1 ? 'part' : '';
  };
  while (walker.nextNode()) {
    const words = walker.currentNode.textContent.trim(), element = walker.currentNode.parentElement;
    const range = document.createRange();
    range.selectNodeContents(walker.currentNode);
    const box = range.getBoundingClientRect(), style = getComputedStyle(element);
    if (!words || element.closest(unseen) || box.width < 2 || style.visibility === 'hidden') continue;
    const lost = clipped(element, box);
    if (lost === 'part') cut.push(words);
    const drawn = element.ownerSVGElement ? element.getScreenCTM().a : 1;  // letters of a drawing grow with it
    if (!lost && parseFloat(style.fontSize) * drawn < innerHeight * SMALLEST) small.push(words);
  }
  const page = document.scrollingElement;
  if (page.scrollHeight > innerHeight + 1 || page.scrollWidth > innerWidth + 1) cut.push('the page scrolls');
  return [small, cut];
}""".replace("SMALLEST", str(SMALLEST))
LENGTHEN = """([indicator, unit]) => {
  for (const place of document.querySelectorAll('.tile-name, .small-name, .hero h2 a, .time-side h2 a'))
    place.textContent = indicator;
  for (const place of document.querySelectorAll('.beside .list a, [data-best] li span:first-child, .scene h1'))
    place.textContent = unit;
}"""
Opened = Callable[..., Page]


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("scene", SCENES)
def test_a_scene_can_be_read_from_five_metres_and_nothing_of_it_is_cut(scene: str, screen: str, opened: Opened) -> None:
    page = opened("chu-tich")
    page.set_viewport_size(SCREENS[screen])  # type: ignore[arg-type]
    if scene == "live":
        draft = a_draft(request=f"wall-{screen}", longitude=107.051, latitude=15.151, text="Ổ gà to trước cổng trường")
        services.submit_report(draft=draft, by=worlds.somebody("cong-chuc-an-binh"), now=clock.now(), confirmed=True)

    page.goto(f"/wall/chung/{scene}/")
    page.evaluate("() => document.fonts.ready")
    small, cut = page.evaluate(READABLE)

    assert small == []
    assert cut == []


@pytest.mark.parametrize("scene", ["overview", "domain-cay-xanh", "time-CX-2", "unit-AB"])
def test_a_long_name_takes_its_lines_and_cuts_nothing(scene: str, opened: Opened) -> None:
    page = opened("chu-tich")
    page.set_viewport_size(SCREENS["1080p"])  # type: ignore[arg-type]
    page.goto(f"/wall/chung/{scene}/")

    page.evaluate(LENGTHEN, LONG)
    _small, cut = page.evaluate(READABLE)

    assert cut == []


def test_scenes_follow_one_another_and_come_round_without_the_page_being_loaded_again(opened: Opened) -> None:
    page = opened("chu-tich")
    page.goto("/wall/chung/overview/")
    expect(page.get_by_role("button", name="Dừng")).to_be_visible()  # the wall listens for keys from then on
    page.evaluate("() => { window.sameDocument = true }")
    place = page.locator("[data-wall-place]")
    total = int(place.inner_text().split("/")[1])

    seen = []
    for number in range(total):
        seen.append(str(page.locator("main").get_attribute("data-scene")))
        page.keyboard.press("ArrowRight")
        expect(place).to_have_text(f"{(number + 1) % total + 1}/{total}")

    assert seen[0] == page.locator("main").get_attribute("data-scene") == "overview"
    assert len(set(seen)) == total
    assert page.evaluate("() => window.sameDocument") is True
    assert page.url.endswith("/wall/chung/overview/")


def test_a_scene_gives_way_when_its_time_is_over_unless_somebody_stops_it(opened: Opened) -> None:
    page = opened("chu-tich")
    page.clock.install()
    page.goto("/wall/chung/overview/")
    scene = page.locator("main")
    pause = page.get_by_role("button", name="Dừng")

    pause.click()
    page.clock.run_for(120_000)
    assert scene.get_attribute("data-scene") == "overview"
    page.get_by_role("button", name="Chạy tiếp").click()
    for _second in range(60):
        page.clock.run_for(1_000)
        page.wait_for_timeout(20)
        if scene.get_attribute("data-scene") != "overview":
            break

    assert scene.get_attribute("data-scene") == "today"


def test_a_wall_says_in_large_letters_when_it_has_lost_its_server_and_goes_on_when_it_is_back(opened: Opened) -> None:
    page = opened("chu-tich")
    page.clock.install()
    page.goto("/wall/chung/today/")
    stale = page.get_by_role("alert")
    expect(page.get_by_role("button", name="Dừng")).to_be_visible()

    page.context.set_offline(True)
    for _step in range(20):
        page.clock.run_for(10_000)
        page.wait_for_timeout(10)
    expect(stale).to_contain_text("MẤT LIÊN LẠC")
    expect(stale).to_contain_text("phút trước")
    size = page.locator("[data-stale-word]").evaluate(
        "(word) => parseFloat(getComputedStyle(word).fontSize) / innerHeight"
    )
    assert size > 1 / 20
    page.context.set_offline(False)
    shown: set[str | None] = {"today"}
    for _step in range(100):  # as long as a slow machine needs to answer, then at once
        page.clock.run_for(10_000)
        page.wait_for_timeout(50)
        shown.add(page.locator("main").get_attribute("data-scene"))
        if len(shown) > 1:
            break

    assert len(shown) > 1
    expect(page.locator("[data-stale]")).to_be_hidden()


def test_the_map_in_time_shows_the_units_of_each_month_through_a_rearrangement(opened: Opened) -> None:
    page = opened("chu-tich")
    page.goto("/wall/chung/time-CX-2/")
    slider = page.get_by_role("slider")
    expect(slider).to_be_enabled()

    slider.fill("0")
    before = page.locator("[data-areas] path").count(), page.locator("[data-period]").inner_text()
    slider.fill(str(slider.get_attribute("max")))
    after = page.locator("[data-areas] path").count(), page.locator("[data-period]").inner_text()

    known = indicators.catalogue().indicators["CX-2"]
    last = periods.parse(
        indicators.reading_series(known, "T", to=SYSTEM)[-1].period
    )  # other journeys may have published since
    assert before == (3, "Tháng 1/2023")
    assert after == (3, f"Tháng {last.start.month}/{last.start.year}")
    expect(page.locator(".time-marks")).to_contain_text("01/07/2023")


def test_without_script_a_scene_leads_to_the_next_by_itself(opened: Opened) -> None:
    page = opened("chu-tich", script=False)

    page.goto("/wall/chung/overview/")

    refresh = page.locator("meta[http-equiv=refresh]").get_attribute("content")
    assert refresh == f"{walls.SECONDS['overview']};url=/wall/chung/today/"
