"""Who may see and publish processes, what a check answers programs, and what the page of a dossier lights."""

import json

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation

from tinhso.blocks.cases import services
from tinhso.blocks.cases.models import ProcessVersion
from tinhso.blocks.cases.queries.processes import picture_of
from tinhso.blocks.cases.queries.processes.shapes import BadProcess
from tinhso.blocks.cases.queries.steps import onward
from tinhso.blocks.cases.tests import makers
from tinhso.blocks.cases.tests.drawings import drawing, event, step
from tinhso.blocks.cases.tests.test_processes import CHOOSING, done, published
from tinhso.blocks.identity.tests import makers as people
from tinhso.blocks.units.models import Unit

pytestmark = pytest.mark.django_db
GOOD = drawing(step("a"), "start>a", "a>end").decode()
BAD = drawing('<scriptTask id="s" name="Chạy"/>' + step("a"), "start>s", "s>a", "a>end").decode()


@pytest.fixture
def commune() -> Unit:
    return makers.a_unit("28777", "Xã An")


def somebody(*rights: str, name: str = "ai-do") -> Client:
    """A browser of somebody who holds ``rights`` everywhere."""
    client, person = Client(), people.a_person(name)
    people.a_post(person, people.a_unit(name), people.a_role(*rights, code=name, everywhere=True))
    client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[-1])
    return client


def test_a_keeper_brings_a_drawing_and_it_is_in_force(commune: Unit) -> None:
    keeper = somebody("manage procedures")
    told = {"bpmn": GOOD, "code": "moi", "name": "Mới", "procedures": "2.000001", "since": "2026-01-01"}

    answer = keeper.post("/processes/new/", told)

    assert (answer.status_code, answer.headers["Location"]) == (302, "/processes/moi/")
    assert ProcessVersion.objects.get(process__code="moi").bpmn == GOOD
    assert keeper.get("/processes/moi/drawing.bpmn").content.decode() == GOOD
    assert "Bước a" in keeper.get("/processes/moi/").content.decode()


def test_a_drawing_that_cannot_be_used_comes_back_with_its_elements_named() -> None:
    keeper = somebody("manage procedures")

    page = keeper.post("/processes/new/", {"bpmn": BAD, "code": "moi", "name": "Mới", "since": "2026-01-01"})
    checked = keeper.post("/processes/check/", {"bpmn": BAD})

    assert page.status_code == 422
    assert "scriptTask s" in page.content.decode()
    assert [(one["element"], one["kind"]) for one in json.loads(checked.content)["faults"]] == [("s", "scriptTask")]
    assert not ProcessVersion.objects.exists()


@pytest.mark.parametrize("since", ["", "mai", "2026-02-30"])
def test_a_day_that_is_none_is_asked_for(since: str) -> None:
    keeper = somebody("manage procedures")

    answer = keeper.post("/processes/new/", {"bpmn": GOOD, "code": "moi", "name": "Mới", "since": since})

    assert answer.status_code == 422


def test_who_works_on_dossiers_sees_processes_and_changes_none(commune: Unit) -> None:
    published(CHOOSING)
    officer, outsider = somebody("process cases"), Client()

    seen = [officer.get(f"/processes/{rest}").status_code for rest in ("", "thu/", "thu/drawing.bpmn", "khong-co/")]
    refused = [officer.get("/processes/thu/edit/"), officer.post("/processes/check/", {"bpmn": GOOD})]

    assert seen == [200, 200, 200, 404]
    assert [answer.status_code for answer in refused] == [403, 403]
    assert outsider.get("/processes/").status_code == 302


def test_a_dossiers_picture_lights_where_it_stands_and_keeps_strangers_out(commune: Unit) -> None:
    published(CHOOSING)
    case = makers.received(commune)
    done(case, "xem", answer="đủ")

    shown = picture_of(case)

    assert shown is not None
    assert shown.lit == ("ky",)
    assert {"start", "xem", "g"} <= set(shown.passed)
    assert [one.state for one in shown.steps] == ["done", "now", "ahead"]
    told = json.loads(somebody("see cases").get(f"/processes/of/{case.code}/drawing.json").content)
    assert told["lit"] == ["ky"]
    keeper = somebody("manage procedures", name="nguoi-khac")
    assert keeper.get(f"/processes/of/{case.code}/").status_code == 403


def test_what_a_step_leads_to_is_told_beforehand(commune: Unit) -> None:
    published(CHOOSING)
    case = makers.received(commune)
    first = onward(case.tasks.get(key="xem"))

    done(case, "xem", answer="thiếu")
    last = onward(case.tasks.get(key="tra-loi"))

    assert (first.answers, first.last) == (("đủ", "thiếu"), False)
    assert (last.answers, last.last, last.result) == ((), True, "Văn bản từ chối")


def test_reasons_are_told_in_the_readers_language() -> None:
    with translation.override("en"), pytest.raises(BadProcess) as refused:
        services.check(BAD.encode(), day=makers.MONDAY.date())

    assert "steps that run code are not allowed" in refused.value.message


def test_what_is_used_differently_from_how_it_is_drawn_is_said_where_it_is_checked_and_where_it_is_shown() -> None:
    keeper = somebody("manage procedures")
    machine = drawing('<serviceTask id="may" name="Lưu trữ"/>', "start>may", "may>end").decode()

    checked = keeper.post("/processes/check/", {"bpmn": machine})
    page = keeper.post(
        "/processes/new/", {"bpmn": machine, "code": "may", "name": "Máy", "since": "2026-01-01"}, follow=True
    )

    remarks = json.loads(checked.content)["remarks"]
    assert {(one["element"], one["kind"]) for one in remarks} == {("may", "serviceTask")}
    assert "ở đây người làm và báo xong" in page.content.decode()


def test_the_page_of_a_dossier_says_what_is_waited_for_and_takes_that_it_has_happened(commune: Unit) -> None:
    published((step("a") + event("den", name="Sở trả lời") + step("b"), ("start>a", "a>den", "den>b", "b>end")))
    case = makers.received(commune)
    done(case, "a")
    officer, person = Client(), people.a_person("can-bo")
    people.a_post(person, commune, people.a_role("process cases", "see cases", code="can-bo"))
    officer.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[-1])

    page = officer.get(f"/cases/{case.code}/").content.decode()
    act = {"act": "complete", "step": case.tasks.get(key="den").number}
    answer = officer.post(f"/cases/{case.code}/act/", act)

    assert "Chờ: Sở trả lời (thông điệp)" in page
    assert "Đã xảy ra" in page
    assert answer.status_code == 302
    assert onward(case.tasks.get(key="den")).happens
    assert case.tasks.filter(key="b", done_at=None).exists()
    shown = picture_of(case)
    assert shown is not None
    assert [(one.name, one.state) for one in shown.steps][1:] == [
        ("Chờ: Sở trả lời (thông điệp)", "done"),
        ("Bước b", "now"),
    ]
