"""A province's accounts, from ``payments.toml`` of its folder."""

from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.outbox.rights import OPERATE_SYSTEM
from tinhso.blocks.payments.models import Account
from tinhso.blocks.payments.queries.rules import table
from tinhso.blocks.units import queries as units
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused


@transaction.atomic
def load_accounts(*, folder: Path, by: Actor) -> int:
    """Make or correct the accounts of the folder; doing it twice changes nothing. Says how many there are."""
    by.must_be_able_to(OPERATE_SYSTEM)
    found = table(folder).get("account", [])
    for told in found:
        since, until = told.get("since"), told.get("until")
        if type(since) is not date or not str(told.get("number", "")).isalnum() or len(str(told.get("bin", ""))) != 6:
            raise Refused("bad_account", _("payments.toml: tài khoản cần bin (6 số), number, since (ngày)."))
        unit = units.by_ref(told["unit"])
        key: dict[str, Any] = {"unit": unit, "bank_bin": str(told["bin"]), "number": str(told["number"])}
        fields: dict[str, Any] = {
            "bank_name": told["bank"],
            "holder": told["holder"],
            "effective": DateRange(since, until, "[)"),
            "source": told.get("source", ""),
            "illustrative": bool(told.get("illustrative", False)),
        }
        old = Account.objects.filter(**key).values(*fields).first()
        if old != fields:
            row, _made = Account.objects.update_or_create(**key, defaults=fields)
            audit.record(by=by, did="set account", to=row, after={"unit": unit.ref, "number": row.number})
    return len(found)
