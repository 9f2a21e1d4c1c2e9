"""Reading the outbox."""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from tinhso.blocks.outbox.models import Announcement


def undelivered_announcements(*, longer_than: timedelta, now: datetime) -> QuerySet[Announcement]:
    """Announcements that nobody has delivered although they are older than ``longer_than``."""
    return Announcement.objects.filter(delivered_at=None, at__lt=now - longer_than).order_by("id")


def announcements_after(last_id: int, *, limit: int = 200) -> QuerySet[Announcement]:
    """Announcements after ``last_id``, oldest first."""
    return Announcement.objects.filter(id__gt=last_id).order_by("id")[:limit]
