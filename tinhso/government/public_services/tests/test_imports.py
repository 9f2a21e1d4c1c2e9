"""Files of the catalogue: looked at first, taken in whole or not at all, taken back; hostile ones are refused."""

import json
import zipfile
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from tinhso.government.public_services import queries, services
from tinhso.government.public_services.models import Import, Procedure, Version
from tinhso.government.public_services.queries import exports, files
from tinhso.government.public_services.services import HeldImport
from tinhso.government.public_services.tests import makers as a
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Forbidden, Refused

pytestmark = pytest.mark.django_db
OTHER = Actor(ref="N2", name="Người khác", everywhere=frozenset({"manage procedures"}))


def hold(content: bytes, name: str = "thu-tuc.xlsx", **more: Any) -> HeldImport:
    a.life_events()
    return services.hold_import(file_name=name, content=content, by=a.KEEPER, now=a.LATER, **more)


def confirm(held: HeldImport, now: Any = a.LATER, by: Actor = a.KEEPER) -> Import:
    assert held.run is not None
    return services.confirm_import(ref=held.run.ref, by=by, now=now)


def as_json(*given: dict[str, Any]) -> bytes:
    return json.dumps({"procedures": list(given)}, ensure_ascii=False).encode()


def kinds(held: HeldImport) -> dict[str, str]:
    assert held.run is not None
    return {change["code"]: change["kind"] for change in held.run.report}


@pytest.mark.parametrize("ending", ["xlsx", "json"])
def test_what_is_exported_and_brought_back_changes_nothing(ending: str) -> None:
    partial = {"online": "part", "part_reason": "Phải có mặt", "part_rule": "Luật Hộ tịch", "aliases": ["1.000001"]}
    a.put(
        a.a_document(), a.a_document(effective_from="2025-07-01", name="Khai sinh"), a.a_document(code="B", **partial)
    )
    before = exports.known_documents()
    content = exports.as_workbook(before) if ending == "xlsx" else exports.as_json(before)

    held = hold(content, f"thu-tuc.{ending}")

    assert held.reading.problems == []
    assert [change["kind"] for change in held.run.report if held.run] == ["same", "same", "same"]  # type: ignore[union-attr]
    Version.objects.filter(known__upper_inf=True).delete()
    Procedure.objects.all().delete()
    confirm(hold(content, f"thu-tuc.{ending}"))
    assert exports.known_documents() == before


def test_a_dry_run_tells_new_changed_unchanged_and_ended_and_writes_nothing() -> None:
    a.put(a.a_document(code="GIU"), a.a_document(code="DOI"), a.a_document(code="THOI"))
    given = [a.a_document(code="GIU"), a.a_document(code="DOI", name="Khai sinh"), a.a_document(code="MOI")]

    held = hold(as_json(*given), "thu-tuc.json", whole_from=date(2025, 1, 1))

    assert kinds(held) == {"GIU": "same", "DOI": "corrected", "THOI": "ended", "MOI": "new"}
    changed = {change["code"]: change["fields"] for change in held.run.report if held.run}  # type: ignore[union-attr]
    assert changed["DOI"] == [["name", "Đăng ký khai sinh", "Khai sinh"]]
    assert changed["THOI"] == [["effective_to", "", "2025-01-01"]]
    assert Version.objects.count() == 3


def test_a_confirmed_file_is_taken_in_whole() -> None:
    a.put(a.a_document(code="DOI"), a.a_document(code="THOI"))
    given = [a.a_document(code="DOI", name="Khai sinh"), a.a_document(code="MOI")]

    run = confirm(hold(as_json(*given), "x.json", whole_from=date(2025, 1, 1)))

    assert run.state == Import.State.DONE
    assert a.the_version("DOI-20240901").name == "Khai sinh"
    assert a.the_version("THOI-20240901").effective == DateRange(date(2024, 9, 1), date(2025, 1, 1))
    assert queries.version_on("MOI", a.SEPTEMBER) is not None
    assert queries.version_by_ref("DOI-20240901", known_at=a.MORNING).name == "Đăng ký khai sinh"


def test_a_file_that_changes_rows_of_a_list_shows_those_rows_and_is_taken_in() -> None:
    a.put(a.a_document())
    first, second = a.a_document()["cases"]

    held = hold(as_json(a.a_document(cases=[first, second | {"online_duration": "2", "note": "gấp"}])), "x.json")
    report = held.run.report if held.run else []
    confirm(held)

    before, after = (f"2, Đăng ký quá hạn, 5, ngày làm việc, {rest}" for rest in ("3", "2, gấp"))
    assert [change["fields"] for change in report] == [[["cases", before, after]]]
    assert a.the_version("HT-01-20240901").cases[1]["online_duration"] == "2"


