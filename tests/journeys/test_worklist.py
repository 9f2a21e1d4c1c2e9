"""By keyboard alone: a one-stop clerk works through the queue, a leader steers from the week."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys import world as worlds
from tests.journeys.keys import enter, tab_to
from tests.journeys.test_cases import RECEIVER, apply_for
from tinhso.blocks.cases.models import Case
from tinhso.government.programme.models import Directive

Opened = Callable[..., Page]
CURRENT = "table[data-rows] tbody tr.is-current"


def _go_to_row(page: Page, text: str) -> None:
    """Press k until the first row is the current row, then j until the one that says ``text`` is."""
    rows = page.locator("table[data-rows] tbody tr")
    for key in ["k"] * rows.count() + ["j"] * rows.count():
        page.keyboard.press(key)
        if text in page.locator(CURRENT).inner_text():
            return
    raise AssertionError(f"j does not lead to a row that says {text!r}")


def test_a_one_stop_clerk_ticks_dossiers_by_keyboard_and_receives_them_at_once(opened: Opened) -> None:
    citizen = opened("", size="phone", script=False)
    codes = [apply_for(citizen) for _dossier in range(2)]
    page = opened(RECEIVER)
    page.goto("/toi/?kind=cases")

    for code in codes:
        _go_to_row(page, code)
        page.keyboard.press("x")
    assert page.locator("input[name=step]:checked").count() == 2
    tab_to(page, "Tiếp nhận các hồ sơ đã chọn", at_most=200)
    page.keyboard.press("Enter")

    expect(page).to_have_url("/toi/?kind=cases")
    expect(page.get_by_role("main")).not_to_contain_text(codes[0])
    assert Case.objects.filter(code__in=codes).exclude(received_at=None).count() == 2


def test_k_goes_back_and_enter_opens_the_dossier_of_the_row(opened: Opened) -> None:
    code = apply_for(opened("", size="phone", script=False))
    page = opened(RECEIVER)
    page.goto("/toi/?kind=cases")

    _go_to_row(page, code)
    before = page.locator(CURRENT).inner_text()
    page.keyboard.press("k")
    page.keyboard.press("j")
    assert page.locator(CURRENT).inner_text() == before
    page.keyboard.press("Enter")

    expect(page).to_have_url(f"/cases/{code}/")


def test_a_leader_gives_directives_about_ticked_alerts_by_keyboard(opened: Opened) -> None:
    alerts = [worlds.an_alert_opens_anew(unit) for unit in ("AB", "T")]
    page = opened("chu-tich")
    page.goto("/tuan-nay/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Tuần này")

    _go_to_row(page, "Tỷ lệ cây trồng còn sống")
    page.keyboard.press("x")
    tab_to(page, "^Giao chỉ đạo về các việc đã chọn$", at_most=200)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Giao chỉ đạo")
    while page.evaluate("document.activeElement.name") != "words":
        page.keyboard.press("Tab")
    page.keyboard.type("Nêu nguyên nhân và ngày khắc phục.")
    tab_to(page, "^Giao các chỉ đạo đã chọn$")
    page.keyboard.press("Enter")

    expect(page.get_by_role("main")).to_contain_text("chỉ đạo")
    given = Directive.objects.filter(words="Nêu nguyên nhân và ngày khắc phục.")
    assert {alert.ref for alert in alerts} <= set(given.values_list("about_ref", flat=True))


def test_the_week_leads_on_to_the_wall_and_to_its_paper(opened: Opened) -> None:
    page = opened("chu-tich")
    page.goto("/tuan-nay/")

    with page.expect_download() as download:
        page.get_by_role("link", name="Bản tin tuần (PDF)").click()
    assert download.value.suggested_filename.endswith(".pdf")
    enter(page, "^Toàn cảnh$", "/wall/")
