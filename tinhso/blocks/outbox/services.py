"""Announcing and delivering events."""

from dataclasses import fields

from django.db import connection, transaction

from tinhso.blocks.outbox.contract import SUBSCRIPTIONS, Event, restore_event
from tinhso.blocks.outbox.models import Announcement
from tinhso.kernel import clock
from tinhso.ui.rows import insert_together

CHANNEL = "tinhso_live"


def emit(*events: Event) -> None:
    """Write ``events`` down in the caller's transaction; a worker delivers them once that has committed."""
    insert_together(*[announcement_of(event) for event in events])


def announcement_of(event: Event) -> Announcement:
    """The row of ``event``, for a caller who writes it down together with others; its delivery follows by itself."""
    return Announcement(
        at=clock.now(),
        name=event.name,
        aggregate=event.aggregate,
        payload={item.name: getattr(event, item.name) for item in fields(event)},  # type: ignore[arg-type]
    )


def deliver_announcement(announcement_id: int) -> None:
    """Give one announcement to all who hear it; one that a crash left half delivered is delivered anew, whole."""
    announcement = Announcement.objects.get(pk=announcement_id)
    if announcement.delivered_at:
        return
    for subscription in SUBSCRIPTIONS.get(announcement.name, []):
        with transaction.atomic():
            subscription.listener(restore_event(subscription.event, announcement.payload))
    _wake_open_pages(announcement)
    announcement.delivered_at = clock.now()
    announcement.save(update_fields=["delivered_at"])


def _wake_open_pages(announcement: Announcement) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, str(announcement.pk)])
