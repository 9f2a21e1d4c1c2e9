"""Announcing and delivering events."""

from dataclasses import asdict

from django.db import connection, transaction
from procrastinate.contrib.django import app as queue

from tinhso.blocks.outbox.contract import SUBSCRIPTIONS, Event, restore
from tinhso.blocks.outbox.models import Announcement
from tinhso.kernel import clock

CHANNEL = "tinhso_live"


def emit(event: Event) -> None:
    """Write ``event`` down in the caller's transaction; a worker delivers it once that has committed."""
    announcement = Announcement.objects.create(
        at=clock.now(),
        name=event.name,
        aggregate=event.aggregate,
        payload=asdict(event),  # type: ignore[call-overload]
    )
    queue.configure_task("outbox.deliver", lock=f"outbox:{event.aggregate}").defer(announcement_id=announcement.pk)


def deliver_announcement(announcement_id: int) -> None:
    """Give one announcement to all who hear it; one that a crash left half delivered is delivered anew, whole."""
    announcement = Announcement.objects.get(pk=announcement_id)
    if announcement.delivered_at:
        return
    for subscription in SUBSCRIPTIONS.get(announcement.name, []):
        with transaction.atomic():
            subscription.listener(restore(subscription.event, announcement.payload))
    _wake_open_pages(announcement)
    announcement.delivered_at = clock.now()
    announcement.save(update_fields=["delivered_at"])


def _wake_open_pages(announcement: Announcement) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, str(announcement.pk)])
