"""The letter NUL, which no column keeps, in an address."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["/services/?q=%00", "/services/?q=a%00&day=%00", "/services/x%00y/", "/verify/signature/a%00b/"])
def test_an_address_with_a_nul_is_read_without_it(address: str) -> None:
    with_nul = Client().get(address)
    without = Client().get(address.replace("%00", ""))

    assert with_nul.status_code == without.status_code
    assert with_nul.status_code in (200, 404)
