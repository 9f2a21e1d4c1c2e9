"""A program of its own: reads a table (XLSX, CSV or GeoJSON, as its argument says) from standard input.

It writes lines of JSON: the headings, then some hundred rows at a time as ``[number, cells]``, then ``{"end": true}``;
or ``{"code": …}`` for what is wrong. Days and times are objects with one key (see ``workbooks.plain_cell``). Nothing
of the project is imported here.
"""

import csv
import json
import sys
import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from io import TextIOWrapper
from typing import IO, Any

MOST_UNPACKED = 600 * 1024 * 1024
MOST_PARTS = 400
MOST_ROWS = 1_000_000
MOST_COLUMNS = 200
MOST_LETTERS = 32_767  # in a cell, as in a spreadsheet
A_PIECE = 1 << 16
AT_ONCE = 500
BLANK = (None, "")
LONGEST_FEATURE = 4 * 1024 * 1024  # letters
Cells = Sequence[Any]


class TableFault(Exception):
    """What is wrong with the file, as one word."""


def main() -> None:
    """Read the file; whatever a damaged one makes a parser raise means that it is damaged."""
    try:
        KINDS[sys.argv[1]](sys.stdin.buffer)
        write_line({"end": True})
    except TableFault as wrong:
        write_line({"code": str(wrong)})
    except MemoryError:
        write_line({"code": "too_heavy"})
    except BrokenPipeError:
        return
    except Exception:
        write_line({"code": "unreadable"})


def write_line(told: Any) -> None:
    """Write one line."""
    sys.stdout.write(json.dumps(told, default=_marked_value, ensure_ascii=False, separators=(",", ":")) + "\n")
    sys.stdout.flush()


def _marked_value(value: object) -> dict[str, Any]:
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    if isinstance(value, time):
        return {"time": value.isoformat()}
    if isinstance(value, timedelta):
        return {"lasting": value.total_seconds()}
    raise TypeError(type(value).__name__)


def write_table(lines: Iterator[tuple[int, Cells]]) -> None:
    """Write the first line that says something as the headings, and the others as rows."""
    head = next((cells for _n, cells in lines if any(cell not in BLANK for cell in cells)), None)
    if head is None:
        raise TableFault("empty_file")
    write_line({"headings": [str(cell).strip()[:MOST_LETTERS] for cell in head[:MOST_COLUMNS]]})
    rows, count = list[tuple[int, Cells]](), 0
    for number, cells in lines:
        if (cells and cells[0] not in BLANK) or any(cell not in BLANK for cell in cells):
            count += 1
            if count > MOST_ROWS:
                raise TableFault("too_many_rows")
            rows.append((number, cells[:MOST_COLUMNS]))
            if len(rows) == AT_ONCE:
                write_line(rows)
                rows = []
    write_line(rows)


def read_xlsx(file: IO[bytes]) -> None:
    """The first sheet of a workbook. The reader lays a sheet out from its first cell to its last, so that two cells
    far apart need more memory than there is: then this process ends, and whoever asked knows why."""
    from python_calamine import CalamineWorkbook

    _within_bounds(file)
    file.seek(0)
    sheet = CalamineWorkbook.from_filelike(file).get_sheet_by_index(0)
    write_table(iter(enumerate(sheet.iter_rows(), 1 + (sheet.start or (0, 0))[0])))


def _within_bounds(file: IO[bytes]) -> None:
    """Unpack once, keeping nothing: an archive may lie about what it holds."""
    with zipfile.ZipFile(file) as packed:
        parts = packed.infolist()
        left = MOST_UNPACKED
        if len(parts) > MOST_PARTS or any(part.flag_bits & 1 for part in parts):
            raise TableFault("unsafe_file")
        for part in parts:
            with packed.open(part) as stream:
                while piece := stream.read(A_PIECE * 16):
                    left -= len(piece)
                    if left < 0 or b"<!ENTITY" in piece:
                        raise TableFault("unsafe_file")


def read_csv(file: IO[bytes]) -> None:
    """CSV in UTF-8, whichever of ``;``, tab and ``,`` its first line has most of."""
    head = file.read(4096)
    file.seek(0)
    first = head.decode("utf-8-sig", errors="replace").partition("\n")[0]
    between = max((";", "\t", ","), key=first.count)
    write_table(enumerate(csv.reader(TextIOWrapper(file, encoding="utf-8-sig", newline=""), delimiter=between), 1))


def read_geojson(file: IO[bytes]) -> None:
    """Features one after the other; the columns are the properties of the first, then the place."""
    features = _feature_stream(TextIOWrapper(file, encoding="utf-8-sig"))
    first = next(features, None)
    if first is None:
        raise TableFault("empty_file")
    names = tuple(first.get("properties") or {})[:MOST_COLUMNS]

    def lines() -> Iterator[tuple[int, Cells]]:
        yield 0, (*names, "longitude", "latitude")
        yield 1, _feature_cells(first, names)
        for number, feature in enumerate(features, 2):
            yield number, _feature_cells(feature, names)

    write_table(lines())


def _feature_cells(feature: dict[str, Any], names: Sequence[str]) -> list[Any]:
    from shapely.geometry import shape

    properties, where = feature.get("properties") or {}, feature.get("geometry")
    point = shape(where).representative_point() if where and where.get("type") != "Point" else None
    place = (
        where["coordinates"][:2] if where and point is None else [point.x, point.y] if point is not None else ["", ""]
    )
    cells = [properties.get(name) for name in names]
    return [*("" if cell is None or isinstance(cell, dict | list) else cell for cell in cells), *place]


def _feature_stream(text: IO[str]) -> Iterator[dict[str, Any]]:
    """The members of ``features`` without reading the whole: what is there is decoded, then forgotten."""
    decoder, buffer = json.JSONDecoder(), ""
    while '"features"' not in buffer:
        piece = text.read(A_PIECE)
        if not piece or len(buffer) > LONGEST_FEATURE:
            raise ValueError("no features")
        buffer += piece
    buffer = buffer.partition('"features"')[2].partition("[")[2]
    while True:
        buffer = buffer.lstrip(" \t\r\n,")
        if buffer.startswith("]"):
            return
        try:
            feature, end = decoder.raw_decode(buffer)
        except ValueError:
            piece = text.read(A_PIECE)
            if not piece or len(buffer) > LONGEST_FEATURE:
                raise
            buffer += piece
            continue
        yield feature
        buffer = buffer[end:]


KINDS: dict[str, Callable[[IO[bytes]], None]] = {"xlsx": read_xlsx, "csv": read_csv, "geojson": read_geojson}

if __name__ == "__main__":
    main()
