"""Reading messages and devices, and what open pages may hear."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import F, Func, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from tinhso.blocks.identity.contract import register_person_expression
from tinhso.blocks.identity.models import Person
from tinhso.blocks.messaging.contract import LIVE
from tinhso.blocks.messaging.models import Device, Message
from tinhso.blocks.outbox.models import Announcement
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused

OVERLAP = timedelta(seconds=5)  # deliveries that commit at the same time may be numbered in another order
MISSED_AT_MOST = 200


def messages_to(actor: Actor) -> QuerySet[Message]:
    """All messages to ``actor``, newest first."""
    return Message.objects.filter(to__ref=actor.ref).order_by("-id")


@register_person_expression("unread_messages")
def unread_messages() -> Subquery:
    """The number of messages that a person has not read, as an expression over people (partial index)."""
    unread = Message.objects.filter(to=OuterRef("pk"), read_at=None).order_by()
    return Subquery(unread.annotate(number=Func(F("pk"), function="count")).values("number"))


def message_to(pk: int, *, to: Actor) -> Message:
    """One message to ``to``; refuses somebody else's."""
    message = Message.objects.filter(pk=pk, to__ref=to.ref).first()
    if message is None:
        raise Refused("no_such_message", _("Không tìm thấy tin nhắn này."))
    return message


def to_mail(pk: int) -> QuerySet[Message]:
    """The message ``pk`` as long as its mail has not gone out and its reader has an address."""
    return Message.objects.filter(pk=pk, by_mail=True, mailed_at=None).exclude(to__email="").select_related("to")


def live_address(scheme: str, host: str) -> str:
    """Where open pages listen: behind the same origin, or on a laptop at the page's own host on another port."""
    if settings.LIVE_URL or not settings.LIVE_PORT:
        return str(settings.LIVE_URL or "/live/")
    return f"{scheme}://{host.rpartition(':')[0] or host}:{settings.LIVE_PORT}"


@dataclass(frozen=True)
class LiveEvent:
    """What an open page hears of one event."""

    id: int
    name: str
    aggregate: str


def live_event(announcement_id: int) -> LiveEvent | None:
    """The event with this number, if open pages may hear of it at all."""
    live_events = _announcement_items(Announcement.objects.filter(pk=announcement_id, name__in=list(LIVE)))
    return live_events[0] if live_events else None


def missed_events(*, since: int) -> list[LiveEvent] | None:
    """What a page that last heard ``since`` has missed, in the order of delivery; None when that is too much to tell.

    A page may hear an event twice, never not at all.
    """
    last = Announcement.objects.filter(pk=since).values_list("delivered_at", flat=True).first()
    if last is None:
        return None
    later = Announcement.objects.filter(delivered_at__gt=last - OVERLAP, name__in=list(LIVE)).exclude(pk=since)
    live_events = _announcement_items(later.order_by("delivered_at", "pk")[: MISSED_AT_MOST + 1])
    return live_events if len(live_events) <= MISSED_AT_MOST else None


def delivered_after(moment: datetime) -> list[LiveEvent]:
    """Events delivered since ``moment``: what went by while the connection to the database was lost."""
    later = Announcement.objects.filter(delivered_at__gt=moment - OVERLAP, name__in=list(LIVE))
    return _announcement_items(later.order_by("delivered_at", "pk")[:MISSED_AT_MOST])


def _announcement_items(announcements: QuerySet[Announcement]) -> list[LiveEvent]:
    return [LiveEvent(*row) for row in announcements.values_list("pk", "name", "aggregate")]


def standing_sessions(keys: Collection[str], *, now: datetime) -> set[str]:
    """Those of the session ``keys`` that are still logged in."""
    return set(Session.objects.filter(session_key__in=keys, expire_date__gt=now).values_list("session_key", flat=True))


def rights_of(actor: Actor) -> frozenset[str]:
    """Every right that ``actor`` holds somewhere."""
    return actor.everywhere | actor.reach.keys()


def devices_of(actor: Actor) -> list[Device]:
    """The devices on which ``actor`` is notified, newest first."""
    return list(Device.objects.filter(person__ref=actor.ref).order_by("-made_at", "-pk"))


def device_of(ref: str, *, of: Actor) -> Device:
    """One device of ``of``; refuses somebody else's."""
    device = Device.objects.filter(ref=ref, person__ref=of.ref).first()
    if device is None:
        raise Refused("no_such_device", _("Không tìm thấy thiết bị này."))
    return device


def device_refs(person: Person) -> list[str]:
    """The references of a person's devices."""
    return list(Device.objects.filter(person=person).values_list("ref", flat=True))


def to_push(pk: int, ref: str, *, not_before: datetime) -> tuple[Message | None, Device | None]:
    """A message that its reader has not read since ``not_before``, and the device of the same person."""
    unread = Message.objects.filter(pk=pk, read_at=None, created_at__gte=not_before, to__is_active=True).first()
    if unread is None:
        return None, None
    return unread, Device.objects.filter(ref=ref, person=unread.to_id).first()


def endpoint_tag(device: Device) -> str:
    """By which a browser knows its own entry in the list without the list telling anybody an endpoint."""
    return hashlib.sha256(device.endpoint.encode()).hexdigest()[:16]
