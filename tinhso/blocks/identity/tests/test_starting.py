import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as real
from django.core.exceptions import ImproperlyConfigured

from tinhso.blocks.identity import queries, services
from tinhso.blocks.identity.apps import must_be_safe_to_start, production_is_safe
from tinhso.blocks.identity.models import Person, Post, Role
from tinhso.blocks.identity.tests.makers import OFFICE, a_person, a_province
from tinhso.kernel import clock
from tinhso.kernel.actor import program_actor
from tinhso.kernel.errors import Refused
from tinhso.kernel.rights import labels_of_rights

ROLES = """
[[role]]
code = "truong"
name = "Trưởng"
rights = ["see returns", "approve returns"]
everywhere = ["see returns"]
"""
PERSONAS = """
[[persona]]
username = "nhan-vat"
name = "Nhân Vật"
[[persona.post]]
unit = "tinh"
role = "truong"
title = "Trưởng phòng"
since = 2025-07-01
"""


@pytest.fixture
def production(settings: Any) -> Any:
    """A configuration that may start."""
    settings.PRODUCTION, settings.DEMO, settings.DEBUG = True, False, False
    settings.SECRET_KEY = "một bí mật thật dài mà không ai đoán được, hơn 40 ký tự"
    settings.ALLOWED_HOSTS = ["ioc.tinh.example"]
    return settings


@pytest.mark.django_db
def test_a_safe_production_starts(production: Any) -> None:
    assert production_is_safe() == []


@pytest.mark.django_db
def test_production_refuses_to_start_until_the_demos_people_are_closed(production: Any) -> None:
    persona, official = a_person("nhan-vat", demo=True, password=None), a_person("lan")

    with pytest.raises(ImproperlyConfigured, match="tinhso close-personas"):
        must_be_safe_to_start()
    closed = services.close_personas(by=OFFICE)
    must_be_safe_to_start()

    persona.refresh_from_db()
    official.refresh_from_db()
    assert closed == 1
    assert (persona.is_active, official.is_active) == (False, True)
    assert services.close_personas(by=OFFICE) == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("DEMO", True, "tinhso.E001"),
        ("SECRET_KEY", real.DEFAULT_SECRET, "tinhso.E002"),
        ("SECRET_KEY", "ngắn", "tinhso.E002"),
        ("DEBUG", True, "tinhso.E003"),
        ("ALLOWED_HOSTS", ["*"], "tinhso.E004"),
        ("ALLOWED_HOSTS", ["*.tinh.example"], "tinhso.E004"),
        ("ALLOWED_HOSTS", [""], "tinhso.E004"),
    ],
)
def test_an_unsafe_production_is_refused(production: Any, name: str, value: object, code: str) -> None:
    setattr(production, name, value)

    assert [error.id for error in production_is_safe()] == [code]


def test_without_the_demo_the_published_key_is_refused_outside_of_production_too(production: Any) -> None:
    production.PRODUCTION = False

    own_key = production_is_safe()
    production.SECRET_KEY = real.DEFAULT_SECRET
    published = production_is_safe()
    production.DEMO = True

    assert own_key == production_is_safe() == []
    assert [error.id for error in published] == ["tinhso.E002"]
    assert "TINHSO_SECRET_KEY" in published[0].msg


def test_a_laptop_starts_as_it_is() -> None:
    assert production_is_safe() == []


@pytest.mark.slow
def test_a_real_start_in_production_with_demo_mode_fails_with_a_sentence(tmp_path: Path) -> None:
    environment = {**os.environ, "TINHSO_PRODUCTION": "1", "TINHSO_DEMO": "1", "TINHSO_VAR": str(tmp_path)}
    command = [sys.executable, "-W", "ignore", "-m", "django", "check", "--settings", "tinhso.project.settings"]

    done = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=real.ROOT, check=False)

    assert done.returncode != 0
    assert "TINHSO_DEMO=0" in done.stderr
    assert "TINHSO_SECRET_KEY" in done.stderr


@pytest.mark.django_db
def test_roles_and_personas_come_from_the_provinces_folder_and_a_second_load_changes_nothing(tmp_path: Path) -> None:
    province = a_province()
    (tmp_path / "roles.toml").write_text(ROLES, encoding="utf-8")
    (tmp_path / "personas.toml").write_text(PERSONAS, encoding="utf-8")

    for _ in range(2):
        services.load_roles(folder=tmp_path, by=OFFICE)
        services.load_personas(folder=tmp_path, by=OFFICE, now=clock.now())

    post = Post.objects.get()
    assert (Role.objects.count(), Person.objects.count()) == (1, 1)
    assert post.person.is_demo
    assert not post.person.has_usable_password()
    assert queries.actor_for(post.person).can("approve returns", at=province)
    assert [item.title for item in queries.demo_personas()] == ["Trưởng phòng"]


@pytest.mark.django_db
def test_a_role_with_a_right_that_does_not_exist_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "roles.toml").write_text(ROLES.replace("approve returns", "fly"), encoding="utf-8")

    with pytest.raises(Refused) as refusal:
        services.load_roles(folder=tmp_path, by=OFFICE)

    assert "truong" in refusal.value.message
    assert "fly" in refusal.value.message


@pytest.mark.django_db
def test_the_demo_provinces_own_roles_and_personas_load() -> None:
    from tinhso.blocks.units import services as units

    by = program_actor("load", rights=["manage people", "manage units"])
    units.load_units(real.PROVINCE_DIR / "units", by=by, now=clock.now())

    services.load_roles(folder=real.PROVINCE_DIR, by=by)
    services.load_personas(folder=real.PROVINCE_DIR, by=by, now=clock.now())

    personas = queries.demo_personas()
    held = {right for post in personas for right in post.role.rights}
    assert len(personas) >= 12
    programs = {"file cases", "send field reports"}  # which programs have that act for others, and nobody else
    assert held | programs == set(labels_of_rights())


def test_a_right_that_does_not_exist_guards_nothing_and_is_refused_by_name(settings: Any) -> None:
    settings.SECOND_FACTOR_RIGHTS = ["see audit", "see audits"]

    (fault,) = production_is_safe()

    assert fault.id == "tinhso.E006"
    assert "tên là see audits:" in str(fault.msg)
