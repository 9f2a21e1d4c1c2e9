"""Dossiers through every kind of element that drawings of other tools hold."""

from datetime import timedelta
from functools import partial

import pytest

from tinhso.blocks.cases import services
from tinhso.blocks.cases.contract import Status
from tinhso.blocks.cases.models import Case, CaseProcess, Entry, Task
from tinhso.blocks.cases.tests import makers
from tinhso.blocks.cases.tests.drawings import drawing, event, gate, inside, step
from tinhso.blocks.cases.tests.test_processes import KEEPER, MONDAY, TODAY, done, published, waiting
from tinhso.blocks.units.models import Unit
from tinhso.kernel.errors import Refused

pytestmark = pytest.mark.django_db
HET = '<endEvent id="het"/>'


@pytest.fixture
def commune() -> Unit:
    return makers.a_unit("28777", "Xã An")


def outcome(case: Case, key: str) -> str:
    """How a step came to its end."""
    return Task.objects.get(case=case, key=key).outcome


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


def test_what_happens_at_the_border_takes_all_inside_away(commune: Unit) -> None:
    block = inside("khoi", step("x") + step("y"), "khoi_in>x", "x>y", "y>khoi_out")
    stopped = event("rut", "message", "Người nộp rút", on="khoi") + step("dong") + HET
    published((block + stopped, ("start>khoi", "khoi>end", "rut>dong", "dong>het")))
    case = makers.received(commune)
    assert waiting(case) == ["x", "rut"]

    done(case, "rut")

    assert waiting(case) == ["dong"]
    assert (outcome(case, "x"), outcome(case, "rut")) == ("interrupted", "done")
    assert done(case, "dong").status == Status.FINISHED


def test_what_may_happen_at_a_border_is_over_with_its_step(commune: Unit) -> None:
    published((
        step("a") + event("hoi", "signal", on="a", interrupting=False) + step("tra-loi") + step("b") + HET,
        ("start>a", "a>b", "b>end", "hoi>tra-loi", "tra-loi>het"),
    ))  # fmt: skip
    asked, quiet = makers.received(commune), makers.received(commune)

    done(asked, "hoi")
    done(quiet, "a")

    assert sorted(waiting(asked)) == ["a", "tra-loi"]
    assert waiting(quiet) == ["b"]
    assert outcome(quiet, "hoi") == "not needed"


@pytest.mark.parametrize("what", ["message", "signal", "conditional"])
def test_an_event_between_steps_waits_until_somebody_says_that_it_has_happened(commune: Unit, what: str) -> None:
    published((step("a") + event("den", what, "Giấy tới"), ("start>a", "a>den", "den>end")))
    case = makers.received(commune)
    done(case, "a")

    named = Task.objects.get(case=case, key="den").name

    assert waiting(case) == ["den"]
    assert named.startswith("Chờ: Giấy tới (")
    assert done(case, "den").status == Status.FINISHED


def test_a_step_that_receives_waits_and_one_that_sends_is_done_by_people(commune: Unit) -> None:
    published((
        '<sendTask id="gui" name="Gửi"/><receiveTask id="nhan" name="Nhận"/>', ("start>gui", "gui>nhan", "nhan>end"),
    ))  # fmt: skip
    case = makers.received(commune)

    done(case, "gui")

    assert waiting(case) == ["nhan"]
    assert Entry.objects.filter(case=case, did="announced").count() == 1
    assert done(case, "nhan").status == Status.FINISHED


def test_of_several_events_the_first_decides(commune: Unit) -> None:
    timer = "<timerEventDefinition><timeDuration>P2D</timeDuration></timerEventDefinition>"
    waits = f'<intermediateCatchEvent id="het-gio">{timer}</intermediateCatchEvent>'
    events = gate("g", "eventBased") + event("dong-y") + event("tu-choi", "signal") + waits
    published((
        step("a") + events + step("b") + step("c") + step("d") + HET + '<endEvent id="het2"/>',
        ("start>a", "a>g", "g>dong-y", "g>tu-choi", "g>het-gio", "dong-y>b", "tu-choi>c", "het-gio>d", "b>end",
         "c>het", "d>het2"),
    ))  # fmt: skip
    yes, late = makers.received(commune), makers.received(commune)
    for case in (yes, late):
        done(case, "a")
    assert sorted(waiting(yes)) == ["dong-y", "tu-choi"]

    done(yes, "tu-choi")
    services.wake(now=MONDAY + timedelta(days=7))

    assert waiting(yes) == ["c"]
    assert outcome(yes, "dong-y") == "not needed"
    assert waiting(late) == ["d"]
    assert CaseProcess.objects.get(case=yes).wakes_at is None


