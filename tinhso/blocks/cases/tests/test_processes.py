"""Cases on drawn ways: gateways, branches, timers, loops, cases that open others, versions."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from tinhso.blocks.bpmn import services as drawings
from tinhso.blocks.bpmn.models import ProcessVersion
from tinhso.blocks.bpmn.tests.drawings import alarm, drawing, gate, step, wait
from tinhso.blocks.cases import services
from tinhso.blocks.cases.contract import Status
from tinhso.blocks.cases.models import Case, CaseProcess, Entry, Task
from tinhso.blocks.cases.queries import lookup
from tinhso.blocks.cases.tests import makers
from tinhso.blocks.units.models import Level, Unit
from tinhso.kernel.actor import program_actor
from tinhso.kernel.errors import Forbidden, Refused

pytestmark = pytest.mark.django_db
MONDAY, KEEPER = makers.MONDAY, program_actor("tests", rights=["manage procedures"])
TODAY = date(2026, 11, 23)
CHOOSING = (
    step("xem", outcomes="đủ|thiếu")
    + step("ky", "decide cases", hours="8")
    + step("tra-loi")
    + gate("g")
    + '<endEvent id="het" xmlns:t="urn:tinhso:bpmn:1" t:result="Văn bản từ chối"/>',
    ("start>xem", "xem>g", "g>ky: đủ", "g>tra-loi: thiếu", "ky>end", "tra-loi>het"),
)
TWO_ASKED = (
    step("xem")
    + step("yk1", unit="SYT")
    + step("yk2", unit="SXD")
    + step("ky", "decide cases")
    + gate("tach", "parallel")
    + gate("gop", "parallel"),
    ("start>xem", "xem>tach", "tach>yk1", "tach>yk2", "yk1>gop", "yk2>gop", "gop>ky", "ky>end"),
)


@pytest.fixture
def commune() -> Unit:
    return makers.a_unit("28777", "Xã An")


def published(told: tuple[str, Sequence[str]], code: str = "thu", **changes: object) -> ProcessVersion:
    """A drawing in force for the procedure of the tests."""
    elements, arrows = told
    usual = drawings.Publishing(drawing(elements, *arrows), code, "Thử", TODAY, [makers.PERMIT.code])
    return drawings.publish_process(told=replace(usual, **changes), by=KEEPER, now=MONDAY)  # type: ignore[arg-type]


def waiting(case: Case) -> list[str]:
    """Keys of the steps that wait."""
    return [task.key for task in lookup.open_tasks(case)]


def done(case: Case, key: str, *places: Unit, answer: str = "") -> Case:
    """Whoever may do a step does it."""
    task = Task.objects.get(case=case, key=key)
    by = makers.an_actor("sb", "Ai đó", [task.right], task.unit, *places)
    return services.complete(code=case.code, step=task.number, by=by, now=MONDAY, answer=answer)


def test_an_answer_decides_which_way_a_dossier_goes_and_the_end_says_with_what(commune: Unit) -> None:
    published(CHOOSING)
    good, bad = makers.received(commune), makers.received(commune)

    done(good, "xem", answer="đủ")
    done(bad, "xem", answer="thiếu")

    assert (waiting(good), waiting(bad)) == (["ky"], ["tra-loi"])
    assert done(bad, "tra-loi").outcome == "Văn bản từ chối"
    assert done(good, "ky").outcome == "Giấy phép"
    assert Task.objects.get(case=good, key="xem").outcome == "đủ"


def test_a_step_that_lets_choose_is_not_done_without_a_choice(commune: Unit) -> None:
    published(CHOOSING)
    case = makers.received(commune)

    for answer in ("", "để sau"):
        with pytest.raises(Refused, match="choose_answer"):
            done(case, "xem", answer=answer)

    assert waiting(case) == ["xem"]


def test_the_hours_of_a_step_are_hours_of_work(commune: Unit) -> None:
    published(CHOOSING)
    case = makers.received(commune)

    done(case, "xem", answer="đủ")

    due = Task.objects.get(case=case, key="ky").due_at
    assert due is not None
    assert due > MONDAY + timedelta(days=1)  # eight hours of work from nine o'clock end on the next working day


def test_two_departments_are_asked_at_once_and_the_join_waits_for_both(commune: Unit) -> None:
    health, building = (
        makers.a_unit("T-SYT", "Sở Y tế", Level.AGENCY),
        makers.a_unit("T-SXD", "Sở Xây dựng", Level.AGENCY),
    )
    Unit.objects.filter(pk=health.pk).update(code="SYT")
    Unit.objects.filter(pk=building.pk).update(code="SXD")
    published(TWO_ASKED)
    case = makers.received(commune)
    doctor = makers.an_officer(health, ref="doctor")
    with pytest.raises(Forbidden):
        lookup.visible_case(case.code, by=doctor)

    done(case, "xem")

    assert sorted(waiting(case)) == ["yk1", "yk2"]
    assert lookup.visible_case(case.code, by=doctor) == case
    assert list(lookup.seen_by(doctor)) == [case]
    done(case, "yk2")
    assert waiting(case) == ["yk1"]
    done(case, "yk1")
    assert waiting(case) == ["ky"]
    assert {task.key: task.unit for task in Task.objects.filter(case=case)} == {
        "xem": commune,
        "yk1": health,
        "yk2": building,
        "ky": commune,
    }


def test_what_is_sent_back_from_behind_a_join_goes_before_the_branches(commune: Unit) -> None:
    for code in ("SYT", "SXD"):
        Unit.objects.filter(pk=makers.a_unit(f"T-{code}", code, Level.AGENCY).pk).update(code=code)
    published(TWO_ASKED)
    case = makers.received(commune)
    for key in ("xem", "yk1", "yk2"):
        done(case, key)

    head = makers.a_head(commune)
    services.send_back(code=case.code, step=makers.step_of(case), why="Chưa rõ", by=head, now=MONDAY)

    assert waiting(case) == ["xem#2"]
    done(case, "xem#2")
    assert sorted(waiting(case)) == ["yk1#2", "yk2#2"]


def test_the_first_step_cannot_be_sent_back(commune: Unit) -> None:
    case = makers.received(commune)

    with pytest.raises(Refused, match="no_step_before"):
        services.send_back(
            code=case.code, step=makers.step_of(case), why="?", by=makers.an_officer(commune), now=MONDAY
        )

    assert waiting(case) == ["tham-dinh"]


def test_a_loop_comes_back_as_the_same_step_with_its_turn(commune: Unit) -> None:
    published(
        (
            step("kt", outcomes="đạt|sửa") + step("sua") + gate("g"),
            ("start>kt", "kt>g", "g>end: đạt", "g>sua: sửa", "sua>kt"),
        )
    )
    case = makers.received(commune)

    done(case, "kt", answer="sửa")
    done(case, "sua")
    done(case, "kt#2", answer="sửa")
    done(case, "sua#2")

    assert waiting(case) == ["kt#3"]
    assert done(case, "kt#3", answer="đạt").status == Status.FINISHED


def test_a_step_that_takes_too_long_calls_somebody_and_goes_on_waiting(commune: Unit) -> None:
    published(
        (
            step("lam") + step("don-doc", "decide cases") + alarm("qua-gio", "lam", "PT8H") + '<endEvent id="het"/>',
            ("start>lam", "lam>end", "qua-gio>don-doc", "don-doc>het"),
        )
    )
    case = makers.received(commune)

    early = services.wake_cases(now=MONDAY + timedelta(hours=9))
    late = services.wake_cases(now=MONDAY + timedelta(days=3))
    again = services.wake_cases(now=MONDAY + timedelta(days=4))

    assert (early, late, again) == (0, 1, 0)  # nine hours on the clock are not eight of work
    assert sorted(waiting(case)) == ["don-doc", "lam"]
    assert Entry.objects.filter(case=case, did="escalated").count() == 1
    done(case, "lam")
    assert done(case, "don-doc").status == Status.FINISHED


def test_a_timer_that_interrupts_takes_the_step_away(commune: Unit) -> None:
    published(
        (
            step("lam")
            + step("lanh-dao", "decide cases")
            + alarm("t", "lam", "P1D", interrupting=True)
            + '<endEvent id="het"/>',
            ("start>lam", "lam>end", "t>lanh-dao", "lanh-dao>het"),
        )
    )
    case = makers.received(commune)

    services.wake_cases(now=MONDAY + timedelta(days=5))

    assert waiting(case) == ["lanh-dao"]
    assert Task.objects.get(case=case, key="lam").outcome == "out of time"


def test_no_timer_ends_while_the_applicant_must_act(commune: Unit) -> None:
    published(
        (
            step("lam") + step("don-doc") + alarm("t", "lam", "PT8H") + '<endEvent id="het"/>',
            ("start>lam", "lam>end", "t>don-doc", "don-doc>het"),
        )
    )
    case = makers.received(commune)
    officer = makers.an_officer(commune)
    services.ask_supplement(code=case.code, step=makers.step_of(case), reasons=["Thiếu"], by=officer, now=MONDAY)
    thursday = MONDAY + timedelta(days=3)

    asleep = services.wake_cases(now=thursday)
    services.resume(code=case.code, answer="Đủ", by=makers.a_receiver(commune), now=thursday)
    fresh = services.wake_cases(now=thursday + timedelta(hours=1))

    assert (asleep, fresh) == (0, 0)
    assert services.wake_cases(now=thursday + timedelta(days=4)) == 1


def test_a_wait_at_the_end_finishes_the_dossier_when_it_is_over(commune: Unit) -> None:
    published((step("niem-yet") + wait("cho", "P2D"), ("start>niem-yet", "niem-yet>cho", "cho>end")))
    case = makers.received(commune)

    posted = done(case, "niem-yet")
    services.wake_cases(now=MONDAY + timedelta(days=7))

    case.refresh_from_db()
    assert posted.status == Status.IN_PROCESS
    assert case.status == Status.FINISHED
    assert waiting(case) == ["tra-ket-qua"]


def test_a_closed_dossier_is_not_woken(commune: Unit) -> None:
    published((step("a") + alarm("t", "a", "PT1H") + '<endEvent id="het"/>', ("start>a", "a>end", "t>het")))
    case = makers.received(commune)

    services.withdraw(code=case.code, why="Thôi", by=makers.a_receiver(commune), now=MONDAY)

    assert CaseProcess.objects.get(case=case).wakes_at is None
    assert services.wake_cases(now=MONDAY + timedelta(days=9)) == 0


def test_a_dossier_ends_by_the_drawing_that_it_began_with(commune: Unit) -> None:
    published(CHOOSING)
    old = makers.received(commune)
    published((step("moi"), ("start>moi", "moi>end")), note="gọn hơn")
    new = makers.received(commune)

    done(old, "xem", answer="đủ")

    assert waiting(old) == ["ky"]
    assert waiting(new) == ["moi"]
    numbers = CaseProcess.objects.filter(case__in=[old, new]).order_by("case")
    assert list(numbers.values_list("version__number", flat=True)) == [1, 2]


def test_a_version_for_tomorrow_is_not_followed_today(commune: Unit) -> None:
    published(CHOOSING)
    published((step("moi"), ("start>moi", "moi>end")), since=TODAY + timedelta(days=1))

    today, tomorrow = makers.received(commune), makers.received(commune, MONDAY + timedelta(days=1))

    assert (waiting(today), waiting(tomorrow)) == (["xem"], ["moi"])


def test_the_same_drawing_twice_is_one_version_and_a_past_day_is_refused() -> None:
    first, again = published(CHOOSING), published(CHOOSING)

    with pytest.raises(Refused, match="too_early"):
        published((step("moi"), ("start>moi", "moi>end")), since=TODAY - timedelta(days=1))

    assert first == again


def test_nobody_publishes_without_the_right_nor_takes_another_drawings_procedures_nor_asks_who_is_not() -> None:
    published(CHOOSING)
    stranger = program_actor("stranger", rights=["decide cases"])
    told = drawings.Publishing(drawing(step("a"), "start>a", "a>end"), "khac", "Khác", TODAY, [makers.PERMIT.code])
    elsewhere = drawing(step("a", unit="SAOHOA"), "start>a", "a>end")

    with pytest.raises(Forbidden):
        drawings.publish_process(told=told, by=stranger, now=MONDAY)
    with pytest.raises(Refused, match="served_elsewhere"):
        drawings.publish_process(told=told, by=KEEPER, now=MONDAY)
    with pytest.raises(Refused, match="bad_process") as refused:
        drawings.check_process(elsewhere, day=TODAY)

    assert "SAOHOA" in refused.value.message


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE bpmn_processversion SET bpmn = '<x/>'",
        "DELETE FROM bpmn_processversion",
        "DELETE FROM bpmn_process",
        "DELETE FROM cases_caseprocess",
        "UPDATE cases_caseprocess SET version_id = version_id + 1",
    ],
)
def test_the_database_keeps_drawings_and_what_follows_them(commune: Unit, statement: str) -> None:
    makers.received(commune)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_dossier_from_another_system_goes_on_at_the_step_that_it_came_with(commune: Unit) -> None:
    case = Case.objects.create(
        code="X-1",
        origin="import",
        provider="tests",
        procedure="2.000001",
        version="v",
        name="Cũ",
        field_code="f",
        field="F",
        channel=1,
        receiving_unit=commune,
        origin_unit=commune,
        unit=commune,
        status=Status.IN_PROCESS,
        submitted_at=MONDAY,
        received_at=MONDAY,
        result="Giấy phép",
        tasks_count=1,
        search_text="",
    )
    usual = {"case": case, "number": 1, "name": "Duyệt và ký kết quả", "right": "decide cases", "unit": commune}
    Task.objects.create(key="duyet-ky", opened_at=MONDAY, **usual)

    finished = done(case, "duyet-ky")

    assert (finished.status, finished.outcome) == (Status.FINISHED, "Giấy phép")


def test_what_fails_halfway_leaves_the_dossier_where_it_was(commune: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    case = makers.received(commune)
    before = CaseProcess.objects.get(case=case).state

    def breaks(*_args: object, **_named: object) -> None:
        raise RuntimeError("the power went")

    monkeypatch.setattr("tinhso.blocks.cases.services.deciding.note_down", breaks)
    with pytest.raises(RuntimeError), transaction.atomic():
        done(case, "tham-dinh")

    assert waiting(case) == ["tham-dinh"]
    assert CaseProcess.objects.get(case=case).state == before
