"""Cases through every kind of element that drawings of other tools hold."""

from functools import partial

import pytest

from tinhso.blocks.bpmn import services as drawings
from tinhso.blocks.bpmn.tests.drawings import drawing, gate, inside, step
from tinhso.blocks.cases import services
from tinhso.blocks.cases.contract import Status
from tinhso.blocks.cases.tests import makers
from tinhso.blocks.cases.tests.test_processes import KEEPER, MONDAY, TODAY, done, published, waiting
from tinhso.blocks.units.models import Unit

pytestmark = pytest.mark.django_db
HET = '<endEvent id="het"/>'


def test_a_dossier_goes_through_what_is_inside_an_element(commune: Unit) -> None:
    block = inside("khoi", step("x") + step("y"), "khoi_in>x", "x>y", "y>khoi_out")
    published((step("a") + block + step("b"), ("start>a", "a>khoi", "khoi>b", "b>end")))
    case = makers.received(commune)

    done(case, "a")
    done(case, "x")
    assert waiting(case) == ["y"]
    done(case, "y")

    assert waiting(case) == ["b"]
    assert done(case, "b").status == Status.FINISHED


def test_a_step_behind_an_element_is_sent_back_to_the_last_one_inside(commune: Unit) -> None:
    block = inside("khoi", step("x") + step("y"), "khoi_in>x", "x>y", "y>khoi_out")
    published((block + step("b"), ("start>khoi", "khoi>b", "b>end")))
    case = makers.received(commune)
    done(case, "x")
    done(case, "y")

    back = partial(services.send_back, code=case.code, why="Chưa rõ", by=makers.an_officer(commune), now=MONDAY)
    back(step=makers.step_of(case))
    assert waiting(case) == ["y#2"]
    back(step=makers.step_of(case))

    assert waiting(case) == ["x#2"]
    done(case, "x#2")
    done(case, "y#3")
    assert waiting(case) == ["b#2"]
    assert done(case, "b#2").status == Status.FINISHED


def test_a_step_inside_is_sent_back_to_the_one_before_the_element(commune: Unit) -> None:
    block = inside("khoi", step("x"), "khoi_in>x", "x>khoi_out")
    published((step("a") + block, ("start>a", "a>khoi", "khoi>end")))
    case = makers.received(commune)
    done(case, "a")

    services.send_back(
        code=case.code, step=makers.step_of(case), why="Chưa rõ", by=makers.an_officer(commune), now=MONDAY
    )

    assert waiting(case) == ["a#2"]
    done(case, "a#2")
    assert done(case, "x#2").status == Status.FINISHED


@pytest.mark.parametrize(("one_by_one", "first"), [("true", ["a.1"]), ("false", ["a.1", "a.2", "a.3"])])
def test_a_step_for_several_is_done_as_often(commune: Unit, one_by_one: str, first: list[str]) -> None:
    loop = f'<multiInstanceLoopCharacteristics isSequential="{one_by_one}"><loopCardinality>3</loopCardinality>'
    many = f'<userTask id="a" name="Hỏi">{loop}</multiInstanceLoopCharacteristics></userTask>'
    published((many + step("b"), ("start>a", "a>b", "b>end")))
    case = makers.received(commune)

    opened = waiting(case)
    for key in ("a.1", "a.2", "a.3"):
        done(case, key)

    assert sorted(opened) == first
    assert waiting(case) == ["b"]


@pytest.mark.parametrize("loop", ["standardLoop", "multiInstanceLoop"])
def test_a_step_is_done_again_until_somebody_says_enough(commune: Unit, loop: str) -> None:
    published((f'<userTask id="a" name="Đo"><{loop}Characteristics/></userTask>', ("start>a", "a>end")))
    case = makers.received(commune)

    done(case, "a.1")
    done(case, "a.hoi", answer="Làm thêm")
    done(case, "a.1#2")

    assert waiting(case) == ["a.hoi#2"]
    assert done(case, "a.hoi#2", answer="Đã đủ").status == Status.FINISHED


