"""Lists as files: tasks, directives, targets."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO, StringIO

import xlsxwriter
from django.utils.translation import gettext as _

from tinhso.government.programme.models import Directive, Task, Work
from tinhso.government.programme.queries import listing
from tinhso.government.programme.queries.goals import GoalStanding
from tinhso.kernel import clock
from tinhso.kernel.cells import harmless_row
from tinhso.ui.wording import number_text, period_text

LONG_AGO, MOST = datetime(2000, 1, 1), 20_000


@dataclass(frozen=True)
class ExportSheet:
    """A table: its name, its heads, its rows, all of them text."""

    name: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def task_sheet(tasks: Iterable[Task], today: date) -> ExportSheet:
    """Tasks as rows."""
    head = (
        _("Mã"),
        _("Việc"),
        _("Chương trình"),
        _("Trụ cột"),
        _("Đơn vị"),
        _("Người phụ trách"),
        _("Giao ngày"),
        _("Hạn"),
        _("Tiến độ (%)"),
        _("Trạng thái"),
        _("So với hạn"),
    )
    rows = tuple(
        (
            task.ref,
            task.title,
            task.plan.number if task.plan else "",
            task.get_pillar_display(),
            task.unit.name,
            task.owner_name,
            _moment_text(task.given_at),
            _day_text(task.due_on),
            str(task.percent),
            task.get_state_display(),
            _standing_text(task, today),
        )
        for task in tasks
    )
    return ExportSheet(_("Nhiệm vụ"), head, rows)


def directive_sheet(directives: Iterable[Directive], today: date) -> ExportSheet:
    """Directives as rows."""
    head = (
        _("Mã"),
        _("Việc"),
        _("Về việc"),
        _("Đơn vị"),
        _("Người phụ trách"),
        _("Người giao"),
        _("Giao ngày"),
        _("Hạn"),
        _("Trả lời ngày"),
        _("Trạng thái"),
        _("So với hạn"),
    )
    rows = tuple(
        (
            directive.ref,
            directive.title,
            directive.about_label,
            directive.unit.name,
            directive.owner_name,
            directive.giver_name,
            _moment_text(directive.given_at),
            _day_text(directive.due_on),
            _moment_text(directive.answered_at),
            directive.get_state_display(),
            _standing_text(directive, today),
        )
        for directive in directives
    )
    return ExportSheet(_("Chỉ đạo"), head, rows)


def target_sheet(found: Iterable[GoalStanding]) -> ExportSheet:
    """Targets as rows, each with the reading that it was judged by."""
    head = (
        _("Mã"),
        _("Chương trình"),
        _("Điều, mục"),
        _("Mục tiêu"),
        _("Trụ cột"),
        _("Năm"),
        _("Đơn vị"),
        _("Chỉ tiêu"),
        _("Phải đạt"),
        _("Hiện đạt"),
        _("Kỳ"),
        _("Số đếm"),
        _("Trên tổng"),
        _("Kết quả"),
        _("Vì sao"),
    )
    return ExportSheet(_("Mục tiêu"), head, tuple(_target_row(standing) for standing in found))


def _target_row(goal_standing: GoalStanding) -> tuple[str, ...]:
    goal, reading = goal_standing.goal, goal_standing.reading
    count = number_text(reading.count) if reading and reading.count is not None else ""
    out_of = number_text(reading.out_of) if reading and reading.out_of is not None else ""
    value = number_text(reading.value, reading.indicator.decimals) if reading else ""
    if goal_standing.indicator is None:
        count, out_of = str(goal_standing.accepted), str(goal_standing.tasks)
    return (
        goal.ref,
        goal.plan.number,
        goal.article,
        goal.title,
        goal.get_pillar_display(),
        str(goal.year),
        goal.unit.name if goal.unit else _("toàn tỉnh"),
        goal.indicator,
        goal_standing.aim,
        value,
        period_text(reading.period) if reading else "",
        count,
        out_of,
        goal_standing.word,
        goal_standing.why,
    )


def _standing_text(work: Work, today: date) -> str:
    work_standing = listing.work_standing(work, today)
    return work_standing.words if work_standing else ""


def _day_text(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _moment_text(moment: datetime | None) -> str:
    return _day_text(clock.local(moment).date()) if moment else ""


def as_table(sheet: ExportSheet) -> bytes:
    """A CSV file that a spreadsheet opens in Vietnamese; no cell of it can be taken for a formula."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(sheet.head)
    writer.writerows(harmless_row(row) for row in sheet.rows)
    return out.getvalue().encode("utf-8-sig")


def as_workbook(sheet: ExportSheet) -> bytes:
    """A workbook whose cells are text, the same bytes for the same rows."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": LONG_AGO})
    bold, text = book.add_format({"bold": True, "text_wrap": True}), book.add_format({"num_format": "@"})
    page = book.add_worksheet(sheet.name[:31])
    page.freeze_panes(1, 1)
    page.set_column(0, len(sheet.head) - 1, 20, text)
    for at, heading in enumerate(sheet.head):
        page.write_string(0, at, heading, bold)
    for number, row in enumerate(sheet.rows, start=1):
        for at, cell in enumerate(row):
            page.write_string(number, at, cell, text)
    book.close()
    return out.getvalue()
