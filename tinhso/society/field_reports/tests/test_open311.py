"""Open311: who may read and write what, and what is asked for twice happens once."""

import json
import re
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree as xml

import pytest
from django.test import Client

from tinhso.blocks.identity import queries as identity
from tinhso.blocks.identity import services as people
from tinhso.kernel import clock
from tinhso.society.field_reports import services
from tinhso.society.field_reports.models import Report
from tinhso.society.field_reports.tests import makers
from tinhso.society.field_reports.tests.makers import HERE, Place

ROOT = "/open311/v2"
SENT = {
    "service_code": "rac",
    "lat": str(HERE[1]),
    "long": str(HERE[0]),
    "description": "Đống rác trước chợ",
    "email": "dan@example.vn",
    "first_name": "Lan",
}


def a_key(place: Place, *rights: str) -> str:
    """The secret of a program that holds these rights in the whole province."""
    person = makers.a_person_at(place.province, *rights, name="tich-hop")
    by, now = identity.actor_for(person), clock.now()
    return people.make_token(
        person=person, name="app", rights=rights, expires_at=now + timedelta(days=9), by=by, now=now
    )[1]


@pytest.fixture
def key(place: Place) -> str:
    """A key that vouches for its people."""
    return a_key(place, "take field reports")


def ask(address: str, **wanted: Any) -> Any:
    """What a stranger reads."""
    return json.loads(Client().get(f"{ROOT}/{address}.json", wanted).content)


def send(key: str, address: str = "requests", **changes: Any) -> tuple[int, Any]:
    """The status and the answer of a write."""
    sent = (SENT if address == "requests" else {}) | {"api_key": key} | changes
    answer = Client().post(f"{ROOT}/{address}.json", sent)
    return answer.status_code, json.loads(answer.content)


def a_shown_report(place: Place, **changes: Any) -> Report:
    """A report that the desk has released."""
    return makers.in_progress(place, clock.now(), **changes)


def test_a_report_is_read_without_whoever_told_it(place: Place) -> None:
    report = a_shown_report(place, sender_name="Nguyễn Thị Lan")

    told = ask(f"requests/{report.ref}", extensions="true")

    assert told[0]["service_request_id"] == report.ref
    assert told[0]["status"] == "open"
    assert "Lan" not in json.dumps(told, ensure_ascii=False)
    assert "0912" not in json.dumps(told)


def test_what_the_desk_has_not_released_is_not_there(place: Place) -> None:
    report = makers.received(clock.now())

    answer = Client().get(f"{ROOT}/requests/{report.ref}.xml")

    assert answer.status_code == 404
    assert xml.fromstring(answer.content).findtext("error/code") == "404"
    assert ask("requests") == []


def test_a_sensitive_report_is_shown_roughly_and_not_found_by_its_place(place: Place) -> None:
    report = a_shown_report(
        place, category="an-ninh", text="Có đánh bạc trong nhà", address="12 đường Một", longitude=107.053
    )

    told = ask(f"requests/{report.ref}")[0]
    around = ask("requests", lat=HERE[1], long=107.053, radius=50)

    assert (told["long"], told["lat"]) == pytest.approx((107.05, 15.05))
    assert "12 đường Một" not in told["address"]
    assert around == []


def test_a_key_that_vouches_sends_a_report_that_is_received_at_once(key: str) -> None:
    status, told = send(key)

    report = Report.objects.get(ref=told[0]["service_request_id"])
    assert status == 200
    assert (report.channel, report.status) == ("open311", Report.Status.RECEIVED)
    assert report.reporter.email == "dan@example.vn"
    assert report.followers.get().sender == "dan@example.vn"


@pytest.mark.parametrize("again", [{}, {"attribute[fixmystreet_id]": "77", "description": "Đã sửa lời trước chợ"}])
def test_a_report_that_is_sent_again_is_the_same_report(key: str, again: dict[str, str]) -> None:
    named = {"attribute[fixmystreet_id]": "77"} if again else {}
    first = send(key, **named)[1]

    second = send(key, **again)[1]

    assert second[0]["service_request_id"] == first[0]["service_request_id"]
    assert Report.objects.count() == 1


