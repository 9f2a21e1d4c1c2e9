"""Somebody fills in a form: without script on a phone, with script as they go, by keyboard alone, in two windows."""

import re
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.journeys import addresses
from tests.journeys.keys import tab_to
from tinhso.blocks.forms.models import Draft

ADDRESS = "/forms/don-cay/preview/"
WIDER = "() => document.scrollingElement.scrollWidth - window.innerWidth"
FILE = {"name": "dat.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4"}


@pytest.fixture(autouse=True)
def nobody_has_begun(world: object) -> Iterator[None]:
    """Each journey begins the form anew."""
    Draft.objects.all().delete()
    yield
    Draft.objects.all().delete()


def _begin(page: Page) -> None:
    page.goto(ADDRESS)
    page.get_by_role("button", name="Bắt đầu điền").click()
    expect(page.get_by_label("Số định danh cá nhân")).to_be_visible()


def _fill(page: Page) -> None:
    page.get_by_label("Họ và tên").fill("Nguyễn Văn Ví Dụ")
    page.get_by_label("Số định danh cá nhân").fill("083 090 000 001")
    page.get_by_label("Ngày sinh").fill("5/10/1990")
    page.get_by_label("Số điện thoại").fill("0912345678")
    page.get_by_label("Cây bệnh").check()
    page.get_by_label("Xã, phường").select_option(index=1)
    page.get_by_label("Tờ bản đồ số").fill("12")
    page.get_by_label("Thửa đất số").fill("204")
    page.get_by_label("Loài", exact=True).select_option("dua")
    page.get_by_label("Số cây").fill("2")
    page.get_by_label("Giấy tờ về đất").set_input_files(FILE)  # type: ignore[arg-type]
    page.get_by_label("Tôi cam đoan lời khai là đúng").check()


def _ready(page: Page) -> None:
    """The page's script has come."""
    expect(page.locator("form[data-state]")).to_be_visible(timeout=15_000)


def _saved(page: Page) -> None:
    """The page has saved all that was typed, and says when."""
    expect(page.locator("form[data-form]")).to_have_attribute("data-state", "saved", timeout=15_000)
    expect(page.get_by_text("Đã lưu lúc")).to_be_visible()


def _barriers(page: Page, size: str) -> list[str]:
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    barriers = [f"{rule['id']}: {rule['nodes'][0]['html'][:160]}" for rule in found]
    wider = page.evaluate(WIDER)
    return [*barriers, f"{wider} px too wide"] if size == "phone" and wider > 0 else barriers


def test_without_script_rows_are_added_faults_are_listed_and_the_form_is_finished(opened: Callable[..., Page]) -> None:
    page = opened(addresses.OFFICER, size="phone", script=False)
    _begin(page)

    expect(page.get_by_text("Nếu “Lý do” là “Lý do khác”")).to_be_visible()
    page.get_by_label("Số định danh cá nhân").fill("12")
    page.get_by_role("button", name="Thêm Cây").click()
    expect(page).to_have_url(re.compile("#f-trees-1$"))
    expect(page.get_by_label("Số định danh cá nhân")).to_have_value("12")
    page.get_by_label("Số cây").nth(1).fill("7")
    page.get_by_role("button", name="Xóa dòng này Cây 1").click()
    expect(page.get_by_label("Số cây")).to_have_value("7")
    page.get_by_role("button", name="Kiểm tra và kết thúc").click()
    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("Cần sửa trước khi gửi")
    summary.get_by_role("link", name="Số định danh cá nhân").click()
    expect(page.get_by_label("Số định danh cá nhân")).to_have_attribute("aria-invalid", "true")
    _fill(page)
    page.get_by_role("button", name="Kiểm tra và kết thúc").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Biểu mẫu đã điền đúng")
    expect(page.get_by_role("cell", name="1990-10-05")).to_be_visible()
    assert not Draft.objects.exists()


