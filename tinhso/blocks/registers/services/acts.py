"""Beginning an act and telling of it."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.outbox import services as outbox
from tinhso.blocks.registers import events
from tinhso.blocks.registers.contract import Register
from tinhso.blocks.registers.models import Act
from tinhso.blocks.registers.queries import registry
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused


def begin_act(
    register: Register, did: str, *, by: Actor, now: datetime, why: str = "", undoes: Act | None = None
) -> Act:
    """The act that every row written after it names."""
    return Act.objects.create(
        register=register.code, did=did, at=now, by=by.ref, by_name=by.name, why=why.strip()[:500], undoes=undoes
    )


def refusal_of(register: Register, problem: IntegrityError) -> Refused:
    """What the database would not have, in words; the fault itself where no record is to blame."""
    name = getattr(getattr(problem.__cause__, "diag", None), "constraint_name", None) or ""
    if name == f"reg_{register.model._meta.model_name}_key":
        labels = ", ".join(registry.column(register, key).label for key in register.keys)
        return Refused("same_key", _("Đã có bản ghi khác trùng %(columns)s."), columns=labels)
    words = dict(register.refusals).get(name)
    if words is None:
        raise problem
    return Refused(name, _(words))


def announce_act(register: Register, act: Act, *, by: Actor, count: int, ref: str = "", **after: Any) -> None:
    """Write an act down in the audit log and announce it."""
    details = {"act": act.pk, "count": count} | ({"why": act.why} if act.why else {}) | after
    audit.record(by=by, did=f"{act.did} records", to=(f"registers.{register.code}", ref or "-"), after=details)
    outbox.emit(events.RecordsChanged(register=register.code, act=act.pk, did=act.did, count=count, ref=ref))
