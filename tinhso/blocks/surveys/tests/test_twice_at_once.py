"""The same form from two sides at once is one form; what was acknowledged is in the database."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, connections

from tinhso.blocks.identity import queries as identity
from tinhso.blocks.identity.tests.makers import a_person, a_post, a_role, a_unit
from tinhso.blocks.outbox.models import Announcement
from tinhso.blocks.surveys import services
from tinhso.blocks.surveys.contract import Survey
from tinhso.blocks.surveys.models import FilledIn
from tinhso.blocks.surveys.tests import makers as a
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused


def sent(by: Actor, xml: bytes) -> str:
    """The reference that a form got, or the code of the refusal."""
    try:
        return services.take_form(survey=a.CODE, xml=xml, files={}, by=by, now=a.NOW).ref
    except Refused as refusal:
        return refusal.code
    finally:
        connections.close_all()


def together(by: Actor, *forms: bytes) -> list[str]:
    """What becomes of forms that are sent at the same moment."""
    with ThreadPoolExecutor(len(forms)) as pool:
        return list(pool.map(lambda xml: sent(by, xml), forms))


@pytest.mark.django_db(transaction=True)
def test_the_same_form_from_several_threads_is_one(survey: Survey) -> None:
    person, unit = a_person("lan"), a_unit("xa")
    a_post(person, unit, a_role("fill trees"))
    a.published()
    by = identity.actor_for(person)

    same = together(by, *[a.a_form()] * 6)
    differing = together(by, *(a.a_form(instance="uuid:differing", people=str(number)) for number in (1, 2, 3, 4)))

    assert len(set(same)) == 1
    assert sorted(differing).count("other_content") == 3
    assert FilledIn.objects.count() == 2
    assert Announcement.objects.filter(name="surveys.SubmissionTaken").count() == 2


@pytest.mark.django_db
def test_an_acknowledged_form_waits_for_the_disk(django_db_setup: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW synchronous_commit")
        assert cursor.fetchone()[0] in {"on", "local", "remote_write", "remote_apply"}
