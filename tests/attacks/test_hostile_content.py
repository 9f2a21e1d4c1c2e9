"""Content made to harm: files, bodies, names and headers."""

import zipfile
from io import BytesIO

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tinhso.blocks.identity.models import Person
from tinhso.blocks.units.models import Unit
from tinhso.government.reporting.models import Return, Row, Upload
from tinhso.government.reporting.queries import templates
from tinhso.government.reporting.tests import makers as a
from tinhso.government.reporting.tests.test_pages import an_official, logged_in

pytestmark = pytest.mark.django_db
NASTY = '"><img src=x onerror=alert(1)>.csv'


@pytest.fixture
def units() -> dict[str, Unit]:
    """A tiny province."""
    return a.a_province()


@pytest.fixture
def one(units: dict[str, Unit]) -> Return:
    """The office's return of September 2024, opened."""
    return a.a_return(a.a_data_set(), units["VP"])


@pytest.fixture
def clerk(units: dict[str, Unit]) -> Client:
    """Somebody who may fill it in."""
    return logged_in(an_official("A", units["VP"]))


def a_bomb() -> bytes:
    """A small file that would unpack to hundreds of megabytes."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        with packed.open("xl/worksheets/sheet1.xml", "w") as sheet:
            for _megabyte in range(300):
                sheet.write(b"0" * 1_000_000)
    return out.getvalue()


def an_entity(one: Return) -> bytes:
    """The return's own template, its sheet asking for a file of the machine."""
    out, source = BytesIO(), zipfile.ZipFile(BytesIO(a.as_bytes(a.a_workbook(one))))
    with zipfile.ZipFile(out, "w") as packed:
        for name in source.namelist():
            content = source.read(name)
            if name == "xl/worksheets/sheet1.xml":
                head = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
                content = head + content.partition(b"?>")[2].replace(b"<sheetData>", b"<sheetData>&e;", 1)
            packed.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("bom.xlsx", b""),
        ("chuong-trinh.exe", b"MZ" + b"\x00" * 500),
        ("trang.xlsx", b"<html><script>alert(1)</script></html>"),
        ("../../etc/passwd", b"root:x:0:0"),
        (NASTY, b"\x00\x01\x02"),
    ],
    ids=["bomb", "program", "page", "path", "name"],
)
def test_a_hostile_file_is_explained_and_nothing_of_it_is_kept(
    one: Return, clerk: Client, name: str, content: bytes
) -> None:
    given = SimpleUploadedFile(name, content or a_bomb())

    answer = clerk.post(f"/returns/{one.ref}/upload/", {"file": given})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Chưa có gì được lưu" in page
    assert "<img src=x" not in page
    assert "<script>alert(1)" not in page
    assert not Upload.objects.exists()
    assert not Row.objects.exists()


def test_a_workbook_cannot_read_files_of_the_machine(one: Return, clerk: Client) -> None:
    given = SimpleUploadedFile("thuc-the.xlsx", an_entity(one))

    answer = clerk.post(f"/returns/{one.ref}/upload/", {"file": given})

    assert answer.status_code == 422
    assert not Upload.objects.exists()


def test_a_file_with_a_nasty_name_is_shown_by_that_name_and_never_run(one: Return, clerk: Client) -> None:
    content = templates.csv_template(a.sheet_of(one)).replace(",,,", ",5,5,")
    held = clerk.post(f"/returns/{one.ref}/upload/", {"file": SimpleUploadedFile(NASTY, content.encode())})

    page = clerk.get(held["Location"]).content.decode()

    assert "&lt;img src=x" in page
    assert "<img src=x" not in page


def test_a_file_of_somebody_else_cannot_be_confirmed(one: Return, clerk: Client, units: dict[str, Unit]) -> None:
    content = templates.csv_template(a.sheet_of(one)).replace(",,,", ",5,5,")
    held = clerk.post(f"/returns/{one.ref}/upload/", {"file": SimpleUploadedFile("tep.csv", content.encode())})
    stranger, colleague = logged_in(an_official("C", units["X1"])), logged_in(an_official("D", units["VP"]))

    seen = [who.get(held["Location"]).status_code for who in (stranger, colleague)]
    for who in (stranger, colleague):
        who.post(held["Location"])

    assert all(status in {403, 404, 409} for status in seen)
    assert not Row.objects.exists()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"rows":[' + b'{"unit":"X1","values":{}},' * 420_000 + b'{"unit":"X1","values":{}}]}', {400, 413}),
        (b'{"rows":[' + b'{"unit":"X1","values":{}},' * 20_001 + b'{"unit":"X1","values":{}}]}', {422}),
        (b"[" * 100_000, {400, 422}),
        (b'{"rows":[{"unit":"X1","members":{},"values":{"nhan":1e999999}}]}', {400, 422}),
        (b'{"rows":[{"unit":"X1\\u0000","members":{"kenh":"quay"},"values":{"nhan":"\\ud800"}}]}', {400, 422}),
    ],
    ids=["eleven megabytes", "too many rows", "too deep", "too great", "no letters"],
)
def test_a_body_made_to_harm_is_a_problem_document(one: Return, clerk: Client, body: bytes, status: set[int]) -> None:
    answer = clerk.put(f"/api/v1/returns/{one.ref}/values", body, content_type="application/json")

    assert answer.status_code in status
    assert answer["Content-Type"].startswith("application/")
    assert not Row.objects.exists()


def test_a_browsers_session_alone_writes_nothing_through_the_api(one: Return, units: dict[str, Unit]) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(an_official("A", units["VP"]), backend=settings.AUTHENTICATION_BACKENDS[-1])
    address = f"/api/v1/returns/{one.ref}"

    answers = [
        browser.put(f"{address}/values", {"rows": []}, content_type="application/json"),
        browser.put(f"{address}/file", b"unit,kenh,nhan,xong,gio", content_type="text/csv"),
        browser.post(f"{address}/submit", content_type="application/json", headers={"Authorization": "Bearer x"}),
    ]

    assert {answer.status_code for answer in answers} <= {401, 403}
    one.refresh_from_db()
    assert one.revision is None


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method"])
def test_a_reading_request_never_becomes_a_writing_one(one: Return, clerk: Client, header: str) -> None:
    answers = [
        clerk.get(f"/returns/{one.ref}/act/?act=submit&_method=POST", headers={header: "POST"}),
        clerk.get(f"/api/v1/returns/{one.ref}/submit?_method=POST", headers={header: "POST"}),
    ]

    assert [answer.status_code for answer in answers] == [405, 405]
    one.refresh_from_db()
    assert one.state == Return.State.DRAFT


def test_names_cannot_break_out_of_a_page_or_a_download(one: Return, units: dict[str, Unit]) -> None:
    Unit.objects.filter(pk=units["X1"].pk).update(name='=HYPERLINK("x")<script>alert(1)</script>')
    Person.objects.filter(pk=an_official("A", units["VP"]).pk).update(name="<script>alert(2)</script>")
    clerk = logged_in(Person.objects.get(username="A"))

    page = clerk.get(f"/returns/{one.ref}/").content.decode()
    book = clerk.get(f"/returns/{one.ref}/template.xlsx").content

    assert "<script>alert(" not in page
    sheet = zipfile.ZipFile(BytesIO(book)).read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet
