"""Rights, and finding things of any of the four registers by their references."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Value

from tinhso.government.infrastructure.models import Line, Room, Server, Service

MODELS: dict[str, Any] = {"rooms": Room, "servers": Server, "services": Service, "lines": Line}


@dataclass(frozen=True)
class InfrastructureThing:
    """One thing, whichever register it is of."""

    register: str
    ref: str
    name: str
    unit: int
    state: str
    essential: bool = False


def assets_by_ref(refs: Iterable[str] | None = None) -> dict[str, InfrastructureThing]:
    """All living things by reference; those named, when some are."""
    chosen = None if refs is None else list(refs)
    first, *others = [_rows_of(code, chosen) for code in MODELS]
    infrastructure_things = [InfrastructureThing(*row) for row in first.union(*others, all=True)]
    return {
        infrastructure_thing.ref: infrastructure_thing
        for infrastructure_thing in sorted(
            infrastructure_things, key=lambda infrastructure_thing: list(MODELS).index(infrastructure_thing.register)
        )
    }


def _rows_of(register: str, refs: list[str] | None) -> Any:
    """The living things of one register, with the columns of :class:`Thing`."""
    model = MODELS[register]
    rows = model.objects.filter(removed=False, ended_on__isnull=True)
    rows = rows if refs is None else rows.filter(ref__in=refs)
    has_importance = any(field.name == "essential" for field in model._meta.fields)
    importance = F("essential") if has_importance else Value(False)
    columns = ("register", "ref", "name", "unit_id", "state", "is_essential")
    return rows.order_by().annotate(register=Value(register), is_essential=importance).values_list(*columns)


def asset_by_ref(ref: str) -> Any:
    """The record with this reference, of whichever register; None where there is none."""
    for model in MODELS.values():
        asset = model.objects.filter(ref=ref[:40], removed=False).select_related("unit").first()
        if asset is not None:
            return asset
    return None
