from collections.abc import Iterator
from typing import Any

import pytest

from tinhso.blocks.identity import queries as identity
from tinhso.blocks.identity.models import Person
from tinhso.blocks.identity.tests.makers import a_person, a_post, a_role, a_unit
from tinhso.blocks.surveys.contract import SURVEYS, Survey, declare_survey
from tinhso.blocks.surveys.models import Version
from tinhso.blocks.surveys.tests import makers as a
from tinhso.blocks.units.models import Unit
from tinhso.kernel.actor import Actor


@pytest.fixture
def survey(monkeypatch: pytest.MonkeyPatch) -> Iterator[Survey]:
    """The survey of the tests, declared for as long as one lasts."""
    before = dict(SURVEYS)
    SURVEYS.clear()
    yield declare_survey(a.a_survey())
    SURVEYS.clear()
    SURVEYS.update(before)


@pytest.fixture
def commune(db: Any) -> Unit:
    """The commune that every visit is of."""
    return a_unit("xa")


@pytest.fixture
def version(survey: Survey, commune: Unit) -> Version:
    """Its first version."""
    return a.published()


@pytest.fixture
def volunteer(commune: Unit) -> Person:
    """Somebody who fills in."""
    person = a_person("lan")
    a_post(person, commune, a_role("fill trees", code="tinh-nguyen"))
    return person


@pytest.fixture
def lan(volunteer: Person) -> Actor:
    """The volunteer, acting."""
    return identity.actor_for(volunteer)
