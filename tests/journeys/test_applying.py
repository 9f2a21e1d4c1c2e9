"""Somebody applies with the electronic form: without script on a phone, with script, and at the desk with a clerk."""

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tinhso.blocks.cases.models import Begun, Case
from tinhso.blocks.documents.tests import papers as files
from tinhso.blocks.forms.models import Draft

Opened = Callable[..., Page]
RECEIVER = "mot-cua-an-binh"
WIDER = "() => document.scrollingElement.scrollWidth - window.innerWidth"


def _file(pages: int = 1) -> dict[str, object]:
    return {"name": "dat.pdf", "mimeType": "application/pdf", "buffer": files.a_pdf(pages=pages)}


def _tell(page: Page) -> None:
    """From the procedure's page to the form, telling who applies."""
    page.goto("/services/CX.01/")
    page.get_by_role("link", name="Nộp hồ sơ trực tuyến").click()
    page.get_by_label(re.compile("nơi bạn muốn nhận kết quả")).select_option("AB")
    page.get_by_label("Họ tên hoặc tên tổ chức").fill("Nguyễn Văn Ví Dụ")
    page.get_by_label("Số định danh hoặc mã số thuế").fill("083090000001")
    page.get_by_label("Điện thoại").fill("0912345678")
    page.get_by_role("button", name="Tiếp tục: điền biểu mẫu").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Đơn xin đốn cây")


def _fill(page: Page) -> None:
    """What was not told before."""
    page.get_by_label("Ngày sinh").fill("5/10/1990")
    page.get_by_label("Cây bệnh").check()
    page.get_by_label("Xã, phường").select_option(index=1)
    page.get_by_label("Tờ bản đồ số").fill("12")
    page.get_by_label("Thửa đất số").fill("204")
    page.get_by_label("Loài", exact=True).first.select_option("dua")
    page.get_by_label("Số cây").first.fill("2")
    page.get_by_label("Tôi cam đoan lời khai là đúng").check()


def _barriers(page: Page) -> list[str]:
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    barriers = [f"{page.url} {rule['id']}: {rule['nodes'][0]['html'][:160]}" for rule in found]
    wider = page.evaluate(WIDER)
    return [*barriers, f"{page.url}: {wider} px too wide"] if wider > 0 else barriers


def test_without_script_on_a_phone_a_form_with_rows_and_a_paper_becomes_a_dossier_once(opened: Opened) -> None:
    page = opened("", size="phone", script=False)
    before = Case.objects.count()
    _tell(page)
    form = page.url

    expect(page.get_by_label("Họ và tên")).to_have_value("Nguyễn Văn Ví Dụ")
    expect(page.get_by_label("Số điện thoại")).to_have_value("0912345678")
    page.get_by_role("button", name="Thêm Cây").click()
    page.get_by_label("Loài", exact=True).nth(1).select_option("sao")
    page.get_by_label("Số cây").nth(1).fill("7")
    _fill(page)
    page.get_by_label("Giấy tờ về đất").set_input_files(
        {"name": "dat.pdf", "mimeType": "application/pdf", "buffer": b"MZ"}
    )
    page.get_by_role("button", name="Nộp hồ sơ").click()
    expect(page.get_by_text("Loại tệp này không được nhận")).to_be_visible()
    expect(page.get_by_label("Số cây").nth(1)).to_have_value("7")
    page.get_by_label("Giấy tờ về đất").set_input_files(_file())  # type: ignore[arg-type]
    page.get_by_role("button", name="Nộp hồ sơ").click()
    page.wait_for_url(re.compile("/track/"))
    tracked = page.url
    page.goto(form)

    assert page.url.partition("#")[0] == tracked.partition("#")[0]
    assert Case.objects.count() == before + 1
    declared = page.locator("#declared")
    expect(declared.get_by_text("Số cây: 7")).to_be_visible()
    expect(declared.get_by_text("•••••••••001")).to_be_visible()
    expect(page.get_by_text("083090000001")).to_have_count(0)
    stranger = opened("", size="phone", script=False)
    stranger.goto(form)
    expect(stranger.get_by_text("Không có bản nháp này")).to_be_visible()


