from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client

from tinhso.blocks.identity.models import Person
from tinhso.blocks.identity.tests import makers as people
from tinhso.blocks.indicators.tests.conftest import country
from tinhso.blocks.units.models import Unit
from tinhso.ioc import queries

__all__ = ["country"]
PROVINCE = """
name = "Tỉnh P"
[units]
home_unit_ref = "p"
old_province_ref = "a"
old_basis_date = 2024-06-30
"""
BACKEND = settings.AUTHENTICATION_BACKENDS[-1]


@pytest.fixture
def centre(country: None, settings: Any, tmp_path: Path) -> Iterator[None]:
    """The tiny country with a province folder of its own and nothing remembered."""
    folder = tmp_path / "province"
    folder.mkdir()
    (folder / "province.toml").write_text(PROVINCE, encoding="utf-8")
    settings.PROVINCE_DIR = folder
    settings.PASSWORD_HASHERS = ["tinhso.blocks.identity.tests.makers.QuickArgon2"]
    cache.clear()
    queries.clear_caches()
    yield
    cache.clear()
    queries.clear_caches()


@pytest.fixture
def leader(centre: None) -> Person:
    """Somebody of the province who may see indicators."""
    person = people.a_person("khoa")
    role = people.a_role("see indicators", code="leader", everywhere=True)
    people.a_post(person, Unit.objects.get(ref="p"), role)
    return person


@pytest.fixture
def reader(leader: Person) -> Client:
    """A browser in which the leader is logged in."""
    return logged_in(leader)


def logged_in(person: Person) -> Client:
    """A browser in which ``person`` is logged in."""
    client = Client()
    client.force_login(person, backend=BACKEND)
    return client
