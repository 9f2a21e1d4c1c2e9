"""Files that units bring back: each mistake has a name, and nothing is stored before the sender agrees."""

import zipfile
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest

from tinhso.blocks.units.models import Unit
from tinhso.government.reporting import services
from tinhso.government.reporting.models import Return, Row, Upload
from tinhso.government.reporting.queries import returns as queries
from tinhso.government.reporting.queries import templates, uploads
from tinhso.government.reporting.services.uploads import UploadOutcome
from tinhso.government.reporting.tests import makers as a
from tinhso.kernel.apart.books import MAX_UNPACKED
from tinhso.kernel.errors import Forbidden, Refused

pytestmark = pytest.mark.django_db
LARGEST = 5 * 1024 * 1024
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600


@pytest.fixture
def units() -> dict[str, Unit]:
    return a.a_province()


@pytest.fixture
def one(units: dict[str, Unit]) -> Return:
    return a.a_return(a.a_data_set(), units["VP"])


def hold(one: Return, content: bytes, name: str = "tep.xlsx") -> UploadOutcome:
    clerk = a.a_person("A", one.unit)
    return services.hold_upload(ref=one.ref, file_name=name, content=content, by=clerk, now=a.NOW)


def refused(one: Return, content: bytes, name: str = "tep.xlsx") -> Refused:
    with pytest.raises(Refused) as refusal:
        hold(one, content, name)
    assert not Upload.objects.exists()
    return refusal.value


def test_a_filled_in_template_is_shown_first_and_stored_when_confirmed(one: Return) -> None:
    held = hold(one, a.as_bytes(a.a_workbook(one)))
    stored_before = Row.objects.count()
    assert held.upload is not None

    services.confirm_upload(ref=held.upload.ref, by=a.a_person("A", one.unit), now=a.NOW)

    assert held.reading.problems == []
    assert stored_before == 0
    values = a.sheet_of(one).values
    assert len(values) == 4
    assert {tuple(sorted(row.items())) for row in values.values()} == {
        (("gio", "2.5"), ("nhan", "100"), ("xong", "90"))
    }


def test_the_template_brings_back_what_was_saved_before(one: Return) -> None:
    clerk = a.a_person("A", one.unit)
    services.save_draft(ref=one.ref, entries=a.entries(one, nhan="1482176", gio="84.5"), by=clerk, now=a.NOW)

    page = openpyxl.load_workbook(BytesIO(templates.template_workbook(a.sheet_of(one))))[templates.SHEET]

    line = templates.HEADER_ROW + 2
    assert [page.cell(line, column).value for column in range(1, 7)] == [
        "X2",
        "Xã Hai",
        "Tại quầy",
        1482176,
        None,
        84.5,
    ]
    assert page.cell(line, 1).protection.locked
    assert not page.cell(line, 4).protection.locked


@pytest.mark.parametrize(
    ("cells", "code", "cell"),
    [
        ({"D6": "=1+1"}, "formula", "D6"),
        ({"D6": "một trăm"}, "not_a_number", "D6"),
        ({"D6": 12.5}, "not_whole", "D6"),
        ({"F6": "1.234"}, "ambiguous", "F6"),
        ({"A6": "KX"}, "foreign_unit", "A6"),
        ({"A6": "ZZZ"}, "unknown_unit", "A6"),
        ({"A6": ""}, "no_unit", "A6"),
        ({"C6": "Qua bưu điện"}, "unknown_member", "C6"),
        ({"C7": "Tại quầy"}, "duplicate_row", "A7"),
        ({"D5": "Cột lạ"}, "unknown_column", "D5"),
        ({"E5": "Tiếp nhận"}, "duplicate_column", "E5"),
    ],
)
def test_a_mistake_in_a_cell_is_named_with_its_address_and_stores_nothing(
    one: Return, cells: dict[str, str | float], code: str, cell: str
) -> None:
    held = hold(one, a.as_bytes(a.a_workbook(one, cells)))

    assert (code, cell) in {(problem.code, problem.cell) for problem in held.reading.problems}
    assert all(problem.message for problem in held.reading.problems)
    assert held.upload is None
    assert not Upload.objects.exists()
    assert not Row.objects.exists()


