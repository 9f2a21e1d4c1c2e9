"""Records that come with a province, many at once: for demonstrations and first loads from data that is checked."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from tinhso.blocks.registers.contract import Register
from tinhso.blocks.registers.models import Act
from tinhso.blocks.registers.services import acts
from tinhso.kernel import refs
from tinhso.kernel.actor import Actor


@transaction.atomic
def load_records(
    *, register: Register, rows: Sequence[Mapping[str, Any]], valid_from: date, why: str, by: Actor, now: datetime
) -> list[Any]:
    """Write records (values by field name) as one act; they hold since ``valid_from``."""
    by.must_be_able_to(register.change)
    act = acts.begin_act(register, Act.Did.LOADED, by=by, now=now, why=why)
    entries = [
        register.model(**{"ref": refs.new_ref(register.prefix), "valid_from": valid_from} | dict(row), act=act)
        for row in rows
    ]
    register.model.objects.bulk_create(entries, batch_size=1_000)
    acts.announce_act(register, act, by=by, count=len(entries))
    return entries
