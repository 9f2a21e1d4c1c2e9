"""Workbooks and tables of strangers: read apart, so that a file breaks nothing but its own reading."""

import gc
import zipfile
from datetime import date, datetime, time
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import openpyxl
import psutil
import pytest
import xlsxwriter
from openpyxl.styles import Font

from tinhso.kernel.apart import ProcessBroken, ProcessLimits, ProgramLines, program_output
from tinhso.kernel.errors import Refused
from tinhso.kernel.workbooks import Formula, check_lines, open_table, open_workbook

SMALL = ProcessLimits(memory=400_000_000, seconds=2, patience=20)


def a_workbook(*cells: tuple[str, object]) -> bytes:
    """A workbook in which something stands in some cells."""
    book, out = openpyxl.Workbook(), BytesIO()
    sheet: Any = book.active
    for where, value in cells:
        sheet[where] = value
    book.save(out)
    return out.getvalue()


def table_of(content: bytes, name: str = "a.xlsx") -> list[tuple[int, list[object]]]:
    """All rows of a file, the headings' being 0."""
    table = open_table(BytesIO(content), name, len(content))
    return [(0, list(table.headings)), *((row.number, list(row.cells)) for row in table.rows)]


def readers() -> set[int]:
    """The processes that this one has started and that still run."""
    return {one.pid for one in psutil.Process().children(recursive=True) if one.status() != psutil.STATUS_ZOMBIE}


def a_program(folder: Path, text: str) -> Path:
    """A program of a few lines."""
    path = folder / "program.py"
    path.write_text(text, encoding="utf-8")
    return path


def test_two_cells_at_the_ends_of_a_sheet_are_refused_in_words_and_break_nothing() -> None:
    far = a_workbook(("A1", "mã"), ("XFD1048576", "x"))

    with pytest.raises(Refused, match="too_heavy") as of_table:
        table_of(far)
    with pytest.raises(Refused, match="too_far") as of_book:
        open_workbook(far)

    assert len(far) < 6_000
    assert "Ctrl+End" in of_table.value.message
    assert "XFD1048576" in of_book.value.message


def test_a_styled_cell_far_away_in_which_nothing_stands_is_no_reason_to_refuse() -> None:
    book, out = openpyxl.Workbook(), BytesIO()
    sheet: Any = book.active
    sheet["A1"], sheet["A2"] = "mã", "1"
    sheet["XFD1048576"].font = Font(bold=True)
    book.save(out)

    read = open_workbook(out.getvalue())

    assert read.first.rows == [(1, ["mã"]), (2, ["1"])]


def test_cells_come_through_as_they_were() -> None:
    moment = datetime(2026, 9, 1, 7, 30)
    content = a_workbook(
        ("A1", "chữ"), ("B1", 7), ("C1", 1.5), ("D1", True), ("E1", moment), ("G1", time(7, 30)), ("A3", "=1+1")
    )

    page = open_workbook(content).first
    _head, table = table_of(a_workbook(("A1", "ngày"), ("A2", moment)))

    assert page.rows == [(1, ["chữ", 7, 1.5, True, moment, None, time(7, 30)]), (3, ["=1+1"])]
    assert isinstance(page.rows[1][1][0], Formula)
    assert table in ((2, [moment]), (2, [date(2026, 9, 1)]))


def test_a_hundred_thousand_rows_are_read_one_after_the_other() -> None:
    with TemporaryFile() as file:
        book = xlsxwriter.Workbook(file, {"constant_memory": True})
        sheet = book.add_worksheet()
        for number in range(100_001):
            sheet.write_row(number, 0, [f"D{number}", "Đường", number])
        book.close()

        table = open_table(file, "a.xlsx", file.tell())
        numbers = [row.number for row in table.rows]

    assert numbers == list(range(2, 100_002))


def test_a_table_that_is_given_up_leaves_no_process_behind() -> None:
    before = readers()
    content = "mã\n".encode() + b"1\n" * 200_000

    table = open_table(BytesIO(content), "a.csv", len(content))
    while_read = readers()
    del table
    gc.collect()

    assert len(while_read) == len(before) + 1
    assert readers() == before