def test_merged_cells_are_named(one: Return) -> None:
    book = a.a_workbook(one)
    book[templates.SHEET].merge_cells("D6:D7")

    held = hold(one, a.as_bytes(book))

    assert ("merged_cell", "D6:D7") in {(problem.code, problem.cell) for problem in held.reading.problems}
    assert held.upload is None


def test_a_missing_column_is_named(one: Return) -> None:
    book = a.a_workbook(one)
    book[templates.SHEET].delete_cols(5)

    held = hold(one, a.as_bytes(book))

    assert [(problem.code, problem.column) for problem in held.reading.problems] == [("missing_column", "xong")]


def test_both_number_styles_are_read_and_an_assumption_is_noted(one: Return) -> None:
    held = hold(
        one, a.as_bytes(a.a_workbook(one, {"D6": "1.482.176", "D7": "1,482,176", "F6": "84,59", "D8": "1.234"}))
    )

    values = sorted(row["nhan"] for row in held.reading.values.values())
    notes = {(problem.code, problem.cell) for problem in held.reading.problems}
    assert values == ["100", "1234", "1482176", "1482176"]
    assert notes == {("english_style", "D7"), ("assumed_thousands", "D8")}
    assert held.upload is not None


def test_a_broken_rule_is_shown_at_its_cell_and_may_be_kept_as_a_draft(one: Return) -> None:
    held = hold(one, a.as_bytes(a.a_workbook(one, {"E6": 101})))

    assert [(problem.code, problem.cell) for problem in held.reading.problems] == [("part_le_whole", "E6")]
    assert held.upload is not None


def test_a_row_that_was_left_out_is_named(one: Return) -> None:
    book = a.a_workbook(one)
    book[templates.SHEET].delete_rows(9)

    held = hold(one, a.as_bytes(book))

    assert {(problem.code, problem.unit_name, problem.column) for problem in held.reading.problems} == {
        ("required", "Xã Một", "nhan"),
        ("required", "Xã Một", "xong"),
    }


def renamed(book: openpyxl.Workbook) -> None:
    book[templates.SHEET].title = "Sheet1"


def without_marks(book: openpyxl.Workbook) -> None:
    del book[templates.MARKS]


def without_heading(book: openpyxl.Workbook) -> None:
    book[templates.SHEET].delete_rows(5)


def far_cell(book: openpyxl.Workbook) -> None:
    book[templates.SHEET]["XFD1048576"] = 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (renamed, "renamed_sheet"),
        (without_marks, "not_template"),
        (without_heading, "no_heading"),
        (far_cell, "too_far"),
    ],
)
def test_a_template_that_was_rebuilt_is_refused(
    one: Return, change: Callable[[openpyxl.Workbook], None], code: str
) -> None:
    book = a.a_workbook(one)
    change(book)

    assert refused(one, a.as_bytes(book)).code == code


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "tep.xlsx", "empty_file"),
        (b"%PDF-1.7 khong phai bang tinh", "tep.xlsx", "not_workbook"),
        (OLE, "tep.xls", "old_xls"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "tep.xlsx", "password"),
        (b"x" * (LARGEST + 1), "tep.xlsx", "too_big"),
        ("đơn vị".encode("utf-16"), "tep.csv", "not_utf8"),
        (b'unit,kenh\n"X1,quay', "tep.csv", "broken_csv"),
        (b"a\x00b", "tep.csv", "not_text"),
    ],
)
def test_what_is_not_a_workbook_is_told_what_it_is(one: Return, content: bytes, name: str, code: str) -> None:
    refusal = refused(one, content, name)

    assert refusal.code == code
    assert refusal.message


