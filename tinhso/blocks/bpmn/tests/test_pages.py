"""How drawings are brought and checked on pages, and what is told of those that cannot be used."""

import json
from datetime import date

import pytest
from django.utils import translation

from tinhso.blocks.bpmn import services as drawings
from tinhso.blocks.bpmn.models import ProcessVersion
from tinhso.blocks.bpmn.queries.shapes import BadProcess
from tinhso.blocks.bpmn.tests.drawings import drawing, step
from tinhso.blocks.bpmn.tests.makers import somebody

pytestmark = pytest.mark.django_db
GOOD = drawing(step("a"), "start>a", "a>end").decode()
BAD = drawing('<scriptTask id="s" name="Chạy"/>' + step("a"), "start>s", "s>a", "a>end").decode()


def test_a_keeper_brings_a_drawing_and_it_is_in_force() -> None:
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


def test_reasons_are_told_in_the_readers_language() -> None:
    with translation.override("en"), pytest.raises(BadProcess) as refused:
        drawings.check_process(BAD.encode(), day=date(2026, 11, 23))

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
