"""Attempts on citizens' pages and the desk of cases: each refused in its own words, written down, nothing kept."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory

from tests.attacks import test_hostile_papers as hostile
from tinhso.blocks.audit.models import Entry
from tinhso.blocks.cases import contract
from tinhso.blocks.cases.models import Case
from tinhso.blocks.cases.queries import secrets
from tinhso.blocks.cases.tests import makers
from tinhso.blocks.cases.tests.applicants import APPLY, TOLD, Offers, a_clerk
from tinhso.blocks.documents.models import StoredFile
from tinhso.blocks.documents.tests import papers
from tinhso.blocks.identity.models import Person
from tinhso.blocks.payments.tests import makers as money
from tinhso.blocks.units.models import Unit
from tinhso.kernel import clock

pytestmark = pytest.mark.django_db(transaction=True)
MEGABYTE = 1_000_000
PAGES = ("case", "form", "reveal", "act")
FILES: dict[str, tuple[Callable[[], bytes], str, str, str]] = {
    "a program": (lambda: b"MZ" + b"\0" * 500, "don.pdf", "Loại tệp này không được nhận", "wrong_type"),
    "a bomb": (hostile.a_dense_bomb, "ds.xlsx", "giải nén ra quá lớn", "zip_bomb"),
    "a script": (hostile.a_form_with_script, "don.pdf", "Tệp có chứa mã lệnh", "active_content"),
    "more than a file may hold": (lambda: b"%PDF-" + b"0" * 21 * MEGABYTE, "don.pdf", "Tệp lớn hơn 20 MB", "too_large"),
}


@pytest.fixture
def commune(transactional_db: None, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Unit:
    """A commune with a procedure that is applied for online."""
    cache.clear()
    settings.FILE_STORE = str(tmp_path / "files")
    monkeypatch.setitem(contract.PROVIDERS, "tests", Offers())
    return makers.a_unit("28777", "Xã An")


def key_of(case: Case) -> str:
    return secrets.key_of(case)


@pytest.mark.parametrize("what", FILES)
def test_a_hostile_file_handed_in_with_a_dossier_leaves_neither(commune: Unit, client: Client, what: str) -> None:
    content, name, words, code = FILES[what]

    answer = client.post(APPLY, TOLD | {"f0": SimpleUploadedFile(name, content())})

    assert (answer.status_code, words in answer.content.decode()) == (422, True)
    assert papers.written_down("refused file")["code"] == code
    assert not Case.objects.exists()
    assert not StoredFile.objects.exists()


class Unread(BytesIO):
    """A body that nobody may touch."""

    def read(self, _size: int | None = -1) -> bytes:
        """Fail."""
        raise AssertionError("the body was read")


@pytest.mark.parametrize(("path", "said"), [(APPLY, "lớn hơn 60 MB"), ("/api/v1/units", '"code": "too_big"')])
def test_two_hundred_megabytes_are_refused_before_a_byte_is_read(commune: Unit, path: str, said: str) -> None:
    from django.core.handlers.wsgi import WSGIHandler

    given = RequestFactory().post(path).environ
    given |= {"CONTENT_LENGTH": str(200 * MEGABYTE), "wsgi.input": Unread(), "SERVER_NAME": "localhost"}
    given |= {"CONTENT_TYPE": "multipart/form-data; boundary=x"}
    statuses: list[str] = []

    def start(status: str, *_more: Any) -> Callable[[bytes], object]:
        statuses.append(status)
        return lambda _bytes: None

    body = b"".join(WSGIHandler()(given, start))

    assert statuses[0].startswith("413 ")
    assert said in body.decode()
    assert Entry.objects.get(did="refused request").after == {"code": "too_big", "method": "POST"}


CHANGED = {
    "a unit that does not receive": ({"receiving": "SYT"}, "Nơi đã chọn không có trong danh sách"),
    "a unit that is none": ({"receiving": "'; DROP TABLE"}, "Nơi đã chọn không có trong danh sách"),
    "no applicant": ({"name": " "}, "Hãy ghi họ tên"),
    "an address no letter reaches": ({"email": "a@b\nBcc: x@example.vn"}, "Địa chỉ thư điện tử"),
}


@pytest.mark.parametrize("what", CHANGED)
def test_a_hidden_field_that_was_changed_files_nothing(commune: Unit, client: Client, what: str) -> None:
    changed, words = CHANGED[what]

    answer = client.post(APPLY, TOLD | changed)

    assert (answer.status_code, words in answer.content.decode()) == (422, True)
    assert not Case.objects.exists()


def test_what_a_form_does_not_ask_changes_nothing_of_a_dossier(commune: Unit, client: Client) -> None:
    more = {"status": "10", "due_at": "2030-01-01", "unit": "SYT", "charges": "[]", "origin": "demo", "rating": "5"}

    client.post(APPLY, TOLD | more)

    case = Case.objects.get()
    assert (int(case.status), case.unit, case.rating, case.origin) == (1, commune, None, Case.Origin.HERE)
    assert case.charges == [{"name": "Lệ phí", "amount": 50_000}]


def test_a_mark_of_somebody_elses_filing_shows_nothing_of_theirs(commune: Unit, client: Client) -> None:
    client.post(APPLY, TOLD | {"request": "mark"})

    answer = Client().post(APPLY, TOLD | {"request": "mark", "name": "Người Khác"})

    assert answer.status_code == 422
    assert "đã được dùng cho một hồ sơ khác" in answer.content.decode()
    assert Case.objects.count() == 1


def test_somebody_elses_dossier_is_closed_by_page_form_paper_and_printout_and_each_try_is_written_down(
    commune: Unit,
) -> None:
    theirs, mine = makers.received(commune), makers.received(commune)
    elsewhere = a_clerk(makers.a_unit("28778", "Xã Bình"))
    key, somebody = key_of(mine), Client()

    tried = [
        somebody.get(f"/track/{theirs.code}/{key}/").status_code,
        somebody.post(f"/track/{theirs.code}/{key}/", {"act": "take_back", "why": "x"}).status_code,
        somebody.post(f"/track/{theirs.code}/{key}/", {"act": "rate", "points": "1"}).status_code,
        somebody.get(f"/track/{theirs.code}/{key}/print/1.pdf").status_code,
        somebody.get(f"/track/{theirs.code}/{key}/papers/GT-1/").status_code,
    ]
    desk = [
        elsewhere.get(f"/cases/{theirs.code}/").status_code,
        elsewhere.get(f"/cases/{theirs.code}/print/1.pdf").status_code,
        elsewhere.post(f"/cases/{theirs.code}/reveal/").status_code,
    ]
    elsewhere.post(f"/cases/{theirs.code}/act/", {"act": "take", "step": makers.step_of(theirs)})

    theirs.refresh_from_db()
    assert (tried, desk) == ([404] * 5, [403] * 3)
    assert theirs.entries_count == mine.entries_count
    assert Entry.objects.filter(did="refused secret", subject_kind="cases.key").count() == 5
    written = Entry.objects.filter(did="refused request", actor=Person.objects.get().ref, subject=theirs.code)
    assert [one.subject_kind for one in written.order_by("pk")] == [f"cases:{name}" for name in PAGES]


def test_who_tries_many_keys_opens_nothing_for_an_hour_others_do_and_it_is_written_down_once(commune: Unit) -> None:
    case = makers.received(commune)
    good, somebody = f"/track/{case.code}/{key_of(case)}/", Client()
    for number in range(30):
        somebody.post("/track/", {"code": case.code, "key": f"GUESS{number}"})

    answers = [somebody.get(good), somebody.post("/track/", {"code": case.code, "key": key_of(case)})]
    printed = somebody.get(f"{good}print/1.pdf")
    neighbour = Client(REMOTE_ADDR="192.0.2.7").get(good)

    assert [answer.status_code for answer in (*answers, printed)] == [429] * 3
    assert "nhập sai mã quá nhiều lần" in answers[0].content.decode()
    assert neighbour.status_code == 200
    assert Entry.objects.filter(did="stopped guessing").count() == 1


def test_who_tries_many_addresses_of_payers_opens_none_for_an_hour(commune: Unit) -> None:
    order = money.an_order(commune, now=clock.now())
    for _number in range(30):
        Client().get(f"/pay/{order.ref}/", {"k": "guess"})

    page = Client().get(f"/pay/{order.ref}/", {"k": order.secret})
    press = Client().post(f"/pay/{order.ref}/gateway/", {"k": order.secret})

    assert (page.status_code, press.status_code) == (429, 429)
    assert Entry.objects.filter(did="stopped guessing", subject_kind="payments.secret").count() == 1


@pytest.mark.parametrize(
    ("body", "signature", "status"),
    [
        (b"{}", "t=1,v1=" + "0" * 64, 401),
        (b"{" + b" " * 17_000 + b"}", "t=1,v1=" + "0" * 64, 413),
    ],
    ids=["forged", "too long"],
)
def test_a_banks_notice_that_is_not_believed_is_written_down(
    commune: Unit, settings: Any, client: Client, body: bytes, signature: str, status: int
) -> None:
    settings.BANK_NOTICE_SECRET = "a secret for tests only"

    answer = client.post("/pay/arrived/", body, "application/json", headers={"X-Signature": signature})

    assert answer.status_code == status
    assert Entry.objects.get(did="refused bank notice").after == {"code": answer.json()["code"]}
