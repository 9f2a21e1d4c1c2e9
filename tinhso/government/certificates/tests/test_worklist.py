"""Requests about certificates on the worklist over all systems."""

import pytest

from tinhso.blocks.worklist.tests.makers import ticks_of, work_of
from tinhso.government.certificates import services
from tinhso.government.certificates.tests import makers

pytestmark = pytest.mark.django_db


def test_a_request_waits_for_its_author_then_for_the_head_of_the_unit() -> None:
    unit = makers.a_province()["X1"]
    clerk, head = makers.a_clerk(unit), makers.a_head(unit)
    one = makers.a_request(unit, by=clerk)

    assert work_of(clerk, makers.NOW) == [("certificates", one.ref, "Hoàn thiện và gửi")]
    assert work_of(head, makers.NOW) == []

    services.submit(ref=one.ref, by=clerk, now=makers.NOW)

    assert work_of(clerk, makers.NOW) == []
    assert work_of(head, makers.NOW) == [("certificates", one.ref, "Duyệt")]
    assert ticks_of(head, makers.NOW) == [one.ref]
