"""Files with versions of procedures: workbooks and JSON, read whole, every fault named by its place."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter

from tinhso.government.public_services.queries import documents
from tinhso.government.public_services.queries.documents import Document, Path
from tinhso.government.public_services.queries.shape import (
    BELONGS_TO,
    CASE_OF,
    COLUMNS,
    FEES,
    LISTS,
    MAIN_SHEET,
    InvalidColumnValue,
    ProcedureColumn,
    ProcedureTable,
)
from tinhso.kernel.errors import Refused
from tinhso.kernel.text import fold
from tinhso.kernel.workbooks import Book, Formula, check_size, open_workbook, too_many_cells

MEGABYTES = 20
CELLS = 600_000
MOST_VERSIONS = 20_000
MOST_PROBLEMS = 500
MAX_ROWS, MAX_COLUMNS = 200_000, 100

Place = Callable[[int, Path], tuple[str, str]]  # from the number of an item and a path in it to sheet and cell


@dataclass(frozen=True)
class FileProblem:
    """What is wrong in a file: the sheet and cell, or the place in JSON, and why."""

    sheet: str
    cell: str
    why: str


@dataclass
class FileRead:
    """What a file says: versions in their normal form, or what is wrong with it."""

    documents: list[Document] = field(default_factory=list)
    problems: list[FileProblem] = field(default_factory=list)


def read_procedure_file(name: str, content: bytes) -> FileRead:
    """Read a file; refuses what is neither a workbook nor JSON, and what is built to do harm."""
    check_size(content, megabytes=MEGABYTES)
    if content.startswith((b"PK", b"\xd0\xcf\x11\xe0")) or name.lower().endswith((".xlsx", ".xls")):
        return _of_workbook(open_workbook(content, cells=CELLS))
    return _of_json(content)


def _of_json(content: bytes) -> FileRead:
    try:
        json_content = json.loads(content.decode("utf-8-sig"), parse_float=Decimal)
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise Refused("not_json", _("Tệp không phải JSON (UTF-8) hoặc bảng tính XLSX.")) from error
    items = json_content.get("procedures") if isinstance(json_content, dict) else json_content
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise Refused("not_procedures", _("Tệp JSON phải có danh sách “procedures”, mỗi mục là một thủ tục."))
    _not_too_many(items)
    return checked_items(items, lambda at, path: ("JSON", _json_place(at, path)))


def _json_place(at: int, path: Path) -> str:
    steps = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return f"procedures[{at}]{steps}"


def _not_too_many(items: Sequence[object]) -> None:
    if len(items) > MOST_VERSIONS:
        raise Refused("too_many_versions", _("Tệp có hơn %(most)s phiên bản thủ tục."), most=MOST_VERSIONS)


def checked_items(items: Sequence[Mapping[str, Any]], place: Place) -> FileRead:
    """Bring every item into its normal form; ``place`` turns its number and a path into sheet and cell."""
    file_read, events = FileRead(), documents.life_events()
    first: dict[tuple[str, str], int] = {}
    for at, item in enumerate(items):
        normal_document = documents.read_document(item, events)
        faults = [(place(at, fault.path), fault.why) for fault in normal_document.faults]
        file_read.problems += [FileProblem(sheet, cell, why) for (sheet, cell), why in faults]
        key = (normal_document.document["code"], normal_document.document["effective_from"])
        if all(key) and key in first:
            words = _("thủ tục này có hai phiên bản bắt đầu cùng ngày trong tệp")
            sheet, cell = place(at, ("code",))
            file_read.problems.append(FileProblem(sheet, cell, words))
        first.setdefault(key, at)
        file_read.documents.append(normal_document.document)
    file_read.problems = file_read.problems[:MOST_PROBLEMS]
    return file_read


Places = dict[tuple[int, Path], tuple[str, str]]


@dataclass
class _Sheet:
    """The lines of one sheet: what each says by key, and the letter of each key's column."""

    name: str
    lines: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    letters: dict[str, str] = field(default_factory=dict)


