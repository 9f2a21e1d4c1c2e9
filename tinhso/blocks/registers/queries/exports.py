"""Records as files, row after row: CSV and GeoJSON as streams, XLSX through a file on disk."""

import csv
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import IO, Any

import xlsxwriter

from tinhso.blocks.registers.contract import Register
from tinhso.blocks.registers.queries import registry, showing
from tinhso.blocks.registers.queries.registry import RegisterColumn
from tinhso.blocks.units.models import Unit
from tinhso.kernel.cells import harmless_row

AT_ONCE = 2_000
Rows = Iterator[tuple[str, Mapping[str, Any]]]


class _LineEcho:
    """What the csv module writes to: a line is given back, not kept."""

    def write(self, line: str) -> str:
        """Give the line."""
        return line


def columns_of(register: Register, *, private: bool = False, open_only: bool = False) -> tuple[RegisterColumn, ...]:
    """The columns of a file: without private ones unless they are asked for; open ones alone for everybody."""
    if open_only:
        return tuple(
            register_column
            for register_column in registry.columns(register)
            if register_column.name in register.open and register_column.name not in register.private
        )
    return tuple(
        register_column
        for register_column in registry.columns(register)
        if private or register_column.name not in register.private
    )


def current_rows(found: Any, columns: Sequence[RegisterColumn]) -> Rows:
    """References and values of records, streamed from the database."""
    stored = [register_column.stored for register_column in columns]
    rows = found.order_by("pk").values_list("ref", *stored).iterator(chunk_size=AT_ONCE)
    return ((row[0], dict(zip(stored, row[1:], strict=True))) for row in rows)


class ExportCells:
    """Words for values, as files have them: units and records by name, days as days."""

    def __init__(self, columns: Sequence[RegisterColumn]) -> None:
        self.columns = tuple(columns)
        self.units = dict(Unit.objects.values_list("pk", "name")) if self._has(registry.UNIT) else {}
        self.choices = {
            register_column.name: dict(register_column.choices)
            for register_column in columns
            if register_column.kind == registry.CHOICE
        }
        self.records: dict[str, dict[int, str]] = {}

    def _has(self, kind: str) -> bool:
        return any(register_column.kind == kind for register_column in self.columns)

    def of(self, values: Mapping[str, Any]) -> list[Any]:
        """A row's cells."""
        return [self._cell(register_column, values.get(register_column.stored)) for register_column in self.columns]

    def _cell(self, one: RegisterColumn, value: Any) -> Any:
        if value is None:
            return ""
        if one.kind == registry.UNIT:
            return self.units.get(value, "")
        if one.kind == registry.CHOICE:
            return self.choices[one.name].get(value, value)
        if one.kind == registry.FLAG:
            return showing._WORDS[bool(value)]
        if one.kind == registry.RECORD:
            return self._record(one, value)
        return value

    def _record(self, one: RegisterColumn, key: int) -> str:
        refs_by_key = self.records.setdefault(one.name, {})
        if key not in refs_by_key:
            if len(refs_by_key) > AT_ONCE:
                refs_by_key.clear()
            refs_by_key[key] = str(
                one.field.related_model.objects.filter(pk=key).values_list("ref", flat=True).first() or ""
            )
        return refs_by_key[key]


def as_csv(rows: Rows, columns: Sequence[RegisterColumn]) -> Iterator[str]:
    """A table with references first; no cell is a formula."""
    writer, cells = csv.writer(_LineEcho()), ExportCells(columns)
    yield "\ufeff" + str(writer.writerow(["ref", *(register_column.label for register_column in columns)]))
    for ref, values in rows:
        yield str(writer.writerow([ref, *harmless_row(cells.of(values))]))


def as_geojson(rows: Rows, columns: Sequence[RegisterColumn]) -> Iterator[str]:
    """A FeatureCollection in CRS84, properties by column name."""
    cells = ExportCells(columns)
    names = [register_column.name for register_column in columns]
    yield '{"type":"FeatureCollection","features":['
    between = ""
    for ref, values in rows:
        properties = {name: _json_value(cell) for name, cell in zip(names, cells.of(values), strict=True)}
        x, y = properties.pop("longitude", None), properties.pop("latitude", None)
        place = {"type": "Point", "coordinates": [x, y]} if isinstance(x, float) and isinstance(y, float) else None
        feature = {"type": "Feature", "id": ref, "geometry": place, "properties": {"ref": ref, **properties}}
        yield between + json.dumps(feature, ensure_ascii=False)
        between = ",\n"
    yield "]}\n"


def _json_value(cell: Any) -> Any:
    if isinstance(cell, date):
        return cell.isoformat()
    return float(cell) if hasattr(cell, "quantize") else cell


def as_xlsx(rows: Rows, columns: Sequence[RegisterColumn], title: str) -> IO[bytes]:
    """A workbook in a temporary file, written row by row: memory does not grow with it."""
    out = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115 (whoever sends it closes it)
    book = xlsxwriter.Workbook(out, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet, bold = (
        book.add_worksheet(title[:31].translate(str.maketrans(":\\/?*[]", "-------"))),
        book.add_format({"bold": True}),
    )
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    cells = ExportCells(columns)
    for index, label in enumerate(["ref", *(register_column.label for register_column in columns)]):
        sheet.write_string(0, index, label, bold)
        sheet.set_column(index, index, 18)
    sheet.freeze_panes(1, 1)
    for number, (ref, values) in enumerate(rows, 1):
        sheet.write_string(number, 0, ref)
        for index, cell in enumerate(cells.of(values), 1):
            if isinstance(cell, date):
                sheet.write_datetime(number, index, cell, day)
            elif cell != "":
                sheet.write(number, index, cell)
    book.close()
    out.seek(0)
    return out
