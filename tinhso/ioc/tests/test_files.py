import csv
import io
from dataclasses import replace
from decimal import Decimal

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from tinhso.blocks.audit.models import Entry
from tinhso.blocks.indicators.tests import makers as facts
from tinhso.blocks.indicators.tests.conftest import refresh
from tinhso.ioc.tests.makers import dossiers, published

pytestmark = pytest.mark.usefixtures("centre")


def rows_of(client: Client, address: str) -> list[dict[str, str]]:
    """A CSV file as its reader's program sees it."""
    return list(csv.DictReader(io.StringIO(client.get(address).content.decode("utf-8-sig"))))


def test_a_csv_file_carries_the_value_its_parts_its_status_and_its_source(reader: Client) -> None:
    published(*dossiers("2024-07", "x"), *dossiers("2024-08", "x", "y"))

    july, august = rows_of(reader, "/indicators/D-2.csv?unit=p")

    assert (july["Kỳ"], july["Đã báo cáo"], july["Phải báo cáo"]) == ("2024-07", "1", "2")
    assert (august["Giá trị"], august["Tử số"], august["Mẫu số"]) == ("86.67", "26", "30")
    assert (august["Tình trạng"], august["Nguồn"], august["Đơn vị"]) == ("Chính thức", "s", "Đơn vị p")
    assert august["Đúng đến"].startswith("2024-01-01T")
    assert august["Dữ liệu minh họa"] == "có"


def test_a_csv_file_says_why_a_value_is_missing(reader: Client) -> None:
    published(*dossiers("2024-01", "a1", "a2", "b1", "b2"), *dossiers("2024-08", "x", "y"))

    january = rows_of(reader, "/indicators/D-1.csv?unit=x&basis=current")[0]

    assert january["Giá trị"] == ""
    assert january["Ghi chú"] == "không tính được: chưa có tỷ lệ chia có nguồn của Đơn vị b1"


def test_units_side_by_side_are_a_file_too(reader: Client) -> None:
    published(*dossiers("2024-08", "x"), ("y", "2024-08", "desk", 10, 1, 0, "0"))

    rows = rows_of(reader, "/indicators/D-2.csv?unit=p&rows=units")

    assert [(row["Mã đơn vị"], row["Giá trị"]) for row in rows] == [("x", "86.67"), ("y", "10.00")]


def test_no_cell_can_be_taken_for_a_formula(reader: Client) -> None:
    facts.dossiers(dossiers("2024-08", "x", "y"))
    facts.a_catalogue([replace(facts.FINISHED, name="=cmd()")])
    refresh()

    assert rows_of(reader, "/indicators/D-1.csv")[0]["Chỉ tiêu"] == "'=cmd()"
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(reader.get("/indicators/D-1.xlsx").content))
    assert workbook.get_sheet_by_name("Theo thời gian").to_python()[1][1] == "=cmd()"


def test_a_workbook_has_the_series_the_units_and_the_definition(reader: Client) -> None:
    published(*dossiers("2024-07", "x"), *dossiers("2024-08", "x", "y"))

    workbook = CalamineWorkbook.from_filelike(io.BytesIO(reader.get("/indicators/D-2.xlsx").content))

    assert workbook.sheet_names == ["Theo thời gian", "Theo đơn vị", "Định nghĩa"]
    heading, *rows = workbook.get_sheet_by_name("Theo thời gian").to_python()
    assert [Decimal(str(row[heading.index("Giá trị")])) for row in rows] == [Decimal("86.67"), Decimal("86.67")]
    assert len(workbook.get_sheet_by_name("Theo đơn vị").to_python()) == 3
    assert ["Phương pháp tính", "m"] in workbook.get_sheet_by_name("Định nghĩa").to_python()


def test_who_took_a_file_is_written_down(reader: Client) -> None:
    published(*dossiers("2024-08", "x", "y"))

    reader.get("/indicators/D-2.csv?unit=x")

    entry = Entry.objects.get(did="exported")
    assert (entry.subject, entry.actor_name) == ("D-2", "Cô Khoa")
    assert entry.after == {"form": "csv", "unit": "x", "basis": "published", "period": "2024-08", "member": ""}