def test_an_import_can_be_taken_back_and_what_it_said_stays_as_formerly_known() -> None:
    a.put(a.a_document(code="DOI"), a.a_document(code="THOI"))
    before = exports.known_documents()
    newer = a.a_document(code="DOI", effective_from="2025-07-01", name="Khai sinh")
    run = confirm(hold(as_json(newer, a.a_document(code="MOI")), "x.json", whole_from=date(2025, 1, 1)))
    during = a.LATER + timedelta(hours=1)

    services.undo_import(ref=run.ref, by=OTHER, now=a.LATER + timedelta(days=1))

    assert exports.known_documents() == before
    assert queries.version_on("MOI", date(2025, 8, 1), known_at=during) is not None
    assert queries.version_on("MOI", date(2025, 8, 1)) is None
    run.refresh_from_db()
    assert (run.state, run.undone_by) == (Import.State.UNDONE, "Người khác")
    with pytest.raises(Refused, match="unknown_import"):
        services.undo_import(ref=run.ref, by=OTHER, now=a.LATER + timedelta(days=2))


def test_an_import_is_not_taken_back_once_somebody_changed_what_it_had_brought() -> None:
    run = confirm(hold(as_json(a.a_document()), "x.json"))
    a.put(a.a_document(name="Khai sinh"), now=a.LATER + timedelta(hours=1))

    with pytest.raises(Refused, match="changed_since"):
        services.undo_import(ref=run.ref, by=a.KEEPER, now=a.LATER + timedelta(days=1))

    assert a.the_version("HT-01-20240901").name == "Khai sinh"


def test_a_file_is_not_taken_in_when_the_catalogue_changed_after_the_look() -> None:
    held = hold(as_json(a.a_document(name="Khai sinh")), "x.json")
    a.put(a.a_document(), now=a.MORNING)

    with pytest.raises(Refused, match="changed_since"):
        confirm(held)


def test_only_who_brought_a_file_confirms_it_and_only_for_two_hours() -> None:
    held = hold(as_json(a.a_document()), "x.json")

    with pytest.raises(Refused, match="upload_expired"):
        confirm(held, by=OTHER)
    with pytest.raises(Refused, match="upload_expired"):
        confirm(held, now=a.LATER + timedelta(hours=2))
    with pytest.raises(Forbidden):
        services.hold_import(file_name="x.json", content=b"[]", by=Actor(ref="N", name="x"), now=a.LATER)
    assert not Version.objects.exists()


MISTAKES: list[tuple[str, str, Any, str]] = [
    ("Thủ tục", "B2", "ngày mai", "không phải một ngày"),
    ("Thủ tục", "A2", "", "bắt buộc"),
    ("Thủ tục", "A2", "1 000", "mã chỉ có"),
    ("Thủ tục", "F2", None, "bắt buộc"),
    ("Thủ tục", "N2", "mức 4", "không phải một trong"),
    ("Thủ tục", "C2", "2024-01-01", "phải sau ngày"),
    ("Thủ tục", "M2", "cấp thôn", "không phải một trong"),
    ("Thủ tục", "S2", "ra-toa", "không có sự kiện nào"),
    ("Trường hợp", "E2", "năm ngày", "không phải một con số"),
    ("Trường hợp", "F2", "tháng", "không phải một trong"),
    ("Trường hợp", "E2", -1, "không phải số từ 0"),
    ("Trường hợp", "C3", "1", "có hai lần"),
    ("Trường hợp", "A2", "KHONG-CO", "không có thủ tục nào"),
    ("Phí, lệ phí", "F2", "=1+1", "công thức"),
    ("Phí, lệ phí", "F2", "8000.555", "hai chữ số lẻ"),
    ("Phí, lệ phí", "C2", "9", "không có trường hợp nào"),
    ("Thành phần hồ sơ", "D2", "1.5", "số nguyên"),
    ("Thành phần hồ sơ", "D2", 100, "từ 0 đến 99"),
    ("Thành phần hồ sơ", "D2", "1e999999999", "không phải một con số"),
    ("Phí, lệ phí", "F2", "0e-999999999", "không phải một con số"),
    ("Phí, lệ phí", "F2", "NaN", "không phải một con số"),
    ("Thành phần hồ sơ", "G2", "9", "không có trường hợp"),
]


