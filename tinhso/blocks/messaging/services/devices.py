"""Devices that asked for notifications, and what is pushed to them."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.identity import queries as identity
from tinhso.blocks.identity.rights import MANAGE_PEOPLE
from tinhso.blocks.messaging import queries
from tinhso.blocks.messaging.contract import with_secret
from tinhso.blocks.messaging.models import Device, Message, PushKey
from tinhso.blocks.messaging.services import messages, push
from tinhso.kernel.actor import Actor, program_actor
from tinhso.kernel.errors import Refused
from tinhso.kernel.refs import new_ref

DEVICES_A_PERSON = 10
GONE = (404, 410)
LATER = (408, 425, 429)
URGENCY = {Message.Kind.WARNING: "high", Message.Kind.TASK: "normal", Message.Kind.INFO: "low"}
COURIER = "messaging.push"


@transaction.atomic
def push_key(*, now: datetime) -> PushKey:
    """The key by which push services know us; made the first time."""
    key = PushKey.objects.first()
    if key is None:
        private, public = push.new_key_pair()
        key, _is_new = PushKey.objects.get_or_create(
            pk=1, defaults={"private": private, "public": public, "made_at": now}
        )
    return key


@transaction.atomic
def renew_push_key(*, by: Actor, now: datetime) -> PushKey:
    """Make another key. Every device belongs to the old one and is forgotten: people switch notifications on again."""
    by.must_be_able_to(MANAGE_PEOPLE)
    Device.objects.all().delete()
    PushKey.objects.all().delete()
    key = push_key(now=now)
    audit.record(by=by, did="renewed", to=(PushKey._meta.label, key.public[:16]))
    return key


@transaction.atomic
def add_device(*, endpoint: str, p256dh: str, auth: str, name: str, by: Actor, now: datetime) -> Device:
    """Let a browser be notified of what ``by`` is told; one that served somebody else now serves ``by`` alone.

    Refuses an address that is not a push service's, keys that are none, and actors who are not persons.
    """
    if by.kind != "person":
        raise Refused("not_a_person", _("Chỉ người dùng mới bật được thông báo."))
    push.must_be_a_push_service(endpoint)
    push.check_keys(p256dh, auth)
    person = identity.person_by_ref(by.ref)
    key = push_key(now=now).public
    Device.objects.filter(endpoint=endpoint).delete()
    device = Device.objects.create(
        ref=new_ref("TB"),
        person=person,
        name=name[:80],
        endpoint=endpoint,
        p256dh=p256dh,
        auth=auth,
        key=key,
        made_at=now,
    )
    for old in queries.devices_of(by)[DEVICES_A_PERSON:]:
        old.delete()
    audit.record(by=by, did="added", to=device, after={"name": device.name})
    return device


@transaction.atomic
def remove_device(*, ref: str, by: Actor) -> None:
    """Notify one of my devices no more; refuses somebody else's."""
    device = queries.device_of(ref, of=by)
    audit.record(by=by, did="removed", to=device, before={"name": device.name})
    device.delete()


def try_devices(*, by: Actor, now: datetime) -> int:
    """Send myself a message with a notification, to see that it arrives; says on how many devices."""
    device_count = len(queries.devices_of(by))
    if device_count:
        person = identity.person_by_ref(by.ref)
        title = _("Thông báo thử: thiết bị này nhận được thông báo")
        messages.notify(to=person, title=title, href="/messages/devices/", now=now, push=True)
    return device_count


def push_message(*, pk: int, ref: str, now: datetime) -> bool:
    """Push one message to one device; says whether it was taken. What was read meanwhile is not pushed.

    A device that its push service knows no more is forgotten. Raises :class:`push.NotDelivered` where trying again
    later helps.
    """
    message, device = queries.to_push(pk, ref, not_before=now - push.TTL)
    if message is None or device is None:
        return False
    letter = push.PushLetter(
        {"id": message.pk, "title": message.title, "href": with_secret(message.href, message.secret)},
        URGENCY[Message.Kind(message.kind)],
        push.topic_of(message.key),
    )
    try:
        status, text = _post_to_device(letter, device, now)
    except Refused as refusal:  # the operator no longer allows this service, or its name leads astray
        status, text = 0, refusal.message
    if status in GONE:
        _remove_device(device)
    elif status in LATER or status >= 500:
        raise push.PushNotDelivered(str(status))
    elif status not in (200, 201, 202):
        device.trouble = f"{status or ''} {text}".strip()[:120]
        device.save(update_fields=["trouble"])
    else:
        device.reached_at, device.trouble = now, ""
        device.save(update_fields=["reached_at", "trouble"])
        return True
    return False


def _post_to_device(letter: push.PushLetter, device: Device, now: datetime) -> tuple[int, str]:
    key = push_key(now=now)
    headers = {
        "Authorization": push.vapid_header(device.endpoint, private=key.private, public=key.public, now=now),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(int(push.TTL.total_seconds())),
        "Urgency": letter.urgency,
    }
    if letter.topic:
        headers["Topic"] = letter.topic
    return push.post_push(
        device.endpoint, push.encrypted_payload(letter.payload, p256dh=device.p256dh, auth=device.auth), headers
    )


@transaction.atomic
def _remove_device(device: Device) -> None:
    audit.record(by=program_actor(COURIER, rights=[]), did="removed", to=device, before={"why": "push service: gone"})
    device.delete()
