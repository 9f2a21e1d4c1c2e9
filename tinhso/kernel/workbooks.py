"""Uploaded tables and workbooks, read in a process of its own: bounded in size, memory, time and extent."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import IO, Any, NamedTuple, NoReturn

from tinhso.kernel.apart import ProcessBroken, ProcessLimits, ProgramLines
from tinhso.kernel.errors import Refused, gettext_noop

MAX_CELLS = 200_000
MOST_ROWS = 1_000_000
MOST_LINES = 200_000  # of a CSV that is read whole; each may end with two letters
MOST_COMMAS = 2_000_000
MOST_BYTES = 60 * 1024 * 1024
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
KINDS = {"xlsx": "xlsx", "csv": "csv", "txt": "csv", "geojson": "geojson", "json": "geojson"}
APART = Path(__file__).parent / "apart"
TABLE_LIMITS = ProcessLimits(memory=1_500_000_000, seconds=180, patience=120)
BOOK_LIMITS = ProcessLimits(memory=1_000_000_000, seconds=40, patience=60)

WRONG = {
    "empty_file": gettext_noop("Tệp trống."),
    "unreadable": gettext_noop("Tệp hỏng, không đúng dạng ghi ở đuôi tên, hoặc không phải UTF-8."),
    "not_workbook": gettext_noop("Tệp không phải bảng tính XLSX hoặc đã hỏng."),
    "unsafe_file": gettext_noop("Tệp có cấu trúc bất thường nên không mở. Hãy dùng đúng mẫu tải từ hệ thống."),
    "too_many_cells": gettext_noop("Tệp có quá nhiều ô. Hãy dùng đúng mẫu tải từ hệ thống."),
    "too_many_rows": gettext_noop("Tệp có hơn %(most)s dòng."),
    "too_far": gettext_noop(
        "Ô %(cell)s nằm quá xa bảng. Hãy xóa nội dung ô đó (xóa hẳn các dòng, cột thừa), lưu lại rồi tải lên."
    ),
    "too_heavy": gettext_noop(
        "Tệp quá nặng để đọc, hoặc có ô nằm rất xa bảng (nhấn Ctrl+End để thấy ô cuối). Hãy xóa hẳn các dòng, cột "
        "thừa, hoặc chia thành nhiều tệp, rồi tải lên lại."
    ),
}


class Formula(str):
    """What stands in a cell that is to be worked out."""

    __slots__ = ()


@dataclass(frozen=True)
class WorkbookSheet:
    """One sheet: the rows in which something stands, with their numbers; the areas of merged cells, as ``A1:B2``."""

    rows: Sequence[tuple[int, Sequence[Any]]]
    merged: Sequence[str] = ()

    @property
    def last_row(self) -> int:
        """The number of the last row in which something stands; 0 where there is none."""
        return self.rows[-1][0] if self.rows else 0

    @property
    def width(self) -> int:
        """How many columns the widest row has."""
        return max((len(cells) for _number, cells in self.rows), default=0)


@dataclass(frozen=True)
class Book:
    """The sheets of a workbook by name, in their order."""

    pages: dict[str, WorkbookSheet] = field(default_factory=dict)

    @property
    def first(self) -> WorkbookSheet:
        """The first sheet."""
        return next(iter(self.pages.values()), WorkbookSheet(()))


class WorkbookRow(NamedTuple):
    """``number`` is its line in the file, the heading's being 1."""

    number: int
    cells: Sequence[Any]


@dataclass(frozen=True)
class SheetTable:
    """What heads the columns of a file, and its rows, which are read while they are asked for."""

    headings: tuple[str, ...]
    rows: Iterator[WorkbookRow]


def check_size(content: bytes, *, megabytes: int = 5) -> None:
    """Refuse a file that is empty or larger than ``megabytes``."""
    if len(content) > megabytes * 1024 * 1024:
        words = gettext_noop("Tệp lớn hơn %(limit)s MB. Hãy dùng đúng mẫu tải từ hệ thống.")
        raise Refused("too_big", words, limit=megabytes)
    if not content:
        refuse_file("empty_file")


