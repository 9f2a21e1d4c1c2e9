"""Rows of a file, read and held to the rules some thousand at a time, on their way into the staging table."""

import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice, zip_longest
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter

from tinhso.blocks.registers.contract import Register
from tinhso.blocks.registers.models import Fault, Import, derived
from tinhso.blocks.registers.queries import cells, parsing, registry
from tinhso.blocks.registers.queries.registry import RegisterColumn
from tinhso.kernel import refs
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.kernel.text import fold
from tinhso.kernel.workbooks import WorkbookRow

MOST_FAULTS = 2_000  # that are kept one by one; all are counted
REF = "ref"
REF_LETTERS = 10
LETTERS = bytes(ord(refs.ALPHABET[n % len(refs.ALPHABET)]) for n in range(256))
AT_ONCE = 5_000  # rows that are sent together
TOGETHER = 500  # that are read together: more are moved about in memory longer than they are read
Planned = tuple[int, RegisterColumn]


@dataclass
class FileReading:
    """What reading a file needs at hand, and what it has found so far."""

    register: Register
    columns: list[RegisterColumn | None]
    ref_at: int | None
    readers: dict[str, parsing.Reader]
    places: frozenset[int] | None
    faults: list[Fault] = field(default_factory=list)
    rows: int = 0
    faulty: int = 0
    whole: bool = True

    @property
    def planned(self) -> list[Planned]:
        """The columns that are read, each with its place in the file."""
        return [(n, register_column) for n, register_column in enumerate(self.columns) if register_column is not None]

    def fault(self, number: int, index: int, label: str, told: Any, why: str) -> None:
        """Note what is wrong in a cell."""
        if len(self.faults) < MOST_FAULTS:
            cell = f"{get_column_letter(index + 1)}{number}" if index >= 0 else f"{number}"
            text = str(told)[:200].replace("\0", "")
            self.faults.append(Fault(number=number, cell=cell, column=label[:100], told=text, why=why[:300]))


def begin_reading(register: Register, headings: Sequence[str], today: date, by: Actor) -> tuple[FileReading, list[str]]:
    """Find the columns by what heads them; gives headings that are no column as well. Refuses a file without a key."""
    register_columns_by_key = parsing.columns_by_heading(registry.columns(register))
    columns = [register_columns_by_key.get(fold(heading)) for heading in headings]
    ref_at = next((n for n, heading in enumerate(headings) if fold(heading) in (REF, "tham chieu")), None)
    there = {register_column.name for register_column in columns if register_column is not None}
    missing = [registry.column(register, name).label for name in register.keys if name not in there]
    if missing and ref_at is None:
        words = _("Tệp thiếu cột để nhận ra bản ghi: %(columns)s. Tải tệp mẫu để xem tên các cột.")
        raise Refused("no_key_column", words, columns=", ".join(missing))
    if len(there) < sum(register_column is not None for register_column in columns):
        raise Refused("column_twice", _("Tệp có hai cột cùng tên."))
    ignored = [heading for n, heading in enumerate(headings) if columns[n] is None and heading and n != ref_at]
    places = None if register.change in by.everywhere else by.places(register.change)
    has_required_columns = all(
        register_column.name in there for register_column in registry.columns(register) if register_column.required
    )
    return FileReading(
        register, columns, ref_at, parsing.column_readers(register, today), places, whole=has_required_columns
    ), ignored


def stage_rows(held: Import, reading: FileReading, rows: Iterator[WorkbookRow]) -> None:
    """Read all rows; those that can be go into the staging table, what is wrong with the others is noted."""
    # reading may ask the database, which is deaf while a COPY runs: some rows are read, then those are sent
    ready = _staged_rows(held, reading, rows)
    while some := list(islice(ready, AT_ONCE)):
        with (
            connection.cursor() as cursor,
            cursor.copy("COPY registers_staged (load_id, number, key, ref, fate, data) FROM STDIN") as out,
        ):
            for row in some:
                out.write_row(row)
    for fault in reading.faults:
        fault.load = held
    Fault.objects.bulk_create(reading.faults)


