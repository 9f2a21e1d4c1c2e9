"""Each service, actor and step: what is counted, how long it took in working time, and the cases behind it."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client

from tinhso.blocks.audit.models import Entry
from tinhso.blocks.cases import services as cases
from tinhso.blocks.cases.contract import Channel
from tinhso.blocks.cases.models import Case
from tinhso.blocks.cases.tests import makers as dossiers
from tinhso.blocks.identity.models import Person
from tinhso.blocks.identity.tests import makers as people
from tinhso.blocks.units.models import Unit
from tinhso.ioc.queries.scorecard.working_time import working_times
from tinhso.ioc.tests import makers as a
from tinhso.ioc.tests.conftest import logged_in
from tinhso.kernel import clock
from tinhso.kernel.deadlines import province_office

pytestmark = pytest.mark.django_db(transaction=True)
MONDAY = datetime(2026, 10, 19, 2, tzinfo=UTC)  # 09:00
PERIOD = "period=2026-10&unit=p"


@pytest.fixture
def worked(leader: Person, monkeypatch: pytest.MonkeyPatch) -> Client:
    """October of a commune: one case finished in four working hours by two people, one filed online and waiting."""
    a.published(*a.dossiers("2024-09", "x", "y"))
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 2, 2, tzinfo=UTC))
    unit = Unit.objects.get(ref="x")
    case = dossiers.received(unit, MONDAY)
    officer, head = dossiers.an_officer(unit), dossiers.a_head(unit)
    # 09:00 Monday to 10:00 Tuesday: 2,5 + 4 + 2,5 hours of work
    cases.complete(code=case.code, step=dossiers.step_of(case), by=officer, now=MONDAY + timedelta(hours=25))
    cases.complete(code=case.code, step=dossiers.step_of(case), by=head, now=MONDAY + timedelta(hours=26), number="1")
    dossiers.filed(unit, MONDAY + timedelta(hours=1))
    return logged_in(leader)


def _numbers(client: Client, by: str) -> list[tuple[str, int]]:
    """Every number of a page that leads somewhere, and where."""
    html = client.get(f"/scorecard/steps/?{PERIOD}&by={by}").content.decode()
    found = re.findall(r'href="(/scorecard/dossiers/[^"]+)">(\d+)</a>', html)
    return [(unescape(href), int(number)) for href, number in found]


def test_a_service_is_counted_and_timed(worked: Client) -> None:
    page = a.text_of(worked, f"/scorecard/steps/?{PERIOD}")

    assert "Cấp giấy phép thử 2.000001 · Thử nghiệm 2 1 1 1 / 1 10,0 10,0" in page


def test_steps_are_timed_in_working_hours(worked: Client) -> None:
    page = a.text_of(worked, f"/scorecard/steps/?{PERIOD}&by=step")

    assert re.search(r"tham-dinh 1 0 / \d 9,0 9,0 0 0", page)
    assert re.search(r"duyet-ky 1 0 / \d 1,0 1,0 0 0", page)


def test_time_in_which_the_applicant_had_to_act_does_not_count(leader: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    a.published(*a.dossiers("2024-09", "x", "y"))
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 2, 2, tzinfo=UTC))
    unit = Unit.objects.get(ref="x")
    case, officer = dossiers.received(unit, MONDAY), dossiers.an_officer(unit)
    step = dossiers.step_of(case)
    cases.ask_supplement(code=case.code, step=step, reasons=["Thiếu"], by=officer, now=MONDAY + timedelta(hours=1))
    back = MONDAY + timedelta(hours=25)
    cases.resume(code=case.code, answer="Có", by=dossiers.a_receiver(unit), now=back)
    cases.complete(code=case.code, step=dossiers.step_of(case), by=officer, now=back + timedelta(hours=1))

    page = a.text_of(logged_in(leader), f"/scorecard/steps/?{PERIOD}&by=step")

    assert re.search(r"tham-dinh 1 0 / \d 2,0 2,0", page)


@pytest.mark.parametrize("by", ["service", "step", "actor"])
def test_every_number_leads_to_as_many_dossiers(by: str, worked: Client) -> None:
    found = _numbers(worked, by)

    assert found
    for address, number in found:
        html = worked.get(address).content.decode()
        assert html.count('<tr><th scope="row"><a href="/cases/') == number, address
        assert f": {number}</h1>" in html.replace("\n", ""), address


def test_names_are_for_who_leads_the_work_and_looking_is_noted(worked: Client) -> None:
    boss = people.a_person("chanh")
    people.a_post(
        boss, Unit.objects.get(ref="p"), people.a_role("see indicators", "assign cases", code="boss", everywhere=True)
    )

    covered = a.text_of(worked, f"/scorecard/steps/?{PERIOD}&by=actor")
    noted_before = Entry.objects.filter(did="viewed", subject_kind="ioc.actors").count()
    named = a.text_of(logged_in(boss), f"/scorecard/steps/?{PERIOD}&by=actor")

    assert "Chuyên viên" not in covered
    assert "#1" in covered
    assert noted_before == 0
    assert "Chuyên viên" in named
    assert Entry.objects.filter(did="viewed", subject_kind="ioc.actors", actor=boss.ref).count() == 1


def test_no_reference_of_a_person_is_in_an_address(worked: Client) -> None:
    assert all("officer" not in address and "head" not in address for address, _number in _numbers(worked, "actor"))


def test_another_unit_and_another_month_have_nothing(worked: Client) -> None:
    for query in ("period=2026-10&unit=y", "period=2026-09&unit=p"):
        assert "Kỳ này chưa có gì để đo" in a.text_of(worked, f"/scorecard/steps/?{query}")


def test_an_unknown_way_to_look_and_an_unknown_count_are_not_found(worked: Client) -> None:
    assert worked.get(f"/scorecard/steps/?{PERIOD}&by=x").status_code == 404
    assert worked.get(f"/scorecard/dossiers/?{PERIOD}&what=x").status_code == 404


def test_working_time_in_the_database_is_that_of_the_calendar(worked: Client, settings: Any) -> None:
    pairs = [
        (MONDAY, MONDAY + timedelta(hours=hours, minutes=minutes))
        for hours in (0, 1, 3, 9, 26, 100, 400)
        for minutes in (0, 7)
    ]
    office = province_office(settings.PROVINCE_DIR)
    spans = " UNION ALL ".join(
        "SELECT %s::int AS id, %s::text AS grouped, %s::timestamptz AS since, %s::timestamptz AS until, 1 AS sign"
        for _pair in pairs
    )
    parameters = [value for number, (since, until) in enumerate(pairs) for value in (number, str(number), since, until)]

    found = working_times(spans, parameters, MONDAY, MONDAY + timedelta(days=30))

    reckoned = {key: float(one.median or 0) * 3600 for key, one in found.items()}
    expected = {str(n): office.worked(since, until).total_seconds() for n, (since, until) in enumerate(pairs)}
    assert reckoned == pytest.approx(expected, abs=1)
    assert Case.objects.filter(channel=Channel.ONLINE).count() == 1
