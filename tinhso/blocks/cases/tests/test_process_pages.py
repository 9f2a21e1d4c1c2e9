"""Who of those who work on cases sees processes, and what the page of a case lights."""

import json

import pytest
from django.conf import settings
from django.test import Client

from tinhso.blocks.bpmn.tests.drawings import drawing, event, step
from tinhso.blocks.bpmn.tests.makers import somebody
from tinhso.blocks.cases.queries.courses import picture_of
from tinhso.blocks.cases.queries.steps import steps_after
from tinhso.blocks.cases.tests import makers
from tinhso.blocks.cases.tests.test_processes import CHOOSING, done, published
from tinhso.blocks.identity.tests import makers as people
from tinhso.blocks.units.models import Unit

pytestmark = pytest.mark.django_db
GOOD = drawing(step("a"), "start>a", "a>end").decode()


@pytest.fixture
def commune() -> Unit:
    return makers.a_unit("28777", "Xã An")


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
    first = steps_after(case.tasks.get(key="xem"))

    done(case, "xem", answer="thiếu")
    last = steps_after(case.tasks.get(key="tra-loi"))

    assert (first.answers, first.last) == (("đủ", "thiếu"), False)
    assert (last.answers, last.last, last.result) == ((), True, "Văn bản từ chối")


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
    assert steps_after(case.tasks.get(key="den")).happens
    assert case.tasks.filter(key="b", done_at=None).exists()
    shown = picture_of(case)
    assert shown is not None
    assert [(one.name, one.state) for one in shown.steps][1:] == [
        ("Chờ: Sở trả lời (thông điệp)", "done"),
        ("Bước b", "now"),
    ]


def test_pages_of_a_dossier_lead_to_its_lit_drawing_and_those_of_a_process_to_the_file(commune: Unit) -> None:
    case = makers.received(commune)
    reader = somebody("see cases")

    pages = [
        reader.get(address).content.decode() for address in (f"/cases/{case.code}/", f"/processes/of/{case.code}/")
    ]
    plain = reader.get("/processes/mac-dinh/").content.decode()

    assert [f'data-source="/processes/of/{case.code}/drawing.json"' in page for page in pages] == [True, True]
    assert ["đang làm" in page for page in pages] == [True, True]
    assert 'data-drawing="/processes/mac-dinh/drawing.bpmn?version=1"' in plain
    assert "data-source" not in plain
