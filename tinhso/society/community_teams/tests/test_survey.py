"""The province's own form of a visit: what a phone sends is a visit with its difficulty, once, for one's own team."""

from datetime import date
from pathlib import Path

import pytest

from tinhso.blocks.surveys import services as surveys
from tinhso.kernel.actor import program_actor
from tinhso.kernel.errors import Refused
from tinhso.society.community_teams.models import Difficulty, Team, Visit
from tinhso.society.community_teams.tests import makers
from tinhso.society.community_teams.tests.conftest import PROVINCE

pytestmark = pytest.mark.django_db
CODE = "community_visit"
FORM = """<data xmlns:orx="http://openrosa.org/xforms" id="community_visit"
 version="{version}"><start>2026-11-20T08:00:00+07:00</start><end>2026-11-20T08:04:00+07:00</end>
<team>{team}</team><day>{day}</day><kind>home</kind><people>{people}</people><topics>dvc vneid</topics>
<done_by_self>{done}</done_by_self><women></women><old></old><place>10.23456 106.37512 0 5</place><note></note>
<has_difficulty>{has}</has_difficulty>{more}<orx:meta><orx:instanceID>{instance}</orx:instanceID></orx:meta></data>"""
TROUBLE = """<difficulty><difficulty_kind>lua-dao</difficulty_kind><difficulty_words>Cuộc gọi giả công an
</difficulty_words><difficulty_people>2</difficulty_people></difficulty>"""


def published() -> str:
    """The province's workbook as the form's first version."""
    workbook = Path(PROVINCE / "surveys" / f"{CODE}.xlsx")
    by = program_actor("test", rights=["manage teams", "see teams"])
    row = surveys.publish_version(
        survey=CODE, workbook=workbook.read_bytes(), filename=workbook.name, by=by, now=makers.MONDAY
    )
    return str(row.version)


def filled(team: Team, version: str, **told: object) -> bytes:
    """A form as ODK Collect sends it."""
    values = {
        "team": team.ref,
        "version": version,
        "day": date(2026, 11, 20),
        "people": 5,
        "done": 3,
        "has": "no",
        "more": "",
        "instance": "uuid:7a1c2f00-0000-4000-8000-000000000001",
    } | told
    return FORM.format(**values).encode()


def test_a_form_is_a_visit_with_its_difficulty_and_the_same_form_again_is_the_same_visit() -> None:
    makers.a_place()
    team = makers.a_team()
    hoa, version = makers.a_volunteer(team), published()
    xml = filled(team, version, has="yes", more=TROUBLE)

    first = surveys.take_form(survey=CODE, xml=xml, files={}, by=hoa, now=makers.MONDAY)
    again = surveys.take_form(survey=CODE, xml=xml, files={}, by=hoa, now=makers.MONDAY)

    visit, trouble = Visit.objects.get(), Difficulty.objects.get()
    assert (first.ref, again.ref) == (visit.submission, visit.submission)
    assert (visit.people, visit.done_by_self, visit.women, visit.topics) == (5, 3, None, ["dvc", "vneid"])
    assert (str(visit.latitude), str(visit.longitude)) == ("10.235", "106.375")
    assert (trouble.visit, trouble.kind, trouble.people, trouble.routed_to) == (visit, "lua-dao", 2, team.unit)


def test_a_form_for_another_team_or_with_impossible_numbers_leaves_nothing() -> None:
    makers.a_place()
    ours, theirs = makers.a_team("TCN-1"), makers.a_team("TCN-2", unit="E")
    hoa, version = makers.a_volunteer(ours), published()

    for xml in (
        filled(theirs, version),
        filled(ours, version, people=0),
        filled(ours, version, done=9),
        filled(ours, version, day=date(2026, 8, 1)),
        filled(ours, version, has="yes"),
        filled(ours, "khong-co"),
    ):
        with pytest.raises(Refused):
            surveys.take_form(survey=CODE, xml=xml, files={}, by=hoa, now=makers.MONDAY)

    assert not Visit.objects.exists()
    with pytest.raises(Refused):
        surveys.take_form(
            survey=CODE, xml=filled(ours, version), files={}, by=makers.somebody("x", ("see teams",)), now=makers.MONDAY
        )


def test_a_corrected_form_is_one_visit_that_counts_and_its_difficulty_is_told_once() -> None:
    makers.a_place()
    team = makers.a_team()
    hoa, version = makers.a_volunteer(team), published()
    xml = filled(team, version, has="yes", more=TROUBLE)
    surveys.take_form(survey=CODE, xml=xml, files={}, by=hoa, now=makers.MONDAY)
    first, second = "uuid:7a1c2f00-0000-4000-8000-000000000001", "uuid:7a1c2f00-0000-4000-8000-000000000002"
    newer = filled(team, version, has="yes", more=TROUBLE, people=7, instance=second).replace(
        b"</orx:meta>", f"<orx:deprecatedID>{first}</orx:deprecatedID></orx:meta>".encode()
    )

    for _time in range(2):
        surveys.take_form(survey=CODE, xml=newer, files={}, by=hoa, now=makers.MONDAY)

    assert list(Visit.objects.filter(voided_at=None).values_list("people", flat=True)) == [7]
    assert Visit.objects.count() == 2
    assert Difficulty.objects.count() == 1
