"""Many at once: no code twice and none left out, no step done by two people, no form sent twice."""

from threading import Event
from time import sleep
from typing import Any

import pytest
from django.db import connection, transaction

from tests.support.races import run_at_once
from tinhso.blocks.cases import services
from tinhso.blocks.cases.models import Case, Counter, Entry, Task
from tinhso.blocks.cases.queries import lookup
from tinhso.blocks.cases.tests import makers
from tinhso.blocks.cases.tests.applicants import a_file, begun, logged_in, sent
from tinhso.blocks.identity.tests import makers as people
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor

pytestmark = pytest.mark.django_db(transaction=True)
HANDS = 6


def test_codes_have_no_gap_and_no_twin_when_many_file_at_once() -> None:
    commune = makers.a_unit("28777", "Xã An")

    run_at_once(*[lambda: [makers.filed(commune) for _ in range(5)]] * HANDS)

    numbers = sorted(int(code[-4:]) for code in Case.objects.values_list("code", flat=True))
    assert numbers == list(range(1, 5 * HANDS + 1))
    assert Counter.objects.get().last == 5 * HANDS


def test_the_same_form_sent_many_times_at_once_is_one_dossier_without_a_gap_after_it() -> None:
    commune = makers.a_unit("28777", "Xã An")

    found = run_at_once(*[lambda: makers.filed(commune, request="R-1").pk] * HANDS)
    after = makers.filed(commune)

    assert len(set(found)) == 1
    assert after.code.endswith("-0002")


def test_of_two_who_finish_the_same_step_at_once_one_is_told_who_did() -> None:
    commune = makers.a_unit("28777", "Xã An")
    case = makers.received(commune)
    step = makers.step_of(case)
    people = [makers.an_officer(commune, ref=f"officer-{n}", name=f"Chuyên viên {n}") for n in range(HANDS)]

    found = run_at_once(
        *[lambda by=by: services.complete(code=case.code, step=step, by=by, now=makers.MONDAY).code for by in people]
    )

    assert sorted(map(str, found)) == sorted([case.code, *["step_done"] * (HANDS - 1)])
    assert Task.objects.filter(case=case, key="tham-dinh").count() == 1
    assert Entry.objects.filter(case=case, did="begun").count() == 1


def test_an_answer_and_a_withdrawal_at_once_leave_one_story() -> None:
    commune = makers.a_unit("28777", "Xã An")
    case = makers.received(commune)
    officer, receiver = makers.an_officer(commune), makers.a_receiver(commune)
    services.ask_supplement(code=case.code, step=makers.step_of(case), reasons=["Thiếu"], by=officer, now=makers.MONDAY)

    run_at_once(
        lambda: services.resume(code=case.code, answer="Có", by=receiver, now=makers.MONDAY),
        lambda: services.withdraw(code=case.code, why="Thôi", by=receiver, now=makers.MONDAY),
    )

    case.refresh_from_db()
    numbers = list(Entry.objects.filter(case=case).order_by("number").values_list("number", flat=True))
    assert case.status == Case.Status.WITHDRAWN
    assert numbers == list(range(1, case.entries_count + 1))
    assert not case.pauses.filter(until=None).exists()


def test_a_dossier_that_moves_to_another_unit_meanwhile_is_still_found() -> None:
    commune, successor = makers.a_unit("28777", "Xã An"), makers.a_unit("28778", "Xã Bình")
    case, moved = makers.received(commune), Event()

    def move() -> None:
        with transaction.atomic():
            lookup.locked_case(case.code)
            Case.objects.filter(pk=case.pk).update(unit=successor)
            moved.set()
            for _turn in range(500):
                if _somebody_waits():
                    break
                sleep(0.01)

    def wait_for_it() -> str:
        moved.wait(10)
        with transaction.atomic():
            return lookup.locked_case(case.code).unit.ref

    found = run_at_once(move, wait_for_it)

    assert found == [None, successor.ref]


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return bool(cursor.fetchone()[0])


def test_a_form_finished_many_times_at_once_is_one_dossier(form: dict[str, Any]) -> None:
    person = people.a_person("lan")
    address = begun(logged_in(person))
    sent(logged_in(person), address, do="save", files={"f.permit": a_file()})
    ref, by = address.split("/")[-2], Actor(ref=person.ref, name=person.name)

    found = run_at_once(
        *[lambda: services.finish_application(ref=ref, revision=1, at_desk=False, by=by, now=clock.now()).code] * HANDS
    )

    case = Case.objects.get()
    assert sorted(found, key=str) == sorted([case.code, *["unknown_draft"] * (HANDS - 1)])
    assert case.request == f"draft:{ref}"