def is_old_workbook(content: bytes) -> bool:
    """Whether it is of Excel before 2007 (.xls); refuses what a password locks, which comes in the same wrapping."""
    if content.startswith(OLE) and ENCRYPTED in content:
        raise Refused("password", gettext_noop("Tệp có mật khẩu. Hãy bỏ mật khẩu rồi tải lên lại."))
    return content.startswith(OLE)


def check_lines(content: bytes) -> None:
    """Refuse a text with more lines than anybody fills in, before they are read into memory; empty ones count."""
    if content.count(b"\n") + content.count(b"\r") > 2 * MOST_LINES or content.count(b",") > MOST_COMMAS:
        too_many_cells()


def open_workbook(content: bytes, *, cells: int = MAX_CELLS) -> Book:
    """The workbook in ``content``, formulas unread; ``Refused`` says what the file is when it is none.

    ``cells`` bounds how many cells one sheet may have.
    """
    if is_old_workbook(content):
        raise Refused("old_xls", gettext_noop("Tệp dạng .xls cũ. Hãy lưu lại thành .xlsx rồi tải lên."))
    lines = ProgramLines(APART / "books.py", str(cells), given=content, limits=BOOK_LIMITS, reading=plain_cell)
    return Book(
        {
            program_answer["sheet"]: WorkbookSheet(
                [(n, row) for n, row in program_answer["rows"]], program_answer["merged"]
            )
            for program_answer in _program_answers(lines)
        }
    )


def open_table(file: IO[bytes], name: str, size: int) -> SheetTable:
    """The rows of an XLSX (its first sheet), CSV or GeoJSON file, by the ending of its name.

    Raises ``Refused``, here and while rows are read: what cannot be read, and why.
    """
    if not size:
        refuse_file("empty_file")
    if size > MOST_BYTES:
        words = gettext_noop("Tệp lớn hơn %(most)s MB. Hãy chia thành nhiều tệp.")
        raise Refused("too_big", words, most=MOST_BYTES // 1024 // 1024)
    kind = KINDS.get(name.lower().rpartition(".")[2])
    if kind is None:
        raise Refused("unknown_file", gettext_noop("Chỉ nhận tệp XLSX, CSV hoặc GeoJSON."))
    lines = _program_answers(
        ProgramLines(APART / "tables.py", kind, given=file, limits=TABLE_LIMITS, reading=plain_cell)
    )
    return SheetTable(tuple(next(lines)["headings"]), (WorkbookRow(n, cells) for some in lines for n, cells in some))


def _program_answers(lines: ProgramLines) -> Iterator[Any]:
    """What a program says of a file until it says that this was all; refuses what it found wrong."""
    try:
        for line in lines:
            if isinstance(line, dict) and line.keys() & {"code", "end"}:
                if "code" in line:
                    refuse_file(line["code"], cell=str(line.get("cell", ""))[:12])
                return
            yield line
        raise ProcessBroken
    except (ProcessBroken, ValueError) as problem:
        raise Refused("too_heavy", WRONG["too_heavy"]) from problem
    finally:
        lines.close()


READERS: dict[str, Callable[[Any], Any]] = {
    "day": date.fromisoformat,
    "moment": datetime.fromisoformat,
    "time": time.fromisoformat,
    "lasting": lambda seconds: timedelta(seconds=seconds),
    "formula": Formula,
}


def plain_cell(values: dict[str, Any]) -> Any:
    """A cell that JSON has no kind of its own for."""
    if len(values) == 1:
        [(kind, value)] = values.items()
        if kind in READERS:
            return READERS[kind](value)
    return values


def refuse_file(code: str, **about: object) -> NoReturn:
    """Refuse a file for what is wrong with it."""
    code = code if code in WRONG else "unreadable"
    raise Refused(code, WRONG[code], **{"most": MOST_ROWS, **about})


def too_many_cells() -> NoReturn:
    """Refuse a file that has more cells than anybody fills in."""
    refuse_file("too_many_cells")
