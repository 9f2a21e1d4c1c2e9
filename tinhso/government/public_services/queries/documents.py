"""A version as a document: read from what a file says with every fault, written from what is kept, compared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from tinhso.government.public_services.models import LifeEvent, Procedure, Version
from tinhso.government.public_services.queries import shape
from tinhso.government.public_services.queries.shape import (
    CASES,
    COLUMNS,
    ENDING,
    FEES,
    LISTS,
    InvalidColumnValue,
    ProcedureColumn,
    ProcedureTable,
)
from tinhso.kernel import text

Document = dict[str, Any]
Path = tuple[str | int, ...]
MOST_ITEMS = 200
APART = {"code", "effective_from", "effective_to", "local_code", "aliases"}  # not kept as columns of a version
DAYS = {"portal_since", "decision_date", "ended_by_date"}


@dataclass(frozen=True)
class DocumentFault:
    """What is wrong, and where in the document."""

    path: Path
    why: str


@dataclass
class NormalDocument:
    """A document in its normal form, and what is wrong with what was given."""

    document: Document = field(default_factory=dict)
    faults: list[DocumentFault] = field(default_factory=list)


def read_document(values: Mapping[str, Any], events: frozenset[str]) -> NormalDocument:
    """Bring what a file says of one version into its normal form; ``events`` are the known life events."""
    normal_document = NormalDocument()
    known_keys = {column.key for column in COLUMNS} | {table.key for table in LISTS}
    normal_document.faults += [
        DocumentFault((key,), _("không phải một mục của thủ tục")) for key in values if key not in known_keys
    ]
    normal_document.document = _normal_row(values, COLUMNS, (), normal_document.faults)
    for table in LISTS:
        normal_document.document[table.key] = _normal_rows(
            values.get(table.key), table, (table.key,), normal_document.faults
        )
    _check_document(normal_document, events)
    return normal_document


def _normal_rows(given: Any, table: ProcedureTable, path: Path, faults: list[DocumentFault]) -> list[Document]:
    if given in (None, ""):
        return []
    if not isinstance(given, list) or len(given) > MOST_ITEMS:
        faults.append(DocumentFault(path, _("phải là danh sách, nhiều nhất %(most)s mục") % {"most": MOST_ITEMS}))
        return []
    rows = []
    for at, item in enumerate(given):
        here = (*path, at)
        if not isinstance(item, dict):
            faults.append(DocumentFault(here, _("phải là một mục có tên từng trường")))
            continue
        allowed = {column.key for column in table.columns} | ({FEES.key} if table is CASES else set())
        faults += [
            DocumentFault((*here, key), _("không phải một mục của danh sách")) for key in item if key not in allowed
        ]
        row = _normal_row(item, table.columns, here, faults)
        if table is CASES:
            row[FEES.key] = _normal_rows(item.get(FEES.key), FEES, (*here, FEES.key), faults)
        rows.append(row)
    return rows


def _normal_row(
    values: Mapping[str, Any], columns: Sequence[ProcedureColumn], path: Path, faults: list[DocumentFault]
) -> Document:
    row: Document = {}
    for column in columns:
        value = values.get(column.key)
        row[column.key] = _empty_value(column)
        if value is None or value == "" or value == []:
            if column.required:
                faults.append(DocumentFault((*path, column.key), _("bắt buộc phải có")))
            continue
        try:
            row[column.key] = column.read(value)
        except InvalidColumnValue as error:
            faults.append(DocumentFault((*path, column.key), str(error)))
    return row


def _empty_value(column: ProcedureColumn) -> Any:
    return list(column.empty) if isinstance(column.empty, tuple) else column.empty


def _check_document(normal_document: NormalDocument, events: frozenset[str]) -> None:
    """What one column cannot say alone."""
    values = normal_document.document
    if values["online"] == Version.Online.PART:
        words = _("dịch vụ một phần phải nêu lý do và quy định chuyên ngành (Nghị định 224/2026/NĐ-CP, Điều 14)")
        normal_document.faults += [
            DocumentFault((key,), words) for key in ("part_reason", "part_rule") if not values[key]
        ]
    if values["effective_to"] and values["effective_from"] and values["effective_to"] <= values["effective_from"]:
        normal_document.faults.append(DocumentFault(("effective_to",), _("phải sau ngày bắt đầu hiệu lực")))
    if not values["effective_to"] and any(values[key] for key in ENDING):
        words = _("đã ghi quyết định hết hiệu lực thì phải ghi ngày hết hiệu lực")
        normal_document.faults.append(DocumentFault(("effective_to",), words))
    for event in values["life_events"]:
        if event not in events:
            words = _("không có sự kiện nào có mã “%(code)s”") % {"code": event}
            normal_document.faults.append(DocumentFault(("life_events",), words))
    codes = [case["code"] for case in values["cases"]]
    for at, case in enumerate(values["cases"]):
        if case["code"] and codes.index(case["code"]) != at:
            words = _("trường hợp “%(code)s” có hai lần") % {"code": case["code"]}
            normal_document.faults.append(DocumentFault(("cases", at, "code"), words))
    for at, paper in enumerate(values["papers"]):
        if paper["case"] and paper["case"] not in codes:
            words = _("không có trường hợp “%(code)s”") % {"code": paper["case"]}
            normal_document.faults.append(DocumentFault(("papers", at, "case"), words))


def life_events() -> frozenset[str]:
    """Codes of all life events."""
    return frozenset(LifeEvent.objects.values_list("code", flat=True))


def document_of(version: Version, aliases: Sequence[str]) -> Document:
    """What is kept of a version, in the normal form that files have."""
    start, end = version.effective.lower, version.effective.upper
    values: Document = {
        "code": version.procedure.code,
        "effective_from": start.isoformat(),
        "effective_to": end.isoformat() if end else "",
        "local_code": version.procedure.has_local_code,
        "aliases": sorted(aliases),
    }
    for column in COLUMNS:
        if column.key not in APART:
            value = getattr(version, column.key)
            values[column.key] = _plain_day(value) if column.key in DAYS else value
    return values | {table.key: getattr(version, table.key) for table in LISTS}


def _plain_day(value: date | None) -> str:
    return value.isoformat() if value else ""


def columns_of(document: Document) -> dict[str, Any]:
    """A document as the columns of a version, all but its procedure, reference and times."""
    values = {column.key: document[column.key] for column in COLUMNS if column.key not in APART}
    values |= {key: date.fromisoformat(values[key]) if values[key] else None for key in DAYS}
    values |= {table.key: document[table.key] for table in LISTS}
    values["search_text"] = _search_text(document)
    values["sort_key"] = text.sort_key(document["name"])
    return values


def _search_text(document: Document) -> str:
    """Name first, then what else people may type; folded as questions are."""
    words = [document["name"], *document["keywords"], document["code"], *document["aliases"], document["field"]]
    return text.fold(" ".join([*words, document["name_en"]]))


def ref_of(document: Document) -> str:
    """The reference of the version that a document describes."""
    return f"{document['code']}-{document['effective_from'].replace('-', '')}"


def procedure_of(document: Document) -> Procedure:
    """A procedure that is not kept yet."""
    return Procedure(code=document["code"], has_local_code=document["local_code"])


def document_differences(old: Document, new: Document) -> list[tuple[str, str, str]]:
    """Key, former and new value of everything that differs, in the order of the columns; of lists the rows that do."""
    keys = [column.key for column in COLUMNS if column.key not in ("code", "effective_from", "effective_to")]
    differences = [
        (key, _value_text(old[key], key), _value_text(new[key], key))
        for key in keys
        if _comparable_value(old[key]) != _comparable_value(new[key])
    ]
    for table in LISTS:
        before, after = old[table.key], new[table.key]
        if before != after:
            gone, come = _rows_not_in(before, after), _rows_not_in(after, before)
            compared_rows = (gone, come) if gone or come else (before, after)  # the same rows in another order
            differences.append((table.key, _rows_shown(table, compared_rows[0]), _rows_shown(table, compared_rows[1])))
    return differences


def _rows_not_in(rows: Sequence[Document], others: Sequence[Document]) -> list[Document]:
    return [row for row in rows if row not in others]


def _comparable_value(value: Any) -> Any:
    return list(value) if isinstance(value, (list, tuple)) else value


def _value_text(value: Any, key: str) -> str:
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, (list, tuple)):
        return "; ".join(_value_text(item, key) for item in value)
    return shape.vietnamese_words().get(key, {}).get(value, str(value))


def _rows_shown(table: ProcedureTable, rows: Sequence[Document]) -> str:
    return "; ".join(_row_shown(table, row) for row in rows)


def _row_shown(table: ProcedureTable, row: Document) -> str:
    """In the order of the columns: what is kept as JSON comes back in another one."""
    values = [(column.key, row.get(column.key)) for column in table.columns]
    value_texts = [_value_text(value, key) for key, value in values if value not in ("", None, False, 0)]
    return ", ".join([*value_texts, *(_row_shown(FEES, fee) for fee in row.get(FEES.key) or ())])