def test_without_a_key_nothing_is_written(place: Place) -> None:
    refused = [send(wrong)[0] for wrong in ("", "tinhso_wrong", a_key(place, "see field reports"))]

    assert refused == [403, 403, 403]
    assert not Report.objects.exists()


def test_the_session_of_somebody_who_logged_in_writes_nothing(place: Place) -> None:
    client = Client()
    client.force_login(makers.a_person_at(place.province, "take field reports", name="truc"))

    answer = client.post(f"{ROOT}/requests.json", SENT)

    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"service_code": "khong-co"}, 404, "unknown_category"),
        ({"service_code": ""}, 400, "no_category"),
        ({"lat": ""}, 400, "half_a_place"),
        ({"lat": "nan"}, 400, "bad_value"),
        ({"lat": "10.2", "long": "106.3"}, 400, "outside"),
        ({"description": "\0"}, 400, "says_nothing"),
        ({"jurisdiction_id": "ha-noi"}, 404, "unknown_jurisdiction"),
        ({"service_code": "duong"}, 400, "no_answer"),
        ({"service_code": "duong", "attribute[rong]": "xa"}, 400, "bad_answer"),
        ({"email": "khong-phai"}, 400, "bad_contact"),
    ],
)
def test_what_cannot_be_taken_is_refused_in_the_shape_of_the_standard(
    key: str, changes: dict[str, str], status: int, code: str
) -> None:
    got, told = send(key, **changes)

    assert got == status
    assert told[0]["code"] == status
    assert told[0]["description"].startswith(f"{code}: ")
    assert not Report.objects.exists()


def test_an_answer_to_a_question_of_the_province_becomes_a_line_of_the_report(key: str) -> None:
    told = send(key, service_code="duong", **{"attribute[rong]": "to"})[1]

    report = Report.objects.get(ref=told[0]["service_request_id"])
    assert report.text.splitlines()[-1] == "Ổ gà rộng bao nhiêu: Trên một mét"


def test_a_commune_named_in_an_address_stands_in_for_a_place(key: str, place: Place) -> None:
    told = send(key, lat="", long="", address_string=f"Chợ, {place.east.name}, tỉnh")[1]

    assert Report.objects.get(ref=told[0]["service_request_id"]).origin_unit == place.east


def test_a_key_cannot_flood_the_desk(key: str) -> None:
    answers = [send(key, description=f"Đống rác thứ {number}")[0] for number in range(7)]

    assert answers == [200] * 5 + [429] * 2


def test_whoever_sent_a_report_reads_it_before_the_desk_has_released_it(key: str) -> None:
    ref = send(key)[1][0]["service_request_id"]

    mine, strangers = ask("requests", api_key=key), ask("requests")

    assert [one["service_request_id"] for one in mine] == [ref]
    assert strangers == []


def test_a_merged_report_still_answers_under_its_own_name(place: Place) -> None:
    kept, gone = a_shown_report(place), a_shown_report(place, request="b")
    services.merge_reports(ref=gone.ref, into=kept.ref, by=makers.an_officer(place.west), now=clock.now())

    told = ask(f"requests/{gone.ref}")[0]

    assert told["service_request_id"] == gone.ref
    assert kept.ref in told["status_notes"]


def test_a_search_is_narrowed_by_category_status_and_page(place: Place) -> None:
    waste = [a_shown_report(place, request=f"w{number}").ref for number in range(3)]
    tree = a_shown_report(place, category="cay", text="Cây ngã giữa đường").ref

    newest = ask("requests", page_size=1, page=1)

    assert [one["service_request_id"] for one in newest] == [tree]
    assert {one["service_request_id"] for one in ask("requests", service_code="rac")} == set(waste)
    assert ask("requests", status="closed") == []
    assert {one["service_request_id"] for one in ask("requests", service_request_id=f"{tree},PA-NO")} == {tree}
    assert [one["service_request_id"] for one in ask("requests", q="nga")] == [tree]