def _of_workbook(book: Book) -> FileRead:
    workbook_read = FileRead()
    main = _sheet_lines(book, MAIN_SHEET, COLUMNS, workbook_read, required=True)
    _not_too_many(main.lines)
    if not main.lines and not workbook_read.problems:
        raise Refused("empty_file", _("Tệp không có thủ tục nào."))
    sheets = [_sheet_lines(book, table.sheet, (*BELONGS_TO, *table.columns), workbook_read) for table in LISTS]
    fees = _sheet_lines(book, FEES.sheet, (*BELONGS_TO, CASE_OF, *FEES.columns), workbook_read)
    if workbook_read.problems:  # headings, merged cells, formulas: what follows from them would only confuse
        return FileRead(problems=workbook_read.problems[:MOST_PROBLEMS])
    items = [dict(line) for _number, line in main.lines]
    rows = {_line_key(line, COLUMNS[:2]): at for at, (_number, line) in reversed(list(enumerate(main.lines)))}
    places: Places = {}
    for at, (number, _line) in enumerate(main.lines):
        places |= {(at, (key,)): (main.name, f"{letter}{number}") for key, letter in main.letters.items()}
        places[at, ()] = (main.name, f"A{number}")
    for table, sheet in zip(LISTS, sheets, strict=True):
        _attach_lines(sheet, table, items, rows, places, workbook_read)
    _attach_fees(fees, items, rows, places, workbook_read)
    file_read = checked_items(items, lambda at, path: _cell_of_path(places, at, path))
    file_read.problems = [*file_read.problems, *workbook_read.problems][:MOST_PROBLEMS]
    return file_read


def _cell_of_path(places: Mapping[tuple[int, Path], tuple[str, str]], at: int, path: Path) -> tuple[str, str]:
    """The cell of a path, or of the nearest thing around it that has one."""
    while path and (at, path) not in places:
        path = path[:-1]
    return places[at, path]


def _sheet_lines(
    book: Book, name: str, columns: Sequence[ProcedureColumn], file_read: FileRead, *, required: bool = False
) -> _Sheet:
    sheet = _Sheet(name)
    page = next((page for sheet_name, page in book.pages.items() if fold(sheet_name) == fold(name)), None)
    if page is None:
        if required:
            text = ", ".join(book.pages)[:200]
            words = _("Không thấy trang tính “%(sheet)s” (tệp có: %(found)s). Hãy đặt lại đúng tên trang tính.")
            raise Refused("no_sheet", words, sheet=name, found=text)
        return sheet
    if page.last_row > MAX_ROWS or page.width > MAX_COLUMNS:
        too_many_cells()
    for area in page.merged[:MOST_PROBLEMS]:
        file_read.problems.append(FileProblem(name, area, _("ô bị gộp: hãy bỏ gộp và điền từng ô")))
    head = page.rows[0][1] if page.rows and page.rows[0][0] == 1 else ()
    sheet.letters = _heading_letters(name, head, columns, file_read)
    at = {key: _column_index(letter) for key, letter in sheet.letters.items()}
    for number, cells in page.rows:
        if number > 1 and any(cell not in (None, "") for cell in cells):
            _report_formulas(name, number, cells, file_read)
            values = {key: cells[place] if place < len(cells) else None for key, place in at.items()}
            sheet.lines.append((number, values))
    return sheet


def _column_index(letter: str) -> int:
    total = 0
    for sign in letter:
        total = total * 26 + ord(sign) - 64
    return total - 1


