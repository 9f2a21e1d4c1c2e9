"""Kill -9 at every moment of taking a form: visit, difficulty and form are there together or not at all, and once."""

import pytest

from tinhso.blocks.identity import queries as identity
from tinhso.blocks.identity.tests import makers as people
from tinhso.blocks.outbox.tests.killing import victims
from tinhso.blocks.surveys import services as surveys
from tinhso.blocks.surveys.models import FilledIn
from tinhso.society.community_teams.models import Difficulty, Entry, Team, Visit
from tinhso.society.community_teams.tests import makers
from tinhso.society.community_teams.tests.test_survey import CODE, TROUBLE, filled, published

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
WORK = f"{__name__}:send"


def send(team: str, person: str, version: str) -> None:
    """What a phone sends: a visit with a difficulty."""
    by = identity.actor_for(identity.person_by_ref(person))
    xml = filled(Team.objects.get(ref=team), version, has="yes", more=TROUBLE)
    surveys.take_form(survey=CODE, xml=xml, files={}, by=by, now=makers.MONDAY)


def test_a_form_is_whole_or_not_there_whenever_the_process_is_killed_and_sent_again_it_is_one() -> None:
    place = makers.a_place()
    team = makers.a_team()
    makers.a_volunteer(team)
    person = identity.person_by_username("hoa")
    people.a_post(person, place.west, people.a_role("work in teams"))
    told, moments = (team.ref, person.ref, published()), 0

    with victims() as every:
        for _moment in every.killed_at_every_moment(WORK, *told):
            moments += 1
            there = (FilledIn.objects.count(), Visit.objects.count(), Difficulty.objects.count(), Entry.objects.count())
            assert there in {(0, 0, 0, 0), (1, 1, 1, 1)}, (moments, there)

    assert moments > 8
    assert (FilledIn.objects.count(), Visit.objects.count(), Difficulty.objects.count()) == (1, 1, 1)
