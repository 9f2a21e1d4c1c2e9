"""Somebody on a cheap phone finds what a permit costs; who keeps the catalogue brings a file and takes it back."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys import addresses
from tests.journeys import world as worlds
from tinhso.government.public_services.queries import exports
from tinhso.government.public_services.tests import makers as a


def test_a_visitor_without_script_finds_a_permit_and_reads_what_it_costs(opened: Callable[..., Page]) -> None:
    page = opened(size="phone", script=False)

    page.goto("/services/")
    page.get_by_label("Việc cần làm").fill("chat cay truoc nha")
    page.get_by_role("button", name="Tìm").click()
    page.get_by_role("link", name="Cấp phép đốn cây xanh đô thị").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Cấp phép đốn cây xanh đô thị")
    expect(page.get_by_text("10.000 đồng")).to_be_visible()
    expect(page.get_by_text("Phải xem cây tại chỗ.")).to_be_visible()
    page.get_by_role("link", name="từ 01/01/2023 đến trước 01/07/2023").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Cấp phép chặt cây xanh")


def test_a_file_is_looked_at_taken_in_and_taken_back(opened: Callable[..., Page]) -> None:
    before = exports.known_documents()
    book = a.a_workbook()
    main = book["Thủ tục"]
    row = next(row for row in main.iter_rows(min_row=2) if row[0].value == "CX.02")
    row[5].value = "Đăng ký nhận cây giống miễn phí"
    page = opened(addresses.OFFICER)

    page.goto("/procedures/import/")
    page.get_by_label("Tệp XLSX hoặc JSON").set_input_files(
        {"name": "thu-tuc.xlsx", "mimeType": "application/octet-stream", "buffer": a.as_bytes(book)}
    )
    page.get_by_role("button", name="Xem trước").click()
    expect(page.get_by_role("cell", name="Đăng ký nhận cây giống miễn phí")).to_be_visible()
    assert exports.known_documents() == before
    page.get_by_role("button", name="Nhập 1 thay đổi").click()
    expect(page.get_by_text("Đã nhập tệp vào danh mục.")).to_be_visible()
    assert exports.known_documents() != before
    page.get_by_role("button", name="Hoàn tác 1 thay đổi này").click()

    expect(page.get_by_text("Đã hoàn tác: danh mục trở lại")).to_be_visible()
    assert exports.known_documents() == before
    worlds.deliver()


def test_a_procedure_is_edited_by_hand_and_the_change_taken_back(opened: Callable[..., Page]) -> None:
    before = exports.known_documents()
    page = opened(addresses.OFFICER, script=False)

    page.goto("/procedures/CX.02/")
    page.get_by_role("link", name="Phiên bản mới", exact=True).click()
    page.get_by_label("Hiệu lực từ").fill("2035-07-01")
    page.get_by_role("button", name="Thêm thành phần hồ sơ").click()
    page.locator("input:focus").fill("Ảnh chụp cây")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Số quyết định công bố: bắt buộc phải có")).to_be_visible()
    page.get_by_label("Số quyết định công bố").fill("9/QĐ-UBND")
    page.get_by_label("Ngày quyết định công bố").fill("2035-06-20")
    page.get_by_label("Cơ quan công bố").fill("Chủ tịch Ủy ban nhân dân tỉnh")
    page.get_by_role("button", name="Xem thay đổi").last.click()
    expect(page.get_by_role("cell", name="Ảnh chụp cây")).to_be_visible()
    assert exports.known_documents() == before
    page.get_by_role("button", name="Xác nhận thay đổi").click()
    expect(page.get_by_text("Đã ghi thay đổi vào danh mục.")).to_be_visible()
    assert exports.known_documents() != before
    page.get_by_role("button", name="Hoàn tác 1 thay đổi này").click()

    expect(page.get_by_text("Đã hoàn tác: danh mục trở lại")).to_be_visible()
    assert exports.known_documents() == before
    worlds.deliver()
