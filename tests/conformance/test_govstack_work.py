"""A case's life through GovStack's interface: handed in, sent back, answered, decided, handed out, counted."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache

from tests.conformance.govstack_side import System, a_place, a_service, a_system
from tinhso.blocks.audit.models import Entry
from tinhso.blocks.cases import services as cases
from tinhso.blocks.cases.models import Case, Task
from tinhso.blocks.cases.tests import makers
from tinhso.blocks.forms.tests import makers as forms
from tinhso.blocks.units.models import Unit
from tinhso.government.public_services import services
from tinhso.government.public_services.models import Submission
from tinhso.government.public_services.queries import govstack
from tinhso.government.public_services.tests import makers as catalogue

pytestmark = [pytest.mark.conformance, pytest.mark.django_db]
ELSEWHERE = "0a1b2c3d-0000-4000-8000-000000000001"
APPLY, FORMS = "/services/{serviceId}/applications", "/services/{serviceId}/eForms"
ONE, FILES, TASKS = "/applications/{fileId}", "/applications", "/tasks"
DATA = {"name": "Nguyễn Thị Hoa", "idNumber": {"value": "012345678901"}, "commune": "28777", "papers": ["Tờ khai"]}
MONDAY = datetime(2026, 11, 2, 2, tzinfo=UTC)


@pytest.fixture
def place() -> dict[str, Unit]:
    """A commune that decides births, a department that decides felling."""
    cache.clear()
    units = a_place()
    commune = {"agency": "UBND-XA", "levels": ["commune"]}
    forms = [{"code": "TK-1", "name": "Tờ khai"}]
    catalogue.put(
        a_service("KS", ELSEWHERE, "Khai sinh", forms=forms, **commune),
        a_service("CH", "khac", "Chặt hạ cây", cases=[]),
        a_service("XEM", "xem", "Chỉ để xem", online="info"),
    )
    return units


@pytest.fixture
def portal(place: dict[str, Unit]) -> System:
    """A portal that hands in for its users."""
    return a_system("cong", place["XA"], "file cases")


@pytest.fixture
def desk(place: dict[str, Unit]) -> System:
    """The system of a commune's officials, with all they may do."""
    return a_system("mot-cua", place["XA"], "receive cases", "process cases", "decide cases", "see cases")


def handed_in(portal: System, **changes: Any) -> dict[str, Any]:
    """An application for the birth of a child."""
    form = {"eFormId": "TK-1", "data": DATA}
    body = {"applicantId": "nguoi-1", "applicationName": "Khai sinh cho con", "formData": form} | changes
    answer = portal.ask("POST", "/services/{serviceId}/applications", ELSEWHERE, body=body)
    assert answer.status_code == 200, answer.content  # type: ignore[attr-defined]
    told: dict[str, Any] = json.loads(answer.content)  # type: ignore[attr-defined]
    return told


def done(desk: System, **told: str) -> str:
    """Complete the one step that waits; the status of the case after it."""
    (waiting,) = desk.got(TASKS)
    answer = desk.ask("POST", "/tasks/{taskId}/complete", waiting["taskId"], body={"data": told})
    assert answer.status_code == 200, answer.content  # type: ignore[attr-defined]
    return str(json.loads(answer.content)["status"]["code"])  # type: ignore[attr-defined]


def test_an_application_becomes_a_dossier_that_waits_to_be_received(portal: System) -> None:
    told = handed_in(portal, documentUrls=["https://cong.example/1.pdf"])

    case = Case.objects.get(code=told["fileId"])
    assert (case.channel, case.status, case.procedure, case.form) == (2, 1, "KS", "TK-1")
    assert (case.party.name, case.party.id_number) == ("Nguyễn Thị Hoa", "012345678901")
    assert [paper["given"] for paper in case.papers] == [True, False]
    assert case.entries.get().note == "https://cong.example/1.pdf"
    assert (told["serviceId"], told["status"]["code"], told["ended"]) == (ELSEWHERE, "PENDING", False)
    assert told["applicationData"]["formData"]["data"] == DATA


def test_a_dossier_goes_its_whole_way_between_two_systems(portal: System, desk: System) -> None:
    file = handed_in(portal)["fileId"]

    asked = done(desk, decision="SENDBACK", reason="Thiếu giấy chứng sinh")
    seen = portal.got(ONE, file)["status"]["code"]
    more = {"applicantId": "nguoi-1", "formData": {"data": DATA | {"note": "Đã gửi"}}}
    answered = portal.ask("PUT", ONE, file, body=more)
    ways = [done(desk), done(desk), done(desk, number="12/KS"), done(desk, to="Nguyễn Thị Hoa")]

    assert (asked, seen, answered.status_code) == ("SENDBACK", "SENDBACK", 200)
    assert ways == ["PENDING", "PENDING", "APPROVED", "APPROVED"]
    assert portal.got(ONE, file)["ended"] is True
    assert Case.objects.get(code=file).outcome_number == "12/KS"
    assert list(Submission.objects.order_by("number").values_list("number", flat=True)) == [1, 2]
    assert desk.got(TASKS) == []


