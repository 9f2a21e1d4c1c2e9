"""What a province decides about payments: ``payments.toml`` of its folder."""

from collections.abc import Mapping
from dataclasses import field
from datetime import date
from functools import cached_property
from typing import Annotated

from pydantic import Field

from tinhso.kernel.province_table import province_table, table

COLUMNS = {
    "bank_ref": ("mã giao dịch", "reference"),
    "day": ("ngày", "date"),
    "amount": ("số tiền", "amount"),
    "content": ("nội dung", "description"),
    "payer": ("người chuyển", "payer"),
}


@table
class PaymentRules:
    """``four_eyes_over``: đồng above which a second person must agree when money is matched by hand (without the file:
    always); ``order_days``: how long an order waits; ``wrong_secrets``: after how many wrong addresses of an hour no
    page of a payer opens any more; ``gateway_minutes``: how long a try at the gateway lives."""

    four_eyes_over: int = 0
    order_days: int = 15
    gateway_minutes: int = 15
    wrong_secrets: int = 30


@table
class AccountLine:
    """An account of a unit, in use from ``since`` until before ``until``."""

    unit: str
    bin: Annotated[str, Field(min_length=6, max_length=6)]
    bank: str
    number: Annotated[str, Field(pattern="^[0-9A-Za-z]+$")]
    holder: str
    since: date
    until: date | None = None
    source: str = ""
    illustrative: bool = False


@table
class Payments:
    """The rules, headings of a bank's statement for each field beside the usual ones, and accounts as they are loaded
    into the database."""

    rules: PaymentRules = PaymentRules()
    statement: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    accounts: Annotated[tuple[AccountLine, ...], Field(alias="account")] = ()

    @cached_property
    def columns(self) -> Mapping[str, tuple[str, ...]]:
        """Headings of a bank's statement for each field, the province's own first."""
        own = {name: (*words, *COLUMNS.get(name, ())) for name, words in self.statement.items()}
        return {**COLUMNS, **own}


payments = province_table("payments.toml", Payments)


def payment_rules() -> PaymentRules:
    """The numbers that the province sets."""
    return payments().rules
