"""The demo counts what was published: 9 + 157 + 675 teams with 7,183 members; it is made once, and hangs together."""

import tomllib
from datetime import date

import pytest

from tinhso.blocks.identity.tests import makers as people
from tinhso.blocks.registers.contract import REGISTERS
from tinhso.blocks.registers.queries import history
from tinhso.blocks.units.models import Level
from tinhso.society.community_teams import demo
from tinhso.society.community_teams.models import Difficulty, Member, MonthReport, Team, Visit
from tinhso.society.community_teams.queries import month
from tinhso.society.community_teams.tests import makers
from tinhso.society.community_teams.tests.conftest import PROVINCE

RIGHTS = ("see teams", "manage teams", "answer difficulties")


@pytest.mark.django_db
def test_the_demo_counts_what_was_published_and_reports_what_its_records_say() -> None:
    province = people.a_unit("T", level=Level.PROVINCE)
    district = people.a_unit("H", province, level=Level.DISTRICT)
    for number in range(3):
        people.a_unit(f"X{number}", district)
    told = tomllib.loads((PROVINCE / "community_teams.toml").read_text(encoding="utf-8"))["demo"]
    told |= {
        "hamlets": 12,
        "members": 140,
        "months": 3,
        "visits_a_month": 1.5,
        "accounts": {},
        "hamlets_after": 12,
        "members_after": 140,
    }
    by = makers.somebody("loader", RIGHTS)

    made = demo.load(told=told, seed="1", by=by, now=makers.MONDAY)
    again = demo.load(told=told, seed="1", by=by, now=makers.MONDAY)

    tiers = [Team.objects.filter(tier=tier).count() for tier in ("district", "commune", "hamlet")]
    assert (made, again, tiers) == (16, 0, [1, 3, 12])
    assert Member.objects.count() == 140
    assert not Member.objects.exclude(name__contains="minh họa").exists()
    assert not Visit.objects.filter(illustrative=False).exists()
    assert not Difficulty.objects.filter(illustrative=False).exists()
    for report in MonthReport.objects.all()[:20]:
        assert report.figures == month.month_figures(report.team, report.month), report
    first = history.version_on(REGISTERS["teams"], Team.objects.first().ref, date(2022, 3, 2))  # type: ignore[union-attr]
    assert first is not None


def test_the_demo_of_ben_tre_asks_for_the_published_numbers() -> None:
    told = tomllib.loads((PROVINCE / "community_teams.toml").read_text(encoding="utf-8"))["demo"]

    assert (told["districts"], told["communes"], told["hamlets"], told["members"]) == (9, 157, 675, 7_183)
