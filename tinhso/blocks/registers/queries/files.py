"""Rows of files that people hand in (XLSX, CSV, GeoJSON), one after the other: no file is held in memory as objects."""

import csv
import json
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import TextIOWrapper
from typing import IO, Any, NamedTuple

from python_calamine import CalamineWorkbook
from shapely.geometry import shape

from tinhso.kernel.errors import Refused, gettext_noop

MOST_BYTES = 60 * 1024 * 1024
MOST_UNPACKED = 600 * 1024 * 1024
MOST_PARTS = 400
MOST_ROWS = 1_000_000
MOST_COLUMNS = 200
A_PIECE = 1 << 16
BLANK = (None, "")
LONGEST_FEATURE = 4 * 1024 * 1024  # letters


class Row(NamedTuple):
    """``number`` is its line in the file, the heading's being 1."""

    number: int
    cells: Sequence[Any]


@dataclass(frozen=True)
class Sheet:
    """What heads the columns, and the rows."""

    headings: tuple[str, ...]
    rows: Iterator[Row]


def open_sheet(file: IO[bytes], name: str, size: int) -> Sheet:
    """The rows of a file, by the ending of its name; refuses what cannot be read, saying why."""
    if not size:
        raise Refused("empty_file", gettext_noop("Tệp trống."))
    if size > MOST_BYTES:
        words = gettext_noop("Tệp lớn hơn %(most)s MB. Hãy chia thành nhiều tệp.")
        raise Refused("too_big", words, most=MOST_BYTES // 1024 // 1024)
    ending = name.lower().rpartition(".")[2]
    opener = {"xlsx": _xlsx, "csv": _csv, "txt": _csv, "geojson": _geojson, "json": _geojson}.get(ending)
    if opener is None:
        raise Refused("unknown_file", gettext_noop("Chỉ nhận tệp XLSX, CSV hoặc GeoJSON."))
    try:
        return opener(file)
    except Refused:
        raise
    except Exception as problem:  # whatever a damaged file makes a parser raise
        raise Refused("unreadable", gettext_noop("Tệp hỏng, hoặc không đúng dạng ghi ở đuôi tên.")) from problem


def letters(index: int) -> str:
    """A spreadsheet's name for a column, counted from 0."""
    name = ""
    while index >= 0:
        index, rest = index // 26 - 1, index % 26
        name = chr(65 + rest) + name
    return name


def _xlsx(file: IO[bytes]) -> Sheet:
    _within_bounds(file)
    file.seek(0)
    sheet = CalamineWorkbook.from_filelike(file).get_sheet_by_index(0)
    return _sheet((n, row) for n, row in enumerate(sheet.iter_rows(), 1 + (sheet.start or (0, 0))[0]))


def _within_bounds(file: IO[bytes]) -> None:
    """Unpack once, keeping nothing: an archive may lie about what it holds."""
    with zipfile.ZipFile(file) as packed:
        parts = packed.infolist()
        left = MOST_UNPACKED
        if len(parts) > MOST_PARTS or any(part.flag_bits & 1 for part in parts):
            _unsafe()
        for part in parts:
            with packed.open(part) as stream:
                while piece := stream.read(A_PIECE * 16):
                    left -= len(piece)
                    if left < 0 or b"<!ENTITY" in piece:
                        _unsafe()


def _unsafe() -> None:
    raise Refused("unsafe_file", gettext_noop("Tệp có cấu trúc bất thường nên không mở."))


def _csv(file: IO[bytes]) -> Sheet:
    head = file.read(4096)
    file.seek(0)
    first = head.decode("utf-8-sig", errors="replace").partition("\n")[0]
    between = max((";", "\t", ","), key=first.count)
    text = TextIOWrapper(file, encoding="utf-8-sig", newline="")
    return _sheet(enumerate(csv.reader(text, delimiter=between), 1))


def _sheet(lines: Iterator[tuple[int, Sequence[Any]]] | Any) -> Sheet:
    lines = iter(lines)
    head = next((cells for _n, cells in lines if any(cell not in BLANK for cell in cells)), None)
    if head is None:
        raise Refused("empty_file", gettext_noop("Tệp trống."))
    return Sheet(tuple(str(cell).strip() for cell in head[:MOST_COLUMNS]), _filled(lines))


def _filled(lines: Iterator[tuple[int, Sequence[Any]]]) -> Iterator[Row]:
    count = 0
    try:
        for number, cells in lines:
            if (cells and cells[0] not in BLANK) or any(cell not in BLANK for cell in cells):
                count += 1
                if count > MOST_ROWS:
                    raise Refused("too_many_rows", gettext_noop("Tệp có hơn %(most)s dòng."), most=MOST_ROWS)
                yield Row(number, cells)
    except (csv.Error, UnicodeDecodeError, ValueError) as problem:
        raise Refused("unreadable", gettext_noop("Tệp hỏng, hoặc không phải UTF-8.")) from problem


def _geojson(file: IO[bytes]) -> Sheet:
    """Features one after the other; the columns are the properties of the first, then the place."""
    features = _features(TextIOWrapper(file, encoding="utf-8-sig"))
    first = next(features, None)
    if first is None:
        raise Refused("empty_file", gettext_noop("Tệp trống."))
    names = tuple(first.get("properties") or {})[:MOST_COLUMNS]

    def rows() -> Iterator[tuple[int, Sequence[Any]]]:
        yield 1, _feature(first, names)
        for number, feature in enumerate(features, 2):
            yield number, _feature(feature, names)

    return Sheet((*names, "longitude", "latitude"), _filled(rows()))


def _feature(feature: dict[str, Any], names: Sequence[str]) -> list[Any]:
    told, where = feature.get("properties") or {}, feature.get("geometry")
    point = shape(where).representative_point() if where and where.get("type") != "Point" else None
    place = (
        where["coordinates"][:2] if where and point is None else [point.x, point.y] if point is not None else ["", ""]
    )
    cells = [told.get(name) for name in names]
    return [*("" if cell is None or isinstance(cell, dict | list) else cell for cell in cells), *place]


def _features(text: IO[str]) -> Iterator[dict[str, Any]]:
    """The members of ``features`` without reading the whole: what is there is decoded, then forgotten."""
    decoder, held = json.JSONDecoder(), ""
    while '"features"' not in held:
        piece = text.read(A_PIECE)
        if not piece or len(held) > LONGEST_FEATURE:
            raise ValueError("no features")
        held += piece
    held = held.partition('"features"')[2].partition("[")[2]
    while True:
        held = held.lstrip(" \t\r\n,")
        if held.startswith("]"):
            return
        try:
            feature, end = decoder.raw_decode(held)
        except ValueError:
            piece = text.read(A_PIECE)
            if not piece or len(held) > LONGEST_FEATURE:
                raise
            held += piece
            continue
        yield feature
        held = held[end:]
