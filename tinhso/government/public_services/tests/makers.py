"""Procedures that read aloud: a document as a file would hold it, and the catalogue that grows from it."""

from copy import deepcopy
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import openpyxl

from tinhso.government.public_services import services
from tinhso.government.public_services.models import LifeEvent, Version
from tinhso.government.public_services.queries import documents, editing, exports
from tinhso.government.public_services.queries.documents import Document
from tinhso.government.public_services.services import Done
from tinhso.kernel.actor import Actor, program_actor

MORNING = datetime(2024, 9, 2, 2, tzinfo=UTC)
LATER = datetime(2024, 11, 20, 2, tzinfo=UTC)
KEEPER = program_actor("keeper", rights=["manage procedures"])
SEPTEMBER = date(2024, 9, 30)

BIRTH: Document = {
    "code": "HT-01",
    "effective_from": "2024-09-01",
    "local_code": True,
    "name": "Đăng ký khai sinh",
    "name_en": "Registration of birth",
    "field_code": "ho-tich",
    "field": "Hộ tịch",
    "field_en": "Civil status",
    "agency": "UBND-XA",
    "agency_name": "Ủy ban nhân dân cấp xã",
    "levels": ["commune"],
    "online": "full",
    "portal_since": "2024-09-01",
    "audiences": ["citizen"],
    "life_events": ["co-con"],
    "keywords": ["làm giấy khai sinh"],
    "decision_number": "1/QĐ-UBND",
    "decision_date": "2024-08-20",
    "decision_agency": "Chủ tịch Ủy ban nhân dân tỉnh",
    "cases": [
        {
            "code": "1",
            "name": "Đăng ký đúng hạn",
            "duration": "1",
            "unit": "working_day",
            "no_appointment": True,
            "fees": [
                {"name": "Lệ phí", "area": "xa", "amount": "5000"},
                {"name": "Lệ phí", "area": "phuong", "amount": "8000.50", "online_amount": "0"},
            ],
        },
        {"code": "2", "name": "Đăng ký quá hạn", "duration": "5", "unit": "working_day", "online_duration": "3"},
    ],
    "papers": [{"name": "Tờ khai", "original": 1}, {"name": "Giấy chứng sinh", "original": 1, "electronic": 1}],
    "results": [{"code": "KQ-1", "name": "Giấy khai sinh"}],
    "bases": [{"number": "60/2014/QH13", "name": "Luật Hộ tịch"}],
    "forms": [{"code": "TK-KS", "name": "Tờ khai đăng ký khai sinh"}],
    "source": "thử",
    "verified": True,
}


def a_document(**changes: Any) -> Document:
    """The birth registration with changes, as a file holds it."""
    return deepcopy(BIRTH) | changes


def life_events() -> None:
    """The life events that documents speak of."""
    for code, name in (("co-con", "Có con"), ("nha-dat", "Nhà đất")):
        LifeEvent.objects.get_or_create(code=code, defaults={"name": name, "name_en": name, "audience": "citizen"})


def put(*given: Document, now: datetime = MORNING, by: Actor = KEEPER, whole_from: date | None = None) -> Done:
    """Take documents in; they must be without fault."""
    life_events()
    read = [documents.read_document(one, documents.life_events()) for one in given]
    assert [fault for one in read for fault in one.faults] == []
    return services.put_versions(given=[one.document for one in read], by=by, now=now, whole_from=whole_from)


END: dict[str, Any] = {
    "ended_by_number": "7/QĐ-UBND",
    "ended_by_date": "2024-12-20",
    "ended_by_agency": "Chủ tịch UBND tỉnh",
}


def put_an_end(code: str, *, last_day: date) -> None:
    """A procedure that is in force up to a day and no longer, as a decision says."""
    given = {"last_day": last_day.isoformat(), **END}
    looked = services.hold_end(given=given, code=code, mark=editing.procedure_mark(code), by=KEEPER, now=LATER)
    assert looked.run is not None
    services.confirm_import(ref=looked.run.ref, by=KEEPER, now=LATER)


def the_version(ref: str) -> Version:
    """What is known now under a reference."""
    return Version.objects.get(ref=ref, known__upper_inf=True)


def a_workbook(cells: dict[tuple[str, str], str | float] | None = None) -> openpyxl.Workbook:
    """The exported catalogue, with cells (sheet and address) changed."""
    book = openpyxl.load_workbook(BytesIO(exports.as_workbook(exports.known_documents())))
    for (sheet, address), value in (cells or {}).items():
        book[sheet][address] = value
    return book


def as_bytes(book: openpyxl.Workbook) -> bytes:
    """The file that a spreadsheet program would write."""
    out = BytesIO()
    book.save(out)
    return out.getvalue()
