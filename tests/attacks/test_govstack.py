"""Programs that try what is not theirs at GovStack's interface, or send what nobody should have to read."""

import json
from typing import Any

import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.http.response import HttpResponseBase

from tests.conformance.govstack_side import System, a_place, a_service, a_system
from tinhso.blocks.cases.models import Case, Task
from tinhso.blocks.identity.models import Person
from tinhso.blocks.units.models import Unit
from tinhso.government.public_services.models import Submission
from tinhso.government.public_services.tests import makers as catalogue
from tinhso.government.reporting.tests.test_pages import logged_in

pytestmark = pytest.mark.django_db
SERVICE, APPLY = "CH", "/services/{serviceId}/applications"
ONE, FILES, TASK, COMPLETE = "/applications/{fileId}", "/applications", "/tasks/{taskId}", "/tasks/{taskId}/complete"
BODY = {"applicantId": "nguoi-1"}


@pytest.fixture
def place() -> dict[str, Unit]:
    """A department with one procedure, and a commune."""
    cache.clear()
    units = a_place()
    catalogue.put(a_service(SERVICE, "khac", "Chặt hạ cây"))
    return units


@pytest.fixture
def mine(place: dict[str, Unit]) -> System:
    """The system that handed in."""
    return a_system("cua-toi", place["XA"], "file cases")


@pytest.fixture
def other(place: dict[str, Unit]) -> System:
    """Another system that may hand in."""
    return a_system("ke-khac", place["XA"], "file cases")


@pytest.fixture
def file(mine: System) -> str:
    """An application of mine."""
    return str(json_of(mine.ask("POST", APPLY, SERVICE, body=BODY))["fileId"])


def json_of(answer: HttpResponseBase) -> Any:
    """An answer, read."""
    return json.loads(answer.content)  # type: ignore[attr-defined]


def test_anothers_application_is_as_unknown_as_none(mine: System, other: System, file: str) -> None:
    answers = [
        other.ask("GET", ONE, file),
        other.ask("PUT", ONE, file, body=BODY),
        other.ask("GET", TASK, f"{file}:1"),
        other.ask("POST", COMPLETE, f"{file}:1", body={}),
    ]

    assert [answer.status_code for answer in answers] == [404] * 4
    assert json_of(answers[0]) == json_of(other.ask("GET", ONE, "khong-co"))
    assert (json_of(other.ask("GET", FILES)), json_of(other.ask("GET", FILES, applicantId="nguoi-1"))) == ([], [])
    assert len(json_of(mine.ask("GET", FILES))) == 1


def test_a_name_in_the_header_opens_nothing(mine: System, other: System, file: str) -> None:
    other.client = mine.client

    assert other.ask("GET", ONE, file).status_code == 404


def test_an_applicants_system_does_no_steps_of_officials(mine: System, file: str) -> None:
    answer = mine.ask("POST", COMPLETE, f"{file}:1", body={"data": {"decision": "APPROVED"}})

    assert (answer.status_code, json_of(mine.ask("GET", "/tasks"))) == (404, [])
    assert Task.objects.get().done_at is None


def test_who_may_only_see_decides_nothing(place: dict[str, Unit], file: str) -> None:
    reader = a_system("xem", place["SO"], "see cases")

    answers = [
        reader.ask("POST", COMPLETE, f"{file}:1", body={}),
        reader.ask("PUT", ONE, file, body=BODY),
        reader.ask("POST", APPLY, SERVICE, body=BODY),
    ]

    assert reader.ask("GET", ONE, file).status_code == 200
    assert [answer.status_code for answer in answers] == [403] * 3
    assert Case.objects.get().status == Case.Status.FILED


def test_officials_of_elsewhere_see_nothing(place: dict[str, Unit], file: str) -> None:
    desk = a_system("noi-khac", place["XA"], "receive cases", "see cases")

    assert (desk.ask("GET", ONE, file).status_code, json_of(desk.ask("GET", "/tasks"))) == (404, [])


def test_a_step_is_done_once(place: dict[str, Unit], file: str) -> None:
    desk = a_system("mot-cua", place["SO"], "receive cases")

    answers = [desk.ask("POST", COMPLETE, f"{file}:1", body={}) for _time in range(2)]

    assert [answer.status_code for answer in answers] == [200, 409]


def test_nothing_is_answered_that_nobody_asked_and_nobody_elses_name_is_taken(mine: System, file: str) -> None:
    unasked = mine.ask("PUT", ONE, file, body=BODY)
    as_another = mine.ask("PUT", ONE, file, body={"applicantId": "nguoi-2"})

    assert (unasked.status_code, json_of(unasked)["code"]) == (409, "nothing_asked")
    assert (as_another.status_code, json_of(as_another)["code"]) == (409, "another_applicant")
    assert Submission.objects.count() == 1