def test_with_script_the_form_saves_itself_and_is_gone_on_with_from_the_first_page(opened: Opened) -> None:
    page = opened("")
    _tell(page)
    expect(page.locator("form[data-state]")).to_be_visible(timeout=15_000)

    page.get_by_label("Ngày sinh").fill("05101990")
    page.get_by_label("Số điện thoại").focus()
    expect(page.locator("form[data-form]")).to_have_attribute("data-state", "saved", timeout=15_000)
    page.goto("/apply/public_services/CX.01/")
    page.get_by_role("link", name="Đơn xin đốn cây").click()
    expect(page.get_by_label("Ngày sinh")).to_have_value("05/10/1990")
    page.get_by_role("button", name="Bỏ bản nháp, bắt đầu lại").click()

    expect(page.get_by_text("Đã bỏ bản nháp.")).to_be_visible()
    expect(page.get_by_role("link", name="Đơn xin đốn cây")).to_have_count(0)


def test_at_the_desk_a_clerk_fills_the_form_in_and_the_dossier_shows_it_masked_until_it_is_asked_for(
    opened: Opened,
) -> None:
    page = opened(RECEIVER)
    page.goto("/cases/new/public_services/CX.01/")
    page.get_by_label("Họ tên hoặc tên tổ chức").fill("Trần Thị Mẫu")
    page.get_by_label("Số định danh hoặc mã số thuế").fill("083090000002")
    page.get_by_label("Điện thoại").fill("0912345679")
    page.get_by_role("button", name="Điền biểu mẫu điện tử").click()
    _fill(page)
    page.get_by_label("Giấy tờ về đất").set_input_files(_file(2))  # type: ignore[arg-type]
    page.get_by_role("button", name="Tiếp nhận và in giấy hẹn").click()
    page.wait_for_url(re.compile("/receipt/"))
    code = page.url.split("/")[-3]

    page.goto(f"/cases/{code}/")
    expect(page.locator("#declared").get_by_text("Cây bệnh")).to_be_visible()
    expect(page.get_by_text("083090000002")).to_have_count(0)
    page.get_by_label("Vì sao cần xem đầy đủ").fill("Đối chiếu với bản giấy người nộp mang theo")
    page.get_by_role("button", name="Xem đầy đủ (có ghi nhật ký)").click()

    expect(page.locator("#declared").get_by_text("083090000002")).to_be_visible()
    expect(page.locator("#declared").get_by_text("05/10/1990")).to_be_visible()
    assert Case.objects.get(code=code).status == Case.Status.RECEIVED
    assert _barriers(page) == []


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_no_page_of_applying_has_a_barrier(size: str, opened: Opened) -> None:
    page = opened("", size=size)
    _tell(page)
    form = page.url
    page.get_by_label("Loài", exact=True).first.select_option("khac")
    page.get_by_label("Giấy tờ về đất").set_input_files(_file(3))  # type: ignore[arg-type]
    page.get_by_role("button", name="Nộp hồ sơ").click()
    page.get_by_role("alert").first.wait_for()
    barriers = _barriers(page)
    page.goto("/apply/public_services/CX.01/")
    barriers += _barriers(page)
    page.goto(form)
    _fill(page)
    page.get_by_role("button", name="Nộp hồ sơ").click()
    page.wait_for_url(re.compile("/track/"))
    barriers += _barriers(page)
    receiver = opened(RECEIVER, size=size)
    receiver.goto(f"/cases/{page.url.split('/')[-3]}/")

    assert [*barriers, *_barriers(receiver)] == []


def test_nothing_of_these_journeys_is_left_half_filled(opened: Opened) -> None:
    page = opened("", script=False)
    _tell(page)

    page.get_by_role("button", name="Bỏ bản nháp, bắt đầu lại").click()

    expect(page.get_by_text("Đã bỏ bản nháp.")).to_be_visible()
    assert not Begun.objects.filter(name="Nguyễn Văn Ví Dụ").exists()
    assert not Draft.objects.filter(about="CX.01").exists()
