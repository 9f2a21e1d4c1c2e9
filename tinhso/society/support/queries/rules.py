"""The province's own numbers for support programmes: ``support.toml`` in its folder."""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime

from tinhso.kernel import deadlines
from tinhso.kernel.province_table import province_table, table


@table
class SupportLimits:
    """How often an hour one address may apply, how long codes hold, how soon (working days) complaints are answered."""

    per_hour: int = 20
    keys_per_hour: int = 10
    code_minutes: int = 30
    code_tries: int = 5
    expires_hours: int = 24
    complaint_days: int = 10
    complain_within_days: int = 90
    most_of_a_list: int = 20_000
    most_of_a_batch: int = 5_000
    basis: str = ""


@table
class BankAccount:
    """An account of one who pays or is paid; ``agent``: the bank by its BIC, or by its eight digits in clearing."""

    name: str
    number: str
    agent: str


@table
class Bank:
    """The account that batches are paid from, and those of programmes' givers by the programme's code."""

    payer: BankAccount | None = None
    payee: Mapping[str, BankAccount] = field(default_factory=dict)


@table
class SupportRules:
    """What the file says."""

    numbers: SupportLimits = SupportLimits()
    bank: Bank = Bank()


rules = province_table("support.toml", SupportRules)


def due_moment(now: datetime, days: int) -> datetime:
    """The end of the working day by which something handed in at ``now`` must be done."""
    return deadlines.deadline_of(now, deadlines.Duration(days), deadlines.province_office(), now=now).at
