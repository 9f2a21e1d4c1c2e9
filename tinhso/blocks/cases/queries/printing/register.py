"""Form 07: what a place took in during a period, as a list, as PDF and as a workbook."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from io import BytesIO

import xlsxwriter
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from tinhso.blocks.cases.models import Case
from tinhso.blocks.cases.queries.printing.building import MARK_OF_DEMO, on_its_side, text_in_typeface
from tinhso.blocks.cases.queries.printing.wording import REGISTER, letterhead, page_layout, wording_of_form
from tinhso.blocks.documents.contract import Document, DocumentTable, RemarkBlock, SignatureBlock, TableColumn
from tinhso.blocks.documents.queries import as_pdf
from tinhso.blocks.units import queries as units
from tinhso.blocks.units.models import Unit
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.kernel.working_calendar import moment_at
from tinhso.ui.wording import date_text, datetime_text

MOST_ON_PAPER, MOST_IN_A_BOOK = 1_000, 50_000
COLUMNS = (  # shares of the width, which are set in twentieths: together 100
    TableColumn("Số", wide=5),
    TableColumn("Mã hồ sơ", wide=15),
    TableColumn("Người nộp", wide=15),
    TableColumn("Thủ tục", wide=15),
    TableColumn("Tiếp nhận", wide=10),
    TableColumn("Hẹn trả", wide=10),
    TableColumn("Xử lý xong", wide=10),
    TableColumn("Trả kết quả", wide=10),
    TableColumn("Ghi chú", wide=10),
)


@dataclass(frozen=True)
class CaseRegisterQuery:
    """A register: of which unit, from and to which day, both included."""

    unit: Unit
    first: date
    last: date


def asked_for(unit: str, first: str, last: str) -> CaseRegisterQuery:
    """The register that an address names; refuses what is not there."""
    try:
        days = date.fromisoformat(first), date.fromisoformat(last)
    except ValueError as error:
        raise Refused("bad_days", _("Hãy ghi ngày đầu và ngày cuối.")) from error
    if days[0] > days[1]:
        raise Refused("bad_days", _("Ngày cuối phải sau ngày đầu."))
    return CaseRegisterQuery(units.by_ref(unit), *days)


def in_register(case_register_query: CaseRegisterQuery) -> QuerySet[Case]:
    """What was handed in at the unit in those days, the oldest first."""
    begins, ends = (
        moment_at(case_register_query.first, time.min),
        moment_at(case_register_query.last + timedelta(days=1), time.min),
    )
    cases = Case.objects.filter(
        receiving_unit=case_register_query.unit, submitted_at__gte=begins, submitted_at__lt=ends
    )
    return cases.select_related("party").order_by("submitted_at", "pk")


def register_pdf(case_register_query: CaseRegisterQuery, *, by: Actor, now: datetime) -> bytes:
    """The register on paper lying on its side; refuses a period too long to be set."""
    cases = _not_more(in_register(case_register_query), MOST_ON_PAPER)
    with translation.override("vi"):
        words = wording_of_form(REGISTER)
        rows = tuple(
            tuple(text_in_typeface(cell) for cell in _register_row(number, case))
            for number, case in enumerate(cases, 1)
        )
        demo = any(case.origin == Case.Origin.DEMO for case in cases)
        document = Document(
            identity=f"register:{case_register_query.unit.ref}:{case_register_query.first}:{case_register_query.last}:{now.isoformat()}",
            kind=words.title,
            subject=f"Từ ngày {date_text(case_register_query.first)} đến ngày {date_text(case_register_query.last)}",
            letterhead=letterhead(case_register_query.unit),
            notation="",
            blocks=(
                DocumentTable(f"{len(rows)} hồ sơ, theo lúc nộp", COLUMNS, rows),
                RemarkBlock(f"Lập lúc {datetime_text(now)}."),
            ),
            signature=SignatureBlock(words.signs, text_in_typeface(by.name)),
            day=clock.local(now).date().isoformat(),
            made_at=now.strftime("%Y-%m-%dT%H:%M:%SZ"),
            mark=" · ".join([*([MARK_OF_DEMO] if demo else []), f"Mẫu số {REGISTER:02d}"]),
            layout=on_its_side(page_layout()),
            reference=f"Nơi tiếp nhận: {case_register_query.unit.name}",
        )
    return as_pdf(document)


def _not_more(found: QuerySet[Case], most: int) -> list[Case]:
    cases = list(found[: most + 1])
    if len(cases) > most:
        raise Refused("too_many", _("Sổ có hơn %(most)s hồ sơ. Hãy chọn khoảng ngày ngắn hơn."), most=most)
    return cases


def _register_row(number: int, case: Case) -> tuple[str, ...]:
    moments = (case.received_at, case.due_at, case.finished_at, case.returned_at)
    moment_texts = (datetime_text(moment) if moment else "" for moment in moments)
    return (str(number), case.code, case.party.name, case.name, *moment_texts, _status_note(case))


def _status_note(case: Case) -> str:
    if case.status == Case.Status.RETURNED:
        return ""
    return case.get_status_display() + (f": {case.closed_why}" if case.closed_why else "")


def as_xlsx(case_register_query: CaseRegisterQuery) -> bytes:
    """The register as a workbook: text is only text, whatever somebody called themselves; moments can be sorted."""
    cases = _not_more(in_register(case_register_query), MOST_IN_A_BOOK)
    out = BytesIO()
    with translation.override("vi"):
        book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
        sheet = book.add_worksheet("Sổ theo dõi")
        head, moment = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
        for column, table_column in enumerate(COLUMNS):
            sheet.write_string(0, column, table_column.title, head)
            sheet.set_column(column, column, table_column.wide * 1.5)
        sheet.freeze_panes(1, 2)
        for number, case in enumerate(cases, 1):
            sheet.write_number(number, 0, number)
            _write_cells(sheet, number, 1, (case.code, case.party.name, case.name))
            moments = (case.received_at, case.due_at, case.finished_at, case.returned_at)
            for column, cell_moment in enumerate(moments, 4):
                if cell_moment is not None:
                    sheet.write_datetime(number, column, clock.local(cell_moment).replace(tzinfo=None), moment)
            _write_cells(sheet, number, 8, (_status_note(case),))
        book.close()
    return out.getvalue()


def _write_cells(sheet: xlsxwriter.worksheet.Worksheet, row: int, column: int, texts: Iterable[str]) -> None:
    for more, text in enumerate(texts):
        if text:
            sheet.write_string(row, column + more, text)
