"""The demo counts what was published: 55 IT firms, 2,550 of 3,696 firms with a .vn site; each record is marked."""

import tomllib

import pytest

from tinhso.blocks.registers.tests.makers import MONDAY, a_place
from tinhso.economy.enterprises import demo
from tinhso.economy.enterprises.contract import is_tax_code
from tinhso.economy.enterprises.models import Firm, Household
from tinhso.economy.enterprises.tests.makers import PROVINCE, an_officer


@pytest.mark.django_db
def test_the_demo_counts_what_was_published_and_is_made_once() -> None:
    a_place()
    told = tomllib.loads((PROVINCE / "enterprises.toml").read_text(encoding="utf-8"))["demo"]

    made = demo.load(told=told | {"households": 20, "branches": 5}, seed="1", by=an_officer(), now=MONDAY)
    again = demo.load(told=told, seed="1", by=an_officer(), now=MONDAY)

    heads = Firm.objects.filter(kind="firm")
    published = (3_696, 55, 2_550)
    assert (heads.count(), heads.filter(sector="it").count(), heads.filter(site__endswith=".vn").count()) == published
    assert (made, again, Household.objects.count()) == (3_721, 0, 20)
    assert all(is_tax_code(code) and code.startswith("99") for code in Firm.objects.values_list("code", flat=True))
    assert not Firm.objects.exclude(name__contains="minh họa").exists()
    assert not heads.filter(e_tax=False).exists()
