"""A screen on a wall, which nobody watches, stays logged in and may do nothing but show indicators."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client

from tinhso.blocks.identity import middleware, queries, services
from tinhso.blocks.identity.models import Role
from tinhso.blocks.identity.tests.makers import OFFICE, PASSWORD, a_person, a_post, a_province, a_role
from tinhso.kernel import clock
from tinhso.kernel.errors import Refused
from tinhso.kernel.rights import labels_of_rights

pytestmark = pytest.mark.django_db
WALL = """
[[role]]
code = "wall"
name = "Màn hình"
rights = [{rights}]
unattended = true
"""


def a_wall_role() -> Role:
    """A role of screens."""
    role = a_role("see indicators", code="wall", everywhere=True)
    Role.objects.filter(pk=role.pk).update(unattended=True)
    role.refresh_from_db()
    return role


def left_alone(client: Client, hours: float) -> None:
    """Let the session of ``client`` lie for so many hours."""
    session = client.session
    session[middleware.SEEN] = int(clock.now().timestamp() - hours * 3600)
    session.save()


def log_in(client: Client) -> Any:
    """Fill in the log-in page."""
    return client.post("/accounts/login/", {"login": "man-hinh", "password": PASSWORD})


def test_a_wall_screen_is_not_locked_while_nobody_touches_it(client: Client) -> None:
    person = a_person("man-hinh")
    a_post(person, a_province(), a_wall_role())
    log_in(client)
    left_alone(client, hours=100)

    answer = client.get("/accounts/", headers={"X-Live": "1"})

    assert answer.status_code == 200
    assert timedelta(days=29) < timedelta(seconds=client.session.get_expiry_age()) <= queries.UNATTENDED_AGE
    assert queries.sessions_of(person, now=clock.now() + timedelta(days=29)).count() == 1


def test_a_wall_screen_is_logged_in_anew_before_its_account_counts_as_unused() -> None:
    age = queries.session_age(queries.PersonRights(unattended=True))

    assert age.days < queries.IDLE_DAYS


def test_a_person_who_also_holds_a_post_with_more_rights_is_locked_as_ever(client: Client) -> None:
    person, province = a_person("man-hinh"), a_province()
    a_post(person, province, a_wall_role())
    a_post(person, province, a_role("hand in returns", code="can-bo"))
    log_in(client)
    left_alone(client, hours=1)

    assert client.get("/accounts/")["Location"].startswith("/accounts/login/?locked=15")


def test_an_ended_wall_session_is_out_at_once(client: Client) -> None:
    person = a_person("man-hinh")
    a_post(person, a_province(), a_wall_role())
    log_in(client)

    services.disable_person(person=person, by=OFFICE, why="thay màn hình")

    assert client.get("/accounts/").status_code == 302


@pytest.mark.parametrize("right", sorted(set(labels_of_rights()) - {"see indicators"}))
def test_a_role_with_any_other_right_cannot_be_unattended(tmp_path: Path, right: str) -> None:
    text = WALL.format(rights=f'"see indicators", "{right}"')
    (tmp_path / "roles.toml").write_text(text, encoding="utf-8")

    with pytest.raises(Refused, match="unattended_role_too_high"):
        services.load_roles(folder=tmp_path, by=OFFICE)

    assert not Role.objects.exists()


def test_the_database_refuses_it_too() -> None:
    role = a_role("see indicators", "see returns")

    with pytest.raises(IntegrityError, match="identity_unattended_only_looks"):
        Role.objects.filter(pk=role.pk).update(unattended=True)


def test_a_province_says_which_role_is_a_wall_screen(tmp_path: Path) -> None:
    (tmp_path / "roles.toml").write_text(WALL.format(rights='"see indicators"'), encoding="utf-8")

    services.load_roles(folder=tmp_path, by=OFFICE)

    assert Role.objects.get(code="wall").unattended
