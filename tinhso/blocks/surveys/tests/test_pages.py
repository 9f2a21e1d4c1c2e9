"""Filling in by page, with script off; what offices see."""

import re
from typing import Any

import pytest
from django.test import Client

from tinhso.blocks.audit.models import Entry
from tinhso.blocks.identity import queries as identity
from tinhso.blocks.identity.models import Person
from tinhso.blocks.identity.tests.makers import a_person, a_post, a_role, a_unit
from tinhso.blocks.surveys import queries, services
from tinhso.blocks.surveys.models import AppKey, FilledIn, Version
from tinhso.blocks.surveys.tests import makers as a
from tinhso.blocks.surveys.tests.test_openrosa import a_photo
from tinhso.kernel.actor import Actor

pytestmark = pytest.mark.django_db
FILL = f"/surveys/{a.CODE}/"
TOLD: dict[str, Any] = {
    "version": "1",
    "instance": "uuid:0b7c6f2a-0000-4000-8000-000000000009",
    "started_at": "2026-03-02T08:00:00+07:00",
    "ended_at": "2026-03-02T08:09:00+07:00",
    "do": "send",
    "q.team": "t1",
    "q.day": "2026-03-01",
    "q.place_kind": "home",
    "q.spot": "yard",
    "q.address": "Ấp Một",
    "q.topics": ["vneid", "pay"],
    "q.people": "4",
    "q.hours": "1,5",
    "q.person.0.person_name": "Người được giúp",
    "q.person.0.age": "70",
    "q.where": "10.24, 106.37",
    "q.phone": "0900000000",
    "q.agreed": "OK",
}


@pytest.fixture
def here(client: Client, version: Version, volunteer: Person) -> Client:
    """The volunteer's browser."""
    client.force_login(volunteer)
    return client


@pytest.fixture
def office(version: Version, volunteer: Person) -> Client:
    """The browser of somebody who looks after the survey of the commune."""
    person = a_person("hoa")
    a_post(person, volunteer.posts.get().unit, a_role("see trees", code="can-bo"))
    client = Client()
    client.force_login(person)
    return client


