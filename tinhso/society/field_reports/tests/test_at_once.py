"""Many at once: nothing is told twice, decided twice or merged in a ring."""

from collections.abc import Callable

import pytest

from tests.support.races import run_at_once
from tinhso.society.field_reports import services
from tinhso.society.field_reports.contract import Status
from tinhso.society.field_reports.models import Cell, Entry, Report
from tinhso.society.field_reports.tests import makers
from tinhso.society.field_reports.tests.makers import CITIZEN, MONDAY, WHY

pytestmark = pytest.mark.django_db(transaction=True)
HANDS = 6


def _has_no_gap(report: Report) -> bool:
    numbers = list(Entry.objects.filter(report=report).order_by("number").values_list("number", flat=True))
    report.refresh_from_db()
    return numbers == list(range(1, report.entries_count + 1))


def test_the_same_telling_sent_many_times_at_once_is_one_report() -> None:
    makers.a_place()

    found = run_at_once(*[lambda: makers.a_report(request="form-1").pk] * HANDS)

    assert set(found) == {Report.objects.get().pk}


def test_of_two_who_decide_at_once_one_is_told_that_it_is_too_late() -> None:
    place = makers.a_place()
    report, officer = makers.received(), makers.an_officer(place.west)

    found = run_at_once(
        lambda: services.decline_report(ref=report.ref, why=WHY, by=officer, now=MONDAY).status,
        lambda: services.begin_work(ref=report.ref, by=officer, now=MONDAY).status,
        lambda: services.escalate_report(ref=report.ref, why=WHY, by=officer, now=MONDAY).status,
    )

    done = [one for one in found if not isinstance(one, str)]
    assert set(found) - set(done) <= {"not_now", "no_right"}
    assert Status.DECLINED in done or report.status != Status.DECLINED
    assert _has_no_gap(report)
    assert report.entries.filter(did__in=["declined", "begun", "escalated"]).count() == len(done)


def test_two_merged_into_each_other_at_once_never_form_a_ring() -> None:
    place = makers.a_place()
    one, other, officer = makers.received(), makers.received(), makers.an_officer(place.west)

    run_at_once(
        lambda: services.merge_reports(ref=one.ref, into=other.ref, by=officer, now=MONDAY).ref,
        lambda: services.merge_reports(ref=other.ref, into=one.ref, by=officer, now=MONDAY).ref,
    )

    assert Report.objects.filter(status=Status.MERGED).count() == 1
    assert _has_no_gap(one)
    assert _has_no_gap(other)


def test_counts_stay_true_while_many_reports_of_one_cell_open_and_close() -> None:
    place = makers.a_place()
    officer = makers.an_officer(place.west)
    reports = [makers.received(contact=f"09000000{n:02}") for n in range(HANDS)]

    def through(report: Report) -> Callable[[], object]:
        def run() -> object:
            services.classify_report(ref=report.ref, by=officer, now=MONDAY)
            services.decline_report(ref=report.ref, why=WHY, by=officer, now=MONDAY)
            return report.ref

        return run

    run_at_once(*[through(report) for report in reports])

    counts = Cell.objects.filter(level=25).values_list("is_open", "count")
    assert sorted(counts) == [(False, HANDS), (True, 0)]


def test_a_code_guessed_by_many_at_once_has_five_tries_all_the_same() -> None:
    makers.a_place()
    report = makers.a_report()

    found = run_at_once(*[lambda: services.confirm_contact(ref=report.ref, code="x", by=CITIZEN, now=MONDAY)] * 8)

    assert sorted(map(str, found)) == ["too_many_tries"] * 3 + ["wrong_code"] * 5
