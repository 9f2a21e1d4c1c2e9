"""Pages, as officials with posts see them."""

from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client

from tinhso.blocks.identity.models import Person, Post, Role
from tinhso.blocks.units.models import Unit
from tinhso.government.reporting import services
from tinhso.government.reporting.models import Return, Upload
from tinhso.government.reporting.tests import makers as a

pytestmark = pytest.mark.django_db


def an_official(client_name: str, unit: Unit, *rights: str) -> Person:
    """Somebody with a post at ``unit``."""
    person = Person.objects.create(ref=client_name, username=client_name, name=f"Cán bộ {client_name}", is_demo=True)
    role, _new = Role.objects.get_or_create(
        code="-".join(rights)[:50].replace(" ", "-") or "all",
        defaults={"name": "x", "rights": list(rights or a.EVERYTHING)},
    )
    Post.objects.create(person=person, unit=unit, role=role, held=DateRange(None, None))
    return person


def logged_in(person: Person) -> Client:
    client = Client()
    client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[-1])
    return client


@pytest.fixture
def units() -> dict[str, Unit]:
    return a.a_province()


@pytest.fixture
def one(units: dict[str, Unit]) -> Return:
    return a.a_return(a.a_data_set(), units["VP"])


def typed(one: Return, **given: str) -> dict[str, str]:
    """What a browser would send for the whole table."""
    return {
        f"v:{entry.unit}:{entry.member}:{code}": value
        for entry in a.entries(one, **given)
        for code, value in entry.values.items()
    }


def test_a_visitor_is_sent_to_log_in(one: Return) -> None:
    response = Client().get(f"/returns/{one.ref}/")

    assert response.status_code == 302
    assert "next=/returns/" in response["Location"]


def test_the_desk_shows_late_returns_first_in_few_statements(
    units: dict[str, Unit], django_assert_max_num_queries: Any
) -> None:
    form = a.a_data_set()
    a.a_return(form, units["VP"], "2030-01")
    a.a_return(form, units["VP"], "2024-09")
    client = logged_in(an_official("A", units["VP"]))
    client.get("/returns/")  # session and posts are known from here on

    with django_assert_max_num_queries(8) as captured:  # session, person, and at most six of the desk's own
        page = client.get("/returns/").content.decode()

    assert page.index("tháng 9/2024") < page.index("tháng 1/2030")
    assert "quá hạn, chưa gửi" in page
    assert sum("reporting_" in query["sql"] for query in captured.captured_queries) <= 6


def test_a_return_is_filled_in_handed_in_approved_and_published_by_pages_alone(
    units: dict[str, Unit], one: Return
) -> None:
    clerk, chief = logged_in(an_official("A", units["VP"])), logged_in(an_official("B", units["VP"]))
    act = f"/returns/{one.ref}/act/"

    clerk.post(f"/returns/{one.ref}/fill-in/", typed(one, nhan="1.482.176", xong="90", gio="84,59"))
    clerk.post(act, {"act": "submit", "status": "preliminary"})
    own = clerk.post(act, {"act": "approve"}, follow=True).content.decode()
    chief.post("/returns/bulk/", {"act": "approve", "ref": [one.ref]})
    done = chief.post("/returns/bulk/", {"act": "publish", "ref": [one.ref]}, follow=True).content.decode()

    one.refresh_from_db()
    assert "không được tự duyệt" in own
    assert "Đã xử lý 1 báo cáo" in done
    assert (one.state, one.status) == (Return.State.PUBLISHED, Return.Status.PRELIMINARY)
    page = clerk.get(f"/returns/{one.ref}/").content.decode()
    assert "1.482.176" in page
    assert "84,59" in page
    assert "Cán bộ B: công bố" in page


def test_what_cannot_be_read_comes_back_as_typed_beside_its_reason_and_the_rest_is_kept(
    units: dict[str, Unit], one: Return
) -> None:
    client = logged_in(an_official("A", units["VP"]))
    given = typed(one, nhan="100", xong="90") | {f"v:{units['X1'].pk}:kenh=quay:nhan": "một trăm"}

    response = client.post(f"/returns/{one.ref}/fill-in/", given)

    page = response.content.decode()
    assert response.status_code == 422
    assert 'value="một trăm"' in page
    assert "không phải là số" in page
    assert a.sheet_of(one).values[units["X1"].pk, "kenh=quay"] == {"xong": "90"}


