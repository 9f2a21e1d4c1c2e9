"""People are told when it is their turn; the worker opens what falls due."""

from datetime import date

import pytest

from tinhso.blocks.messaging.models import Message
from tinhso.blocks.outbox import services as outbox
from tinhso.blocks.outbox.models import Announcement
from tinhso.government.reporting import jobs, services
from tinhso.government.reporting.models import Return
from tinhso.government.reporting.tests import makers as a
from tinhso.government.reporting.tests.test_pages import an_official

pytestmark = pytest.mark.django_db


def deliver_all(times: int = 1) -> None:
    for announcement in list(Announcement.objects.order_by("pk")):
        for _again in range(times):
            outbox.deliver_announcement(announcement.pk)


def test_each_turn_of_a_return_is_told_once_to_those_whose_turn_it_is() -> None:
    units = a.a_province()
    one = a.a_return(a.a_data_set(), units["VP"])
    clerk = an_official("A", units["VP"], "see returns", "hand in returns")
    an_official("B", units["VP"], "see returns", "approve returns")
    by, chief = a.a_person("A", units["VP"]), a.a_person("B", units["VP"])
    services.save_draft(ref=one.ref, entries=a.entries(one, nhan="5", xong="5"), by=by, now=a.NOW)

    services.submit(ref=one.ref, by=by, now=a.NOW)
    services.send_back(ref=one.ref, why="Thiếu xã Hai", by=chief, now=a.NOW)
    services.submit(ref=one.ref, by=by, now=a.NOW)
    deliver_all(times=2)

    told = sorted(Message.objects.values_list("to__username", "body"))
    assert told == [("A", "Thiếu xã Hai"), ("B", ""), ("B", "")]
    assert Message.objects.filter(to=clerk).get().href == f"/returns/{one.ref}/"


def test_the_period_before_and_the_running_one_are_opened_and_one_bad_form_stops_no_other() -> None:
    a.a_province()
    a.a_data_set()
    a.a_data_set(a.a_spec(a.DOSSIERS, code="KHONG", agency="KHONGCO"))

    opened = services.open_due_returns(today=date(2024, 10, 4), by=jobs.OPENER, now=a.NOW)

    assert opened == 2
    assert sorted(Return.objects.values_list("data_set__code", "period")) == [("HS", "2024-09"), ("HS", "2024-10")]