@pytest.mark.parametrize("what", ["error", "escalation"])
def test_an_error_inside_is_heard_at_the_border_and_by_nobody_else(commune: Unit, what: str) -> None:
    ends = f'<endEvent id="loi"><{what}EventDefinition/></endEvent>'
    block = inside(
        "khoi", step("x", outcomes="tốt|hỏng") + gate("g") + ends, "khoi_in>x", "x>g", "g>khoi_out: tốt", "g>loi: hỏng"
    )
    published((
        block + step("sau") + event("hong", what, on="khoi") + step("sua") + HET,
        ("start>khoi", "khoi>sau", "sau>end", "hong>sua", "sua>het"),
    ))  # fmt: skip
    good, bad = makers.received(commune), makers.received(commune)
    assert waiting(good) == ["x"]

    done(good, "x", answer="tốt")
    done(bad, "x", answer="hỏng")

    assert (waiting(good), waiting(bad)) == (["sau"], ["sua"])
    assert done(bad, "sua").status == Status.FINISHED


def test_an_error_ends_what_goes_on_beside_it(commune: Unit) -> None:
    ends = '<endEvent id="loi"><errorEventDefinition/></endEvent>'
    block = inside(
        "khoi", gate("tach", "parallel") + step("x") + step("y") + ends,
        "khoi_in>tach", "tach>x", "tach>y", "x>loi", "y>khoi_out",
    )  # fmt: skip
    published((block + event("hong", "error", on="khoi") + step("sua") + HET, (
        "start>khoi", "khoi>end", "hong>sua", "sua>het",
    )))  # fmt: skip
    case = makers.received(commune)

    done(case, "x")

    assert waiting(case) == ["sua"]
    assert outcome(case, "y") == "interrupted"


def test_a_signal_of_the_dossier_itself_lets_go_on_what_waits_for_it(commune: Unit) -> None:
    throws = '<intermediateThrowEvent id="bao"><signalEventDefinition signalRef="s"/></intermediateThrowEvent>'
    waits = '<intermediateCatchEvent id="cho"><signalEventDefinition signalRef="s"/></intermediateCatchEvent>'
    published((
        gate("tach", "parallel") + gate("gop", "parallel") + step("x") + throws + waits,
        ("start>tach", "tach>x", "tach>cho", "x>bao", "bao>gop", "cho>gop", "gop>end"),
    ))  # fmt: skip
    case = makers.received(commune)
    assert sorted(waiting(case)) == ["cho", "x"]

    finished = done(case, "x")

    assert finished.status == Status.FINISHED


def test_a_message_from_elsewhere_lets_a_dossier_go_on_that_waits_for_it(commune: Unit) -> None:
    published((step("a") + event("den", "message", "Đã trả lời"), ("start>a", "a>den", "den>end")))
    case = makers.received(commune)
    arrives = partial(services.hear, code=case.code, family="message", by=makers.an_officer(commune), now=MONDAY)

    early = arrives(name="Đã trả lời")
    done(case, "a")
    other = arrives(name="Khác")
    right = arrives(name="Đã trả lời")

    case.refresh_from_db()
    assert (early, other, right) == (False, False, True)
    assert case.status == Status.FINISHED


def test_who_may_not_work_on_a_dossier_says_nothing_to_it(commune: Unit) -> None:
    published((step("a") + event("den"), ("start>a", "a>den", "den>end")))
    case = makers.received(commune)

    with pytest.raises(Refused):
        services.hear(code=case.code, family="message", name="", by=makers.a_receiver(commune), now=MONDAY)

    assert waiting(case) == ["a"]


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


def test_what_is_watched_over_by_an_event_process_gives_way_to_it(commune: Unit) -> None:
    watching = inside(
        "huy", step("dong"), "huy_in>dong", "dong>huy_out", attributes='triggeredByEvent="true"',
        begins="<messageEventDefinition/>",
    )  # fmt: skip
    published((step("a") + step("b") + watching, ("start>a", "a>b", "b>end")))
    undisturbed, cancelled = makers.received(commune), makers.received(commune)
    assert sorted(waiting(cancelled)) == ["a", "huy_in.bien"]

    done(undisturbed, "a")
    finished = done(undisturbed, "b")
    done(cancelled, "huy_in.bien")

    assert finished.status == Status.FINISHED
    assert waiting(cancelled) == ["dong"]
    assert done(cancelled, "dong").status == Status.FINISHED


def test_a_jump_leads_to_where_its_name_arrives(commune: Unit) -> None:
    link = '<linkEventDefinition name="B"/>'
    jumps = f'<intermediateThrowEvent id="di">{link}</intermediateThrowEvent>'
    jumps += f'<intermediateCatchEvent id="toi">{link}</intermediateCatchEvent>'
    published((step("a") + jumps + step("b"), ("start>a", "a>di", "toi>b", "b>end")))
    case = makers.received(commune)

    done(case, "a")

    assert waiting(case) == ["b"]


