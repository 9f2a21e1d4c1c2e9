"""What cases wait for that is not a step: messages, signals, errors, times."""

from datetime import timedelta
from functools import partial

import pytest

from tinhso.blocks.bpmn.tests.drawings import event, gate, inside, step
from tinhso.blocks.cases import services
from tinhso.blocks.cases.contract import Status
from tinhso.blocks.cases.models import Case, CaseProcess, Entry, Task
from tinhso.blocks.cases.tests import makers
from tinhso.blocks.cases.tests.test_processes import MONDAY, done, published, waiting
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
    published(
        (
            step("a") + event("hoi", "signal", on="a", interrupting=False) + step("tra-loi") + step("b") + HET,
            ("start>a", "a>b", "b>end", "hoi>tra-loi", "tra-loi>het"),
        )
    )
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
    published(
        (
            '<sendTask id="gui" name="Gửi"/><receiveTask id="nhan" name="Nhận"/>',
            ("start>gui", "gui>nhan", "nhan>end"),
        )
    )
    case = makers.received(commune)

    done(case, "gui")

    assert waiting(case) == ["nhan"]
    assert Entry.objects.filter(case=case, did="announced").count() == 1
    assert done(case, "nhan").status == Status.FINISHED


def test_of_several_events_the_first_decides(commune: Unit) -> None:
    timer = "<timerEventDefinition><timeDuration>P2D</timeDuration></timerEventDefinition>"
    waits = f'<intermediateCatchEvent id="het-gio">{timer}</intermediateCatchEvent>'
    events = gate("g", "eventBased") + event("dong-y") + event("tu-choi", "signal") + waits
    published(
        (
            step("a") + events + step("b") + step("c") + step("d") + HET + '<endEvent id="het2"/>',
            (
                "start>a",
                "a>g",
                "g>dong-y",
                "g>tu-choi",
                "g>het-gio",
                "dong-y>b",
                "tu-choi>c",
                "het-gio>d",
                "b>end",
                "c>het",
                "d>het2",
            ),
        )
    )
    yes, late = makers.received(commune), makers.received(commune)
    for case in (yes, late):
        done(case, "a")
    assert sorted(waiting(yes)) == ["dong-y", "tu-choi"]

    done(yes, "tu-choi")
    services.wake_cases(now=MONDAY + timedelta(days=7))

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
    published(
        (
            block + step("sau") + event("hong", what, on="khoi") + step("sua") + HET,
            ("start>khoi", "khoi>sau", "sau>end", "hong>sua", "sua>het"),
        )
    )
    good, bad = makers.received(commune), makers.received(commune)
    assert waiting(good) == ["x"]

    done(good, "x", answer="tốt")
    done(bad, "x", answer="hỏng")

    assert (waiting(good), waiting(bad)) == (["sau"], ["sua"])
    assert done(bad, "sua").status == Status.FINISHED


def test_an_error_ends_what_goes_on_beside_it(commune: Unit) -> None:
    ends = '<endEvent id="loi"><errorEventDefinition/></endEvent>'
    block = inside(
        "khoi",
        gate("tach", "parallel") + step("x") + step("y") + ends,
        "khoi_in>tach",
        "tach>x",
        "tach>y",
        "x>loi",
        "y>khoi_out",
    )
    published(
        (
            block + event("hong", "error", on="khoi") + step("sua") + HET,
            (
                "start>khoi",
                "khoi>end",
                "hong>sua",
                "sua>het",
            ),
        )
    )
    case = makers.received(commune)

    done(case, "x")

    assert waiting(case) == ["sua"]
    assert outcome(case, "y") == "interrupted"


def test_a_signal_of_the_dossier_itself_lets_go_on_what_waits_for_it(commune: Unit) -> None:
    throws = '<intermediateThrowEvent id="bao"><signalEventDefinition signalRef="s"/></intermediateThrowEvent>'
    waits = '<intermediateCatchEvent id="cho"><signalEventDefinition signalRef="s"/></intermediateCatchEvent>'
    published(
        (
            gate("tach", "parallel") + gate("gop", "parallel") + step("x") + throws + waits,
            ("start>tach", "tach>x", "tach>cho", "x>bao", "bao>gop", "cho>gop", "gop>end"),
        )
    )
    case = makers.received(commune)
    assert sorted(waiting(case)) == ["cho", "x"]

    finished = done(case, "x")

    assert finished.status == Status.FINISHED


def test_a_message_from_elsewhere_lets_a_dossier_go_on_that_waits_for_it(commune: Unit) -> None:
    published((step("a") + event("den", "message", "Đã trả lời"), ("start>a", "a>den", "den>end")))
    case = makers.received(commune)
    arrives = partial(
        services.receive_sign, code=case.code, family="message", by=makers.an_officer(commune), now=MONDAY
    )

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
        services.receive_sign(code=case.code, family="message", name="", by=makers.a_receiver(commune), now=MONDAY)

    assert waiting(case) == ["a"]


def test_what_is_watched_over_by_an_event_process_gives_way_to_it(commune: Unit) -> None:
    watching = inside(
        "huy",
        step("dong"),
        "huy_in>dong",
        "dong>huy_out",
        attributes='triggeredByEvent="true"',
        begins="<messageEventDefinition/>",
    )
    published((step("a") + step("b") + watching, ("start>a", "a>b", "b>end")))
    undisturbed, cancelled = makers.received(commune), makers.received(commune)
    assert sorted(waiting(cancelled)) == ["a", "huy_in.bien"]

    done(undisturbed, "a")
    finished = done(undisturbed, "b")
    done(cancelled, "huy_in.bien")

    assert finished.status == Status.FINISHED
    assert waiting(cancelled) == ["dong"]
    assert done(cancelled, "dong").status == Status.FINISHED


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

    counts = [services.wake_cases(now=MONDAY + early), services.wake_cases(now=MONDAY + late)]

    assert counts == [0, 1]
    assert waiting(case) == ["a"]


def test_work_of_a_machine_and_an_empty_element_are_steps_of_people(commune: Unit) -> None:
    published(
        (
            '<serviceTask id="may" name="Lưu"/><subProcess id="rong" name="Chưa vẽ"/>',
            ("start>may", "may>rong", "rong>end"),
        )
    )
    case = makers.received(commune)

    done(case, "may")

    assert waiting(case) == ["rong"]
    assert done(case, "rong").status == Status.FINISHED
