"""Form 07: what a place took in, on a page, on paper and as a workbook; for who may receive there."""

import shutil
import subprocess
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.conf import settings
from django.test import Client

from tinhso.blocks.audit.models import Entry as Audited
from tinhso.blocks.cases import services
from tinhso.blocks.cases.contract import Applicant
from tinhso.blocks.cases.queries import printing
from tinhso.blocks.cases.queries.printing import register
from tinhso.blocks.cases.tests import makers
from tinhso.blocks.identity.tests import makers as people
from tinhso.blocks.units.models import Unit
from tinhso.kernel.errors import Refused

pytestmark = pytest.mark.django_db
MONDAY = makers.MONDAY
NOVEMBER = "?unit=28777&from=2026-11-01&to=2026-11-30"
PDF, XLSX = "/cases/register/07.pdf", "/cases/register/07.xlsx"


@pytest.fixture
def commune() -> Unit:
    return makers.a_unit("28777", "Xã An")


def november(unit: Unit) -> printing.CaseRegisterQuery:
    """The register of a month."""
    return printing.CaseRegisterQuery(unit, date(2026, 11, 1), date(2026, 11, 30))


def receiving_at(unit: Unit) -> Client:
    """A browser of somebody who receives cases at one place."""
    client, person = Client(), people.a_person(f"nhan-{unit.ref}")
    people.a_post(person, unit, people.a_role("receive cases", code=f"nhan-{unit.ref}"))
    client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[-1])
    return client


def test_a_register_holds_what_was_handed_in_there_in_those_days_and_nothing_else(commune: Unit) -> None:
    elsewhere = makers.a_unit("28778", "Xã Bình")
    midnight = MONDAY.replace(day=30, hour=16, minute=59)  # 23:59 in Việt Nam
    first, last = makers.received(commune), makers.filed(commune, midnight)
    makers.filed(commune, midnight + timedelta(minutes=1))
    makers.received(elsewhere)

    found = printing.in_register(november(commune))

    assert [case.code for case in found] == [first.code, last.code]


def test_no_cell_of_the_workbook_can_be_taken_for_a_formula(commune: Unit) -> None:
    evil = ['=HYPERLINK("http://x")', "+1+1", "-1", "@SUM(1)", "{=1}", "http://x.example"]
    for name in evil:
        makers.received(commune, applicant=Applicant(name))

    sheet = openpyxl.load_workbook(BytesIO(printing.as_xlsx(november(commune)))).worksheets[0]

    cells = [sheet.cell(row, 3) for row in range(2, 2 + len(evil))]
    assert [cell.value for cell in cells] == evil
    assert {cell.data_type for cell in cells} == {"s"}
    assert [cell.hyperlink for cell in cells] == [None] * len(evil)


def test_moments_of_the_workbook_are_moments_on_a_vietnamese_clock(commune: Unit) -> None:
    makers.received(commune)

    sheet = openpyxl.load_workbook(BytesIO(printing.as_xlsx(november(commune)))).worksheets[0]

    received: Any = sheet.cell(2, 5).value
    assert received.isoformat(" ", "minutes") == "2026-11-23 09:00"
    assert sheet.cell(1, 5).value == "Tiếp nhận"


@pytest.mark.conformance
def test_the_register_on_paper_names_each_dossier_and_why_one_ended(commune: Unit) -> None:
    if not shutil.which("pdftotext"):
        pytest.skip("máy không có pdftotext (apt install poppler-utils)")
    receiver, case = makers.a_receiver(commune), makers.filed(commune)
    services.decline(code=case.code, step=makers.step_of(case), why="Sai nơi", by=receiver, now=MONDAY)

    pdf = printing.register_pdf(november(commune), by=receiver, now=MONDAY)

    read = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    text = " ".join(read.split())
    told = ("SỔ THEO DÕI HỒ SƠ", "Từ ngày 01/11/2026 đến ngày 30/11/2026", case.code, "Nguyễn Thị Hoa", "Sai nơi")
    assert [part for part in told if part not in text] == []
    assert "012345678901" not in text


def test_a_period_that_no_paper_holds_is_refused(commune: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    makers.received(commune)
    makers.received(commune)
    monkeypatch.setattr(register, "MOST_ON_PAPER", 1)

    with pytest.raises(Refused, match="too_many"):
        printing.register_pdf(november(commune), by=makers.a_receiver(commune), now=MONDAY)


@pytest.mark.parametrize(
    ("first", "last"), [("", "2026-11-30"), ("2026-11-31", "2026-12-01"), ("2026-12-02", "2026-12-01")]
)
def test_days_that_are_none_are_refused(commune: Unit, first: str, last: str) -> None:
    with pytest.raises(Refused, match="bad_days"):
        printing.asked_for(commune.ref, first, last)


def test_who_receives_there_gets_page_and_files_and_who_does_not_gets_nothing(commune: Unit) -> None:
    elsewhere = makers.a_unit("28778", "Xã Bình")
    case = makers.received(commune)
    inside, outside = receiving_at(commune), receiving_at(elsewhere)

    page: Any = inside.get(f"/cases/register/{NOVEMBER}")
    files: list[Any] = [inside.get(f"{address}{NOVEMBER}") for address in (PDF, XLSX)]
    strange = inside.get(f"/cases/register/07.csv{NOVEMBER}")
    refused = [outside.get(f"{address}{NOVEMBER}").status_code for address in (PDF, XLSX)]

    assert case.code in page.content.decode()
    assert [b"".join(file.streaming_content)[:2] for file in files] == [b"%P", b"PK"]
    assert strange.status_code == 404
    assert refused == [403, 403]
    assert Audited.objects.filter(did="viewed", subject=commune.ref).count() == 3
