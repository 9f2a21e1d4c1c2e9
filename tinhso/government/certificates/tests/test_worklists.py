"""What mergers, ended posts and the calendar ask for, made by itself, and asked for with one click."""

from datetime import date, timedelta

import pytest

from tinhso.blocks.identity.tests import makers as people
from tinhso.blocks.messaging.models import Message
from tinhso.blocks.units.models import Level, Unit
from tinhso.government.certificates import services
from tinhso.government.certificates.models import Request
from tinhso.government.certificates.queries import lookup, worklists
from tinhso.government.certificates.tests import makers as a
from tinhso.kernel import clock

pytestmark = pytest.mark.django_db
DAY = date(2026, 7, 1)


def a_merger() -> dict[str, Unit]:
    """Two communes that became one with the code of the first; a third was split; an office was closed."""
    top = a.a_unit("T", "Tỉnh Thử", level=Level.PROVINCE)
    found = {ref: a.a_unit(ref, f"Xã {ref}", top, code=ref, until=DAY) for ref in ("M1", "M2", "S")}
    found["VP"] = a.a_unit("VP", "Văn phòng cũ", top, level=Level.AGENCY, until=DAY)
    found |= {
        ref: a.a_unit(ref, f"Xã {ref}", top, code=code, since=DAY)
        for ref, code in (("MOI", "M1"), ("S1", "S"), ("S2", "S2"))
    }
    a.an_edge(found["M1"], found["MOI"], "merge")
    a.an_edge(found["M2"], found["MOI"], "merge")
    a.an_edge(found["S"], found["S1"], "split")
    a.an_edge(found["S"], found["S2"], "split")
    return found


def test_a_merger_says_of_each_certificate_what_must_be_done_once() -> None:
    place = a_merger()
    for at, ref in enumerate(("M1", "M2", "S", "VP")):
        a.a_certificate(place[ref], f"A{at}")
    a.a_personal(place["M2"], "B1")

    swept = services.follow_ended_units(by=a.MANAGER, now=a.NOW, day=a.TODAY)
    again = services.follow_ended_units(by=a.MANAGER, now=a.NOW, day=a.TODAY)

    now = {one.certificate.serial: one for one in lookup.versions_on(a.TODAY)}
    assert {serial: (one.must, one.unit.ref) for serial, one in now.items()} == {
        "A0": ("change", "MOI"),
        "A1": ("revoke", "MOI"),
        "A2": ("revoke", "S1"),
        "A3": ("revoke", "VP"),
        "B1": ("change", "MOI"),
    }
    assert (swept.change, swept.revoke, again.total) == (2, 3, 0)
    assert (now["A0"].must_change_since, now["A0"].must_change_by) == (DAY, DAY + timedelta(days=60))
    assert lookup.versions_on(DAY - timedelta(days=1)).get(certificate__serial="A0").unit == place["M1"]


def test_one_click_asks_for_all_of_a_worklist_and_a_second_for_nothing() -> None:
    place = a_merger()
    a.a_certificate(place["M1"], "A0")
    a.a_personal(place["M2"], "B1")
    services.follow_ended_units(by=a.MANAGER, now=a.NOW, day=a.TODAY)
    clerk = a.a_clerk(place["MOI"])

    first = services.ask_for(worklist="change", by=clerk, now=a.NOW, day=a.TODAY)
    second = services.ask_for(worklist="change", by=clerk, now=a.NOW, day=a.TODAY)

    asked = Request.objects.get(kind="organisation")
    assert (first.submitted, second.submitted + second.drafts) == (2, 0)
    assert (asked.step, asked.values["subject"]) == ("submitted", "Xã MOI")
    assert [one.open for one in worklists.visible_worklists(by=clerk, day=a.TODAY) if one.code == "change"] == [0]


def test_worklists_know_what_runs_out_what_has_and_who_left() -> None:
    today = clock.today()
    unit = people.a_province()
    gone, there = people.a_person("gone"), people.a_person("there")
    role = people.a_role("see certificates")
    people.a_post(gone, unit, role, until=today)
    people.a_post(there, unit, role)
    for serial, person in (("1", gone), ("2", there)):
        a.a_personal(unit, serial, person=person, holder=person.name)
    a.a_certificate(unit, "3", last_day=today + timedelta(days=45))
    a.a_certificate(unit, "4", last_day=today - timedelta(days=1), kind="service", holder="máy chủ")

    found = {
        name: [one.certificate.serial for one in worklists.visible_worklist(name, by=a.MANAGER, day=today)]
        for name in worklists.LISTS
    }

    assert found == {"left": ["1"], "expired": ["4"], "30": [], "60": ["3"], "90": ["3"], "change": [], "revoke": []}


def test_each_threshold_is_told_once_to_those_who_ask_for_the_unit() -> None:
    today = clock.today()
    unit = people.a_province()
    clerk = people.a_person("clerk")
    people.a_post(clerk, unit, people.a_role("ask for certificates"))
    a.a_certificate(unit, last_day=today + timedelta(days=80))

    told = [
        services.remind_of_ends(day=today + timedelta(days=after), now=clock.now()) for after in (0, 1, 25, 26, 55, 70)
    ]

    assert told == [1, 0, 1, 0, 1, 0]
    assert Message.objects.filter(to=clerk).count() == 3
