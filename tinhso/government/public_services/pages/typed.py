"""What somebody typed about one procedure: a document as files hold it, with rows added and removed without script."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import QueryDict

from tinhso.government.public_services.queries.documents import MOST_ITEMS, Document
from tinhso.government.public_services.queries.shape import COLUMNS, FEES, LISTS, ProcedureColumn, ProcedureTable

TICKED = ("levels", "audiences", "life_events")  # several values, each a box of its own
CHOSEN = ("unit", "area")  # never empty on a page, so that they do not make a row something
TABLES: Mapping[str, ProcedureTable] = {table.key: table for table in (*LISTS, FEES)}
ACT = re.compile(r"(add|remove):([a-z]+)(?:-([0-9]{1,3})(?:-([a-z]+)(?:-([0-9]{1,3}))?)?)?")


def typed_of(post: QueryDict) -> Document:
    """Everything on the page, row after row in the order shown; nothing is judged here."""
    values = _typed_row(post, "", COLUMNS)
    for table in LISTS:
        values[table.key] = _typed_rows(post, table.key, table)
        if FEES.inside == table.key:
            for number, row in zip(_row_numbers(post, table.key), values[table.key], strict=True):
                row[FEES.key] = _typed_rows(post, f"{table.key}-{number}-{FEES.key}", FEES)
    return values


def _typed_rows(post: QueryDict, path: str, table: ProcedureTable) -> list[Document]:
    return [_typed_row(post, f"{path}-{number}-", table.columns) for number in _row_numbers(post, path)]


def _typed_row(post: QueryDict, before: str, columns: Sequence[ProcedureColumn]) -> Document:
    return {
        column.key: post.getlist(before + column.key) if column.key in TICKED else post.get(before + column.key, "")
        for column in columns
    }


def _row_numbers(post: QueryDict, path: str) -> list[int]:
    """The numbers of the rows that a page has under a path, at most one more than a document may have."""
    pattern = re.compile(rf"{path}-([0-9]{{1,3}})-")
    row_numbers = {int(match[1]) for name in post if (match := pattern.match(name))}
    return sorted(row_numbers)[: MOST_ITEMS + 1]


def without_empty_rows(given: Document) -> Document:
    """The same without rows in which nobody typed anything."""
    values = dict(given)
    for table in LISTS:
        rows = [row | {FEES.key: _filled_rows(row[FEES.key])} if FEES.key in row else row for row in given[table.key]]
        values[table.key] = _filled_rows(rows)
    return values


def _filled_rows(rows: Sequence[Document]) -> list[Document]:
    return [row for row in rows if any(value for key, value in row.items() if key not in CHOSEN)]


def with_rows_changed(values: Document, act: str) -> str:
    """Add or remove the row that a button names (``add:papers``, ``remove:cases-0-fees-1``); returns the path that the
    reader goes on from, empty where the button is none of ours."""
    match = ACT.fullmatch(act)
    if match is None:
        return ""
    verb, outer, number, inner, inner_number = match.groups()
    if outer not in {table.key for table in LISTS}:
        return ""
    rows, table, at, path = values[outer], TABLES[outer], number, outer
    if inner is not None:
        row: Document = next(iter(rows[int(number) :]), {})
        if inner != FEES.key or inner not in row:
            return ""
        rows, table, at, path = row[inner], FEES, inner_number, f"{outer}-{number}-{inner}"
    if verb == "add" and len(rows) < MOST_ITEMS:
        rows.append(_empty_row(table))
        return f"{path}-{len(rows) - 1}"
    if verb == "remove" and at is not None:
        del rows[int(at) : int(at) + 1]
    return path


def _empty_row(table: ProcedureTable) -> dict[str, Any]:
    row: dict[str, Any] = dict.fromkeys((column.key for column in table.columns), "")
    if FEES.inside == table.key:
        row |= {"unit": "working_day", FEES.key: []}
    return row
