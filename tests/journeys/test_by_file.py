"""A workbook taken away, filled in, brought back wrong, looked at, put right and confirmed."""

from collections.abc import Callable
from pathlib import Path

from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from tests.journeys import world as worlds

HEAD = 5  # the row of headings


def test_a_clerk_brings_a_workbook_back_and_is_told_which_row_is_wrong_before_anything_is_stored(
    opened: Callable[..., Page], tmp_path: Path
) -> None:
    one = worlds.a_return(worlds.BY_FILE)
    page = opened("chuyen-vien")
    page.goto(f"/returns/{one.ref}/")
    taken = _taken_away(page, tmp_path)

    _bring_back(page, one.ref, _filled(taken, living=70, wrong="ba mươi"))
    expect(page.get_by_role("main")).to_contain_text("Chưa có gì được lưu")
    expect(page.get_by_role("main")).to_contain_text("Cây còn sống")
    assert worlds.a_return(worlds.BY_FILE).revision is None

    _bring_back(page, one.ref, _filled(taken, living=70, wrong=999))
    expect(page.get_by_role("main")).to_contain_text("lớn hơn")
    assert worlds.a_return(worlds.BY_FILE).revision is None

    page.get_by_role("link", name="Chọn tệp khác").click()
    _bring_back(page, one.ref, _filled(taken, living=70, wrong=70))
    page.get_by_role("button", name="Xác nhận lưu vào bản nháp").click()
    expect(page.get_by_role("main")).to_contain_text("Đã lưu số liệu của tệp vào bản nháp")
    page.get_by_role("button", name="Gửi để duyệt").click()
    expect(page.get_by_role("main")).to_contain_text("Đã gửi báo cáo để duyệt.")


def _taken_away(page: Page, folder: Path) -> Path:
    with page.expect_download() as waiting:
        page.get_by_role("link", name="XLSX").click()
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path


def _filled(taken: Path, *, living: int, wrong: object) -> Path:
    """The workbook with every row filled in, the last of them with ``wrong`` trees alive."""
    book = load_workbook(taken)
    sheet = book["Số liệu"]
    head = [cell.value for cell in sheet[HEAD]]
    planted, alive = head.index("Cây đã trồng (cây)"), head.index("Cây còn sống (cây)")
    rows = [row for row in sheet.iter_rows(min_row=HEAD + 1) if row[0].value]
    for row in rows:
        row[planted].value, row[alive].value = 100, living
    rows[-1][alive].value = wrong  # type: ignore[assignment]
    filled = taken.with_name(f"{wrong}.xlsx")
    book.save(filled)
    return filled


def _bring_back(page: Page, ref: str, file: Path) -> None:
    page.goto(f"/returns/{ref}/upload/")
    page.get_by_label("Tệp XLSX hoặc CSV").set_input_files(file)
    page.get_by_role("button", name="Xem trước").click()
    page.wait_for_load_state()
