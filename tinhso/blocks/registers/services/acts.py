"""Beginning an act and telling of it."""

from datetime import datetime
from typing import Any

from tinhso.blocks.audit import services as audit
from tinhso.blocks.outbox import services as outbox
from tinhso.blocks.registers import events
from tinhso.blocks.registers.contract import Register
from tinhso.blocks.registers.models import Act
from tinhso.kernel.actor import Actor


def begin(register: Register, did: str, *, by: Actor, now: datetime, why: str = "", undoes: Act | None = None) -> Act:
    """The act that every row written after it names."""
    return Act.objects.create(
        register=register.code, did=did, at=now, by=by.ref, by_name=by.name, why=why.strip()[:500], undoes=undoes
    )


def tell(register: Register, act: Act, *, by: Actor, count: int, ref: str = "", **after: Any) -> None:
    """Write an act down in the audit log and announce it."""
    told = {"act": act.pk, "count": count} | ({"why": act.why} if act.why else {}) | after
    audit.record(by=by, did=f"{act.did} records", to=(f"registers.{register.code}", ref or "-"), after=told)
    outbox.emit(events.RecordsChanged(register=register.code, act=act.pk, did=act.did, count=count, ref=ref))
