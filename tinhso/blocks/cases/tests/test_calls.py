"""Processes of the catalogue that others call."""

from datetime import timedelta

import pytest

from tinhso.blocks.bpmn import services as drawings
from tinhso.blocks.bpmn.queries.shapes import BadProcess
from tinhso.blocks.bpmn.tests.drawings import drawing, step
from tinhso.blocks.cases import services
from tinhso.blocks.cases.contract import Status
from tinhso.blocks.cases.models import CaseProcess
from tinhso.blocks.cases.queries.courses import picture_of
from tinhso.blocks.cases.queries.steps import steps_after
from tinhso.blocks.cases.tests import makers
from tinhso.blocks.cases.tests.test_processes import KEEPER, MONDAY, TODAY, done, published, waiting
from tinhso.blocks.units.models import Unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def commune() -> Unit:
    return makers.a_unit("28777", "Xã An")


def a_call(ref: str, code: str) -> str:
    """An element that calls a process of the catalogue."""
    return f'<callActivity id="{ref}" name="Gọi {code}" calledElement="{code}"/>'


def shared(elements: str, *arrows: str, code: str = "lay-y-kien") -> None:
    """A process of the catalogue that no procedure follows by itself."""
    told = drawings.Publishing(drawing(elements, *arrows), code, "Lấy ý kiến", TODAY)
    drawings.publish_process(told=told, by=KEEPER, now=MONDAY)


def test_a_dossier_goes_through_the_process_that_its_own_calls(commune: Unit) -> None:
    shared(step("hoi") + step("gop"), "start>hoi", "hoi>gop", "gop>end")
    published((step("a") + a_call("goi", "lay-y-kien") + step("b"), ("start>a", "a>goi", "goi>b", "b>end")))
    case = makers.received(commune)
    done(case, "a")

    shown = picture_of(case)
    done(case, "goi.hoi")
    done(case, "goi.gop")

    assert shown is not None
    assert shown.lit == ("goi",)
    assert [one.name for one in shown.steps] == ["Bước a", "Bước hoi", "Bước gop", "Bước b"]
    assert waiting(case) == ["b"]
    assert done(case, "b").status == Status.FINISHED


def test_the_answer_given_in_a_called_process_decides_in_the_one_that_calls(commune: Unit) -> None:
    shared(step("hoi", outcomes="đồng ý|không"), "start>hoi", "hoi>end")
    gateway = '<exclusiveGateway id="g" default="f3"/>'
    published(
        (
            a_call("goi", "lay-y-kien") + step("b") + step("c") + gateway,
            ("start>goi", "goi>g", 'g>b? answer == "đồng ý"', "g>c", "b>end", "c>end"),
        )
    )
    yes, no = makers.received(commune), makers.received(commune)

    done(yes, "goi.hoi", answer="đồng ý")
    done(no, "goi.hoi", answer="không")

    assert (waiting(yes), waiting(no)) == (["b"], ["c"])


def test_a_dossier_ends_by_the_called_drawing_that_it_began_with(commune: Unit) -> None:
    shared(step("hoi"), "start>hoi", "hoi>end")
    published((step("a") + a_call("goi", "lay-y-kien"), ("start>a", "a>goi", "goi>end")))
    old = makers.received(commune)
    shared(step("hoi-moi"), "start>hoi-moi", "hoi-moi>end")
    new = makers.received(commune)

    for case in (old, new):
        done(case, "a")

    assert (waiting(old), waiting(new)) == (["goi.hoi"], ["goi.hoi-moi"])
    assert CaseProcess.objects.get(case=old).state["calls"] == {"lay-y-kien": 1}
    assert steps_after(old.tasks.get(key="goi.hoi")).last


def test_a_process_that_there_is_not_is_refused_by_the_element_that_calls_it() -> None:
    with pytest.raises(BadProcess) as refused:
        published((a_call("goi", "khong-co"), ("start>goi", "goi>end")))

    assert [(fault.kind, fault.element) for fault in refused.value.faults] == [("callActivity", "goi")]


def test_a_process_that_would_call_itself_is_refused_also_by_way_of_another() -> None:
    shared(step("hoi"), "start>hoi", "hoi>end", code="b")
    shared(a_call("goi", "b"), "start>goi", "goi>end", code="a")

    with pytest.raises(BadProcess) as itself:
        shared(a_call("lai", "c") + step("x"), "start>lai", "lai>x", "x>end", code="c")
    with pytest.raises(BadProcess) as around:
        shared(a_call("lai", "a"), "start>lai", "lai>end", code="b")

    assert [fault.element for fault in itself.value.faults] == ["lai"]
    assert [fault.element for fault in around.value.faults] == ["lai"]


def test_processes_that_grow_by_calling_each_other_are_refused() -> None:
    refs = [f"g{number}" for number in range(12)]
    arrows = [f"{one}>{two}" for one, two in zip(["start", *refs], [*refs, "end"], strict=True)]
    shared(step("hoi"), "start>hoi", "hoi>end", code="p0")
    shared("".join(a_call(ref, "p0") for ref in refs), *arrows, code="p1")

    with pytest.raises(BadProcess) as refused:
        shared("".join(a_call(ref, "p1") for ref in refs), *arrows, code="p2")

    assert refused.value.faults[0].kind == "callActivity"


def test_a_timer_in_a_called_process_wakes_the_dossier(commune: Unit) -> None:
    timer = "<timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition>"
    shared(
        f'<intermediateCatchEvent id="cho">{timer}</intermediateCatchEvent>' + step("hoi"),
        "start>cho",
        "cho>hoi",
        "hoi>end",
    )
    published((a_call("goi", "lay-y-kien"), ("start>goi", "goi>end")))
    case = makers.received(commune)

    services.wake_cases(now=MONDAY + timedelta(days=5))

    assert waiting(case) == ["goi.hoi"]