def test_a_row_saves_itself_and_says_what_is_wrong(units: dict[str, Unit], one: Return) -> None:
    client = logged_in(an_official("A", units["VP"]))
    row = {f"v:{units['X1'].pk}:kenh=quay:nhan": "5", f"v:{units['X1'].pk}:kenh=quay:xong": "6"}

    part = client.post(f"/returns/{one.ref}/fill-in/row/", row).content.decode()
    unread = client.post(f"/returns/{one.ref}/fill-in/row/", dict.fromkeys(row, "năm")).content.decode()

    assert "Đã lưu" in part
    assert "Đã lưu" not in unread
    assert "không phải là số" in unread
    assert "lớn hơn" in part
    assert a.sheet_of(one).values == {(units["X1"].pk, "kenh=quay"): {"nhan": "5", "xong": "6"}}


def test_a_file_goes_through_its_dry_run(units: dict[str, Unit], one: Return) -> None:
    client = logged_in(an_official("A", units["VP"]))
    address = f"/returns/{one.ref}/upload/"
    bad = SimpleUploadedFile("sai.xlsx", a.as_bytes(a.a_workbook(one, {"D6": "=1+1"})))
    good = SimpleUploadedFile("dung.xlsx", a.as_bytes(a.a_workbook(one, {"E6": 101})))

    refused = client.post(address, {"file": bad})
    held = client.post(address, {"file": good})
    preview = client.get(held["Location"]).content.decode()
    client.post(held["Location"])

    assert refused.status_code == 422
    assert "công thức" in refused.content.decode()
    assert "E6" in preview
    assert "lớn hơn" in preview
    assert len(a.sheet_of(one).values) == 4
    assert not Upload.objects.exists()


def test_templates_can_be_taken_away(units: dict[str, Unit], one: Return) -> None:
    client = logged_in(an_official("A", units["VP"]))

    workbook, text = (client.get(f"/returns/{one.ref}/template.{ending}") for ending in ("xlsx", "csv"))

    assert workbook.content.startswith(b"PK")
    assert workbook["Content-Disposition"] == 'attachment; filename="HS_VP_2024-09.xlsx"'
    assert text.content.decode("utf-8-sig").startswith("unit,kenh,nhan,xong,gio")
    assert client.get(f"/returns/{one.ref}/template.exe").status_code == 404


def test_a_return_elsewhere_is_closed_to_me(units: dict[str, Unit], one: Return) -> None:
    stranger = logged_in(an_official("C", units["X1"]))

    assert stranger.get(f"/returns/{one.ref}/").status_code == 403
    assert stranger.get(f"/returns/{one.ref}/template.xlsx").status_code == 403
    assert one.ref not in stranger.get("/returns/?tray=all").content.decode()


def test_sending_back_asks_for_a_reason_and_shows_it(units: dict[str, Unit], one: Return) -> None:
    clerk, chief = an_official("A", units["VP"]), logged_in(an_official("B", units["VP"]))
    by = a.a_person("A", units["VP"])
    services.save_draft(ref=one.ref, entries=a.entries(one, nhan="5", xong="5"), by=by, now=a.NOW)
    services.submit(ref=one.ref, by=by, now=a.NOW)

    silent = chief.post(f"/returns/{one.ref}/act/", {"act": "send_back", "why": ""}, follow=True).content.decode()
    chief.post(f"/returns/{one.ref}/act/", {"act": "send_back", "why": "Thiếu xã Hai"})

    assert "Hãy ghi lý do" in silent
    assert "Thiếu xã Hai" in logged_in(clerk).get(f"/returns/{one.ref}/").content.decode()


def test_a_revision_shows_what_it_changed(units: dict[str, Unit], one: Return) -> None:
    a.a_published(one, a.a_person("A", units["VP"]), a.a_person("B", units["VP"]), nhan="1482176", xong="5")
    client = logged_in(an_official("D", units["VP"]))

    page = client.get(f"/returns/{one.ref}/revisions/1/").content.decode()

    assert "1.482.176" in page
    assert client.get(f"/returns/{one.ref}/revisions/2/").status_code == 404


