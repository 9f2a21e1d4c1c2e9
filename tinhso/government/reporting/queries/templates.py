"""Files to fill in: a workbook or a CSV for one return, with its units and members already written."""

import csv
from collections.abc import Iterator
from io import BytesIO, StringIO
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from tinhso.government.reporting.models import Return
from tinhso.government.reporting.queries.checks import RowPlace
from tinhso.government.reporting.queries.numbers import typed_text
from tinhso.government.reporting.queries.returns import ReturnSheet
from tinhso.government.reporting.queries.specs import DataSetSpec, FieldSpec

SHEET, MARKS = "Số liệu", "_tinhso"
FORMAT = "1"
UNIT_HEADING, NAME_HEADING = "Mã đơn vị", "Đơn vị"
HEADER_ROW = 4  # the fifth line; above it stand the title, who, when and how to fill in
NUMBER_FORMATS = {0: "#,##0", 1: "#,##0.#", 2: "#,##0.##", 3: "#,##0.###"}


def version_of(one: Return) -> str:
    """The day since which the return's form is in force: a file made from another version does not fit."""
    return str(one.data_set.effective.lower)


def column_heading(field: FieldSpec) -> str:
    """A column's heading: the field's name and its unit of measure."""
    return f"{field.name} ({field.unit})" if field.unit else field.name


def file_name(one: Return, ending: str) -> str:
    """A file's name without spaces or diacritics: ``DVC-HS_VPUB_2024-09.xlsx``."""
    return f"{one.data_set.code}_{one.unit.ref}_{one.period}.{ending}"


def template_workbook(sheet: ReturnSheet) -> bytes:
    """The workbook for a return: locked units and members, open cells with their ranges, and what is filled in so far.

    A hidden sheet says which return it belongs to, so that a file for another is recognised when it comes back.
    """
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    page = book.add_worksheet(SHEET)
    formats = {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "head": book.add_format({"bold": True, "text_wrap": True, "border": 1, "valign": "top", "bg_color": "#E8EEF0"}),
        "fixed": book.add_format({"num_format": "@", "border": 1, "font_color": "#444444"}),
    }
    _write_head(page, sheet, formats)
    _write_rows(book, page, sheet, formats["fixed"])
    _write_marks(book, sheet)
    page.protect("", {"format_columns": True, "format_rows": True})
    book.close()
    return out.getvalue()


def _write_head(page: Any, sheet: ReturnSheet, formats: dict[str, Any]) -> None:
    unit_return, spec = sheet.one, sheet.spec
    page.write(0, 0, spec.name, formats["title"])
    page.write(1, 0, _("%(unit)s – kỳ %(period)s – biểu %(code)s") % _title_words(unit_return))
    page.write(2, 0, _("Chỉ điền các ô trống màu trắng. Không đổi tên trang tính, không gộp ô, không dùng công thức."))
    for at, text in enumerate(_column_headings(spec)):
        page.write(HEADER_ROW, at, text, formats["head"])
    page.set_row(HEADER_ROW, 62)
    page.set_column(0, 0, 16)
    page.set_column(1, 1, 30)
    page.set_column(2, len(_column_headings(spec)) - 1, 18)
    page.freeze_panes(HEADER_ROW + 1, 2 + len(spec.dimensions))


def _column_headings(spec: DataSetSpec) -> list[str]:
    return [UNIT_HEADING, NAME_HEADING, *(dim.name for dim in spec.dimensions), *map(column_heading, spec.fields)]


def _title_words(one: Return) -> dict[str, str]:
    return {"unit": one.unit.name, "period": one.period, "code": one.data_set.code}


def _write_rows(book: Any, page: Any, sheet: ReturnSheet, fixed: Any) -> None:
    refs = {unit.pk: unit.ref for unit in sheet.units}
    first = 2 + len(sheet.spec.dimensions)
    open_cells = {
        places: book.add_format({"locked": False, "num_format": NUMBER_FORMATS[places], "border": 1})
        for places in {field.decimals for field in sheet.spec.fields}
    }
    for row, place in enumerate(sheet.places, start=HEADER_ROW + 1):
        for column, text in enumerate((refs[place.unit], place.unit_name, *member_names(sheet.spec, place.member))):
            page.write_string(row, column, text, fixed)
        values = sheet.values.get((place.unit, place.member), {})
        for column, field in enumerate(sheet.spec.fields, start=first):
            _write_cell(page, row, column, values.get(field.code, ""), open_cells[field.decimals])
    last = HEADER_ROW + len(sheet.places)
    for column, field in enumerate(sheet.spec.fields, start=first):
        page.data_validation(HEADER_ROW + 1, column, last, column, _cell_validation(field))


def _write_cell(page: Any, row: int, column: int, value: str, look: Any) -> None:
    if not value:
        page.write_blank(row, column, None, look)
    elif len(value.lstrip("-").replace(".", "")) <= 15:  # what a spreadsheet's floating point holds exactly
        page.write_number(row, column, float(value), look)
    else:
        page.write_string(row, column, value, look)


def _cell_validation(field: FieldSpec) -> dict[str, Any]:
    """Ask the spreadsheet to mind type and range; the server checks again."""
    limits = {"minimum": field.min, "maximum": field.max}
    low, high = limits["minimum"], limits["maximum"]
    rule: dict[str, Any] = {"validate": "decimal" if field.decimals else "integer", "ignore_blank": True}
    if low is not None and high is not None:
        rule |= {"criteria": "between", "minimum": float(low), "maximum": float(high)}
    elif high is not None:
        rule |= {"criteria": "<=", "value": float(high)}
    else:
        rule |= {"criteria": ">=", "value": float(low) if low is not None else -1e15}
    return rule | {
        "input_title": field.name[:32],
        "input_message": _("Đơn vị tính: %(unit)s") % {"unit": field.unit or "–"},
        "error_title": _("Giá trị không hợp lệ"),
        "error_message": _("Ô này nhận số trong khoảng cho phép của biểu mẫu."),
    }


def _write_marks(book: Any, sheet: ReturnSheet) -> None:
    page = book.add_worksheet(MARKS)
    marks = {
        "format": FORMAT,
        "data_set": sheet.one.data_set.code,
        "version": version_of(sheet.one),
        "unit": sheet.one.unit.ref,
        "period": sheet.one.period,
    }
    for row, (key, value) in enumerate(marks.items()):
        page.write_string(row, 0, key)
        page.write_string(row, 1, value)
    page.very_hidden()


def member_names(spec: DataSetSpec, member: str) -> list[str]:
    """What a row's dimension cells say: the name of each member of a key such as ``kenh=truc-tuyen``."""
    return [
        next(item.name for item in dim.members if item.code == code)
        for dim, code in zip(spec.dimensions, member_codes(member), strict=True)
    ]


def member_codes(member: str) -> list[str]:
    """The member codes of a key, in the order of the dimensions."""
    return [part.partition("=")[2] for part in member.split(";")] if member else []


def csv_template(sheet: ReturnSheet) -> str:
    """The same as CSV with codes for headings: ``unit,kenh,tiep_nhan``."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(
        ["unit", *(dim.code for dim in sheet.spec.dimensions), *(field.code for field in sheet.spec.fields)]
    )
    writer.writerows(_csv_row(sheet, place) for place in sheet.places)
    return out.getvalue()


def _csv_row(sheet: ReturnSheet, place: RowPlace) -> Iterator[str]:
    yield next(unit.ref for unit in sheet.units if unit.pk == place.unit)
    yield from member_codes(place.member)
    values = sheet.values.get((place.unit, place.member), {})
    for field in sheet.spec.fields:
        yield typed_text(values.get(field.code, ""))
