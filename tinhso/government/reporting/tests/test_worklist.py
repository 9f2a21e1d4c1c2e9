"""Returns on the worklist over all systems."""

import pytest

from tinhso.blocks.worklist.tests.makers import ticks_of, work_of
from tinhso.government.reporting import services
from tinhso.government.reporting.tests import makers

pytestmark = pytest.mark.django_db


def test_a_return_waits_for_its_clerk_then_for_another_to_approve_and_to_publish_it() -> None:
    units = makers.a_province()
    one = makers.a_return(makers.a_data_set(), units["VP"])
    clerk, chief = makers.a_person("clerk", units["VP"], "hand in returns"), makers.a_person("chief", units["VP"])
    elsewhere = makers.a_person("khac", units["X2"], "approve returns")

    assert work_of(clerk, makers.NOW) == [("returns", one.ref, "Nhập và gửi")]
    assert ticks_of(clerk, makers.NOW) == [""]

    services.save_draft(ref=one.ref, entries=makers.entries(one, nhan="9", xong="9"), by=clerk, now=makers.NOW)
    services.submit(ref=one.ref, by=clerk, now=makers.NOW)
    assert work_of(clerk, makers.NOW) == []
    assert work_of(chief, makers.NOW) == [("returns", one.ref, "Duyệt")]
    assert ticks_of(chief, makers.NOW) == [one.ref]

    services.approve(ref=one.ref, by=chief, now=makers.NOW)
    assert work_of(chief, makers.NOW) == [("returns", one.ref, "Công bố")]
    assert work_of(elsewhere, makers.NOW) == []


def test_a_return_that_was_sent_back_says_so() -> None:
    units = makers.a_province()
    one = makers.a_return(makers.a_data_set(), units["VP"])
    clerk, chief = makers.a_person("clerk", units["VP"], "hand in returns"), makers.a_person("chief", units["VP"])
    services.save_draft(ref=one.ref, entries=makers.entries(one, nhan="9", xong="9"), by=clerk, now=makers.NOW)
    services.submit(ref=one.ref, by=clerk, now=makers.NOW)

    services.send_back(ref=one.ref, why="Sai số", by=chief, now=makers.NOW)

    assert work_of(clerk, makers.NOW) == [("returns", one.ref, "Sửa và gửi lại")]