def test_the_late_board_and_the_catalogue_open(units: dict[str, Unit], one: Return) -> None:
    client = logged_in(an_official("A", units["VP"]))

    late = client.get("/returns/late/").content.decode()
    listed = client.get("/returns/data-sets/").content.decode()
    form = client.get("/returns/data-sets/HS/").content.decode()

    assert "Văn phòng" in late
    assert "Hồ sơ" in listed
    assert "Giải quyết không lớn hơn Tiếp nhận" in form
    assert "17:00 ngày làm việc thứ 5 sau kỳ" in form
    assert client.get("/returns/data-sets/KHONG/").status_code == 404


def test_work_can_be_given_to_a_colleague_of_the_same_unit_only(units: dict[str, Unit], one: Return) -> None:
    chief = logged_in(an_official("B", units["VP"]))
    helper = an_official("D", units["VP"], "see returns")
    an_official("C", units["X1"])

    refused = chief.post(f"/returns/{one.ref}/act/", {"act": "delegate", "to": "C"}, follow=True).content.decode()
    chief.post(f"/returns/{one.ref}/act/", {"act": "delegate", "to": "D"})

    assert "Chỉ giao được cho người của đơn vị này" in refused
    assert logged_in(helper).get(f"/returns/{one.ref}/fill-in/").status_code == 200


def handed_in_after_a_jump(units: dict[str, Unit], one: Return, nhan: str) -> None:
    """September, handed in with ``nhan`` where August had published 10."""
    by, chief = a.a_person("A", units["VP"]), a.a_person("B", units["VP"])
    a.a_published(a.a_return(one.data_set, units["VP"], "2024-08"), by, chief, nhan="10", xong="5")
    services.save_draft(ref=one.ref, entries=a.entries(one, nhan=nhan, xong="5"), by=by, now=a.NOW)
    services.submit(ref=one.ref, by=by, now=a.NOW)


def test_who_approves_sees_the_warnings_that_a_return_was_handed_in_with(units: dict[str, Unit], one: Return) -> None:
    handed_in_after_a_jump(units, one, "31")
    chief = logged_in(an_official("B", units["VP"]))

    desk = chief.get("/returns/?tray=approve").content.decode()
    page = chief.get(f"/returns/{one.ref}/").content.decode()

    assert "có cảnh báo" in desk
    assert "Tiếp nhận: 31 so với kỳ trước 10, chênh hơn 3 lần" in page
    assert page.index("chênh hơn 3 lần") < page.index('value="approve"')
    assert "<td>Trực tuyến</td>" in page


def test_a_return_without_warnings_carries_no_mark(units: dict[str, Unit], one: Return) -> None:
    handed_in_after_a_jump(units, one, "30")
    chief = logged_in(an_official("B", units["VP"]))

    desk = chief.get("/returns/?tray=approve").content.decode()
    page = chief.get(f"/returns/{one.ref}/").content.decode()

    assert one.ref in desk
    assert "có cảnh báo" not in desk
    assert "Cần xem lại" not in page


def test_each_line_of_the_error_summary_names_its_row_and_all_but_eight_are_folded(
    units: dict[str, Unit], one: Return
) -> None:
    by = a.a_person("A", units["VP"])
    services.save_draft(ref=one.ref, entries=a.entries(one, gio="1001"), by=by, now=a.NOW)
    client = logged_in(an_official("A", units["VP"]))

    page = client.get(f"/returns/{one.ref}/fill-in/").content.decode()

    summary = page[page.index("error-summary") : page.index('id="entry"')]
    seen, folded = summary.split("<details", 1)
    assert "Xã Một, Tại quầy: Tiếp nhận: còn thiếu" in summary
    assert "Xã Một, Trực tuyến: Tiếp nhận: còn thiếu" in summary
    assert (seen.count("<li>"), folded.count("<li>")) == (8, 4)
    assert "Tổng cộng 12 mục." in folded
