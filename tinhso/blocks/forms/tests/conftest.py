from pathlib import Path

import pytest
from django.db import connection

from tinhso.blocks.forms.models import FormVersion
from tinhso.blocks.forms.tests import makers as a
from tinhso.blocks.identity.tests.makers import a_unit
from tinhso.blocks.units.models import Unit


@pytest.fixture
def commune(db: None) -> Unit:
    """A commune to choose."""
    return a_unit("C1")


@pytest.fixture
def version(commune: Unit, tmp_path: Path) -> FormVersion:
    """The felling form, loaded."""
    return a.a_version(tmp_path)


@pytest.fixture(autouse=True)
def nothing_queued(request: pytest.FixtureRequest) -> None:
    """What another test announced is no business of this one."""
    if "db" in request.fixturenames:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_events")
            cursor.execute("DELETE FROM procrastinate_jobs")
