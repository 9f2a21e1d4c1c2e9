from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tinhso.blocks.payments.models import Account
from tinhso.blocks.payments.tests import makers as a
from tinhso.blocks.units.models import Unit


@pytest.fixture
def office(db: None, settings: Any, tmp_path: Path) -> Unit:
    """A commune that takes money, in a province where matches by hand above 500,000 đồng need a second person."""
    a.set_up(settings, tmp_path)
    return a.an_office()


@pytest.fixture
def account(office: Unit) -> Account:
    """Where its payers transfer to."""
    return a.an_account(office)


@pytest.fixture
def official(account: Account) -> Callable[..., Client]:
    """Logs somebody in who has a post at the office with the named rights (all of payments when none is named)."""
    return partial(a.logged_in, account.unit)