def _staged_rows(held: Import, reading: FileReading, rows: Iterator[WorkbookRow]) -> Iterator[tuple[Any, ...]]:
    """Rows as they are staged."""
    while some := list(islice(rows, TOGETHER)):
        reading.rows += len(some)
        yield from _fitting_rows(held, reading, some)


def _fitting_rows(held: Import, reading: FileReading, rows: Sequence[WorkbookRow]) -> Iterator[tuple[Any, ...]]:
    """Those of some rows that can be staged."""
    planned = reading.planned
    parsed_columns = _read_columns(reading, planned, rows)
    stored = [column.stored for _n, column in planned]
    template = "{" + ",".join(f"{json.dumps(name)}:%s" for name in stored) + "}"
    documents = map(
        template.__mod__, zip(*(cells.json_texts(parsed_cells.values) for parsed_cells in parsed_columns), strict=True)
    )
    wrong = _wrong_cells(reading, planned, parsed_columns, rows)
    by_name = dict(zip(stored, (parsed_cells.values for parsed_cells in parsed_columns), strict=True))
    missing = [None] * len(rows)
    keys = map(derived.key_text, *(by_name.get(name, missing) for name in registry.stored_keys(reading.register)))
    for place, (row, key, ref, document) in enumerate(
        zip(rows, keys, _row_references(reading, rows), documents, strict=True)
    ):
        if place in wrong or not _row_fits(reading, row.number, by_name, place):
            reading.faulty += 1
        else:
            yield held.pk, row.number, key, ref, "new", document


def _read_columns(
    reading: FileReading, planned: Sequence[Planned], rows: Sequence[WorkbookRow]
) -> list[cells.ParsedCells]:
    """The cells of each column; short rows end with empty ones."""
    by_column = list(zip_longest(*(row.cells for row in rows)))
    empty = (None,) * len(rows)
    return [
        cells.read_cells(column, reading.readers[column.name], by_column[n] if n < len(by_column) else empty)
        for n, column in planned
    ]


def _wrong_cells(
    reading: FileReading, planned: Sequence[Planned], read: Sequence[cells.ParsedCells], rows: Sequence[WorkbookRow]
) -> set[int]:
    """Note the faults in the order of rows; gives the places of rows that have any."""
    places = set().union(*(column_cells.faults for column_cells in read))
    for place in sorted(places):
        row = rows[place]
        for (index, column), parsed_cells in zip(planned, read, strict=True):
            if place in parsed_cells.faults:
                cell = row.cells[index] if index < len(row.cells) else ""
                reading.fault(row.number, index, column.label, "" if cell is None else cell, parsed_cells.faults[place])
    return places


def _row_fits(reading: FileReading, number: int, by_name: Mapping[str, Sequence[Any]], place: int) -> bool:
    """Whether one may write at the row's unit, and its values go together; notes where not."""
    if reading.places is not None and "unit_id" in by_name and by_name["unit_id"][place] not in reading.places:
        reading.fault(number, -1, _("đơn vị"), "", _("bạn không có quyền ghi cho đơn vị này"))
        return False
    if not reading.whole:
        return True
    faults = parsing.cross_column_faults(reading.register, {name: values[place] for name, values in by_name.items()})
    for name, why in faults.items():
        reading.fault(number, -1, registry.column(reading.register, name).label, "", why)
    return not faults


def _row_references(reading: FileReading, rows: Sequence[WorkbookRow]) -> list[str]:
    """What each row calls its record by; drawn where the file does not say."""
    prefix, size = reading.register.prefix, REF_LETTERS
    letters = secrets.token_bytes(size * len(rows)).translate(LETTERS).decode()
    drawn = [f"{prefix}-{letters[n : n + size]}" for n in range(0, len(letters), size)]
    if reading.ref_at is None:
        return drawn
    at = reading.ref_at
    file_refs = [row.cells[at] if at < len(row.cells) else "" for row in rows]
    return [str(file_ref).strip()[:40] if file_ref else other for file_ref, other in zip(file_refs, drawn, strict=True)]