@pytest.mark.parametrize(("sheet", "cell", "value", "why"), MISTAKES)
def test_a_mistake_in_a_workbook_is_named_by_sheet_cell_and_reason(sheet: str, cell: str, value: Any, why: str) -> None:
    a.put(a.a_document())
    book = a.a_workbook()
    book[sheet][cell] = value

    held = hold(a.as_bytes(book))

    assert held.run is None
    assert [(one.sheet, one.cell) for one in held.reading.problems if why in one.why] == [(sheet, cell)]
    assert not Import.objects.exists()


def test_a_partial_service_without_its_reason_is_refused_cell_by_cell() -> None:
    a.put(a.a_document())
    book = a.a_workbook({("Thủ tục", "N2"): "một phần", ("Thủ tục", "O2"): "Phải có mặt"})

    [problem] = hold(a.as_bytes(book)).reading.problems

    assert (problem.sheet, problem.cell) == ("Thủ tục", "P2")
    assert "Điều 14" in problem.why


def test_merged_cells_a_missing_column_and_a_strange_one_are_named() -> None:
    a.put(a.a_document())
    merged, missing, strange = a.a_workbook(), a.a_workbook(), a.a_workbook({("Thủ tục", "AH1"): "Ghi thêm"})
    merged["Thủ tục"].merge_cells("F2:G2")
    missing["Thủ tục"]["F1"] = None

    found = [[(p.cell, p.why) for p in hold(a.as_bytes(book)).reading.problems] for book in (merged, missing, strange)]

    assert found[0][0] == ("F2:G2", "ô bị gộp: hãy bỏ gộp và điền từng ô")
    assert found[1] == [("1:1", "thiếu cột “Tên thủ tục”")]
    assert found[2] == [("AH1", "không có cột nào tên “Ghi thêm”")]


def test_a_mistake_in_json_is_named_by_its_path() -> None:
    wrong = a.a_document(online="mức 4", papers=[{"name": "Tờ khai", "original": -1}, 5], bia="đặt")

    held = hold(as_json(a.a_document(code="DUNG"), wrong), "x.json")

    assert {one.cell for one in held.reading.problems} == {
        "procedures[1].online",
        "procedures[1].papers[0].original",
        "procedures[1].papers[1]",
        "procedures[1].bia",
    }


def test_two_versions_of_one_day_in_a_file_are_refused() -> None:
    held = hold(as_json(a.a_document(), a.a_document(name="Khai sinh")), "x.json")

    assert [one.cell for one in held.reading.problems] == ["procedures[1].code"]


def zipped(parts: dict[str, bytes]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600
HOSTILE = {
    "empty_file": (b"", "x.xlsx"),
    "too_big": (b"x" * (files.MEGABYTES * 1024 * 1024 + 1), "x.xlsx"),
    "old_xls": (OLE, "x.xls"),
    "password": (OLE + "EncryptedPackage".encode("utf-16-le"), "x.xlsx"),
    "not_workbook": (b"PK\x03\x04 hong", "x.xlsx"),
    "unsafe_file": (zipped({"xl/workbook.xml": b"<x/>", "xl/a.xml": b" " * (41 * 1024 * 1024)}), "x.xlsx"),
    "too_many_cells": (zipped({"xl/workbook.xml": b"<x/>", "xl/worksheets/s.xml": b"<c >" * 600_001}), "x.xlsx"),
    "not_json": (b"[" * 200_000, "x.json"),
    "not_procedures": (b'{"procedures": [1, 2]}', "x.json"),
    "too_many_versions": (b"[" + b"{}," * 20_000 + b"{}]", "x.json"),
}
ENTITY = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'


@pytest.mark.parametrize("code", HOSTILE)
def test_a_hostile_file_is_refused_with_its_own_reason(code: str) -> None:
    content, name = HOSTILE[code]

    with pytest.raises(Refused) as refusal:
        hold(content, name)

    assert refusal.value.code == code
    assert not Import.objects.exists()


def test_a_workbook_with_entities_or_without_the_sheet_is_refused() -> None:
    a.put(a.a_document())
    renamed = a.a_workbook()
    renamed["Thủ tục"].title = "Trang 1"

    with pytest.raises(Refused, match="unsafe_file"):
        hold(zipped({"xl/workbook.xml": ENTITY}))
    with pytest.raises(Refused, match="no_sheet") as refusal:
        hold(a.as_bytes(renamed))
    assert "Trang 1" in refusal.value.message


def test_text_that_looks_like_a_formula_leaves_as_text() -> None:
    a.put(a.a_document(name="=HYPERLINK(1)", source="@x"))

    book = a.a_workbook()

    assert (book["Thủ tục"]["F2"].value, book["Thủ tục"]["F2"].data_type) == ("=HYPERLINK(1)", "s")
