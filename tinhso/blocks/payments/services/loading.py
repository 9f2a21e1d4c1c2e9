"""A province's accounts, from ``payments.toml`` of its folder."""

from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from tinhso.blocks.audit import services as audit
from tinhso.blocks.outbox.rights import OPERATE_SYSTEM
from tinhso.blocks.payments.models import Account
from tinhso.blocks.payments.queries.rules import payments
from tinhso.blocks.units import queries as units
from tinhso.kernel.actor import Actor


@transaction.atomic
def load_accounts(*, folder: Path, by: Actor) -> int:
    """Make or correct the accounts of the folder; doing it twice changes nothing. Says how many there are."""
    by.must_be_able_to(OPERATE_SYSTEM)
    account_lines = payments.read_folder(folder).accounts
    for line in account_lines:
        unit = units.by_ref(line.unit)
        key: dict[str, Any] = {"unit": unit, "bank_bin": line.bin, "number": line.number}
        fields: dict[str, Any] = {
            "bank_name": line.bank,
            "holder": line.holder,
            "effective": DateRange(line.since, line.until, "[)"),
            "source": line.source,
            "illustrative": line.illustrative,
        }
        old = Account.objects.filter(**key).values(*fields).first()
        if old != fields:
            row, _created = Account.objects.update_or_create(**key, defaults=fields)
            audit.record(by=by, did="set account", to=row, after={"unit": unit.ref, "number": row.number})
    return len(account_lines)
