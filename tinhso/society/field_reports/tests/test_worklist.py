"""Reports on the worklist over all systems."""

import pytest

from tinhso.blocks.worklist.tests.makers import ticks_of, work_of
from tinhso.society.field_reports import services
from tinhso.society.field_reports.tests import makers

pytestmark = pytest.mark.django_db


def test_a_report_waits_to_be_classified_then_to_be_handled_where_it_lies() -> None:
    place = makers.a_place()
    report = makers.received()
    officer, elsewhere = makers.an_officer(place.west, place.agency), makers.an_officer(place.east)

    assert work_of(officer, makers.MONDAY) == [("reports", report.ref, "Phân loại")]
    services.classify_report(ref=report.ref, by=officer, now=makers.MONDAY)
    services.begin_work(ref=report.ref, by=officer, now=makers.MONDAY)

    assert work_of(officer, makers.MONDAY) == [("reports", report.ref, "Xử lý")]
    assert ticks_of(officer, makers.MONDAY) == [report.ref]
    assert work_of(elsewhere, makers.MONDAY) == []


def test_nobody_but_its_senders_waits_for_a_report_that_was_mended() -> None:
    place = makers.a_place()
    makers.mended(place)

    assert work_of(makers.an_officer(place.west, place.agency), makers.MONDAY) == []
