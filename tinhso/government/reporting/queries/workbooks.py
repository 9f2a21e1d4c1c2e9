"""An uploaded file as a plain grid of cells."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import StringIO
from typing import Any

from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter

from tinhso.government.reporting.queries.checks import ERROR, Problem
from tinhso.government.reporting.queries.templates import MARKS, SHEET, UNIT_HEADING
from tinhso.kernel.errors import Refused
from tinhso.kernel.workbooks import MAX_CELLS, OLE, check_size, open_workbook, too_many_cells

MAX_ROWS, MAX_COLUMNS = 20_000, 400
MAX_SHOWN = 200  # problems of one kind that are spelled out


@dataclass(frozen=True)
class Grid:
    """A file's table: headings, then rows with the line where each stands; ``marks`` say what it was made for."""

    headings: Sequence[str]
    rows: Sequence[tuple[int, Sequence[object]]]
    marks: Mapping[str, str] = field(default_factory=dict)
    problems: Sequence[Problem] = ()
    header_line: int = 1

    def cell(self, line: int, column: int) -> str:
        """The spreadsheet address of a column (from 0) on a line."""
        return f"{get_column_letter(column + 1)}{line}"


def open_file(name: str, content: bytes) -> Grid:
    """The grid of an uploaded workbook or CSV; ``Refused`` says what the file is when it cannot be read."""
    check_size(content)
    if name.lower().endswith((".csv", ".txt")) and not content.startswith((b"PK", OLE)):
        return _open_csv(content)
    return _grid(open_workbook(content))


def _open_csv(content: bytes) -> Grid:
    """Comma, semicolon or tab between cells; UTF-8 with or without a mark at its beginning."""
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


def _grid(book: Any) -> Grid:
    if MARKS not in book.sheetnames:
        raise Refused(
            "not_template", _("Tệp không phải mẫu tải từ hệ thống. Hãy tải mẫu của đúng báo cáo rồi điền lại.")
        )
    if SHEET not in book.sheetnames:
        found = ", ".join(name for name in book.sheetnames if name != MARKS)
        raise Refused(
            "renamed_sheet",
            _("Không thấy trang tính “%(sheet)s” (tệp có: %(found)s). Hãy đặt lại đúng tên trang tính."),
            sheet=SHEET,
            found=found,
        )
    page = book[SHEET]
    if page.max_row > MAX_ROWS or page.max_column > MAX_COLUMNS:
        too_many_cells()
    marks = {str(row[0].value): str(row[1].value) for row in book[MARKS].iter_rows(max_col=2, max_row=20)}
    lines = list(page.iter_rows())
    header = next((at for at, line in enumerate(lines) if str(line[0].value or "").strip() == UNIT_HEADING), None)
    if header is None:
        raise Refused(
            "no_heading", _("Không thấy dòng tiêu đề (ô “%(heading)s”). Hãy tải mẫu lại."), heading=UNIT_HEADING
        )
    return Grid(
        headings=[str(cell.value or "").strip() for cell in lines[header]],
        rows=[(line[0].row, [_plain(cell) for cell in line]) for line in lines[header + 1 :] if _is_filled(line)],
        marks=marks,
        problems=[*_merged(page, header + 1), *_formulas(lines[header + 1 :])],
        header_line=header + 1,
    )


def _is_filled(line: Sequence[Any]) -> bool:
    return any(cell.value is not None and str(cell.value).strip() for cell in line)


def _plain(cell: Any) -> object:
    return None if cell.data_type == "f" else cell.value


def _merged(page: Any, header_line: int) -> list[Problem]:
    text = _("Ô %(cell)s bị gộp: hãy bỏ gộp ô và điền từng ô.")
    ranges = [area for area in page.merged_cells.ranges if area.max_row >= header_line]
    return [
        Problem("merged_cell", ERROR, text % {"cell": area.coord}, cell=str(area.coord)) for area in ranges[:MAX_SHOWN]
    ]


def _formulas(lines: Sequence[Sequence[Any]]) -> list[Problem]:
    text = _("Ô %(cell)s chứa công thức: hãy thay bằng giá trị (dán đặc biệt, chỉ giá trị).")
    cells = [cell.coordinate for line in lines for cell in line if cell.data_type == "f"]
    return [Problem("formula", ERROR, text % {"cell": cell}, cell=cell) for cell in cells[:MAX_SHOWN]]
