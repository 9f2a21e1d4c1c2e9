"""Pages show no number of a person, let nobody into what is not theirs, and change nothing that a form does not ask."""

from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.conf import settings
from django.test import Client

from tinhso.blocks.audit.models import Entry as AuditEntry
from tinhso.kernel import clock
from tinhso.society.support import services
from tinhso.society.support.contract import ApplicationState
from tinhso.society.support.models import Application, Batch, Complaint, Delivery, List
from tinhso.society.support.queries import lookup, paying, secrets
from tinhso.society.support.tests import makers

pytestmark = pytest.mark.django_db
BACKEND = settings.AUTHENTICATION_BACKENDS[-1]
NUMBER = "083000000001"


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages ask the clock: makers do as well."""
    monkeypatch.setattr(makers, "MONDAY", clock.now())


def logged_in(person: Any) -> Client:
    """A browser of somebody."""
    client = Client()
    client.force_login(person, backend=BACKEND)
    return client


def a_form(**changes: Any) -> dict[str, Any]:
    """What the page of an application sends."""
    draft = makers.a_draft(1)
    return {
        "name": draft.name,
        "number": draft.number,
        "phone": draft.phone,
        "commune": "W",
        "born": "1950",
        "imei": draft.imei,
        "request_name": "form-1",
    } | changes


def test_a_page_says_whether_it_is_for_me_and_keeps_nothing(client: Client) -> None:
    makers.a_programme(makers.a_place(), rules=[{"rule": "age", "least": 60}])

    young = client.post("/support/may-4g/", {"born": "1990"}).content.decode()
    old = client.post("/support/may-4g/", {"born": "1950"}).content.decode()

    assert "Bạn không thuộc diện" in young
    assert "Phải từ 60 tuổi" in young
    assert "Bạn thuộc diện được nhận" in old
    assert not Application.objects.exists()


def test_applying_twice_by_one_form_is_one_application_and_hidden_fields_change_nothing(client: Client) -> None:
    makers.a_programme(makers.a_place())
    more = {"state": "approved", "channel": "desk", "amount": "9", "outcome": "yes", "line": "1", "taken_by": "x"}

    first, again = (client.post("/support/may-4g/apply/", a_form(**more)) for _n in range(2))

    one = Application.objects.get()
    assert first.status_code == again.status_code == 302
    assert (one.state, one.channel, one.amount, one.line, one.taken_by) == (
        ApplicationState.UNCONFIRMED,
        "web",
        0,
        None,
        "",
    )
    page = client.get(first["Location"]).content.decode()
    assert NUMBER not in page
    assert "•••••••••001" not in page  # the masked one is for the desk
    code = secrets.code_of(one, 1)
    client.post(first["Location"], {"act": "confirm", "code": code})
    one.refresh_from_db()
    assert one.state == ApplicationState.SUBMITTED


def test_a_strangers_key_opens_nothing_and_guessing_is_stopped(client: Client) -> None:
    programme = makers.a_programme(makers.a_place())
    mine, other = makers.confirmed(programme, 1), makers.confirmed(programme, 2)
    wrong = f"/support/mine/{other.ref}/{secrets.key_of(mine)}/"

    found = [client.post(wrong, {"act": "withdraw"}).status_code for _n in range(12)]
    right = client.get(secrets.applicant_page_path(mine))

    assert set(found) == {404}
    assert right.status_code == 404  # this address has guessed too often this hour
    other.refresh_from_db()
    assert other.state == ApplicationState.SUBMITTED
    assert AuditEntry.objects.filter(did="stopped guessing").count() == 1


def test_a_code_is_tried_five_times(client: Client) -> None:
    one = makers.an_application(makers.a_programme(makers.a_place()))
    here = secrets.applicant_page_path(one)

    for _n in range(6):
        client.post(here, {"act": "confirm", "code": "000001"})
    client.post(here, {"act": "confirm", "code": secrets.code_of(one, 1)})

    one.refresh_from_db()
    assert (one.state, one.person.tries) == (ApplicationState.UNCONFIRMED, 5)


def test_somebody_elsewhere_sees_and_does_nothing() -> None:
    place = makers.a_place()
    programme = makers.a_programme(place)
    one = makers.submitted(programme)
    stranger = logged_in(makers.a_person_at(place.east, *lookup.RIGHTS))
    outsider = logged_in(makers.a_person_at(place.west, "see cases", name="lan"))
    here = f"/support-desk/{one.ref}/"

    for client in (stranger, outsider):
        for act in ("approve", "refuse", "ask_paper", "deliver"):
            client.post(f"{here}act/", {"act": act, "why": makers.WHY, "papers": "1"})
        client.post("/support-desk/bulk/", {"ref": [one.ref]})
        assert client.get(here).status_code == 403
        assert client.post(f"{here}reveal/", {"why": "vì tôi muốn xem thử"}).status_code in (302, 403)
        assert one.ref not in client.get("/support-desk/?tray=all").content.decode()

    one.refresh_from_db()
    assert one.state == ApplicationState.SUBMITTED
    assert not AuditEntry.objects.filter(did="viewed", subject=one.ref).exists()


def test_numbers_are_masked_until_somebody_asks_and_is_written_down() -> None:
    place = makers.a_place()
    one = makers.submitted(makers.a_programme(place))
    chief = logged_in(makers.a_person_at(place.west, "see support", "decide support"))
    here = f"/support-desk/{one.ref}/"

    page = chief.get(here).content.decode()
    short = chief.post(f"{here}reveal/", {"why": "xem"}, follow=True).content.decode()
    full = chief.post(f"{here}reveal/", {"why": "gọi điện hỏi lại"}).content.decode()

    assert "•••••••••001" in page
    assert NUMBER not in page + short
    assert NUMBER in full
    assert AuditEntry.objects.filter(did="viewed", subject=one.ref).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_delivery_needs_a_picture_and_replayed_changes_nothing() -> None:
    place = makers.a_place()
    one = makers.approved(makers.a_programme(place))
    clerk = logged_in(makers.a_person_at(place.west, "see support", "take support"))
    here, told = (
        f"/support-desk/{one.ref}/",
        {"act": "deliver", "on": clock.today().isoformat(), "imei": makers.an_imei(1, "99000102")},
    )

    clerk.post(f"{here}act/", told)
    clerk.post(f"{here}act/", told | {"proof": BytesIO(b"<script>alert(1)</script>")})
    assert not Delivery.objects.exists()
    clerk.post(f"{here}act/", told | {"proof": makers.an_upload()})
    clerk.post(f"{here}act/", told | {"proof": makers.an_upload(), "imei": makers.an_imei(5, "99000102")})

    delivery = Delivery.objects.get()
    assert delivery.shown_imei.endswith(makers.an_imei(1, "99000102")[-3:])
    assert clerk.get(f"{here}proof/")["Content-Type"] == "image/jpeg"


def test_a_batch_is_taken_away_with_its_sums_and_no_cell_is_a_formula() -> None:
    place = makers.a_place()
    programme = makers.a_programme(place)
    makers.delivered(programme, 1, name="=HYPERLINK(1) Hoa")
    manager = logged_in(makers.a_person_at(place.agency, *lookup.RIGHTS, everywhere=True))
    manager.post("/support-desk/programmes/may-4g/act/", {"act": "batch"})
    manager.post("/support-desk/programmes/may-4g/act/", {"act": "batch"})
    batch = Batch.objects.get()

    text = b"".join(manager.get(f"/support-desk/batches/{batch.ref}/file.csv")).decode()
    book = openpyxl.load_workbook(BytesIO(manager.get(f"/support-desk/batches/{batch.ref}/file.xlsx").content))
    cells = [cell for row in book.active.iter_rows(values_only=True) for cell in row]  # type: ignore[union-attr]

    assert {batch.control, 1_000_000, "•••••••••001"} <= set(cells)
    assert batch.control in text
    assert ",=" not in text
    assert NUMBER not in text
    assert not any(cell.data_type == "f" for row in book.active.iter_rows() for cell in row)  # type: ignore[union-attr]
    other = logged_in(makers.a_person_at(place.west, "see support", name="lan"))
    assert other.get(f"/support-desk/batches/{batch.ref}/").status_code == 403


def test_a_hostile_workbook_is_refused_and_a_good_one_looked_through() -> None:
    place = makers.a_place()
    makers.a_programme(place)
    manager = logged_in(makers.a_person_at(place.agency, *lookup.RIGHTS, everywhere=True))
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Họ và tên", "Số định danh", "Điện thoại", "Xã, phường", "IMEI máy cũ"])
    sheet.append(["=1+1", 83000000009, 912000009, "W", makers.an_imei(9)])
    sheet.append(["<script>alert(1)</script> Hoa", "083000000010", "0912000010", "W", makers.an_imei(10)])
    out = BytesIO()
    book.save(out)
    files = {"tot.xlsx": out.getvalue(), "xau.xlsx": b"PK\x05\x06" + bytes(18), "bom.xlsx": b"\x00" * 100}

    for name, content in files.items():
        upload = BytesIO(content)
        upload.name = name
        manager.post("/support-desk/lists/", {"programme": "may-4g", "file": upload})

    found = List.objects.get()
    assert (found.file_name, found.rows) == ("tot.xlsx", 2)
    page = manager.get(f"/support-desk/lists/{found.ref}/").content.decode()
    assert "<script>alert" not in page


def test_a_complaint_is_sent_and_answered_on_pages(client: Client) -> None:
    place = makers.a_place()
    one = makers.confirmed(makers.a_programme(place))
    services.refuse_application(ref=one.ref, why=makers.WHY, by=makers.a_chief(place.west), now=clock.now())
    chief = logged_in(makers.a_person_at(place.west, "see support", "decide support"))

    client.post(secrets.applicant_page_path(one), {"act": "complain", "text": "Tôi có giấy chứng nhận."})
    complaint = Complaint.objects.get()
    assert "Tôi có giấy" in chief.get("/support-desk/complaints/").content.decode()
    chief.post(f"/support-desk/complaints/{complaint.ref}/answer/", {"text": "Xin xét lại hồ sơ.", "upheld": "1"})

    one.refresh_from_db()
    assert one.state == ApplicationState.SUBMITTED
    assert "Xin xét lại hồ sơ." in client.get(secrets.applicant_page_path(one)).content.decode()


def test_who_leads_writes_a_programme_opens_it_and_gives_quotas() -> None:
    place = makers.a_place()
    manager = logged_in(makers.a_person_at(place.agency, *lookup.RIGHTS))
    told = {
        "code": "chu-ky-so",
        "name": "Chữ ký số",
        "kind": "signature",
        "basis": "QĐ",
        "giver": "B",
        "days": "3",
        "giver_kind": "company",
        "starts_on": "2026-01-01",
        "amount": "0",
        "pieces": "50",
        "budget": "0",
        "once": ["person"],
    }
    here = "/support-desk/programmes/chu-ky-so/"

    manager.post("/support-desk/programmes/new/", told)
    manager.post(f"{here}rules/", {"valid_from": "2026-01-01", "least": "18", "household": ["poor"], "more": ""})
    manager.post(f"{here}act/", {"act": "quota", "unit": "W", "pieces": "60", "money": "0"})
    manager.post(f"{here}act/", {"act": "quota", "unit": "W", "pieces": "50", "money": "0"})
    manager.post(f"{here}edit/", told | {"name": "Chữ ký số miễn phí"})
    manager.post(f"{here}act/", {"act": "open"})

    one = lookup.programme("chu-ky-so")
    assert (one.name, one.state, one.unit.ref, one.lines.get().pieces) == ("Chữ ký số miễn phí", "open", "T-SO", 50)
    assert one.rules.get().rules == [{"rule": "age", "least": 18}, {"rule": "household", "among": ["poor"]}]
    assert "Từ 18 tuổi." in manager.get(here).content.decode()
    assert not paying.unpaid_applications(one).exists()
