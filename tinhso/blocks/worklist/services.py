"""Pinning systems to one's own worklist."""

from collections.abc import Collection

from django.db import transaction

from tinhso.blocks.worklist.models import PinnedSystem
from tinhso.kernel.actor import Actor
from tinhso.ui.navigation import navigation_entries

MOST_PINS = 12


@transaction.atomic
def pin_systems(*, addresses: Collection[str], by: Actor) -> None:
    """Let ``by`` keep just these systems at hand, at most ``MOST_PINS``; what is no way of the menu is left out."""
    offered = [entry.address for entry in navigation_entries() if entry.address in addresses][:MOST_PINS]
    pins = PinnedSystem.objects.filter(owner=by.ref)
    pins.exclude(address__in=offered).delete()
    PinnedSystem.objects.bulk_create(
        [PinnedSystem(owner=by.ref, address=address) for address in offered], ignore_conflicts=True
    )
