"""Two branches of a case that end at the same moment, and the first two cases of a province."""

import pytest

from tests.support.races import run_at_once
from tinhso.blocks.bpmn.models import ProcessVersion
from tinhso.blocks.cases.models import CaseProcess, Task
from tinhso.blocks.cases.tests import makers
from tinhso.blocks.cases.tests.test_processes import TWO_ASKED, done, published
from tinhso.blocks.units.models import Level, Unit

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_last_two_branches_end_at_once_and_the_join_opens_one_step() -> None:
    commune = makers.a_unit("28777", "Xã An")
    for code in ("SYT", "SXD"):
        Unit.objects.filter(pk=makers.a_unit(f"T-{code}", code, Level.AGENCY).pk).update(code=code)
    published(TWO_ASKED)
    case = makers.received(commune)
    done(case, "xem")

    run_at_once(lambda: done(case, "yk1"), lambda: done(case, "yk2"))

    assert list(Task.objects.filter(case=case, done_at=None).values_list("key", flat=True)) == ["ky"]


def test_the_first_two_dossiers_of_a_province_share_one_usual_way() -> None:
    commune = makers.a_unit("28777", "Xã An")

    run_at_once(lambda: makers.received(commune), lambda: makers.received(commune))

    assert ProcessVersion.objects.count() == 1
    assert CaseProcess.objects.count() == 2