def _heading_letters(
    name: str, line: Sequence[Any], columns: Sequence[ProcedureColumn], file_read: FileRead
) -> dict[str, str]:
    values = {fold(column.heading): column.key for column in columns} | {
        procedure_column.key: procedure_column.key for procedure_column in columns
    }
    letters: dict[str, str] = {}
    for place, cell in enumerate(line, 1):
        text, letter = str(cell or "").strip(), get_column_letter(place)
        key = values.get(fold(text)) or values.get(text)
        if text and (key is None or key in letters):
            words = _("cột “%(name)s” có hai lần") if key else _("không có cột nào tên “%(name)s”")
            file_read.problems.append(FileProblem(name, f"{letter}1", words % {"name": text[:60]}))
        elif key:
            letters[key] = letter
    for column in columns:
        if column.required and column.key not in letters:
            file_read.problems.append(FileProblem(name, "1:1", _("thiếu cột “%(name)s”") % {"name": column.heading}))
    return letters


def _report_formulas(name: str, number: int, cells: Sequence[Any], file_read: FileRead) -> None:
    words = _("ô chứa công thức: hãy thay bằng giá trị (dán đặc biệt, chỉ giá trị)")
    file_read.problems += [
        FileProblem(name, f"{get_column_letter(at)}{number}", words)
        for at, cell in enumerate(cells, 1)
        if isinstance(cell, Formula)
    ]


def _line_key(line: Mapping[str, Any], columns: Sequence[ProcedureColumn] = BELONGS_TO) -> tuple[str, str]:
    """Code and first day in one spelling; what cannot be read is reported in its own place."""
    parts = []
    for column in columns:
        try:
            parts.append(column.read(line.get(column.key) or ""))
        except InvalidColumnValue:
            parts.append(str(line.get(column.key)))
    return parts[0], parts[1]


def _attach_lines(
    sheet: _Sheet,
    table: ProcedureTable,
    items: list[Document],
    rows: Mapping[tuple[str, str], int],
    places: Places,
    file_read: FileRead,
) -> None:
    """Give each version the lines of ``sheet`` that are about it."""
    for number, line in sheet.lines:
        at = rows.get(_line_key(line))
        if at is None:
            _report_stray_line(sheet, number, file_read)
            continue
        mine = items[at].setdefault(table.key, [])
        here: Path = (table.key, len(mine))
        mine.append({column.key: line.get(column.key) for column in table.columns})
        places[at, here] = (sheet.name, f"A{number}")
        places |= {(at, (*here, key)): (sheet.name, f"{letter}{number}") for key, letter in sheet.letters.items()}


def _attach_fees(
    sheet: _Sheet, items: list[Document], rows: Mapping[tuple[str, str], int], places: Places, file_read: FileRead
) -> None:
    cases: dict[tuple[int, str], tuple[int, Document]] = {}
    for at, item in enumerate(items):
        for case_index, case in enumerate(item.get("cases", [])):
            cases[at, str(case["code"] or "").strip()] = (case_index, case)
    for number, line in sheet.lines:
        of = rows.get(_line_key(line))
        indexed_case = cases.get((of, str(line.get("case") or "").strip())) if of is not None else None
        if of is None or indexed_case is None:
            _report_stray_line(sheet, number, file_read, key="_code" if of is None else "case")
            continue
        case_index, case = indexed_case
        mine = case.setdefault(FEES.key, [])
        here: Path = ("cases", case_index, FEES.key, len(mine))
        mine.append({column.key: line.get(column.key) for column in FEES.columns})
        places |= {(of, (*here, key)): (sheet.name, f"{letter}{number}") for key, letter in sheet.letters.items()}
        places[of, here] = (sheet.name, f"A{number}")


def _report_stray_line(sheet: _Sheet, number: int, file_read: FileRead, key: str = "_code") -> None:
    words = _("không có thủ tục nào với mã và ngày này ở trang tính “%(sheet)s”") % {"sheet": MAIN_SHEET}
    if key == "case":
        words = _("thủ tục này không có trường hợp nào như vậy")
    file_read.problems.append(FileProblem(sheet.name, f"{sheet.letters.get(key, 'A')}{number}", words))
