"""Alerts on the worklist over all systems."""

import pytest

from tinhso.blocks.worklist.tests.makers import work_of
from tinhso.ioc.services import alerting
from tinhso.ioc.tests.watched import MONDAY, Hands, a_missed_target, acting
from tinhso.ioc.tests.watched import watch as watch

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_alert_waits_for_its_owner_until_it_is_silenced(watch: Hands) -> None:
    alert = a_missed_target()
    owner = alert.owner
    assert owner is not None

    assert work_of(acting(owner), MONDAY) == [("alerts", alert.ref, "Nhận việc")]
    alerting.acknowledge(ref=alert.ref, by=acting(owner), now=MONDAY, words="")
    assert work_of(acting(owner), MONDAY) == [("alerts", alert.ref, "Xử lý")]
    assert work_of(acting(watch.chair_y), MONDAY) == []
