"""Problems as tables: files to keep, and the months around one finding."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import xlsxwriter
from django.utils.translation import gettext as _

from tinhso.blocks.indicators.contract import Record, RecordQuery
from tinhso.ioc.queries.quality.problems import QualityDesk, QualityProblem
from tinhso.kernel import periods
from tinhso.kernel.cells import harmless_row
from tinhso.ui.wording import datetime_text, name_in_language

MOST_ROWS, AROUND, MOST_RECORDS = 5000, 6, 60
Row = tuple[str, ...]


def problem_headings() -> Row:
    """The columns of a file of problems."""
    return (
        _("Loại"),
        _("Mức"),
        _("Biểu mẫu"),
        _("Đơn vị"),
        _("Kỳ"),
        _("Nội dung"),
        _("Vì sao"),
        _("Đơn vị chịu trách nhiệm"),
        _("Đã nhắc lúc"),
        _("Liên kết"),
    )


def problem_rows(quality_problems: Iterable[QualityProblem]) -> list[Row]:
    """Problems as lines of a file."""
    kinds = {"missing": _("Chưa gửi"), "late": _("Gửi trễ")}
    return [
        (
            kinds.get(quality_problem.kind, quality_problem.kind_name),
            quality_problem.severity,
            quality_problem.data_set,
            name_in_language(quality_problem.unit) if quality_problem.unit else "",
            quality_problem.period,
            quality_problem.title,
            quality_problem.why,
            name_in_language(quality_problem.owner) if quality_problem.owner else "",
            datetime_text(quality_problem.reminded.at) if quality_problem.reminded else "",
            quality_problem.href,
        )
        for quality_problem in quality_problems
    ]


def as_csv(lines: Sequence[Row]) -> bytes:
    """UTF-8 with a byte order mark; no cell can be taken for a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(problem_headings())
    writer.writerows(map(harmless_row, lines))
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(lines: Sequence[Row]) -> bytes:
    """A workbook of one sheet."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    bold = book.add_format({"bold": True, "bottom": 1})
    sheet = book.add_worksheet(_("Chất lượng số liệu"))
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, 9, 22)
    for number, row in enumerate([problem_headings(), *lines]):
        for column, cell in enumerate(row):
            sheet.write_string(number, column, cell, None if number else bold)
    book.close()
    return out.getvalue()


@dataclass(frozen=True)
class RecordsAround:
    """The records of a unit in the months around a finding, newest first; ``doubted`` is the month in question."""

    records: tuple[Record, ...]
    doubted: str


def records_around(desk: QualityDesk, problem: QualityProblem) -> RecordsAround | None:
    """What was published about the unit in the half year around a finding; None where no fact stands behind it."""
    fact = desk.at.catalogue.facts.get(problem.data_set)
    quality_finding = problem.finding
    if fact is None or fact.records is None or quality_finding is None or problem.unit is None:
        return None
    middle = periods.parse(quality_finding.month)
    span = range(-AROUND * fact.every, AROUND * fact.every + 1)
    months = tuple(sorted({middle.shift(step).code for step in span}))
    members = tuple(tuple(part.split("=", 1)) for part in quality_finding.member.split(";") if "=" in part)
    record_query = RecordQuery((problem.unit.ref,), months, members, limit=MOST_RECORDS)  # type: ignore[arg-type]
    return RecordsAround(tuple(fact.records(record_query)), quality_finding.month)
