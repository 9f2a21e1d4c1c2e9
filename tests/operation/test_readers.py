"""A shared browser tells its readers apart and forgets who logs out."""

from typing import Any

from django.conf import settings
from django.test import Client

from tinhso.blocks.identity.tests.makers import a_person


def test_who_logs_out_is_forgotten_by_the_browser_and_others_are_told_apart(client: Client, db: Any) -> None:
    backend = settings.AUTHENTICATION_BACKENDS[-1]
    readers = []
    first, second = a_person("mot"), a_person("hai")
    for person in (first, second, first):
        client.force_login(person, backend=backend)
        readers.append(client.get("/messages/")["X-Reader"])
    left = client.post("/accounts/logout/")

    assert readers[0] == readers[2] != readers[1]
    assert left["Clear-Site-Data"] == '"cache", "storage"'
    assert "X-Reader" not in client.get("/accounts/login/")
    assert "Clear-Site-Data" not in client.get("/accounts/login/")
