"""Files: looked at, taken over, undone; and what is wrong in them, by cell."""

from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tinhso.blocks.identity.tests import makers as people
from tinhso.blocks.registers import services
from tinhso.blocks.registers.models import Cell, Staged
from tinhso.blocks.registers.queries import exports, history
from tinhso.blocks.registers.services import importing
from tinhso.blocks.registers.tests.makers import MONDAY, a_keeper, a_line, a_place, held, lines
from tinhso.kernel.errors import Refused
from tinhso.kernel.workbooks import open_table

pytestmark = pytest.mark.django_db


def test_a_file_is_looked_at_taken_over_and_undone_whole() -> None:
    by, _places = a_keeper(), a_place()
    one = a_line(by, "D1", mbps=100)

    looked = held(by, "D1;Đường D1;W;lan;200;;", "d2;Đường 2;E;Internet;20;107,15;15,05", "D1b;Đường b;W;lan;;;")
    assert (looked.new, looked.changed, looked.same, looked.faulty) == (2, 1, 0, 0)
    assert lines().model.objects.count() == 1
    taken = importing.take_over_file(ref=looked.ref, by=by, now=MONDAY)
    one.refresh_from_db()
    assert (one.mbps, lines().model.objects.filter(removed=False).count(), Staged.objects.count()) == (200, 3, 0)
    services.change_record(
        register=lines(), ref=lines().model.objects.get(key="d1b").ref, values={"mbps": 7}, by=by, now=MONDAY
    )

    assert services.undo_act(act=taken.act, by=by, now=MONDAY) == (2, 1)  # type: ignore[arg-type]

    one.refresh_from_db()
    assert one.mbps == 100
    assert sorted(lines().model.objects.filter(removed=False).values_list("key", flat=True)) == ["d1", "d1b"]
    assert [step.act.did for step in history.history_steps(lines(), one.ref)] == ["undone", "imported", "added"]
    assert list(Cell.objects.filter(size=20).values_list("count", flat=True)) == [0]
    with pytest.raises(Refused, match="not_undoable"):
        services.undo_act(act=taken.act, by=by, now=MONDAY)  # type: ignore[arg-type]


def test_a_large_file_takes_as_many_statements_as_a_small_one() -> None:
    by, _places = a_keeper(), a_place()
    asked = {}

    for letter, many in (("S", 50), ("L", 5_000)):
        with CaptureQueriesContext(connection) as found:
            for mbps in (10, 20):
                rows = (f"{letter}{n};Đường {n};W;lan;{mbps};107,15;15,05" for n in range(many))
                taken = importing.take_over_file(ref=held(by, *rows).ref, by=by, now=MONDAY)
            assert services.undo_act(act=taken.act, by=by, now=MONDAY) == (many, 0)  # type: ignore[arg-type]
        asked[many] = len(found)

    assert asked[5_000] == asked[50] < 100
    assert set(lines().model.objects.values_list("mbps", flat=True)) == {10}


def test_what_is_wrong_is_told_by_cell_and_never_written() -> None:
    everywhere, (west, _east) = a_keeper(), a_place()
    a_line(everywhere, "X", unit="E")
    by = a_keeper(west)

    looked = held(
        by,
        "D1;Đường 1;W;lan;abc;;",
        "D2;;W;?;5;;",
        "D3;Đường;Không Có;lan;5;;",
        "D4;Đường;W;lan;5;107;",
        "D5;Đường;W;lan;5;;",
        "d5;Đường;W;lan;6;;",
        "X;Đường;W;lan;5;;",
        "D6;Đường;E;lan;5;;",
        "D7;Đường 7;W;lan;5;;",
    )

    told = {(fault.cell, fault.column) for fault in looked.faults.all()}
    assert {("E2", "băng thông (Mbps)"), ("B3", "tên"), ("D3", "loại"), ("C4", "đơn vị")} < told
    assert (looked.new, looked.faulty, looked.rows) == (1, 8, 9)
    with pytest.raises(Refused, match="faulty_rows"):
        importing.take_over_file(ref=looked.ref, by=by, now=MONDAY)
    importing.take_over_file(ref=looked.ref, by=by, now=MONDAY, without_faulty=True)
    assert lines().model.objects.filter(removed=False, unit=west).get().code == "D7"