def test_a_rejected_application_says_so_and_why_is_kept(portal: System, desk: System) -> None:
    file = handed_in(portal)["fileId"]

    status = done(desk, decision="REJECTED", reason="Không thuộc thẩm quyền")

    assert (status, portal.got(ONE, file)["ended"]) == ("REJECTED", True)
    assert Case.objects.get(code=file).closed_why == "Không thuộc thẩm quyền"


def test_a_step_tells_what_was_applied_for_and_that_it_was_looked_at(portal: System, desk: System) -> None:
    file = handed_in(portal)["fileId"]
    (waiting,) = desk.got(TASKS, fileId=file)

    step = desk.got("/tasks/{taskId}", waiting["taskId"])

    assert (step["data"], step["fileId"], step["eFormId"]) == (DATA, file, "TK-1")
    assert Entry.objects.filter(did="viewed", subject=file, actor=desk.actor.ref).count() == 1


def test_lists_are_narrowed_ordered_and_paged(portal: System, desk: System) -> None:
    files = [handed_in(portal, applicantId=f"nguoi-{number}")["fileId"] for number in (1, 2, 3)]

    backwards = desk.got(FILES, sortBy="id", sortOrder="desc", firstResult=1, maxResult=1)
    of_one = portal.got(FILES, applicantId="nguoi-3", serviceId=ELSEWHERE)
    steps = desk.got(TASKS, mainTaskId=f"{files[0]}:1", assigneeId="khong-co")

    assert [one["fileId"] for one in backwards] == [files[1]]
    assert [(one["fileId"], one["mainTaskId"]) for one in of_one] == [(files[2], f"{files[2]}:1")]
    assert steps == []


def test_a_repeated_request_is_one_dossier_and_anothers_key_is_not_mine(place: dict[str, Unit], portal: System) -> None:
    other = a_system("khac", place["XA"], "file cases")
    body = json.dumps({"applicantId": "n", "formData": {"data": DATA}})

    files = [
        json.loads(
            one.browser.post(
                f"/govstack/registration/services/{ELSEWHERE}/applications",
                body,
                "application/json",
                headers={
                    "Authorization": f"Bearer {one.token}",
                    "Information-Mediator-Client": one.client,
                    "Idempotency-Key": "lan-1",
                },
            ).content
        )["fileId"]
        for one in (portal, portal, other)
    ]

    assert files[0] == files[1] != files[2]
    assert Submission.objects.count() == 2


def test_services_are_what_can_be_applied_for_online(portal: System) -> None:
    everything = portal.got("/services")
    found = portal.got("/services", name="khai SINH")
    only_told = portal.got("/services/{serviceId}", "xem")

    assert [one["name"] for one in everything] == ["Chặt hạ cây", "Khai sinh"]
    assert [one["id"] for one in found] == [ELSEWHERE]
    assert only_told["isExecutable"] is False
    assert portal.got("/services/{serviceId}", everything[0]["id"]) == everything[0]


def test_a_form_asks_for_what_its_procedure_asks_for(portal: System) -> None:
    (listed,) = portal.got("/services/{serviceId}/eForms", ELSEWHERE)
    (own,) = portal.got("/services/{serviceId}/eForms", "CH")

    schema = portal.got("/eForms/{eFormId}", listed["eFormId"])["schema"]
    assert (listed["eFormId"], own["eFormId"]) == ("TK-1", "CH")
    assert schema["properties"]["papers"]["items"]["enum"] == ["Tờ khai", "Giấy chứng sinh"]
    assert [one["const"] for one in schema["properties"]["option"]["oneOf"]] == ["1", "2"]
    assert "option" not in portal.got("/eForms/{eFormId}", "CH")["schema"]["properties"]


def test_a_kept_form_asks_its_own_questions_and_refuses_wrong_answers(portal: System, tmp_path: Path) -> None:
    document = forms.a_small_document(child={"type": "string", "minLength": 2, "maxLength": 80}) | {
        "code": "nho",
        "procedures": ["KS"],
    }
    forms.a_version(tmp_path, document)

    schema = portal.got("/eForms/{eFormId}", "nho")["schema"]
    wrong = portal.ask("POST", APPLY, ELSEWHERE, body=filled(child="B"))
    right = portal.ask("POST", APPLY, ELSEWHERE, body=filled(child="Bé Na"))

    assert (sorted(schema["properties"]), [one["eFormId"] for one in portal.got(FORMS, ELSEWHERE)]) == (
        ["applicant", "child"],
        ["nho"],
    )
    assert (wrong.status_code, json.loads(wrong.content)["code"]) == (409, "not_filled")  # type: ignore[attr-defined]
    assert right.status_code == 200
    case = Case.objects.get()
    assert (case.values, case.party.name) == ({"child": "Bé Na"}, "Nguyễn Thị Hoa")