def test_with_script_the_page_hides_says_and_saves_as_one_goes(opened: Callable[..., Page]) -> None:
    page = opened(addresses.OFFICER)
    _begin(page)
    _ready(page)

    expect(page.get_by_label("Lý do cụ thể")).to_be_hidden()
    page.get_by_label("Lý do khác").check()
    expect(page.get_by_label("Lý do cụ thể")).to_be_visible()
    page.get_by_label("Cây bệnh").check()
    expect(page.get_by_label("Lý do cụ thể")).to_be_hidden()
    page.get_by_label("Ngày sinh").fill("31/02/2020")
    page.get_by_label("Số điện thoại").focus()
    expect(page.get_by_text("Hãy ghi ngày có thật")).to_be_visible()
    page.get_by_label("Ngày sinh").fill("05101990")
    expect(page.get_by_text("Hãy ghi ngày có thật")).to_be_hidden()
    _saved(page)
    page.reload()

    expect(page.get_by_label("Ngày sinh")).to_have_value("05/10/1990")


def test_a_form_is_filled_in_with_the_keyboard_alone(opened: Callable[..., Page]) -> None:
    page = opened(addresses.OFFICER)
    _begin(page)
    _ready(page)

    page.get_by_label("Họ và tên").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("Trần Thị Mẫu")
    page.keyboard.press("Tab")
    page.keyboard.type("083090000002")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_label("Số định danh cá nhân")).to_have_value("083090000002")
    tab_to(page, r"^Thêm\s+Cây$")
    page.keyboard.press("Enter")

    expect(page.get_by_role("group", name="Cây 2")).to_be_visible()
    expect(page.get_by_label("Họ và tên")).to_have_value("Trần Thị Mẫu")


def test_two_windows_are_told_of_each_other(opened: Callable[..., Page]) -> None:
    one, two = opened(addresses.OFFICER, script=False), opened(addresses.OFFICER, script=False)
    _begin(one)
    two.goto(ADDRESS)

    one.get_by_label("Họ và tên").fill("Cửa sổ một")
    one.get_by_role("button", name="Lưu nháp").last.click()
    two.get_by_label("Họ và tên").fill("Cửa sổ hai")
    two.get_by_role("button", name="Lưu nháp").last.click()

    expect(two.get_by_role("alert")).to_contain_text("Bản nháp đã được lưu ở một cửa sổ khác")
    expect(two.get_by_label("Họ và tên")).to_have_value("Cửa sổ hai")
    assert Draft.objects.get().values["full_name"] == "Cửa sổ một"
    two.get_by_role("button", name="Lưu nháp").last.click()
    expect(two.get_by_role("alert")).to_have_count(0)
    assert Draft.objects.get().values["full_name"] == "Cửa sổ hai"


def test_a_page_that_cannot_save_says_so_and_saves_later(opened: Callable[..., Page]) -> None:
    page = opened(addresses.OFFICER)
    _begin(page)
    _ready(page)

    page.route(f"**{ADDRESS}", lambda route: route.abort())
    page.get_by_label("Họ và tên").fill("Ngoài vùng phủ sóng")
    page.get_by_label("Ngày sinh").focus()
    expect(page.get_by_text("Chưa lưu được")).to_be_visible()
    page.unroute(f"**{ADDRESS}")

    _saved(page)
    assert Draft.objects.get().values["full_name"] == "Ngoài vùng phủ sóng"
    assert page.evaluate("() => JSON.stringify(localStorage)").count("Ngoài") == 0


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_a_form_with_faults_has_no_barrier(size: str, opened: Callable[..., Page]) -> None:
    page = opened(addresses.OFFICER, size=size)
    _begin(page)
    _ready(page)

    page.get_by_label("Ngày sinh").fill("31/02/2020")
    page.get_by_label("Lý do khác").check()
    page.get_by_label("Loài", exact=True).select_option("khac")
    page.get_by_label("Báo cho tôi khi có kết quả").check()
    page.get_by_role("button", name="Kiểm tra và kết thúc").click()
    page.get_by_role("alert").wait_for()

    assert _barriers(page, size) == []