def test_a_whole_element_is_done_for_several_at_once(commune: Unit) -> None:
    loop = "<multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics>"
    block = inside("khoi", step("x") + loop, "khoi_in>x", "x>khoi_out")
    published((block + step("b"), ("start>khoi", "khoi>b", "b>end")))
    case = makers.received(commune)

    opened = waiting(case)
    for key in opened:
        done(case, key)

    assert len(opened) == 2
    assert waiting(case) == ["b"]


def test_a_jump_leads_to_where_its_name_arrives(commune: Unit) -> None:
    link = '<linkEventDefinition name="B"/>'
    jumps = f'<intermediateThrowEvent id="di">{link}</intermediateThrowEvent>'
    jumps += f'<intermediateCatchEvent id="toi">{link}</intermediateCatchEvent>'
    published((step("a") + jumps + step("b"), ("start>a", "a>di", "toi>b", "b>end")))
    case = makers.received(commune)

    done(case, "a")

    assert waiting(case) == ["b"]


def test_several_arrows_out_of_a_step_are_all_taken(commune: Unit) -> None:
    published(
        (
            step("a") + step("b") + step("c") + gate("gop", "parallel"),
            ("start>a", "a>b", "a>c", "b>gop", "c>gop", "gop>end"),
        )
    )
    case = makers.received(commune)

    done(case, "a")

    assert sorted(waiting(case)) == ["b", "c"]


@pytest.mark.parametrize(("answer", "then"), [("Bước b", ["b"]), ("Bước c", ["c"]), ("Tất cả", ["b", "c"])])
def test_a_gateway_that_may_take_several_ways_asks_which(commune: Unit, answer: str, then: list[str]) -> None:
    published(
        (
            step("a") + step("b") + step("c") + gate("tach", "inclusive") + gate("gop", "inclusive") + step("d"),
            ("start>a", "a>tach", "tach>b", "tach>c", "b>gop", "c>gop", "gop>d", "d>end"),
        )
    )
    case = makers.received(commune)

    done(case, "a", answer=answer)
    opened = sorted(waiting(case))
    for key in opened:
        done(case, key)

    assert opened == then
    assert waiting(case) == ["d"]


def test_a_gateway_without_words_asks_by_where_its_arrows_lead(commune: Unit) -> None:
    published(
        (
            step("a") + gate("g1", "parallel") + gate("g") + step("b") + step("c"),
            ("start>a", "a>g1", "g1>g", "g>b", "g>c? ${approved}", "b>end", "c>end"),
        )
    )
    case = makers.received(commune)
    done(case, "a")

    asked = waiting(case)
    done(case, "g.chon", answer="Bước c")

    assert asked == ["g.chon"]
    assert waiting(case) == ["c"]


def test_a_dossier_that_may_begin_in_several_ways_asks_which(commune: Unit) -> None:
    starts = '<startEvent id="s1" name="Tại quầy"/><startEvent id="s2" name="Qua mạng"/><endEvent id="end"/>'
    content = drawing(starts + step("a") + step("b"), "s1>a", "s2>b", "a>end", "b>end", start=False)
    drawings.publish_process(
        told=drawings.Publishing(content, "thu", "Thử", TODAY, [makers.PERMIT.code]), by=KEEPER, now=MONDAY
    )
    case = makers.received(commune)

    done(case, waiting(case)[0], answer="Qua mạng")

    assert waiting(case) == ["b"]


def test_a_process_that_draws_neither_start_nor_end_has_them(commune: Unit) -> None:
    content = drawing(step("a") + step("b"), "a>b", start=False)
    drawings.publish_process(
        told=drawings.Publishing(content, "thu", "Thử", TODAY, [makers.PERMIT.code]), by=KEEPER, now=MONDAY
    )
    case = makers.received(commune)

    done(case, "a")

    assert done(case, "b").status == Status.FINISHED


def test_what_is_done_several_times_inside_what_is_done_several_times_is_done_as_often_as_both(commune: Unit) -> None:
    loop = "<multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics>"
    many = f'<userTask id="x" name="Hỏi">{loop}</userTask>'
    published((inside("khoi", many + loop, "khoi_in>x", "x>khoi_out"), ("start>khoi", "khoi>end")))

    case = makers.received(commune)

    assert len(waiting(case)) == 4
