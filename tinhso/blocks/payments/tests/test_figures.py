"""Orders as the operations centre counts them, and a demo that stands up to every check."""

import tomllib
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.db.models import Sum
from django.test import override_settings

from tinhso.blocks.indicators.contract import INDICATORS, RecordQuery
from tinhso.blocks.payments import demo, services
from tinhso.blocks.payments.models import Account, Entry, Order, Transfer
from tinhso.blocks.payments.queries import facts
from tinhso.blocks.payments.tests import makers as a
from tinhso.blocks.payments.tests.test_orders import checked
from tinhso.kernel.actor import program_actor
from tinhso.kernel.errors import Forbidden

OPERATOR = program_actor("op", rights=["operate system"])


def rows() -> dict[tuple[str, str, str], dict[str, int]]:
    """The fact's rows by unit, month and channel."""
    with connection.cursor() as cursor:
        cursor.execute(facts.ROWS)
        names = [column.name for column in cursor.description or []]
        found = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return {(row["unit"], row["month"], row["channel"]): row for row in found}


def prints() -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(facts.PRINTS)
        return dict(cursor.fetchall())


def test_each_order_counts_once_in_its_month_by_the_way_it_was_paid(account: Account) -> None:
    cash, online, transfer, waits, gone = (a.an_order(account.unit) for _time in range(5))
    services.take_cash(ref=cash.ref, amount=100_000, by=a.CASHIER, now=a.NOON)
    a.hear(a.a_notice(a.an_attempt(online)))
    a.take_in(account, a.a_csv(a.a_line(transfer.content, 100_000)))
    services.cancel_order(ref=gone.ref, why="x", by=a.CASHIER, now=a.NOON)

    found = rows()

    keys = {channel: found["xa", "2026-11", channel] for channel in ("cash", "online", "transfer", "chua-nop")}
    assert {channel: row["orders"] for channel, row in keys.items()} == dict.fromkeys(keys, 1)
    assert {channel: row["cashless"] for channel, row in keys.items()} == {
        "cash": 0,
        "online": 1,
        "transfer": 1,
        "chua-nop": 0,
    }
    assert sum(row["collected"] for row in found.values()) == 300_000
    assert waits.ref in {one.title.split()[0] for one in facts.order_records(RecordQuery(("xa",), ("2026-11",)))}
    assert len(facts.order_records(RecordQuery(("xa",), ("2026-11",), (("channel", "cash"),)))) == 1


def test_a_month_is_counted_anew_when_something_of_it_changed(account: Account) -> None:
    one = a.an_order(account.unit)
    a.an_order(account.unit, now=a.NOON - timedelta(days=60))
    before = prints()

    services.take_cash(ref=one.ref, amount=1, by=a.CASHIER, now=a.NOON)
    after = prints()

    assert {month for month in before if before[month] != after[month]} == {"2026-11"}


def test_every_expression_uses_columns_that_the_fact_has() -> None:
    fact = facts.orders_fact()
    mine = [one for one in INDICATORS if one.fact == facts.CODE]

    assert len(mine) == 6
    assert all(fact.column(one.count) for one in mine)
    assert all(fact.column(one.out_of) for one in mine if one.out_of)


def test_accounts_of_a_folder_are_loaded_once_and_corrected(account: Account, tmp_path: Path) -> None:
    text = '[[account]]\nunit = "xa"\nbin = "970416"\nbank = "B"\nnumber = "0123456789"\nsince = 2020-01-01\n'
    text += 'holder = "{}"\n'
    (tmp_path / "payments.toml").write_text(text.format("MOT"), encoding="utf-8")
    services.load_accounts(folder=tmp_path, by=OPERATOR)
    (tmp_path / "payments.toml").write_text(text.format("HAI HAI"), encoding="utf-8")

    count = services.load_accounts(folder=tmp_path, by=OPERATOR)

    assert (count, Account.objects.get().holder) == (1, "HAI HAI")
    with pytest.raises(Forbidden):
        services.load_accounts(folder=tmp_path, by=a.HEAD)


def test_accounts_of_the_province_in_the_repository_say_that_they_are_illustrative() -> None:
    root = Path(__file__).resolve().parents[4]
    files = sorted(root.glob("provinces/*/payments.toml"))

    told = [account for file in files for account in tomllib.loads(file.read_text("utf-8"))["account"]]

    assert told
    assert all(account["illustrative"] for account in told)


def test_the_demo_is_made_once_balances_and_leaves_work_to_do(account: Account) -> None:
    root = Path(__file__).resolve().parents[4]
    with override_settings(PROVINCE_DIR=root / "tests" / "provinces" / "hai_song"):
        made = [demo.load(by=OPERATOR, now=a.NOON) for _time in range(2)]

    checked()
    assert made == [demo.A_UNIT, 0]
    assert Entry.objects.aggregate(sum=Sum("amount"))["sum"] == 0
    assert Transfer.objects.filter(state="unmatched").count() == 2
    assert {"open", "paid"} <= set(Order.objects.values_list("state", flat=True))
