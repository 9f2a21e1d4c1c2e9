"""Tying what stops with what."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.government.infrastructure.models import Dependency
from tinhso.government.infrastructure.queries import graph, lookup
from tinhso.government.infrastructure.rights import MANAGE_INFRASTRUCTURE
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused


@transaction.atomic
def add_dependency(*, of: str, on: str, by: Actor, now: datetime) -> Dependency:
    """``of`` stops when ``on`` stops; refuses what would go round in a circle."""
    first, second = lookup.asset_by_ref(of), lookup.asset_by_ref(on)
    if first is None or second is None:
        raise Refused("unknown_thing", _("Không có phòng máy, máy chủ, dịch vụ hay đường truyền với mã này."))
    by.must_be_able_to(MANAGE_INFRASTRUCTURE, at=first.unit)
    with transaction.atomic():
        type(first).objects.select_for_update(of=("self",)).get(pk=first.pk)
        if graph.would_circle(of, on):
            raise Refused("circle", _("“%(on)s” đã phụ thuộc “%(of)s” rồi."), of=first.name, on=second.name)
        dependency, is_new = Dependency.objects.get_or_create(
            of=of, on=on, until=None, defaults={"since": now, "by": by.ref}
        )
    if is_new:
        audit.record(by=by, did="tied", to=("infrastructure.Dependency", of), after={"on": on})
    return dependency


@transaction.atomic
def remove_dependency(*, of: str, on: str, by: Actor, now: datetime) -> None:
    """``of`` goes on when ``on`` stops."""
    first = lookup.asset_by_ref(of)
    dependency = Dependency.objects.select_for_update().filter(of=of[:40], on=on[:40], until__isnull=True).first()
    if first is None or dependency is None:
        raise Refused("unknown_tie", _("Không có phụ thuộc này."))
    by.must_be_able_to(MANAGE_INFRASTRUCTURE, at=first.unit)
    dependency.until = now
    dependency.save(update_fields=["until"])
    audit.record(by=by, did="untied", to=("infrastructure.Dependency", of), after={"on": on})