@pytest.mark.parametrize("token", ["", "sai"])
def test_without_a_token_nothing_about_dossiers_is_told(mine: System, file: str, token: str) -> None:
    mine.token = token

    answers = [mine.ask("GET", FILES), mine.ask("GET", "/tasks"), mine.ask("GET", "/data/statistics")]

    assert [answer.status_code for answer in answers] == [401] * 3
    assert mine.ask("GET", "/services").status_code == 200


def test_a_browsers_session_opens_nothing(mine: System, file: str) -> None:
    mine.browser, mine.token = logged_in(Person.objects.get(username="cua-toi")), ""

    answers = [mine.ask("GET", FILES), mine.ask("POST", APPLY, SERVICE, body=BODY)]

    assert [answer.status_code for answer in answers] == [401, 401]


@pytest.mark.parametrize("client", ["", "GOV", "a/b/c", "a/b/c/d/e", "a//c/d", "a/b/c/" + "d" * 300])
def test_who_does_not_say_who_calls_is_refused(mine: System, client: str) -> None:
    mine.client = client

    assert mine.ask("GET", FILES).status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b"[" * 200_000,
        b'{"applicantId": "a", "formData": {"data": {"a": NaN}}}',
        b'{"applicantId": "a", "formData": {"data": {"a": 1e999}}}',
        b'{"applicantId": "a\\u0000"}',
        b'{"applicantId": "a", "formData": {"data": {"\\ud800": 1}}}',
        b'{"applicantId": "\xff"}',
        b'{"applicantId": ["a"]}',
        b'{"applicantId": " "}',
        b'{"applicantId": "a", "created": "2026-02-31T00:00:00Z"}',
        b'{"applicantId": "a", "created": "0001-01-01T00:00:00+14:00"}',
        b'{"applicantId": "a", "formData": []}',
        b'{"applicantId": "a", "formData": {"data": "x"}}',
        b'{"applicantId": "a", "documentUrls": [1]}',
        json.dumps(BODY | {"documentUrls": ["x"] * 51}).encode(),
        json.dumps({"applicantId": "a" * 101}).encode(),
    ],
)
def test_what_cannot_be_read_is_refused_and_nothing_is_kept(mine: System, body: bytes) -> None:
    answer = mine.ask("POST", APPLY, SERVICE, body=body)

    assert answer.status_code == 400
    assert Case.objects.count() == 0


@pytest.mark.parametrize("size", [1024 * 1024, 11 * 1024 * 1024])
def test_a_huge_application_is_refused(mine: System, size: int) -> None:
    body = json.dumps(BODY | {"formData": {"data": {"x": "x" * size}}}).encode()

    assert mine.ask("POST", APPLY, SERVICE, body=body).status_code == 413
    assert Case.objects.count() == 0


def test_a_field_too_long_for_its_place_is_refused_not_cut(mine: System) -> None:
    answer = mine.ask("POST", APPLY, SERVICE, body=BODY | {"formData": {"data": {"name": "x" * 201}}})

    assert (answer.status_code, json_of(answer)["code"]) == (409, "too_long")


@pytest.mark.parametrize(
    "name", ["\0", "' OR 1=1 --", "..", "%2e%2e", "x" * 3000, "CH\0", "🙂", "1:1", "1:99999999999"]
)
def test_strange_identifiers_are_unknown(mine: System, name: str) -> None:
    asked = [
        mine.ask("GET", "/services/{serviceId}", name + "?"),
        mine.ask("GET", "/services/{serviceId}/eForms", name + "?"),
        mine.ask("GET", "/eForms/{eFormId}", name + "?"),
        mine.ask("GET", ONE, name),
        mine.ask("GET", TASK, name),
        mine.ask("POST", APPLY, name + "?", body=BODY),
    ]

    assert {answer.status_code for answer in asked} == {404}


@pytest.mark.parametrize(
    ("endpoint", "query"),
    [
        (FILES, {"maxResult": "-1"}),
        (FILES, {"firstResult": "9" * 30}),
        (FILES, {"firstResult": "²"}),
        (FILES, {"sortBy": "party__id_number"}),
        (FILES, {"sortOrder": "random"}),
        ("/data/statistics", {"startDate": "0001-01-01"}),
        ("/data/statistics", {"endDate": "9999-12-31"}),
        ("/data/statistics", {"startDate": "2026-02-30"}),
        ("/data/statistics", {"startDate": "2026-02-02", "endDate": "2026-02-01"}),
        ("/data/statistics", {"timeframe": "decade"}),
    ],
)
def test_parameters_that_mean_nothing_are_refused(mine: System, endpoint: str, query: dict[str, str]) -> None:
    assert mine.ask("GET", endpoint, **query).status_code == 400


def test_what_was_handed_in_stays_as_it_was_sent(file: str) -> None:
    for change in (Submission.objects.filter(case__code=file).update, Submission.objects.filter(number=1).delete):
        with pytest.raises(IntegrityError), transaction.atomic():
            change(**({"by": "ke-khac"} if change.__name__ == "update" else {}))

    assert Submission.objects.get().by != "ke-khac"
