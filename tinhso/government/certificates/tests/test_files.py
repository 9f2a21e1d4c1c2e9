"""An inventory that is brought: looked at, taken in, matched by issuer and serial number, taken back."""

import pytest

from tinhso.government.certificates import services
from tinhso.government.certificates.models import Version
from tinhso.government.certificates.queries import exports, lookup, search
from tinhso.government.certificates.tests import makers as a
from tinhso.kernel.errors import Refused

pytestmark = pytest.mark.django_db
HEAD = (
    "Số sê-ri",
    "Nơi cấp",
    "Loại",
    "Đơn vị",
    "Tên trên chứng thư",
    "Họ và tên",
    "Hiệu lực từ",
    "Hiệu lực đến",
    "Số máy",
)


def brought(*rows: tuple[object, ...], head: tuple[str, ...] = HEAD, **more: object) -> services.RunOutcome:
    """A file with these lines, held."""
    content = a.a_workbook(head, *rows)
    return services.hold_inventory(
        file_name="ds.xlsx",
        content=content,
        by=a.MANAGER,
        now=a.NOW,
        day=a.TODAY,
        **more,  # type: ignore[arg-type]
    )


def test_new_ones_are_added_known_ones_changed_and_all_of_it_can_be_taken_back() -> None:
    place = a.a_province()
    known = a.a_certificate(place["X1"])
    before = list(lookup.versions_on(a.TODAY).values_list("certificate__serial", "subject", "last_day"))

    held = brought(
        ("A1", "ca THỬ", "Tổ chức", "X1", "Xã Một mới", "", "01/01/2024", "31/12/2028", ""),
        ("FF", a.ISSUER, "Cá nhân", "Xã Hai", "Lê Thị Ví Dụ", "Lê Thị Ví Dụ", "2025-02-01", "2030-01-31", ""),
        head=(*HEAD[:8], "Số máy"),
        mapping={"Số máy": "device_serial"},
    )
    assert held.run is not None
    assert [change["kind"] for change in held.run.report] == ["changed", "new"]
    assert list(lookup.versions_on(a.TODAY).values_list("certificate__serial", "subject", "last_day")) == before
    services.confirm(ref=held.run.ref, by=a.MANAGER, now=a.NOW)
    found = {one.certificate.serial: one for one in lookup.versions_on(a.TODAY)}
    assert (found["A1"].subject, found["FF"].holder, found["FF"].unit.ref) == ("Xã Một mới", "Lê Thị Ví Dụ", "X2")
    services.undo(ref=held.run.ref, by=a.MANAGER, now=a.NOW)

    assert list(lookup.versions_on(a.TODAY).values_list("certificate__serial", "subject", "last_day")) == before
    assert known.certificate.versions.count() > 1  # what the file said stays as once known
    assert brought(("FF", a.ISSUER, "Cá nhân", "X2", "L", "L", "01/02/2025", "31/01/2030", "")).run is not None


def test_faults_are_named_by_cell_and_reason_and_nothing_is_stored() -> None:
    a.a_province()

    held = brought(
        ("xyz", a.ISSUER, "Tổ chức", "X1", "Xã Một", "", "01/01/2024", "31/12/2028", ""),
        ("A1", a.ISSUER, "gì đó", "Xã Không Có", "Xã Một", "", "01/01/2024", "31/12/2020", ""),
        ("A1", a.ISSUER, "Cá nhân", "X1", "Tên", "", "hôm qua", "31/12/2028", ""),
    )

    assert held.run is None
    assert {problem.cell for problem in held.problems} == {"A2", "C3", "D3", "H3", "G4", "F4", "A4"}
    assert Version.objects.count() == 0


def test_a_missing_column_is_named_and_an_undo_gives_way_to_later_words() -> None:
    place = a.a_province()

    short = brought(("A1",), head=("Số sê-ri",))
    held = brought(("A9", a.ISSUER, "Tổ chức", "X1", "Xã Một", "", "01/01/2024", "31/12/2028", ""))
    assert held.run is not None
    services.confirm(ref=held.run.ref, by=a.MANAGER, now=a.NOW)
    one = lookup.versions_on(a.TODAY).get()
    services.suspend(ref=one.certificate.ref, why="thử", by=a.MANAGER, now=a.NOW, since=a.TODAY)
    with pytest.raises(Refused, match="changed_since"):
        services.undo(ref=held.run.ref, by=a.MANAGER, now=a.NOW)
    with pytest.raises(Refused, match="upload_expired"):
        services.confirm(ref=held.run.ref, by=a.MANAGER, now=a.NOW)

    assert short.run is None
    assert any("Nơi cấp" in problem.why for problem in short.problems)
    assert lookup.versions_on(a.TODAY).get(unit=place["X1"]).state == "suspended"


def test_what_is_taken_away_can_be_brought_back_and_holds_no_numbers_of_people() -> None:
    place = a.a_province()
    a.a_personal(place["X1"], holder="=cmd|nguy hiểm", subject="Nguyễn Văn Ví Dụ")
    found = search.certificates_matching(search.CertificateFilter(), by=a.MANAGER, day=a.TODAY)

    sheet = exports.as_workbook("Sổ", exports.register_head(), exports.register_rows(found, a.TODAY))
    table = exports.as_table(exports.register_head(), exports.register_rows(found, a.TODAY)).decode("utf-8-sig")
    held = services.hold_inventory(file_name="x.xlsx", content=sheet, by=a.MANAGER, now=a.NOW, day=a.TODAY)

    assert "012345678901" not in table
    assert ",'=cmd|nguy hiểm," in table
    assert held.run is None  # the name that looks like a formula is a fault here too
    assert {problem.cell for problem in held.problems} == {"F2"}
