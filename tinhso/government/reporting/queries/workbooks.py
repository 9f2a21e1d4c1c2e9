"""An uploaded file as a plain grid of cells."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import StringIO
from typing import Any

from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter, range_boundaries

from tinhso.government.reporting.queries.checks import ERROR, ReturnProblem
from tinhso.government.reporting.queries.templates import MARKS, SHEET, UNIT_HEADING
from tinhso.kernel.errors import Refused
from tinhso.kernel.workbooks import (
    MAX_CELLS,
    OLE,
    Book,
    Formula,
    WorkbookSheet,
    check_lines,
    check_size,
    open_workbook,
    too_many_cells,
)

MAX_ROWS, MAX_COLUMNS = 20_000, 400
MOST_MARKS = 20
MAX_SHOWN = 200  # problems of one kind that are spelled out


@dataclass(frozen=True)
class Grid:
    """A file's table: headings, then rows with the line where each stands; ``marks`` say what it was made for."""

    headings: Sequence[str]
    rows: Sequence[tuple[int, Sequence[object]]]
    marks: Mapping[str, str] = field(default_factory=dict)
    problems: Sequence[ReturnProblem] = ()
    header_line: int = 1

    def cell(self, line: int, column: int) -> str:
        """The spreadsheet address of a column (from 0) on a line."""
        return f"{get_column_letter(column + 1)}{line}"


def open_file(name: str, content: bytes) -> Grid:
    """The grid of an uploaded workbook or CSV; ``Refused`` says what the file is when it cannot be read."""
    check_size(content)
    if name.lower().endswith((".csv", ".txt")) and not content.startswith((b"PK", OLE)):
        return _open_csv(content)
    return _grid_of_book(open_workbook(content))


def _open_csv(content: bytes) -> Grid:
    """Comma, semicolon or tab between cells; UTF-8 with or without a mark at its beginning."""
    check_lines(content)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused("not_utf8", _("Tệp CSV phải lưu bằng bảng mã UTF-8.")) from error
    if "\x00" in text:
        raise Refused("not_text", _("Tệp CSV chứa dữ liệu nhị phân."))
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    try:
        lines = list(csv.reader(StringIO(text), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise Refused("broken_csv", _("Tệp CSV hỏng: một ô mở ngoặc kép mà không đóng.")) from error
    if sum(map(len, lines)) > MAX_CELLS:
        too_many_cells()
    rows = [(at, line) for at, line in enumerate(lines[1:], start=2) if any(cell.strip() for cell in line)]
    return Grid(headings=[cell.strip() for cell in lines[0]] if lines else [], rows=rows)


def _grid_of_book(book: Book) -> Grid:
    if MARKS not in book.pages:
        raise Refused(
            "not_template", _("Tệp không phải mẫu tải từ hệ thống. Hãy tải mẫu của đúng báo cáo rồi điền lại.")
        )
    if SHEET not in book.pages:
        page_names = ", ".join(name for name in book.pages if name != MARKS)
        raise Refused(
            "renamed_sheet",
            _("Không thấy trang tính “%(sheet)s” (tệp có: %(found)s). Hãy đặt lại đúng tên trang tính."),
            sheet=SHEET,
            found=page_names,
        )
    page = book.pages[SHEET]
    if page.last_row > MAX_ROWS or page.width > MAX_COLUMNS:
        too_many_cells()
    marks = {str(cells[0]): str(cells[1]) for _number, cells in book.pages[MARKS].rows[:MOST_MARKS] if len(cells) > 1}
    rows = page.rows
    header = next((at for at, (_n, cells) in enumerate(rows) if str(cells[0] or "").strip() == UNIT_HEADING), None)
    if header is None:
        raise Refused(
            "no_heading", _("Không thấy dòng tiêu đề (ô “%(heading)s”). Hãy tải mẫu lại."), heading=UNIT_HEADING
        )
    return Grid(
        headings=[str(cell or "").strip() for cell in _padded_cells(rows[header][1], page.width)],
        rows=[(number, _padded_cells(cells, page.width)) for number, cells in rows[header + 1 :] if _is_filled(cells)],
        marks=marks,
        problems=[*_merged_cell_problems(page, rows[header][0]), *_formula_problems(rows[header + 1 :])],
        header_line=rows[header][0],
    )


def _is_filled(cells: Sequence[Any]) -> bool:
    return any(cell is not None and str(cell).strip() for cell in cells)


def _padded_cells(cells: Sequence[Any], width: int) -> list[object]:
    """Cells without formulas, as many as the sheet has columns."""
    return [None if isinstance(cell, Formula) else cell for cell in cells] + [None] * (width - len(cells))


def _merged_cell_problems(page: WorkbookSheet, header_line: int) -> list[ReturnProblem]:
    text = _("Ô %(cell)s bị gộp: hãy bỏ gộp ô và điền từng ô.")
    areas = [area for area in page.merged if (range_boundaries(area)[3] or 0) >= header_line]
    return [ReturnProblem("merged_cell", ERROR, text % {"cell": area}, cell=area) for area in areas[:MAX_SHOWN]]


def _formula_problems(rows: Sequence[tuple[int, Sequence[Any]]]) -> list[ReturnProblem]:
    text = _("Ô %(cell)s chứa công thức: hãy thay bằng giá trị (dán đặc biệt, chỉ giá trị).")
    cells = [
        f"{get_column_letter(at)}{number}"
        for number, row in rows
        for at, cell in enumerate(row, 1)
        if isinstance(cell, Formula)
    ]
    return [ReturnProblem("formula", ERROR, text % {"cell": cell}, cell=cell) for cell in cells[:MAX_SHOWN]]