def words(answer: Any) -> str:
    """A page's words without its marks."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def test_the_form_asks_in_vietnamese_and_in_english(here: Client) -> None:
    vietnamese, english = words(here.get(FILL)), words(here.get(FILL, headers={"cookie": "django_language=en"}))

    assert "Hướng dẫn việc gì" in vietnamese
    assert "Tổ số 1" in vietnamese
    assert "How many people" in english or "How many people" in words(_in_english(here, FILL))


def _in_english(client: Client, address: str) -> Any:
    client.cookies["django_language"] = "en"
    return client.get(address)


def test_a_form_is_sent_without_script(here: Client) -> None:
    answer = here.post(FILL, TOLD, follow=True)

    row = FilledIn.objects.get()
    assert "Đã nhận phiếu" in words(answer)
    assert row.values["hours"] == "1.5"
    assert row.values["where"] == [10.24, 106.37, None, None]
    assert row.values["person"] == [{"person_name": "Người được giúp", "age": 70}]
    assert row.values["deviceid"] == "web"
    assert row.instance_id == TOLD["instance"]


def test_a_photo_goes_with_its_form(here: Client) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    here.post(FILL, TOLD | {"q.photo": SimpleUploadedFile("../Ảnh của tôi.JPG", a_photo())})

    file = FilledIn.objects.get().files.get()
    assert re.fullmatch(r"0b7c6f2a-photo\.jpg", file.name)
    page = here.get(f"/surveys/sent/{FilledIn.objects.get().ref}/files/{file.name}")
    assert page["Content-Type"] == "image/jpeg"
    assert b"".join(page.streaming_content).startswith(b"\xff\xd8")  # type: ignore[attr-defined]


def test_faults_stand_at_their_questions_and_nothing_typed_is_lost(here: Client) -> None:
    answer = here.post(FILL, TOLD | {"q.people": "0", "q.address": ""})

    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Từ 1 đến 500 người." in words(answer)
    assert 'id="q-people-error"' in text
    assert 'value="Người được giúp"' in text
    assert TOLD["instance"] in text
    assert not FilledIn.objects.exists()


def test_a_row_is_added_and_taken_away_without_script(here: Client) -> None:
    more = here.post(FILL, TOLD | {"do": "add:person"}).content.decode()
    fewer = here.post(FILL, TOLD | {"do": "drop:person.0"}).content.decode()

    assert 'name="q.person.1.age"' in more
    assert 'value="Người được giúp"' in more
    assert 'value="Người được giúp"' not in fewer


def test_a_double_click_is_one_form(here: Client) -> None:
    here.post(FILL, TOLD)
    here.post(FILL, TOLD | {"ended_at": ""})

    assert FilledIn.objects.count() == 1


def test_the_queue_is_answered_in_json(here: Client, lan: Actor) -> None:
    key = {"X-Survey-Queue": queries.owner_tag(lan)}

    wrong = here.post(FILL, TOLD | {"q.people": "0"}, headers=key)
    right = here.post(FILL, TOLD, headers=key)
    again = here.post(FILL, TOLD, headers=key)

    assert wrong.status_code == 422
    assert wrong.json()["problems"] == [{"key": "people", "label": "Bao nhiêu người", "message": "Từ 1 đến 500 người."}]
    assert right.json() == again.json()
    assert right.status_code == 201


def test_what_another_filled_in_waits_for_them(here: Client) -> None:
    answer = here.post(FILL, TOLD, headers={"X-Survey-Queue": "somebody-else"})

    assert answer.status_code == 409
    assert not FilledIn.objects.exists()


def test_a_queue_without_a_log_in_waits(client: Client, version: Version) -> None:
    assert client.get("/surveys/token/").status_code == 401
    assert client.post(FILL, TOLD, headers={"X-Survey-Queue": "x"}).status_code == 401


def test_who_may_not_fill_in_sees_no_form(client: Client, version: Version) -> None:
    client.force_login(a_person("khach"))

    assert client.get(FILL).status_code == 403
    assert client.get("/surveys/").status_code == 403
    assert client.get("/surveys/connect/").status_code == 403


def test_a_fill_in_page_may_be_kept_and_an_offices_may_not(here: Client, office: Client) -> None:
    assert here.get(FILL)["X-Keep-Days"] == "60"
    assert "no-store" not in here.get(FILL).get("Cache-Control", "")
    assert "no-store" in office.get(f"/surveys/{a.CODE}/answers/")["Cache-Control"]
    assert "no-store" in office.get("/surveys/")["Cache-Control"]


def test_a_person_finds_what_they_sent(here: Client) -> None:
    here.post(FILL, TOLD)
    ref = FilledIn.objects.get().ref

    assert ref in words(here.get("/surveys/mine/"))
    assert "0900000000" in words(here.get(f"/surveys/sent/{ref}/"))


def test_private_answers_are_masked_until_somebody_says_why(here: Client, office: Client) -> None:
    here.post(FILL, TOLD)
    ref = FilledIn.objects.get().ref

    masked = words(office.get(f"/surveys/sent/{ref}/"))
    refused = office.post(f"/surveys/sent/{ref}/", {"why": ""})
    shown = words(office.post(f"/surveys/sent/{ref}/", {"why": "gọi lại để hẹn"}))

    assert "0900000000" not in masked
    assert "Trả tiền không dùng tiền mặt" in masked
    assert refused.status_code == 409
    assert "0900000000" in shown
    assert Entry.objects.get(did="viewed", subject=ref).after == {"why": "gọi lại để hẹn"}


def test_another_communes_office_sees_nothing(here: Client, version: Version) -> None:
    here.post(FILL, TOLD)
    elsewhere = a_person("tu")
    a_post(elsewhere, a_unit("xa-khac"), a_role("see trees", code="noi-khac"))
    client = Client()
    client.force_login(elsewhere)

    ref = FilledIn.objects.get().ref
    assert client.get(f"/surveys/sent/{ref}/").status_code == 404
    assert ref not in words(client.get(f"/surveys/{a.CODE}/answers/"))
    assert ref not in client.get(f"/surveys/{a.CODE}/answers.csv").getvalue().decode()


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_files_leave_private_answers_out(here: Client, office: Client, form: str) -> None:
    here.post(FILL, TOLD | {"q.address": "=1+1"})

    content = office.get(f"/surveys/{a.CODE}/answers.{form}").getvalue()

    if form == "csv":
        text = content.decode("utf-8-sig")
        assert "'=1+1" in text
        assert "vneid pay" in text
        assert "0900000000" not in text
    assert Entry.objects.get(did="exported survey").after == {"rows": 1}


def test_answers_are_narrowed_by_unit_and_month(here: Client, office: Client) -> None:
    here.post(FILL, TOLD)
    ref = FilledIn.objects.get().ref

    assert ref in words(office.get(f"/surveys/{a.CODE}/answers/?unit=xa"))
    assert ref not in words(office.get(f"/surveys/{a.CODE}/answers/?unit=khac"))
    assert ref not in words(office.get(f"/surveys/{a.CODE}/answers/?month=2001-01"))
    assert office.get(f"/surveys/{a.CODE}/answers/?month=x&page=-3&unit=%00").status_code == 200


def test_a_version_is_looked_at_and_then_published(version: Version) -> None:
    person = a_person("tinh")
    a_post(person, a_unit("so"), a_role("manage trees", code="so", everywhere=True))
    client = Client()
    client.force_login(person)
    from django.core.files.uploadedfile import SimpleUploadedFile

    upload = SimpleUploadedFile("moi.xlsx", a.a_workbook(version="2", questions=a.QUESTIONS[:-1]))
    seen = client.post(f"/surveys/{a.CODE}/publish/", {"workbook": upload, "do": "preview"})
    before = Version.objects.count()
    content = re.search(r'name="content" value="([^"]+)"', seen.content.decode())
    assert content is not None
    done = client.post(f"/surveys/{a.CODE}/publish/", {"content": content[1], "name": "moi.xlsx", "do": "publish"})

    assert "Phiếu sẽ trông như sau" in words(seen)
    assert before == 1
    assert done.status_code == 302
    assert Version.objects.count() == 2
    workbook = client.get(f"/surveys/{a.CODE}/versions/2/workbook/")
    assert workbook.getvalue().startswith(b"PK")


def test_a_bad_workbook_is_told_on_the_page(version: Version) -> None:
    person = a_person("tinh")
    a_post(person, a_unit("so"), a_role("manage trees", code="so", everywhere=True))
    client = Client()
    client.force_login(person)
    from django.core.files.uploadedfile import SimpleUploadedFile

    for content in (b"nothing", a.a_workbook(code="other"), a.a_workbook(version="1", questions=a.QUESTIONS[:-1])):
        answer = client.post(
            f"/surveys/{a.CODE}/publish/", {"workbook": SimpleUploadedFile("x.xlsx", content), "do": "preview"}
        )
        assert answer.status_code == 422
    assert client.post(f"/surveys/{a.CODE}/publish/", {"content": "!!", "do": "publish"}).status_code == 409


def test_a_key_is_made_shown_once_and_revoked(here: Client, lan: Actor) -> None:
    made = here.post("/surveys/connect/", {"name": "Điện thoại của tổ"})
    secret = re.search(r'class="secret">([^<]+)<', made.content.decode())
    later = here.get("/surveys/connect/").content.decode()
    revoked = here.post(f"/surveys/connect/{AppKey.objects.get().ref}/revoke/")

    assert secret is not None
    assert "<svg" in made.content.decode()
    assert secret[1] not in later
    assert revoked.status_code == 302
    assert AppKey.objects.get().revoked_at is not None


def test_the_qr_code_holds_what_collect_reads() -> None:
    import base64
    import json
    import zlib

    from tinhso.blocks.surveys.pages.keys import collect_settings

    told = json.loads(zlib.decompress(base64.b64decode(collect_settings("https://tinh.example/odk", "lan", "k"))))

    assert told["general"]["server_url"] == "https://tinh.example/odk"
    assert (told["general"]["username"], told["general"]["password"]) == ("lan", "k")
    assert set(told) == {"general", "admin", "project"}


def test_pages_ask_few_questions(
    here: Client, office: Client, django_assert_max_num_queries: Any, volunteer: Person
) -> None:
    for number in range(3):
        services.take_form(
            survey=a.CODE,
            xml=a.a_form(instance=f"uuid:0000000{number}"),
            files={},
            by=identity.actor_for(volunteer),
            now=a.NOW,
        )

    for client, address in [
        (here, FILL),
        (here, "/surveys/"),
        (here, "/surveys/mine/"),
        (office, f"/surveys/{a.CODE}/about/"),
        (office, f"/surveys/{a.CODE}/answers/"),
        (office, f"/surveys/sent/{FilledIn.objects.first().ref}/"),  # type: ignore[union-attr]
    ]:
        with django_assert_max_num_queries(12):
            assert client.get(address).status_code == 200
