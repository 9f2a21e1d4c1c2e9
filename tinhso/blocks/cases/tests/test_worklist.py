"""Steps of cases on the worklist over all systems."""

import pytest

from tinhso.blocks.cases import services
from tinhso.blocks.cases.tests import makers
from tinhso.blocks.units.models import Unit
from tinhso.blocks.worklist.tests.makers import ticks_of, work_of

pytestmark = pytest.mark.django_db


def test_a_case_waits_for_its_receiver_and_then_for_an_officer_of_its_unit_alone(commune: Unit) -> None:
    case, elsewhere = makers.filed(commune), makers.a_unit("28778", "Xã Bình")
    receiver, officer = makers.a_receiver(commune), makers.an_officer(commune)

    assert work_of(receiver, makers.MONDAY) == [("cases", case.code, "Kiểm tra và tiếp nhận")]
    assert ticks_of(receiver, makers.MONDAY) == [f"{case.code}#{makers.step_of(case)}"]
    assert work_of(officer, makers.MONDAY) == []

    services.accept(code=case.code, step=makers.step_of(case), by=receiver, now=makers.MONDAY)

    assert work_of(receiver, makers.MONDAY) == []
    assert [(kind, code) for kind, code, _step in work_of(officer, makers.MONDAY)] == [("cases", case.code)]
    assert ticks_of(officer, makers.MONDAY) == [""]
    assert work_of(makers.an_officer(elsewhere), makers.MONDAY) == []
