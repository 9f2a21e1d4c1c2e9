"""Workbooks and CSV files as lines: columns found by their names, every fault named by its cell."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from io import StringIO
from typing import Any

from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter

from tinhso.kernel.errors import Refused
from tinhso.kernel.text import fold, nfc
from tinhso.kernel.workbooks import Formula, check_lines, check_size, open_workbook

MOST_LINES = 20_000
MOST_PROBLEMS = 300
MOST_COLUMNS = 60
DAYS = ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y")


@dataclass(frozen=True)
class SheetProblem:
    """What is wrong in a file: the cell, and why."""

    cell: str
    why: str


@dataclass
class ImportSheet:
    """The lines of a file by number, what each says by key; the letter of each key's column; columns left aside."""

    lines: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    letters: dict[str, str] = field(default_factory=dict)
    aside: list[str] = field(default_factory=list)
    problems: list[SheetProblem] = field(default_factory=list)

    def blame(self, line: int, key: str, why: str) -> None:
        """Write down that the cell of ``key`` in a line is wrong."""
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(SheetProblem(f"{self.letters.get(key, 'A')}{line}", why))


def read_sheet(
    name: str,
    content: bytes,
    columns: Mapping[str, Sequence[str]],
    *,
    needed: Iterable[str],
    mapping: Mapping[str, str] | None = None,
) -> ImportSheet:
    """Read a file whose first line names columns; ``mapping`` puts a heading of the file to one of our keys."""
    check_size(content)
    rows = _of_workbook(content) if content.startswith((b"PK", b"\xd0\xcf\x11\xe0")) else _of_table(content)
    first = next(iter(rows), (0, []))
    sheet = ImportSheet()
    at = _heading_positions(sheet, first, columns, mapping or {})
    for key in needed:
        if key not in at:
            expected = columns.get(key, (key,))[0]
            sheet.problems.append(SheetProblem(f"1:{first[0] or 1}", _("thiếu cột “%(name)s”") % {"name": expected}))
    for number, cells in rows[1:]:
        line = {key: cells[place] if place < len(cells) else None for key, place in at.items()}
        if any(value not in (None, "") for value in line.values()):
            sheet.lines.append((number, line))
    if len(sheet.lines) > MOST_LINES:
        raise Refused("too_many_lines", _("Tệp có hơn %(most)s dòng."), most=MOST_LINES)
    if not sheet.lines and not sheet.problems:
        raise Refused("empty_file", _("Tệp không có dòng nào."))
    for number, line in sheet.lines:
        for key, value in line.items():
            if isinstance(value, Formula) or (isinstance(value, str) and value.startswith("=")):
                sheet.blame(number, key, _("ô chứa công thức: hãy thay bằng giá trị"))
    return sheet


def _heading_positions(
    sheet: ImportSheet,
    first: tuple[int, Sequence[Any]],
    columns: Mapping[str, Sequence[str]],
    mapping: Mapping[str, str],
) -> dict[str, int]:
    values = {fold(heading): key for key, names in columns.items() for heading in (*names, key)}
    values |= {fold(heading): key for heading, key in mapping.items() if key in columns}
    at: dict[str, int] = {}
    for place, cell in enumerate(first[1][:MOST_COLUMNS]):
        text = nfc(str(cell or "")).strip()
        key = values.get(fold(text))
        if key is not None and key not in at:
            at[key] = place
            sheet.letters[key] = get_column_letter(place + 1)
        elif text:
            sheet.aside.append(text[:60])
    return at


def _of_workbook(content: bytes) -> list[tuple[int, list[Any]]]:
    rows = [(number, list(cells[:MOST_COLUMNS])) for number, cells in open_workbook(content).first.rows]
    return [(number, cells) for number, cells in rows if any(cell not in (None, "") for cell in cells)]


def _of_table(content: bytes) -> list[tuple[int, list[Any]]]:
    check_lines(content)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused("not_utf8", _("Tệp CSV phải ở bảng mã UTF-8, hoặc lưu thành XLSX.")) from error
    if "\0" in text:
        raise Refused("not_a_table", _("Tệp không phải CSV hoặc bảng tính XLSX."))
    head = text.split("\n", 1)[0]
    mark = max(",;\t", key=head.count)
    try:
        return [(at, row) for at, row in enumerate(csv.reader(StringIO(text), delimiter=mark), start=1) if any(row)]
    except csv.Error as error:
        raise Refused("not_a_table", _("Tệp không phải CSV hoặc bảng tính XLSX.")) from error


def text_of(value: object) -> str:
    """A cell as text; a whole number without a point."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return nfc(str(value if value is not None else "")).replace("\0", "").strip()


def day_of(value: object) -> date | None:
    """A cell as a day; None when it is empty. Raises ValueError for what is no day."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = text_of(value)
    if not text:
        return None
    for form in DAYS:
        try:
            return datetime.strptime(text[:10], form).date()
        except ValueError:
            continue
    raise ValueError(text)
