"""Every figure of the first page says its source, and leads to as many records as it counts."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from tinhso.blocks.identity.tests import makers as people
from tinhso.blocks.registers.tests.makers import MONDAY, a_place
from tinhso.blocks.units.models import Unit
from tinhso.economy.enterprises.models import SiteCheck
from tinhso.economy.enterprises.queries import behind, standing
from tinhso.economy.enterprises.tests.makers import CODES, a_firm, a_household, an_officer

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    """An officer who may see enterprises everywhere."""
    west, _east = a_place()
    told: dict[str, Any] = {"told_on": "2026-09-01"}
    first = a_firm(CODES[0], **told, size="micro", sector="it", site="mot.vn", platform=True, e_tax=True)
    second = a_firm(CODES[1], **told, unit="E", size="large", site="hai.vn", platform=True, e_invoice=True)
    a_firm(CODES[2], **told, size="small", site="ba.vn", signature=True)
    for number in range(3):
        a_household(f"H{number}", **told, cashless=number > 0, e_tax=number > 1)
    for one, answered in ((first, True), (second, False)):
        SiteCheck.objects.create(firm=one.ref, site=one.site, at=MONDAY, named=True, answered=answered)
    person = people.a_person("thao")
    people.a_post(person, west.parent, people.a_role("see enterprises", code="r", everywhere=True))  # type: ignore[arg-type]
    browser = Client()
    browser.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[-1])
    return browser


def test_each_tool_leads_to_as_many_records_as_it_counts(client: Client) -> None:
    found = standing.enterprises_overview(an_officer())

    for use in (*found.tools, *found.home_tools, *found.site_uses):
        page = client.get(use.href).content.decode()
        assert max(page.count("<tr") - 1, 0) == use.count, use.label  # rows below the heads


def test_each_tile_has_a_source_and_leads_to_its_records(client: Client) -> None:
    page = client.get("/enterprises/").content.decode()

    for tile in standing.enterprises_overview(an_officer()).tiles:
        assert tile.source
        assert tile.href.replace("&", "&amp;") in page
        assert client.get(tile.href).status_code == 200


def test_lists_tell_sites_apart_by_what_the_last_look_found(client: Client) -> None:
    by = an_officer()

    counts = {what: behind.firms_behind(what, by)[1].count() for what in behind.LISTS}

    assert counts == {"site": 3, "seen": 1, "unasked": 1, "silent": 1, "assessed": 0, "small_platform": 1}
    assert client.get("/enterprises/lists/none/").status_code == 404


def test_who_keeps_one_commune_sees_the_lists_of_that_one(client: Client) -> None:
    west = an_officer(Unit.objects.get(ref="W"))

    assert {one.unit.ref for one in behind.firms_behind("site", west)[1]} == {"W"}
