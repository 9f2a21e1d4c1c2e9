"""A citizen applies and follows the case; a commune's desk, the department's officer and its head get it done."""

import re
from collections.abc import Callable

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tinhso.blocks.cases.models import Case
from tinhso.blocks.cases.queries import secrets
from tinhso.blocks.documents.tests import papers as files

Opened = Callable[..., Page]
RECEIVER, OFFICER, HEAD = "mot-cua-an-binh", "chuyen-vien", "giam-doc"


def apply_for(page: Page) -> str:
    """Apply online at the commune An Bình; returns the case's code."""
    page.goto("/services/CX.02/")
    page.get_by_role("link", name="Nộp hồ sơ trực tuyến").click()
    page.get_by_label(re.compile("nơi bạn muốn nhận kết quả")).select_option("AB")
    page.get_by_label("Họ tên hoặc tên tổ chức").fill("Nguyễn Thị Hoa")
    page.get_by_label("Số định danh hoặc mã số thuế").fill("012345678901")
    page.get_by_role("button", name="Nộp hồ sơ").click()
    page.wait_for_url(re.compile("/track/"))
    return page.url.split("/")[-3]


def _clean(page: Page) -> None:
    assert Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"] == []


def test_a_dossier_filed_online_without_script_is_received_worked_on_signed_and_handed_out(opened: Opened) -> None:
    citizen = opened("", size="phone", script=False)
    code = apply_for(citizen)
    expect(citizen.get_by_text("Mới đăng ký")).to_be_visible()

    receiver = opened(RECEIVER)
    receiver.goto("/cases/")
    receiver.get_by_role("link", name=code).click()
    receiver.get_by_role("button", name="Hồ sơ đủ, tiếp nhận").click()
    expect(receiver.get_by_text("Đã tiếp nhận hồ sơ.")).to_be_visible()
    officer = opened(OFFICER)
    officer.goto(f"/cases/{code}/")
    officer.get_by_role("button", name="Xong, chuyển bước sau").click()
    expect(officer.get_by_text("Đã xong bước này.")).to_be_visible()
    head = opened(HEAD)
    head.goto(f"/cases/{code}/")
    head.get_by_label("Số, ký hiệu").fill("15/CX")
    head.get_by_role("button", name="Ký, hoàn thành hồ sơ").click()
    expect(head.get_by_text("Đã xử lý xong")).to_be_visible()
    receiver.goto(f"/cases/{code}/")
    receiver.get_by_role("button", name="Đã trả kết quả").click()

    citizen.reload()
    expect(citizen.get_by_text("Đã trả kết quả")).to_be_visible()
    expect(citizen.get_by_text("15/CX")).to_be_visible()
    citizen.get_by_label("5 – rất hài lòng").check()
    citizen.get_by_role("button", name="Gửi đánh giá").click()
    expect(citizen.get_by_text("Cảm ơn bạn đã đánh giá.")).to_be_visible()


def test_who_is_asked_for_more_answers_from_a_phone(opened: Opened) -> None:
    citizen = opened("", size="phone")
    code = apply_for(citizen)
    receiver = opened(RECEIVER)
    receiver.goto(f"/cases/{code}/")
    receiver.get_by_text("Yêu cầu bổ sung", exact=True).click()
    receiver.get_by_label("Bản chụp giấy tờ mờ, không đọc được").check()
    receiver.get_by_role("button", name="Gửi yêu cầu bổ sung").click()
    expect(receiver.get_by_text("đồng hồ tạm dừng")).to_be_visible()

    citizen.reload()
    expect(citizen.get_by_text("Bản chụp giấy tờ mờ, không đọc được")).to_have_count(2)  # asked, and in the story
    _clean(citizen)
    citizen.get_by_label("Bạn đã bổ sung những gì").fill("Đã chụp lại")
    citizen.get_by_label("Tệp bổ sung (nếu có)").set_input_files(
        {"name": "don.exe.pdf", "mimeType": "application/pdf", "buffer": b"MZ not a pdf"}
    )
    citizen.get_by_role("button", name="Gửi bổ sung").click()
    expect(citizen.get_by_role("alert").or_(citizen.locator(".message-error")).first).to_be_visible()
    citizen.get_by_label("Bạn đã bổ sung những gì").fill("Đã chụp lại")
    citizen.get_by_label("Tệp bổ sung (nếu có)").set_input_files(
        {"name": "don.pdf", "mimeType": "application/pdf", "buffer": files.a_pdf()}
    )
    citizen.get_by_role("button", name="Gửi bổ sung").click()

    expect(citizen.get_by_text("Đã gửi phần bổ sung.")).to_be_visible()
    assert Case.objects.get(code=code).status == Case.Status.FILED
    with citizen.expect_download() as waiting:
        citizen.get_by_role("link", name="Giấy tờ bổ sung").click(modifiers=["Alt"])
    assert waiting.value.suggested_filename == "don.pdf"
    receiver.reload()
    expect(receiver.get_by_role("link", name="Giấy tờ bổ sung")).to_be_visible()


def test_the_desk_takes_a_dossier_in_with_the_keyboard_and_prints_a_receipt_that_can_be_followed(
    opened: Opened,
) -> None:
    page = opened(RECEIVER)
    page.goto("/cases/new/")
    page.get_by_role("searchbox", name="Tên hoặc mã thủ tục").fill("nhan cay giong")
    page.keyboard.press("Enter")
    page.get_by_role("table", name="Thủ tục").get_by_role("link").first.click()
    _clean(page)
    page.get_by_label("Họ tên hoặc tên tổ chức").fill("Trần Văn Bưởi")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/receipt/"))
    _clean(page)
    case = Case.objects.get(code=page.url.split("/")[-3])

    with page.expect_download() as waiting:
        page.get_by_role("link", name="PDF").click(modifiers=["Alt"])
    assert waiting.value.suggested_filename == f"mau-01-{case.code}.pdf"
    expect(page.get_by_text(secrets.key_of(case))).to_be_visible()
    assert case.status == Case.Status.RECEIVED
    other = opened("", size="phone")
    other.goto("/track/")
    other.get_by_label("Mã hồ sơ").fill(case.code.lower())
    other.get_by_label("Khóa tra cứu").fill(secrets.key_of(case).lower())
    other.get_by_role("button", name="Tra cứu").click()
    expect(other.get_by_role("heading", name=case.name)).to_be_visible()
    expect(other.get_by_text("T. V. Bưởi")).to_be_visible()


def test_the_inbox_and_a_dossier_are_clean_at_both_sizes(opened: Opened) -> None:
    citizen = opened("")
    code = apply_for(citizen)
    for size in ("desk", "phone"):
        page = opened(RECEIVER, size=size)
        for address in (
            "/cases/",
            f"/cases/{code}/",
            "/cases/leave/",
            "/cases/new/?q=cay",
            "/cases/?tray=all",
            "/cases/register/",
        ):
            page.goto(address)
            if page.locator("main details.menu").count():
                page.locator("main details.menu > summary").click()
            _clean(page)
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0, address
