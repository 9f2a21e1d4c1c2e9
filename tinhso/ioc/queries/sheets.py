"""An indicator as a table for other programs: CSV (RFC 4180, decimal point) and XLSX, each row with its source."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

import xlsxwriter
from django.utils.translation import gettext as _

from tinhso.blocks.indicators.queries import Reading
from tinhso.ioc.queries import shown as words
from tinhso.ioc.queries.explore.curves import Curve
from tinhso.ioc.queries.frame import SnapshotFrame, UnitView
from tinhso.ioc.queries.indicators import Family, IndicatorQuery, compared_communes, read_series
from tinhso.kernel.cells import harmless_cell
from tinhso.kernel.clock import VIETNAM
from tinhso.ui import wording
from tinhso.ui.wording import name_in_language

EXACT_DIGITS = 15  # a spreadsheet keeps no more
Cell = str | int | Decimal | None


def reading_headings() -> list[str]:
    """The columns of a table of readings."""
    return [
        _("Mã chỉ tiêu"),
        _("Chỉ tiêu"),
        _("Mã đơn vị"),
        _("Đơn vị"),
        _("Kỳ"),
        _("Cơ sở"),
        _("Phân tổ"),
        _("Giá trị"),
        _("Đơn vị tính"),
        _("Tử số"),
        _("Mẫu số"),
        _("Đã báo cáo"),
        _("Phải báo cáo"),
        _("Tình trạng"),
        _("Ghi chú"),
        _("Nguồn"),
        _("Đúng đến"),
        _("Bản chụp"),
        _("Dữ liệu minh họa"),
        _("Sai số (95%)"),
    ]


def series_rows(at: SnapshotFrame, indicator_query: IndicatorQuery, *, demo: bool) -> list[list[Cell]]:
    """All periods of one unit, oldest first."""
    return [_reading_row(at, indicator_query, reading, demo) for reading in read_series(at, indicator_query)]


def unit_rows(at: SnapshotFrame, indicator_query: IndicatorQuery, *, demo: bool) -> list[list[Cell]]:
    """The communes beside each other for the period asked for, best first."""
    compared = compared_communes(at, indicator_query, at.catalogue.facts[indicator_query.indicator.fact])
    readings = (place.reading for place in compared.places) if compared else ()
    return [_reading_row(at, indicator_query, reading, demo) for reading in readings if reading is not None]


def _reading_row(at: SnapshotFrame, indicator_query: IndicatorQuery, reading: Reading, demo: bool) -> list[Cell]:
    indicator, node = indicator_query.indicator, at.places.by_ref.get(reading.unit)
    reason = "" if reading.computable else words.reason_of(at, reading)
    note = "" if reading.value is not None else words.no_figure(reading, reason)
    value = None if reading.value is None else round_half_up(reading.value, indicator.decimals)
    measure = wording.measure_text(indicator.unit_of_measure)
    return [
        indicator.code,
        indicator_query.name,
        reading.unit,
        name_in_language(node) if node else "",
        reading.period,
        reading.basis,
        indicator_query.member_text,
        value,
        measure,
        reading.count,
        reading.out_of,
        reading.reported,
        reading.expected,
        wording.status_text(str(reading.status)),
        note,
        indicator.source,
        _moment_text(reading.true_for),
        reading.snapshot,
        _("có") if demo else _("không"),
        reading.margin,
    ]


def round_half_up(value: Decimal, decimals: int) -> Decimal:
    """As pages print it: half away from zero."""
    return Decimal(wording.as_decimal(value) or 0).quantize(Decimal(1).scaleb(-decimals), rounding="ROUND_HALF_UP")


def _moment_text(at: datetime | None) -> str:
    return at.astimezone(VIETNAM).isoformat(timespec="minutes") if at is not None else ""


def as_csv(rows: Iterable[Sequence[Cell]]) -> bytes:
    """UTF-8 with a byte order mark, so that a spreadsheet reads the letters; no cell can be taken for a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(reading_headings())
    writer.writerows([_csv_text(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _csv_text(cell: Cell) -> str:
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    return "" if cell is None else str(harmless_cell(cell))


def as_xlsx(at: SnapshotFrame, indicator_query: IndicatorQuery, *, demo: bool) -> bytes:
    """A workbook: the series, the units beside each other, and the definition."""
    sheets = {
        _("Theo thời gian"): series_rows(at, indicator_query, demo=demo),
        _("Theo đơn vị"): unit_rows(at, indicator_query, demo=demo),
    }
    return _workbook_bytes(sheets, definition_pairs(at, indicator_query))


def curve_rows(at: SnapshotFrame, curves: Iterable[Curve], *, demo: bool) -> list[list[Cell]]:
    """Every reading of explored lines, line by line."""
    return [
        _reading_row(
            at,
            IndicatorQuery(curve.indicator, _curve_family(curve), UnitView(curve.node, reading.basis), reading.period),
            reading,
            demo,
        )
        for curve in curves
        for reading in curve.readings
    ]


def _curve_family(curve: Curve) -> Family:
    item = curve.item
    return (item.dim, item.member) if item.dim is not None and item.member is not None else None


def curves_xlsx(at: SnapshotFrame, curves: Sequence[Curve], *, demo: bool) -> bytes:
    """A workbook of explored lines: every reading, a table with one column a line, and the definitions."""
    known_periods = sorted({reading.period for curve in curves for reading in curve.readings})
    heads: list[list[Cell]] = [[_("Kỳ"), *(curve_heading.name for curve_heading in curves)]]
    wide = [[code, *(_curve_figure(curve, code) for curve in curves)] for code in known_periods]
    indicator_queries_by_key = {
        curve.indicator.code: IndicatorQuery(curve.indicator, None, UnitView(curve.node, ""), "") for curve in curves
    }
    pairs = [
        pair
        for indicator_query in indicator_queries_by_key.values()
        for pair in definition_pairs(at, indicator_query)
        if pair[0] != _("Đơn vị")
    ]
    return _workbook_bytes({_("Số liệu"): curve_rows(at, curves, demo=demo)}, pairs, {_("Bảng ngang"): heads + wide})


def _curve_figure(curve: Curve, period: str) -> Cell:
    value = curve.value(period)
    return None if value is None else round_half_up(value, curve.indicator.decimals)


def _workbook_bytes(
    long: Mapping[str, Sequence[Sequence[Cell]]],
    pairs: Sequence[tuple[str, str]],
    others: Mapping[str, Sequence[Sequence[Cell]]] | None = None,
) -> bytes:
    """Sheets of readings under their headings, other tables under their own first row, and pairs of label and text."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    bold = book.add_format({"bold": True, "bottom": 1})
    tables = {name: [reading_headings(), *rows] for name, rows in long.items()} | dict(others or {})
    for name, rows in tables.items():
        sheet = book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, 19, 14)
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                _write_cell(sheet, number, column, cell, None if number else bold)
    sheet = book.add_worksheet(_("Định nghĩa"))
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 100)
    for number, (label, text) in enumerate(pairs):
        sheet.write_string(number, 0, label, bold)
        sheet.write_string(number, 1, text)
    book.close()
    return out.getvalue()


def _write_cell(sheet: xlsxwriter.worksheet.Worksheet, row: int, column: int, cell: Cell, look: object = None) -> None:
    if isinstance(cell, Decimal) and len(cell.as_tuple().digits) > EXACT_DIGITS:
        sheet.write_string(row, column, f"{cell:f}", look)
    elif isinstance(cell, (Decimal, int)):
        sheet.write_number(row, column, cell, look)
    elif cell:
        sheet.write_string(row, column, cell, look)


def definition_pairs(at: SnapshotFrame, indicator_query: IndicatorQuery) -> list[tuple[str, str]]:
    """What the indicator is, in pairs of label and text."""
    indicator, fact = indicator_query.indicator, at.catalogue.facts[indicator_query.indicator.fact]
    return [
        (_("Mã chỉ tiêu"), indicator.code),
        (_("Chỉ tiêu"), indicator_query.name),
        (_("Đơn vị"), name_in_language(indicator_query.seen.unit)),
        *([(_("Cơ sở"), words.basis_words()[indicator_query.seen.basis])] if indicator_query.seen.basis else []),
        (_("Đơn vị tính"), wording.measure_text(indicator.unit_of_measure)),
        (_("Phương pháp tính"), indicator.method),
        (_("Cách cộng"), words.kind_words(indicator.kind)),
        (_("Căn cứ pháp lý"), indicator.basis),
        (_("Nguồn"), indicator.source),
        (_("Cơ quan chịu trách nhiệm"), indicator.agency),
        (_("Biểu mẫu"), f"{fact.code} – {name_in_language(fact)}"),
    ]
