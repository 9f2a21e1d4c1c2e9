"""The letter NUL, which no column keeps, in an address."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["/services/x%00y/", "/services/%00/", "/verify/signature/a%00b/"])
def test_nothing_goes_by_a_name_with_a_nul(address: str) -> None:
    assert Client().get(address).status_code == Client().get(address.replace("%00", "_")).status_code == 404


def test_a_query_with_a_nul_is_read_without_it() -> None:
    assert Client().get("/services/?q=%00&day=%00").status_code == 200
