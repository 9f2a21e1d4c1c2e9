"""Filled-in forms as tables: one column a question, repeats counted, private answers left out."""

import csv
from collections.abc import Iterator
from io import BytesIO, StringIO
from typing import Any

import xlsxwriter
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tinhso.blocks.surveys.contract import Survey
from tinhso.blocks.surveys.models import FilledIn
from tinhso.blocks.surveys.queries import lookup
from tinhso.blocks.surveys.queries.xform import SurveyForm, SurveyQuestion
from tinhso.kernel import clock
from tinhso.kernel.cells import harmless_row

MOST_ROWS = 100_000


def table_columns(survey: Survey, form: SurveyForm) -> list[tuple[str, SurveyQuestion]]:
    """The columns of a table: names with slashes, as in a group; what repeats is one column with how many."""
    return list(_group_columns(form.root, "", frozenset(survey.private)))


def _group_columns(group: SurveyQuestion, before: str, private: frozenset[str]) -> Iterator[tuple[str, SurveyQuestion]]:
    for child in group.children:
        if child.name == "meta" or child.kind == "note" or child.name in private:
            continue
        if child.kind == "group":
            yield from _group_columns(child, f"{before}{child.name}/", private)
        else:
            yield f"{before}{child.name}", child


def cell_value(kept: Any, name: str) -> Any:
    """The answer under a column's name, as a table shows it."""
    for part in name.split("/"):
        kept = kept.get(part) if isinstance(kept, dict) else None
    if isinstance(kept, list):
        nested = any(isinstance(item, dict) for item in kept)
        return len(kept) if nested else " ".join(str(item) for item in kept if item is not None)
    return "" if kept is None else kept


def _table_rows(survey: Survey, rows: QuerySet[FilledIn]) -> Iterator[list[Any]]:
    version = lookup.current_version(survey.code)
    form = lookup.form_of(version) if version else None
    named = table_columns(survey, form) if form else []
    yield [_("mã"), _("đơn vị"), _("nhận lúc"), _("người gửi"), _("phiên bản"), *(name for name, _question in named)]
    for row in rows.select_related("unit", "version")[:MOST_ROWS].iterator(chunk_size=1000):
        received = clock.local(row.received_at).strftime("%Y-%m-%d %H:%M:%S")
        yield [
            row.ref,
            row.unit.name,
            received,
            row.by_name,
            row.version.version,
            *(cell_value(row.values, name) for name, _question in named),
        ]


def as_csv(survey: Survey, rows: QuerySet[FilledIn]) -> bytes:
    """The table as CSV in UTF-8 that Excel recognises."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerows(map(harmless_row, _table_rows(survey, rows)))
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def as_xlsx(survey: Survey, rows: QuerySet[FilledIn]) -> bytes:
    """The table as a workbook, texts as texts."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet(survey.code[:31])
    for place, row in enumerate(_table_rows(survey, rows)):
        sheet.write_row(place, 0, row)
    book.close()
    return out.getvalue()


def expected_files(row: FilledIn) -> list[str]:
    """The names of the files that a kept form speaks of."""
    return list(_expected_group_files(lookup.form_of(row.version).root, row.values))


def _expected_group_files(group: SurveyQuestion, kept: Any, only: frozenset[str] = frozenset()) -> Iterator[str]:
    for child in group.children:
        answer = kept.get(child.name) if isinstance(kept, dict) else None
        if answer is None:
            continue
        if child.kind == "file":
            if not only or child.name in only:
                yield str(answer)
        elif child.kind == "group":
            yield from _expected_group_files(child, answer, only)
        elif child.kind == "repeat":
            for row_answers in answer:
                yield from _expected_group_files(child, row_answers, only)


def private_files(row: FilledIn, private: frozenset[str]) -> set[str]:
    """The names of files that answer private questions."""
    return set(_expected_group_files(lookup.form_of(row.version).root, row.values, private)) if private else set()
