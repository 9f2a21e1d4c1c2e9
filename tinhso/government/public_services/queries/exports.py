"""The catalogue as files that can be brought back: a workbook with a sheet for each list, or JSON."""

import json
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from io import BytesIO
from typing import Any

import xlsxwriter

from tinhso.government.public_services.models import Alias, Version
from tinhso.government.public_services.queries.documents import Document, document_of
from tinhso.government.public_services.queries.shape import (
    BELONGS_TO,
    CASE_OF,
    COLUMNS,
    FEES,
    LISTS,
    MAIN_SHEET,
    ProcedureColumn,
)


def known_documents() -> list[Document]:
    """Every version that is known now, past and coming ones too, by code and day."""
    aliases: dict[int, list[str]] = {}
    for procedure, value in Alias.objects.values_list("procedure_id", "value"):
        aliases.setdefault(procedure, []).append(value)
    live = Version.objects.filter(known__upper_inf=True).select_related("procedure")
    ordered = live.order_by("procedure__code", "effective").defer("search_text", "sort_key")
    return [document_of(version, aliases.get(version.procedure_id, [])) for version in ordered]


def as_json(rows: Sequence[Document]) -> bytes:
    """The catalogue as JSON."""
    return json.dumps({"procedures": list(rows)}, ensure_ascii=False, indent=1).encode()


def as_workbook(rows: Sequence[Document]) -> bytes:
    """The catalogue as a workbook; text stays text, so that no spreadsheet reads a code as a number."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    look = {
        "head": book.add_format({"bold": True, "text_wrap": True, "bg_color": "#E8EEF0", "border": 1}),
        "text": book.add_format({"num_format": "@", "text_wrap": False}),
    }
    _write_sheet(book, MAIN_SHEET, COLUMNS, rows, look)
    for table in LISTS:
        lines = ({**_key_of(values), **row} for values in rows for row in values[table.key])
        _write_sheet(book, table.sheet, (*BELONGS_TO, *table.columns), lines, look)
    fees = (
        {**_key_of(values), "case": case["code"], **fee}
        for values in rows
        for case in values["cases"]
        for fee in case[FEES.key]
    )
    _write_sheet(book, FEES.sheet, (*BELONGS_TO, CASE_OF, *FEES.columns), fees, look)
    book.close()
    return out.getvalue()


def _key_of(values: Document) -> dict[str, str]:
    """Under names of their own: a case has a code too."""
    return {f"_{column.key}": values[column.key] for column in COLUMNS[:2]}


def _write_sheet(
    book: Any, name: str, columns: Sequence[ProcedureColumn], rows: Iterable[Mapping[str, Any]], look: Mapping[str, Any]
) -> None:
    page = book.add_worksheet(name)
    for at, column in enumerate(columns):
        page.write_string(0, at, column.heading, look["head"])
    page.freeze_panes(1, 2)
    page.set_column(0, len(columns) - 1, 18, look["text"])
    for line, row in enumerate(rows, start=1):
        for at, column in enumerate(columns):
            value = _cell_text(row.get(column.key))
            if value != "":
                page.write_string(line, at, value, look["text"])


def _cell_text(value: Any) -> str:
    if isinstance(value, bool):
        return "có" if value else ""
    if isinstance(value, (list, tuple)):
        return "; ".join(map(str, value))
    if isinstance(value, (int, Decimal)):
        return str(value) if value else ""
    return "" if value is None else str(value)