def filled(**answers: str) -> dict[str, Any]:
    """An application with the kept form."""
    return {"applicantId": "n", "formData": {"eFormId": "nho", "data": answers | {"applicant": DATA}}}


def decided(portal: System, unit: Unit, *, sent_back: datetime, finished: datetime | None = None) -> None:
    """An application that was sent back and, perhaps, finished later."""
    sent = services.ApplicationSubmission("n", portal.client, data=DATA)
    service = govstack.service_version(ELSEWHERE, MONDAY.date())
    case = services.submit_application(service=service, sent=sent, by=portal.actor, now=sent_back)
    receiver = makers.a_receiver(unit)
    step = Task.objects.get(case=case, done_at=None).number
    cases.ask_supplement(code=case.code, step=step, reasons=["Thiếu"], by=receiver, now=sent_back)
    if finished is not None:
        cases.resume(code=case.code, answer="Đủ", by=receiver, now=finished)
        cases.accept(code=case.code, step=step, by=receiver, now=finished)
        for by in (makers.an_officer(unit), makers.a_head(unit)):
            cases.complete(code=case.code, step=makers.step_of(case), by=by, now=finished)


def test_an_application_counts_once_in_each_stretch_with_its_last_decision(
    place: dict[str, Unit], portal: System
) -> None:
    decided(portal, place["XA"], sent_back=MONDAY, finished=MONDAY + timedelta(days=1))
    decided(portal, place["XA"], sent_back=MONDAY)

    def counts(**asked: str) -> list[tuple[int, int, int, str]]:
        rows = portal.got("/data/statistics", **asked)
        return [
            (row["processed"], row["approved"], row["sentBack"], row["references"].get("startDate", "")) for row in rows
        ]

    assert counts() == [(2, 1, 1, "")]
    assert counts(timeframe="month") == [(2, 1, 1, "2026-11-01")]
    assert counts(timeframe="day") == [(2, 0, 2, "2026-11-02"), (1, 1, 0, "2026-11-03")]
    assert counts(startDate="2026-11-03", endDate="2026-11-03") == [(1, 1, 0, "2026-11-03")]
    assert counts(operator="lãnh đạo") == [(1, 1, 0, "")]
    assert counts(role="Không có") == []


def test_statistics_of_an_unknown_registration_are_not_found(place: dict[str, Unit], portal: System) -> None:
    decided(portal, place["XA"], sent_back=MONDAY)
    [known] = portal.got("/data/statistics")
    name = known["references"]["registrationName"]

    unknown = portal.ask("GET", "/data/statistics", registrationName="Không có")
    named = portal.got("/data/statistics", registrationName=name)
    empty = portal.got("/data/statistics", registrationName=name, startDate="2020-01-01", endDate="2020-01-02")

    assert unknown.status_code == 404
    assert ([row["sentBack"] for row in named], empty) == ([1], [])


def test_statistics_answer_at_their_numbered_address_as_well(place: dict[str, Unit], portal: System) -> None:
    decided(portal, place["XA"], sent_back=MONDAY)
    headers = {"Information-Mediator-Client": portal.client, "Authorization": f"Bearer {portal.token}"}

    numbered = portal.browser.get("/govstack/registration/data/statistics/1.0", headers=headers)

    assert numbered.json() == portal.got("/data/statistics")


def test_statistics_hold_only_what_a_program_may_see(place: dict[str, Unit], portal: System) -> None:
    decided(portal, place["XA"], sent_back=MONDAY)

    seen = a_system("xem", place["XA"], "see cases").got("/data/statistics")
    unseen = a_system("nguoi-la", place["XA"], "file cases").got("/data/statistics")

    assert ([row["sentBack"] for row in seen], unseen) == ([1], [])


def test_a_role_counts_as_held_on_the_day_of_the_decision(place: dict[str, Unit], portal: System) -> None:
    decided(portal, place["XA"], sent_back=MONDAY)
    desk = a_system("receiver", place["XA"], "receive cases", "see cases")

    assert [row["sentBack"] for row in desk.got("/data/statistics", role="X")] == [1]
    assert [row["references"]["role"] for row in desk.got("/data/statistics", role="X")] == ["X"]
