"""People for tests of processes."""

from django.conf import settings
from django.test import Client

from tinhso.blocks.identity.tests import makers as people


def somebody(*rights: str, name: str = "ai-do") -> Client:
    """A browser of somebody who holds ``rights`` everywhere."""
    client, person = Client(), people.a_person(name)
    people.a_post(person, people.a_unit(name), people.a_role(*rights, code=name, everywhere=True))
    client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[-1])
    return client
