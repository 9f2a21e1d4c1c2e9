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
from tinhso.blocks.cases.queries.printing.building import MARK_OF_DEMO, on_its_side, shown
from tinhso.blocks.cases.queries.printing.wording import REGISTER, letterhead, measures, wording
from tinhso.blocks.documents.contract import Column, Document, Note, Signature, Table
from tinhso.blocks.documents.queries import as_pdf
from tinhso.blocks.units import queries as units
from tinhso.blocks.units.models import Unit
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.kernel.working_calendar import at
from tinhso.ui.wording import date_text, datetime_text

MOST_ON_PAPER, MOST_IN_A_BOOK = 1_000, 50_000
COLUMNS = (  # shares of the width, which are set in twentieths: together 100
    Column("Số", wide=5),
    Column("Mã hồ sơ", wide=15),
    Column("Người nộp", wide=15),
    Column("Thủ tục", wide=15),
    Column("Tiếp nhận", wide=10),
    Column("Hẹn trả", wide=10),
    Column("Xử lý xong", wide=10),
    Column("Trả kết quả", wide=10),
    Column("Ghi chú", wide=10),
)


@dataclass(frozen=True)
class Asked:
    """A register: of which unit, from and to which day, both included."""

    unit: Unit
    first: date
    last: date


def asked_for(unit: str, first: str, last: str) -> Asked:
    """The register that an address names; refuses what is not there."""
    try:
        days = date.fromisoformat(first), date.fromisoformat(last)
    except ValueError as error:
        raise Refused("bad_days", _("Hãy ghi ngày đầu và ngày cuối.")) from error
    if days[0] > days[1]:
        raise Refused("bad_days", _("Ngày cuối phải sau ngày đầu."))
    return Asked(units.by_ref(unit), *days)


def in_register(asked: Asked) -> QuerySet[Case]:
    """What was handed in at the unit in those days, the oldest first."""
    begins, ends = at(asked.first, time.min), at(asked.last + timedelta(days=1), time.min)
    found = Case.objects.filter(receiving_unit=asked.unit, submitted_at__gte=begins, submitted_at__lt=ends)
    return found.select_related("party").order_by("submitted_at", "pk")


def register_pdf(asked: Asked, *, by: Actor, now: datetime) -> bytes:
    """The register on paper lying on its side; refuses a period too long to be set."""
    cases = _not_more(in_register(asked), MOST_ON_PAPER)
    with translation.override("vi"):
        words = wording(REGISTER)
        rows = tuple(tuple(shown(cell) for cell in _row(number, case)) for number, case in enumerate(cases, 1))
        demo = any(case.origin == Case.Origin.DEMO for case in cases)
        made = Document(
            identity=f"register:{asked.unit.ref}:{asked.first}:{asked.last}:{now.isoformat()}",
            kind=words.title,
            subject=f"Từ ngày {date_text(asked.first)} đến ngày {date_text(asked.last)}",
            letterhead=letterhead(asked.unit),
            notation="",
            blocks=(
                Table(f"{len(rows)} hồ sơ, theo lúc nộp", COLUMNS, rows),
                Note(f"Lập lúc {datetime_text(now)}."),
            ),
            signature=Signature(words.signs, shown(by.name)),
            day=clock.local(now).date().isoformat(),
            made_at=now.strftime("%Y-%m-%dT%H:%M:%SZ"),
            mark=" · ".join([*([MARK_OF_DEMO] if demo else []), f"Mẫu số {REGISTER:02d}"]),
            layout=on_its_side(measures()),
            reference=f"Nơi tiếp nhận: {asked.unit.name}",
        )
    return as_pdf(made)


def _not_more(found: QuerySet[Case], most: int) -> list[Case]:
    cases = list(found[: most + 1])
    if len(cases) > most:
        raise Refused("too_many", _("Sổ có hơn %(most)s hồ sơ. Hãy chọn khoảng ngày ngắn hơn."), most=most)
    return cases


def _row(number: int, case: Case) -> tuple[str, ...]:
    moments = (case.received_at, case.due_at, case.finished_at, case.returned_at)
    told = (datetime_text(moment) if moment else "" for moment in moments)
    return (str(number), case.code, case.party.name, case.name, *told, _note(case))


def _note(case: Case) -> str:
    if case.status == Case.Status.RETURNED:
        return ""
    return case.get_status_display() + (f": {case.closed_why}" if case.closed_why else "")


def as_xlsx(asked: Asked) -> bytes:
    """The register as a workbook: text is only text, whatever somebody called themselves; moments can be sorted."""
    cases = _not_more(in_register(asked), MOST_IN_A_BOOK)
    out = BytesIO()
    with translation.override("vi"):
        book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
        sheet = book.add_worksheet("Sổ theo dõi")
        head, moment = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
        for column, one in enumerate(COLUMNS):
            sheet.write_string(0, column, one.title, head)
            sheet.set_column(column, column, one.wide * 1.5)
        sheet.freeze_panes(1, 2)
        for number, case in enumerate(cases, 1):
            sheet.write_number(number, 0, number)
            _write(sheet, number, 1, (case.code, case.party.name, case.name))
            moments = (case.received_at, case.due_at, case.finished_at, case.returned_at)
            for column, told in enumerate(moments, 4):
                if told is not None:
                    sheet.write_datetime(number, column, clock.local(told).replace(tzinfo=None), moment)
            _write(sheet, number, 8, (_note(case),))
        book.close()
    return out.getvalue()


def _write(sheet: xlsxwriter.worksheet.Worksheet, row: int, column: int, texts: Iterable[str]) -> None:
    for more, text in enumerate(texts):
        if text:
            sheet.write_string(row, column + more, text)
