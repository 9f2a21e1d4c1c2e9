"""Rights, and finding things of any of the four registers by their references."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tinhso.government.infrastructure.models import Line, Room, Server, Service

SEE, MANAGE = "see infrastructure", "manage infrastructure"
MODELS: dict[str, Any] = {"rooms": Room, "servers": Server, "services": Service, "lines": Line}


@dataclass(frozen=True)
class Thing:
    """One thing, whichever register it is of."""

    register: str
    ref: str
    name: str
    unit: int
    state: str
    essential: bool = False


def things(refs: Iterable[str] | None = None) -> dict[str, Thing]:
    """All living things by reference; those named, when some are."""
    found = {}
    wanted = None if refs is None else list(refs)
    for code, model in MODELS.items():
        rows = model.objects.filter(removed=False, ended_on__isnull=True)
        rows = rows if wanted is None else rows.filter(ref__in=wanted)
        for one in rows:
            found[one.ref] = Thing(code, one.ref, one.name, one.unit_id, one.state, getattr(one, "essential", False))
    return found


def thing(ref: str) -> Any:
    """The record with this reference, of whichever register; None where there is none."""
    for model in MODELS.values():
        found = model.objects.filter(ref=ref[:40], removed=False).select_related("unit").first()
        if found is not None:
            return found
    return None