def zipped(parts: dict[str, bytes]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in parts.items():
            packed.writestr(name, data)
    return out.getvalue()


def test_an_archive_that_would_unpack_to_gigabytes_is_not_unpacked(one: Return) -> None:
    bomb = zipped({"xl/workbook.xml": b"<x/>", "xl/worksheets/sheet1.xml": b" " * (MAX_UNPACKED + 1)})
    entities = zipped({"xl/workbook.xml": b'<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'})
    document = zipped({"word/document.xml": b"<x/>"})

    assert len(bomb) < LARGEST
    assert refused(one, bomb).code == "unsafe_file"
    assert refused(one, entities).code == "unsafe_file"
    assert refused(one, document).code == "not_workbook"


def test_a_template_of_another_unit_period_or_version_is_refused(units: dict[str, Unit]) -> None:
    form = a.a_data_set(a.POPULATION)
    mine, other = a.a_return(form, units["X1"], "2024-Q3"), a.a_return(form, units["X2"], "2024-Q3")
    later = a.a_return(form, units["X1"], "2024-Q4")
    dossiers = a.a_return(a.a_data_set(), units["VP"])

    assert refused(mine, templates.template_workbook(a.sheet_of(other))).code == "other_unit"
    assert refused(mine, templates.template_workbook(a.sheet_of(later))).code == "other_period"
    assert refused(mine, templates.template_workbook(a.sheet_of(dossiers))).code == "other_data_set"
    marks = {"data_set": "DS", "unit": "X1", "period": "2024-Q3", "version": "2023-01-01"}
    with pytest.raises(Refused, match="old_template"):
        uploads.check_marks(marks, queries.by_ref(mine.ref))


def test_a_closed_period_takes_no_file(one: Return) -> None:
    file = a.as_bytes(a.a_workbook(one))
    a.a_published(one, a.a_person("A", one.unit), a.a_person("B", one.unit), nhan="5", xong="5")

    assert refused(one, file).code == "closed_period"


def test_only_its_sender_may_confirm_a_file_once_and_in_time(one: Return) -> None:
    clerk, other = a.a_person("A", one.unit), a.a_person("B", one.unit)
    held = hold(one, a.as_bytes(a.a_workbook(one)))
    assert held.upload is not None
    ref = held.upload.ref

    with pytest.raises(Refused, match="upload_expired"):
        services.confirm_upload(ref=ref, by=other, now=a.NOW)
    with pytest.raises(Refused, match="upload_expired"):
        services.confirm_upload(ref=ref, by=clerk, now=a.NOW + timedelta(hours=3))
    services.confirm_upload(ref=ref, by=clerk, now=a.NOW)
    with pytest.raises(Refused, match="upload_expired"):
        services.confirm_upload(ref=ref, by=clerk, now=a.NOW)


def test_a_stranger_s_file_is_not_even_read(one: Return, units: dict[str, Unit]) -> None:
    with pytest.raises(Forbidden):
        services.hold_upload(ref=one.ref, file_name="x.xlsx", content=b"x", by=a.a_person("C", units["X1"]), now=a.NOW)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_is_read_with_any_usual_delimiter(one: Return, delimiter: str) -> None:
    lines = [["unit", "kenh", "nhan", "xong", "gio"]]
    lines += [[unit, member, "1.482.176", "90", ""] for unit in ("X1", "X2") for member in ("quay", "mang")]
    content = "\ufeff" + "\r\n".join(delimiter.join(line) for line in lines)

    held = hold(one, content.encode(), "tep.csv")

    assert held.reading.problems == []
    assert {row["nhan"] for row in held.reading.values.values()} == {"1482176"}


def test_the_csv_template_can_be_sent_back_as_it_is(one: Return) -> None:
    clerk = a.a_person("A", one.unit)
    services.save_draft(ref=one.ref, entries=a.entries(one, nhan="12", xong="3", gio="1.234"), by=clerk, now=a.NOW)
    sheet = a.sheet_of(one)

    held = hold(one, templates.csv_template(sheet).encode(), "tep.csv")

    assert held.reading.problems == []
    assert held.reading.values == sheet.values
