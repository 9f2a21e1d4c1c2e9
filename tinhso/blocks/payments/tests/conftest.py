from pathlib import Path
from typing import Any

import pytest

from tinhso.blocks.payments.models import Account
from tinhso.blocks.payments.tests import makers as a
from tinhso.blocks.units.models import Unit

CODE, SECRET = "TESTCODE", "a secret for tests only"


@pytest.fixture
def office(db: None, settings: Any, tmp_path: Path) -> Unit:
    """A commune that takes money, in a province where matches by hand above 500,000 đồng need a second person."""
    (tmp_path / "payments.toml").write_text("[rules]\nfour_eyes_over = 500000\norder_days = 10\n", encoding="utf-8")
    settings.PROVINCE_DIR = tmp_path
    settings.PAYMENT_GATEWAY_URL = "http://127.0.0.1:9/paymentv2/vpcpay.html"
    settings.PAYMENT_GATEWAY_CODE, settings.PAYMENT_GATEWAY_SECRET = CODE, SECRET
    settings.BANK_NOTICE_SECRET = "another secret for tests"
    return a.an_office()


@pytest.fixture
def account(office: Unit) -> Account:
    """Where its payers transfer to."""
    return a.an_account(office)
