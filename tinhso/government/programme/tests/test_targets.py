"""The number of a target changes by a decision that two people agree on; what was judged before keeps its number."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client

from tinhso.blocks.identity import queries as identity
from tinhso.blocks.identity.tests import makers as people
from tinhso.blocks.indicators import queries as indicators
from tinhso.blocks.indicators.contract import Indicator, IndicatorTarget, ReadingKind
from tinhso.blocks.indicators.models import Amendment, Definition, Domain
from tinhso.blocks.indicators.queries import definitions
from tinhso.blocks.units.models import Unit
from tinhso.government.programme import services
from tinhso.government.programme.models import Goal, Judgement
from tinhso.government.programme.queries import aims, goals
from tinhso.government.programme.tests.makers import LEADER, MONDAY, Place
from tinhso.government.programme.tests.test_directives import logged_in
from tinhso.kernel import clock
from tinhso.kernel.errors import Forbidden, Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def goal(place: Place, monkeypatch: Any) -> Iterator[Goal]:
    """A goal of this year, whose indicator must reach 90 per cent since the year before; another leader beside ours."""
    year = clock.today().year
    told = Indicator(
        "X-9",
        "Tỷ lệ thử",
        "t",
        "CT-MT",
        ReadingKind.RATIO,
        "reached",
        "%",
        "m",
        "nguồn",
        "SO",
        out_of="known",
        scale=100,
        decimals=1,
        targets=(IndicatorTarget(f"{year - 1}-01", "", Decimal(90), source="Nghị quyết"),),
    )
    Domain.objects.create(code="t", name="Thử", order=1)
    Definition.objects.create(code="X-9", spec=definitions.definition_as_data(told), effective=DateRange(None, None))
    indicators.clear_caches()
    by = place.by("leader")
    plan = services.add_plan(
        kind="plan",
        number="1/KH",
        title="Kế hoạch thử",
        issuer="Ủy ban nhân dân",
        issued_on=date(2026, 1, 5),
        first_year=2026,
        last_year=2100,
        unit="T",
        by=by,
        now=MONDAY,
    )
    yield services.add_goal(plan=plan, title="Đạt 90%", pillar="society", year=year, indicator="X-9", by=by, now=MONDAY)
    indicators.clear_caches()


@pytest.fixture
def second(place: Place) -> Client:
    """A browser of somebody else who leads the programme."""
    person = people.a_person("second", password=None)
    people.a_post(person, Unit.objects.get(ref="T"), people.a_role(*LEADER, code="second", everywhere=True))
    return logged_in(person)


def posted_values(**changes: str) -> dict[str, str]:
    today = clock.today()
    return {
        "floor": "82,5",
        "ceiling": "",
        "since": f"{today:%Y-%m}",
        "decision": "12/QĐ-UBND",
        "decided_on": today.isoformat(),
        "why": "Theo kết luận sơ kết",
    } | changes


def test_a_change_is_written_down_approved_by_another_and_seen_where_the_old_number_was(
    place: Place, goal: Goal, second: Client
) -> None:
    leader, here = logged_in(place.leader), f"/programme/goals/{goal.ref}/"
    services.judge_goals(now=clock.now(), month="2020-01")

    form = leader.get(f"{here}target/").content.decode()
    leader.post(f"{here}target/", posted_values())
    (one,) = Amendment.objects.all()
    leader.post(f"{here}target/judge/", {"act": "approve", "amendment": one.ref})
    homes = [browser.get("/programme/").content.decode() for browser in (leader, second)]
    waiting = leader.get(here).content.decode()
    second.post(f"{here}target/judge/", {"act": "approve", "amendment": one.ref})
    page = leader.get(here).content.decode()

    assert "từ 90% trở lên" in form
    assert ["Con số phải đạt chờ duyệt" in home for home in homes] == [False, True]
    assert "chờ duyệt" in waiting
    assert "Duyệt con số mới" not in waiting
    assert "từ 90% trở lên → từ 82,5% trở lên" in page
    assert "12/QĐ-UBND" in page
    known = indicators.catalogue(fresh=True).indicators["X-9"]
    before = f"{clock.today().year - 1}-06"
    told = [known.target(month, "T") for month in (before, f"{goal.year}-12")]
    assert [one.floor for one in told if one] == [90, Decimal("82.5")]
    services.judge_goals(now=clock.now())
    floors = dict(Judgement.objects.filter(goal=goal.ref).values_list("month", "floor"))
    assert floors == {"2020-01": 90, f"{clock.today():%Y-%m}": Decimal("82.5")}


def test_the_course_of_the_indicator_is_marked_where_its_target_changed(place: Place, goal: Goal) -> None:
    by, now = place.by("leader"), clock.now()
    told: dict[str, Any] = {
        "floor": Decimal(80),
        "ceiling": None,
        "since": f"{clock.today():%Y-%m}",
        "decision": "9/QĐ",
    }
    one = services.amend_target(ref=goal.ref, **told, decided_on=clock.today(), why="Giao lại", by=by, now=now)
    assert aims.target_marks("X-9", "T", by) == []

    other = people.a_person("khac", password=None)
    people.a_post(other, place.province, people.a_role(*LEADER, code="khac", everywhere=True))
    services.judge_target(
        ref=goal.ref, amendment=one.ref, approve=True, answer="", by=identity.actor_for(other), now=now
    )

    (mark,) = aims.target_marks("X-9", "T", by)
    assert mark.words == "Đổi con số phải đạt: từ 90% trở lên → từ 80% trở lên (9/QĐ)"
    assert mark.href == f"/programme/goals/{goal.ref}/#targets"


def test_only_who_leads_the_programme_changes_a_number_and_a_milestone_has_none(place: Place, goal: Goal) -> None:
    told: dict[str, Any] = {
        "floor": Decimal(80),
        "ceiling": None,
        "since": f"{clock.today():%Y-%m}",
        "decision": "9/QĐ",
        "decided_on": clock.today(),
        "why": "Giao lại",
        "now": clock.now(),
    }
    by = place.by("leader")
    mark = services.add_goal(plan=goal.plan, title="Mốc công việc", pillar="society", year=goal.year, by=by, now=MONDAY)

    with pytest.raises(Forbidden):
        services.amend_target(ref=goal.ref, **told, by=place.by("clerk"))
    with pytest.raises(Refused, match="no_indicator"):
        services.amend_target(ref=mark.ref, **told, by=by)
    assert logged_in(place.clerk).get(f"/programme/goals/{goal.ref}/target/").status_code == 403


def test_a_form_that_is_wrong_says_so_and_keeps_what_was_typed(place: Place, goal: Goal) -> None:
    leader, here = logged_in(place.leader), f"/programme/goals/{goal.ref}/target/"

    page = leader.post(here, posted_values(floor="", since="2020-01")).content.decode()
    letters = leader.post(here, posted_values(floor="chín mươi")).content.decode()

    assert "ít nhất một con số" in page
    assert "Theo kết luận sơ kết" in page
    assert "form-error" in letters or "field-error" in letters or "error" in letters
    assert not Amendment.objects.exists()
    assert goals.goal_versions(goal.ref)[0].ref == goal.ref