def test_a_table_that_breaks_half_way_is_refused_and_not_taken_for_whole() -> None:
    content = "mã\n".encode() + b"1\n" * 300_000
    before = readers()
    table = open_table(BytesIO(content), "a.csv", len(content))
    next(table.rows)

    for pid in readers() - before:
        psutil.Process(pid).kill()

    with pytest.raises(Refused, match="too_heavy"):
        list(table.rows)


def test_many_broken_files_one_after_the_other_leave_room_for_the_next() -> None:
    far = a_workbook(("A1", "mã"), ("XFD1048576", "x"))

    for _number in range(8):
        with pytest.raises(Refused, match="too_heavy"):
            table_of(far)

    assert table_of(b"a\n1\n", "a.csv") == [(0, ["a"]), (2, ["1"])]


@pytest.fixture(params=["memory", "processor", "patience", "written"])
def greedy(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, ProcessLimits]:
    """A program that takes more than it may."""
    texts = {
        "memory": "b = bytearray(900_000_000)",
        "processor": "while True: pass",
        "patience": "import select; select.select([], [], [])",
        "written": "while True: print('x' * 100_000)",
    }
    patience = 1.0 if request.param == "patience" else 30.0
    return a_program(tmp_path, texts[request.param]), ProcessLimits(memory=400_000_000, seconds=1, patience=patience)


def test_a_program_that_takes_more_than_it_may_is_ended(greedy: tuple[Path, ProcessLimits]) -> None:
    program, limits = greedy
    before = readers()

    with pytest.raises(ProcessBroken):
        program_output(program, limits=limits, most=1_000_000)

    assert readers() == before


@pytest.mark.parametrize(
    "does",
    [
        "import socket; socket.create_connection(('127.0.0.1', 9))",
        "import subprocess; subprocess.run(['true'])",
        "open('told', 'w').write('x' * 10_000)",
    ],
)
def test_a_program_neither_connects_nor_starts_nor_writes(tmp_path: Path, does: str) -> None:
    told = f"import os\nos.chdir({str(tmp_path)!r})\ntry:\n    {does}\nexcept OSError as no:\n    print('no')"

    said = program_output(a_program(tmp_path, told), limits=SMALL)

    assert said == b"no\n"
    assert not (tmp_path / "told").exists() or not (tmp_path / "told").stat().st_size


def test_a_program_knows_nothing_of_our_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TINHSO_SECRET_KEY", "bí mật")

    [names] = ProgramLines(
        a_program(tmp_path, "import os, json; print(json.dumps(sorted(os.environ)))"), given=b"", limits=SMALL
    )

    assert not [name for name in names if name.startswith("TINHSO")]


@pytest.mark.parametrize("content", [b"\n" * 500_000, b"a," * 2_100_000])
def test_a_text_of_nothing_but_lines_or_commas_is_refused_before_it_is_read(content: bytes) -> None:
    with pytest.raises(Refused, match="too_many_cells"):
        check_lines(content)


def test_a_text_of_many_lines_is_read() -> None:
    check_lines(b"D1;ten;7\r\n" * 100_000)


def test_an_archive_that_lies_about_its_size_is_not_opened() -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b"<x/>")
        for number in range(13):
            packed.writestr(f"xl/{number}.xml", bytes(50_000_000))

    with pytest.raises(Refused, match="unsafe_file"):
        table_of(out.getvalue())


def test_readers_are_started_with_nothing_of_the_project() -> None:
    import tinhso.kernel.apart as home

    programs = [path for path in Path(home.__file__).parent.glob("*.py") if "__main__" in path.read_text("utf-8")]

    assert len(programs) == 4
    assert not [path.name for path in programs if "import tinhso" in path.read_text("utf-8")]
    assert not [path.name for path in programs if "from tinhso" in path.read_text("utf-8")]
