"""A program of its own: reads a whole workbook from standard input, with its formulas and merged cells.

Written as one line of JSON for each sheet and ``{"end": true}``, or ``{"code": …}`` for what is wrong. How many cells a
sheet may have is its argument. Only cells that say something are looked at: what is laid out between two cells that are
far apart is nobody's. Nothing of the project is imported here.
"""

import json
import sys
import warnings
import zipfile
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any

MAX_UNPACKED = 40 * 1024 * 1024
MAX_PARTS = 400
LAST_ROW, LAST_COLUMN = 200_000, 400
DEFLATED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class WorkbookFault(Exception):
    """What is wrong with the workbook, as one word, and where."""

    def __init__(self, code: str, cell: str = "") -> None:
        super().__init__(code)
        self.code, self.cell = code, cell


def main() -> None:
    """Read the workbook; whatever a damaged one makes a parser raise means that it is damaged."""
    sys.modules["numpy"] = None  # type: ignore[assignment]  # openpyxl would load it, and needs it for nothing here
    try:
        book = _open_workbook(sys.stdin.buffer.read(), int(sys.argv[1]))
        for page in book.worksheets:
            write_line(
                {
                    "sheet": page.title,
                    "merged": [str(area.coord) for area in page.merged_cells.ranges],
                    "rows": _nonempty_rows(page),
                }
            )
        write_line({"end": True})
    except WorkbookFault as wrong:
        write_line({"code": wrong.code, "cell": wrong.cell})
    except MemoryError:
        write_line({"code": "too_heavy"})
    except Exception:
        write_line({"code": "not_workbook"})


def write_line(told: Any) -> None:
    """Write one line."""
    sys.stdout.write(json.dumps(told, default=_marked_value, ensure_ascii=False, separators=(",", ":")) + "\n")


def _marked_value(value: object) -> Any:
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    if isinstance(value, time):
        return {"time": value.isoformat()}
    return {"lasting": value.total_seconds()} if isinstance(value, timedelta) else str(value)


def _open_workbook(content: bytes, cells: int) -> Any:
    import openpyxl

    packed = _repack_archive(content, cells)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl remarks on styles that it drops
        return openpyxl.load_workbook(BytesIO(packed), data_only=False, keep_links=False)


def _nonempty_rows(page: Any) -> list[tuple[int, list[Any]]]:
    """Rows in which something stands, by number; between the cells of a row are empty ones."""
    rows: dict[int, dict[int, Any]] = {}
    for (row, column), cell in page._cells.items():
        if cell.value is None:
            continue
        if row > LAST_ROW or column > LAST_COLUMN:
            raise WorkbookFault("too_far", cell.coordinate)
        rows.setdefault(row, {})[column] = {"formula": f"{cell.value}"} if cell.data_type == "f" else cell.value
    return [(row, [cells.get(at) for at in range(1, max(cells) + 1)]) for row, cells in sorted(rows.items())]


def _repack_archive(content: bytes, cells: int) -> bytes:
    """The same parts, unpacked within bounds: what a lying archive would blow up to never reaches the parser."""
    out, total = BytesIO(), 0
    with zipfile.ZipFile(BytesIO(content)) as archive, zipfile.ZipFile(out, "w") as safe:
        parts = archive.infolist()
        if "xl/workbook.xml" not in archive.namelist():
            raise zipfile.BadZipFile
        if len(parts) > MAX_PARTS or any(part.flag_bits & 1 or part.compress_type not in DEFLATED for part in parts):
            raise WorkbookFault("unsafe_file")
        for part in parts:
            with archive.open(part) as stream:
                data = stream.read(MAX_UNPACKED - total + 1)
            total += len(data)
            if total > MAX_UNPACKED:
                raise WorkbookFault("unsafe_file")
            _check_part(part.filename, data, cells)
            safe.writestr(part.filename, data)
    return out.getvalue()


def _check_part(name: str, data: bytes, cells: int) -> None:
    if b"<!DOCTYPE" in data[:2000] or b"<!ENTITY" in data[:2000]:
        raise WorkbookFault("unsafe_file")
    if name.startswith("xl/worksheets/") and data.count(b"<c ") + data.count(b":c ") + data.count(b"<c>") > cells:
        raise WorkbookFault("too_many_cells")


if __name__ == "__main__":
    main()