def test_several_arrows_out_of_a_step_are_all_taken(commune: Unit) -> None:
    published((
        step("a") + step("b") + step("c") + gate("gop", "parallel"),
        ("start>a", "a>b", "a>c", "b>gop", "c>gop", "gop>end"),
    ))  # fmt: skip
    case = makers.received(commune)

    done(case, "a")

    assert sorted(waiting(case)) == ["b", "c"]


@pytest.mark.parametrize(("answer", "then"), [("Bước b", ["b"]), ("Bước c", ["c"]), ("Tất cả", ["b", "c"])])
def test_a_gateway_that_may_take_several_ways_asks_which(commune: Unit, answer: str, then: list[str]) -> None:
    published((
        step("a") + step("b") + step("c") + gate("tach", "inclusive") + gate("gop", "inclusive") + step("d"),
        ("start>a", "a>tach", "tach>b", "tach>c", "b>gop", "c>gop", "gop>d", "d>end"),
    ))  # fmt: skip
    case = makers.received(commune)

    done(case, "a", answer=answer)
    opened = sorted(waiting(case))
    for key in opened:
        done(case, key)

    assert opened == then
    assert waiting(case) == ["d"]


def test_a_gateway_without_words_asks_by_where_its_arrows_lead(commune: Unit) -> None:
    published((
        step("a") + gate("g1", "parallel") + gate("g") + step("b") + step("c"),
        ("start>a", "a>g1", "g1>g", "g>b", "g>c? ${approved}", "b>end", "c>end"),
    ))  # fmt: skip
    case = makers.received(commune)
    done(case, "a")

    asked = waiting(case)
    done(case, "g.chon", answer="Bước c")

    assert asked == ["g.chon"]
    assert waiting(case) == ["c"]


def test_a_dossier_that_may_begin_in_several_ways_asks_which(commune: Unit) -> None:
    starts = '<startEvent id="s1" name="Tại quầy"/><startEvent id="s2" name="Qua mạng"/><endEvent id="end"/>'
    content = drawing(starts + step("a") + step("b"), "s1>a", "s2>b", "a>end", "b>end", start=False)
    services.publish(
        told=services.Publishing(content, "thu", "Thử", TODAY, [makers.PERMIT.code]), by=KEEPER, now=MONDAY
    )
    case = makers.received(commune)

    done(case, waiting(case)[0], answer="Qua mạng")

    assert waiting(case) == ["b"]


def test_a_process_that_draws_neither_start_nor_end_has_them(commune: Unit) -> None:
    content = drawing(step("a") + step("b"), "a>b", start=False)
    services.publish(
        told=services.Publishing(content, "thu", "Thử", TODAY, [makers.PERMIT.code]), by=KEEPER, now=MONDAY
    )
    case = makers.received(commune)

    done(case, "a")

    assert done(case, "b").status == Status.FINISHED


@pytest.mark.parametrize(
    ("told", "early", "late"),
    [
        ("<timeDate>2026-11-25T08:00:00</timeDate>", timedelta(days=1), timedelta(days=3)),
        ("<timeCycle>R3/PT8H</timeCycle>", timedelta(hours=4), timedelta(days=2)),
        ("<timeDuration>PT90M</timeDuration>", timedelta(minutes=80), timedelta(days=1)),
        ("<timeDuration>P1W</timeDuration>", timedelta(days=6), timedelta(days=9)),
    ],
)
def test_a_timer_ends_at_a_date_or_after_a_span(commune: Unit, told: str, early: timedelta, late: timedelta) -> None:
    waits = (
        f'<intermediateCatchEvent id="cho"><timerEventDefinition>{told}</timerEventDefinition></intermediateCatchEvent>'
    )
    published((waits + step("a"), ("start>cho", "cho>a", "a>end")))
    case = makers.received(commune)

    counts = [services.wake(now=MONDAY + early), services.wake(now=MONDAY + late)]

    assert counts == [0, 1]
    assert waiting(case) == ["a"]


def test_work_of_a_machine_and_an_empty_element_are_steps_of_people(commune: Unit) -> None:
    published((
        '<serviceTask id="may" name="Lưu"/><subProcess id="rong" name="Chưa vẽ"/>',
        ("start>may", "may>rong", "rong>end"),
    ))  # fmt: skip
    case = makers.received(commune)

    done(case, "may")

    assert waiting(case) == ["rong"]
    assert done(case, "rong").status == Status.FINISHED


def test_what_is_done_several_times_inside_what_is_done_several_times_is_done_as_often_as_both(commune: Unit) -> None:
    loop = "<multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics>"
    many = f'<userTask id="x" name="Hỏi">{loop}</userTask>'
    published((inside("khoi", many + loop, "khoi_in>x", "x>khoi_out"), ("start>khoi", "khoi>end")))

    case = makers.received(commune)

    assert len(waiting(case)) == 4
