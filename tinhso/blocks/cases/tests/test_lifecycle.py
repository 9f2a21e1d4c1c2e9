"""A case's way from filing to the result, the ways out of it, and what nobody can do to it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from tinhso.blocks.cases import services
from tinhso.blocks.cases.contract import CLOSED, TRANSITIONS, Applicant, Channel, Status
from tinhso.blocks.cases.models import Case, Entry, Task
from tinhso.blocks.cases.queries import detail, secrets
from tinhso.blocks.cases.tests import makers
from tinhso.blocks.payments.contract import OrderCharge
from tinhso.blocks.units.models import Unit
from tinhso.kernel import clock
from tinhso.kernel.errors import Forbidden, Refused

pytestmark = pytest.mark.django_db
MONDAY = makers.MONDAY


@pytest.fixture
def commune() -> Unit:
    return makers.a_unit("28777", "Xã An")


def test_a_dossier_goes_from_the_desk_through_officer_and_head_back_to_the_applicant(commune: Unit) -> None:
    case = makers.received(commune)
    services.complete(code=case.code, step=makers.step_of(case), by=makers.an_officer(commune), now=MONDAY)
    services.complete(code=case.code, step=makers.step_of(case), by=makers.a_head(commune), now=MONDAY, number="1/GP")

    done = services.hand_out(code=case.code, step=makers.step_of(case), by=makers.a_receiver(commune), now=MONDAY)

    assert done.status == Status.RETURNED
    assert (done.outcome, done.outcome_number) == ("Giấy phép", "1/GP")
    story = list(Entry.objects.filter(case=case).order_by("number").values_list("number", "did", "status"))
    assert story == [
        (1, "filed", 1),
        (2, "received", 2),
        (3, "begun", 4),
        (4, "step_done", 4),
        (5, "finished", 9),
        (6, "returned", 10),
    ]
    assert not Task.objects.filter(case=case, done_at=None).exists()


def test_what_came_in_online_waits_until_somebody_receives_it_and_the_clock_starts_then(commune: Unit) -> None:
    case = makers.filed(commune)
    tuesday = MONDAY + timedelta(days=1)

    accepted = services.accept(code=case.code, step=makers.step_of(case), by=makers.a_receiver(commune), now=tuesday)

    assert accepted.submitted_at == MONDAY
    assert accepted.received_at == tuesday
    assert accepted.status == Status.RECEIVED


def test_three_working_days_from_monday_the_23rd_of_november_2026_end_on_friday_the_27th(commune: Unit) -> None:
    case = makers.received(commune)

    assert case.due_at is not None
    assert clock.local(case.due_at).strftime("%a %d/%m/%Y %H:%M") == "Fri 27/11/2026 17:00"


def test_the_clock_stands_still_while_the_applicant_must_add_something(commune: Unit) -> None:
    case = makers.received(commune)
    step, officer = makers.step_of(case), makers.an_officer(commune)
    asked = services.ask_supplement(code=case.code, step=step, reasons=["Thiếu chữ ký"], by=officer, now=MONDAY)
    assert asked.status == Status.AWAITING_SUPPLEMENT

    thursday = MONDAY + timedelta(days=3)
    back = services.answer(code=case.code, key=secrets.key_of(case), text="Đã ký lại", address="", now=thursday)

    assert back.status == Status.RECEIVED
    assert back.first_due_at is not None
    assert back.due_at is not None
    assert clock.local(back.first_due_at).date().isoformat() == "2026-11-27"
    assert clock.local(back.due_at).date().isoformat() == "2026-12-01"  # two working days stood still, the 24th is off
    assert not Task.objects.get(case=case, done_at=None).waiting


def test_nobody_works_on_a_dossier_that_waits_for_its_applicant(commune: Unit) -> None:
    case = makers.received(commune)
    step, officer = makers.step_of(case), makers.an_officer(commune)
    services.ask_payment(code=case.code, step=step, charges=[OrderCharge("Lệ phí", 50_000)], by=officer, now=MONDAY)

    with pytest.raises(Refused, match="not_now"):
        services.complete(code=case.code, step=step, by=officer, now=MONDAY)


def test_what_was_asked_for_before_reception_comes_back_as_newly_filed(commune: Unit) -> None:
    case = makers.filed(commune)
    receiver = makers.a_receiver(commune)
    services.ask_supplement(code=case.code, step=makers.step_of(case), reasons=["Chụp lại"], by=receiver, now=MONDAY)

    back = services.resume(code=case.code, answer="Đã chụp lại", by=receiver, now=MONDAY + timedelta(hours=1))

    assert back.status == Status.FILED
    assert back.received_at is None


def test_a_promise_is_put_off_with_an_apology_and_never_after_it_has_run_out(commune: Unit) -> None:
    case = makers.received(commune)
    officer = makers.an_officer(commune)
    step = makers.step_of(case)

    one = services.extend(code=case.code, step=step, amount=2, why="Chờ xác minh", by=officer, now=MONDAY)
    with pytest.raises(Refused, match="too_late"):
        services.extend(
            code=case.code, step=step, amount=1, why="Nữa", by=officer, now=one.due_at + timedelta(minutes=1)
        )

    assert clock.local(one.due_at).date().isoformat() == "2026-12-01"
    case.refresh_from_db()
    assert case.due_at == one.due_at
    assert case.first_due_at == one.was_due_at


def test_a_refusal_needs_a_reason_which_the_applicant_reads(commune: Unit) -> None:
    case = makers.filed(commune)
    receiver, step = makers.a_receiver(commune), makers.step_of(case)
    with pytest.raises(Refused, match="no_reason"):
        services.decline(code=case.code, step=step, why=" ", by=receiver, now=MONDAY)

    services.decline(code=case.code, step=step, why="Không thuộc thẩm quyền", by=receiver, now=MONDAY)

    entry = Entry.objects.filter(case=case).order_by("number").last()
    assert entry is not None
    assert (entry.did, entry.note, entry.public) == ("declined", "Không thuộc thẩm quyền", True)


def test_an_applicant_takes_a_dossier_back_until_it_is_finished(commune: Unit) -> None:
    running, done = makers.received(commune), makers.finished(commune)

    services.take_back(code=running.code, key=secrets.key_of(running), why="", address="", now=MONDAY)
    with pytest.raises(Refused, match="not_now"):
        services.take_back(code=done.code, key=secrets.key_of(done), why="", address="", now=MONDAY)

    running.refresh_from_db()
    assert running.status == Status.WITHDRAWN
    assert not Task.objects.filter(case=running, done_at=None).exists()


def test_a_head_sends_back_what_must_be_done_again(commune: Unit) -> None:
    case = makers.received(commune)
    services.complete(code=case.code, step=makers.step_of(case), by=makers.an_officer(commune), now=MONDAY)

    services.send_back(code=case.code, step=makers.step_of(case), why="Sai tên", by=makers.a_head(commune), now=MONDAY)

    assert Task.objects.get(case=case, done_at=None).right == "process cases"


def test_nobody_decides_without_the_right_at_the_place(commune: Unit) -> None:
    elsewhere = makers.a_unit("28778", "Xã Bình")
    case = makers.received(commune)
    step = makers.step_of(case)

    for stranger in (makers.an_officer(elsewhere), makers.a_receiver(commune), makers.CITIZEN):
        with pytest.raises(Forbidden):
            services.complete(code=case.code, step=step, by=stranger, now=MONDAY)

    with pytest.raises(Forbidden):
        services.receive_case(filing=makers.a_filing(commune), by=makers.a_receiver(elsewhere), now=MONDAY)


def test_a_step_that_is_done_cannot_be_done_again(commune: Unit) -> None:
    case = makers.received(commune)
    step, officer = makers.step_of(case), makers.an_officer(commune)
    services.complete(code=case.code, step=step, by=officer, now=MONDAY)

    with pytest.raises(Refused, match="step_done"):
        services.complete(code=case.code, step=step, by=officer, now=MONDAY)


def test_codes_follow_each_other_within_an_organisation_and_a_day_without_gaps(commune: Unit) -> None:
    tuesday = MONDAY + timedelta(days=1)
    first, second, next_day = makers.received(commune), makers.received(commune), makers.received(commune, tuesday)
    with pytest.raises(Refused), transaction.atomic():
        makers.received(commune, applicant=Applicant(" "))

    third = makers.received(commune)

    numbers = [case.code.rpartition("28777-")[2] for case in (first, second, third, next_day)]
    assert numbers == ["261123-0001", "261123-0002", "261123-0003", "261124-0001"]


def test_a_form_sent_twice_is_one_dossier(commune: Unit) -> None:
    first = makers.filed(commune, request="R-1")

    again = makers.filed(commune, request="R-1")

    assert again.pk == first.pk
    assert Case.objects.count() == 1


def test_somebody_elses_attempt_opens_nothing_of_theirs(commune: Unit) -> None:
    makers.filed(commune, request="R-1")

    with pytest.raises(Refused, match="request_used"):
        makers.filed(commune, request="R-1", applicant=Applicant("Kẻ lạ"))

    assert Case.objects.count() == 1


def test_what_may_not_be_filed_online_is_refused_there(commune: Unit) -> None:
    with pytest.raises(Refused, match="not_online"):
        makers.filed(commune, offer={"may_file_online": False})


def test_a_key_opens_its_own_dossier_only_and_says_the_same_of_all_that_is_wrong(commune: Unit) -> None:
    case, other = makers.filed(commune), makers.filed(commune)

    for code, key in ((case.code, secrets.key_of(other)), ("H-1", secrets.key_of(case)), (case.code, "")):
        with pytest.raises(Refused, match="no_such_key"):
            services.answer(code=code, key=key, text="x", address="", now=MONDAY)

    assert secrets.is_key_of_case(case, f" {secrets.key_of(case).lower()} ")


def test_a_rating_is_given_once_and_only_at_the_end(commune: Unit) -> None:
    case = makers.received(commune)
    key = secrets.key_of(case)
    with pytest.raises(Refused, match="not_yet"):
        services.rate(code=case.code, key=key, points=5, note="", address="", now=MONDAY)
    services.complete(code=case.code, step=makers.step_of(case), by=makers.an_officer(commune), now=MONDAY)
    services.complete(code=case.code, step=makers.step_of(case), by=makers.a_head(commune), now=MONDAY)

    services.rate(code=case.code, key=key, points=4, note="Nhanh", address="", now=MONDAY)
    with pytest.raises(Refused, match="rated_already"):
        services.rate(code=case.code, key=key, points=1, note="", address="", now=MONDAY)

    case.refresh_from_db()
    assert case.rating == 4


@pytest.mark.parametrize("was", list(Status))
@pytest.mark.parametrize("to", list(Status))
def test_the_database_lets_only_legal_statuses_follow(was: Status, to: Status) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT cases_may_follow(%s::smallint, %s::smallint)", [int(was), int(to)])
        (allowed,) = cursor.fetchone()

    assert allowed == (to in TRANSITIONS[was])


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE cases_case SET status = 9, finished_at = now()",
        "UPDATE cases_case SET code = 'X'",
        "UPDATE cases_case SET submitted_at = now()",
        "UPDATE cases_case SET received_at = now()",
        "UPDATE cases_case SET version = 'another'",
        "DELETE FROM cases_case",
        "UPDATE cases_entry SET note = 'x'",
        "DELETE FROM cases_entry",
        "DELETE FROM cases_counter",
    ],
)
def test_the_database_refuses_what_the_programs_would_never_do(commune: Unit, statement: str) -> None:
    makers.received(commune)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_closed_dossiers_have_no_way_onward() -> None:
    assert {Status.DECLINED, Status.WITHDRAWN, Status.STOPPED, Status.RETURNED} == CLOSED


def test_after_hours_counts_from_the_next_morning(commune: Unit) -> None:
    friday_night = datetime(2026, 11, 27, 14, tzinfo=UTC)  # 21:00

    case = makers.received(commune, friday_night, channel=Channel.POST)

    assert case.due_at is not None
    assert clock.local(case.due_at).date().isoformat() == "2026-12-03"  # received on Monday the 30th


def test_who_does_not_answer_is_ended_while_the_clock_stands_still(commune: Unit) -> None:
    case = makers.received(commune)
    officer, step = makers.an_officer(commune), makers.step_of(case)
    services.ask_supplement(code=case.code, step=step, reasons=["Thiếu"], by=officer, now=MONDAY)

    (acts,) = detail.actions_of_case(case_of(case), officer)
    services.stop(code=case.code, step=step, why="Quá hạn bổ sung", by=officer, now=MONDAY + timedelta(days=40))

    assert (acts.stop, acts.complete, acts.extend) == (True, False, False)
    assert case_of(case).status == Status.STOPPED
    assert not case.pauses.filter(until=None).exists()


def test_what_colleagues_write_is_not_told_to_the_applicant(commune: Unit) -> None:
    case = makers.received(commune)
    officer = makers.an_officer(commune)
    services.complete(code=case.code, step=makers.step_of(case), by=officer, now=MONDAY, note="Nghi hồ sơ giả")
    services.write_note(code=case.code, text="Đã gọi công an", by=officer, now=MONDAY)

    told = " ".join(f"{one.words} {one.note}" for one in detail.history_of_case(case, public=True))

    assert "giả" not in told
    assert "công an" not in told


def case_of(case: Case) -> Case:
    """The case as it is now."""
    return Case.objects.get(pk=case.pk)