def test_a_search_spans_ninety_days_at_most(place: Place) -> None:
    day = timedelta(days=1)
    first, last = (clock.now() - 91 * day).isoformat(), clock.now().isoformat()

    answer = Client().get(f"{ROOT}/requests.json", {"start_date": first, "end_date": last})

    assert answer.status_code == 400


def test_updates_tell_what_happened_in_a_span(place: Place) -> None:
    report = makers.mended(place, clock.now())

    told = ask("servicerequestupdates")

    assert {one["service_request_id"] for one in told} == {report.ref}
    assert told[-1]["description"] == makers.MENDED


def test_a_word_from_elsewhere_reaches_the_desk_once_and_no_stranger(key: str, place: Place) -> None:
    ref = send(key)[1][0]["service_request_id"]
    said = {"service_request_id": ref, "update_id": "u1", "status": "OPEN", "description": "Rác vẫn còn đó"}

    first, second = (send(key, "servicerequestupdates", **said)[1] for _time in range(2))

    report = Report.objects.get(ref=ref)
    assert first == second
    assert report.entries.filter(did="noted", public=False, note="Rác vẫn còn đó").count() == 1


def test_a_key_says_nothing_of_the_reports_of_others(key: str, place: Place) -> None:
    report = a_shown_report(place)

    status, _told = send(key, "servicerequestupdates", service_request_id=report.ref, description="Xong rồi mà")

    assert status == 404


def test_closed_from_elsewhere_confirms_what_its_reporter_was_asked(key: str, place: Place) -> None:
    ref = send(key)[1][0]["service_request_id"]
    officer, now = makers.an_officer(place.west), clock.now()
    services.begin_work(ref=ref, by=officer, now=now)
    services.resolve_report(ref=ref, answer=makers.MENDED, no_photo_why="Máy ảnh hỏng hôm nay", by=officer, now=now)

    send(key, "servicerequestupdates", service_request_id=ref, update_id="u1", status="CLOSED", description="Cảm ơn")

    assert Report.objects.get(ref=ref).status == Report.Status.CLOSED


def test_letters_that_xml_does_not_know_do_not_break_an_answer(place: Place) -> None:
    report = a_shown_report(place, text="Rác\x01 & <b>mùi</b>")

    answer = Client().get(f"{ROOT}/requests/{report.ref}.xml")

    assert xml.fromstring(answer.content).findtext("request/description") == "Rác & <b>mùi</b>"


@pytest.mark.parametrize(
    "address",
    [
        "/open311/v2//services.json",
        "/open311//v2/services.json",
        "/open311//v2//services.json",
        "/open311/v2///requests.xml",
        "/open311/v2//discovery.json",
        "/open311//discovery.json",
    ],
)
def test_an_address_that_a_client_joined_with_two_slashes_is_read(place: Place, address: str) -> None:
    tidy = re.sub("/+", "/", address)

    assert Client().get(address).content == Client().get(tidy).content
    assert Client().get(address).status_code == 200


def test_a_report_is_sent_to_a_joined_address_as_well(place: Place, key: str) -> None:
    answer = Client(enforce_csrf_checks=True).post("/open311/v2//requests.json", SENT | {"api_key": key})

    assert answer.status_code == 200
    assert Report.objects.count() == 1


@pytest.mark.parametrize(
    "address", ["/open311//accounts/login/", "/open311//", "/open311/v2//../../channels/", "/open311//x"]
)
def test_two_slashes_open_no_other_door(place: Place, address: str) -> None:
    assert Client().get(address).status_code == 404


def test_updates_are_read_page_by_page_without_missing_or_repeating_one(place: Place) -> None:
    for number in range(3):
        a_shown_report(place, request=f"r{number}")
    whole = ask("servicerequestupdates")

    pages = [ask("servicerequestupdates", page=page, page_size=2) for page in range(1, len(whole) // 2 + 2)]

    assert [one for page in pages for one in page] == whole
    assert [len(page) for page in pages[:2]] == [2, 2]
    assert ask("servicerequestupdates", page=10_000) == []
    assert Client().get(f"{ROOT}/servicerequestupdates.json", {"page": "x"}).status_code == 400