def test_what_is_exported_is_imported_without_a_change() -> None:
    by, _places = a_keeper(), a_place()
    a_line(by, "D1", longitude="107,05", latitude="15,05", provider="=cmd|x")
    columns = exports.columns_of(lines())

    def rows() -> exports.Rows:
        return exports.current_rows(lines().model.objects.all(), columns)

    with exports.as_xlsx(rows(), columns, "Đường truyền") as book:
        size = book.seek(0, 2)
        book.seek(0)
        by_book = importing.hold_file(register=lines(), file=book, name="a.xlsx", size=size, by=by, now=MONDAY)
    features = "".join(exports.as_geojson(rows(), columns)).encode()
    by_map = importing.hold_file(
        register=lines(), file=BytesIO(features), name="a.geojson", size=len(features), by=by, now=MONDAY
    )

    assert [(one.same, one.faulty) for one in (by_book, by_map)] == [(1, 0), (1, 0)]
    assert "'=cmd" in "".join(exports.as_csv(rows(), columns))


@pytest.mark.parametrize("name", ["a.xlsx", "a.csv", "a.geojson", "a.pdf"])
def test_a_file_that_is_none_is_refused_in_words(name: str) -> None:
    with pytest.raises(Refused):
        open_table(BytesIO(b"\0\xff\xfe nothing"), name, 12).rows.__next__()


def test_a_workbook_with_a_cell_at_the_end_of_the_sheet_is_refused_in_words_on_the_page(client: Client) -> None:
    place = a_place()[0]
    role = people.a_role("see infrastructure", "manage infrastructure", everywhere=True)
    person = people.a_person("lan")
    people.a_post(person, place, role)
    client.force_login(person, settings.AUTHENTICATION_BACKENDS[-1])
    book, out = openpyxl.Workbook(), BytesIO()
    sheet: Any = book.active
    sheet["A1"], sheet["XFD1048576"] = "mã", "x"
    book.save(out)

    sent = SimpleUploadedFile("xa.xlsx", out.getvalue())
    answer = client.post("/registers/lines/import/", {"file": sent})
    again = client.get("/registers/lines/import/")

    assert "Ctrl+End" in answer.content.decode()
    assert (answer.status_code, again.status_code) == (200, 200)


def test_pages_of_a_register_show_and_write(client: Client) -> None:
    _places = a_place()
    person = people.a_person("lan")
    role = people.a_role("see infrastructure", "manage infrastructure", everywhere=True)
    people.a_post(person, _places[0], role)
    client.force_login(person, settings.AUTHENTICATION_BACKENDS[-1])
    told = {
        "code": "D1",
        "name": "Đường 1",
        "unit": "W",
        "kind": "lan",
        "mbps": "1.000",
        "valid_from": "2026-01-01",
        "state": "in_use",
        "longitude": "107.05",
        "latitude": "15.05",
    }

    bad = client.post("/registers/lines/new/", told | {"mbps": "x"})
    good = client.post("/registers/lines/new/", told)
    assert good.status_code == 302, good.content.decode().partition("field-error")[2][:300]
    one = lines().model.objects.get()
    base = f"/registers/lines/{one.ref}/"
    pages = [
        "/registers/",
        "/registers/lines/?q=duong",
        "/registers/lines/map/",
        base,
        f"{base}?on=2026-01-01&known=2026-01-01T08:00",
        f"{base}edit/",
        f"{base}correct/",
        f"{base}end/",
        "/registers/lines/import/",
        "/registers/lines/duplicates/",
        "/registers/lines/acts/",
        "/registers/lines/export.csv",
        "/registers/lines/export.geojson?on=2026-01-02",
    ]

    assert bad.status_code == 200
    assert "phải là số" in bad.content.decode()
    assert (good.status_code, one.mbps) == (302, 1000)
    assert {page: client.get(page).status_code for page in pages} == dict.fromkeys(pages, 200)
    bulk = client.post("/registers/lines/bulk/", {"ref": one.ref, "act": "change", "state": "broken", "why": "sét"})
    assert (bulk.status_code, lines().model.objects.get().state) == (302, "broken")


def test_a_file_whose_rows_are_gone_is_never_said_to_be_taken_over() -> None:
    by, _places = a_keeper(), a_place()
    looked = held(by, "D1;Đường 1;W;lan;200;;", "D2;Đường 2;E;Internet;20;;")
    Staged.objects.filter(key="d2").delete()

    with pytest.raises(Refused, match="changed_meanwhile"):
        importing.take_over_file(ref=looked.ref, by=by, now=MONDAY)

    assert not lines().model.objects.exists()


def test_versions_hold_what_people_fill_in_and_nothing_that_is_worked_out() -> None:
    by, _places = a_keeper(), a_place()
    one = a_line(by, "D1")

    told = history.version_on(lines(), one.ref, one.valid_from)

    own = {field.column for field in one._meta.concrete_fields if not field.generated}
    assert told is not None
    assert set(told.data) == own - {"id", "ref", "act_id", "valid_from"}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_indexes WHERE tablename = 'infrastructure_line' AND indexdef ~ 'ref va'"
        )
        assert cursor.fetchone() == (0,)
