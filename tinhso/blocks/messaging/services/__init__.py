"""Telling people, in their inboxes, by mail and on their devices."""

from tinhso.blocks.messaging.services.devices import (
    add_device,
    push_key,
    push_message,
    remove_device,
    renew_push_key,
    try_devices,
)
from tinhso.blocks.messaging.services.messages import (
    mark_all_read,
    mark_read,
    notify,
    notify_holders,
    send_mail_of,
)
from tinhso.blocks.messaging.services.push import NotDelivered

__all__ = [
    "NotDelivered",
    "add_device",
    "mark_all_read",
    "mark_read",
    "notify",
    "notify_holders",
    "push_key",
    "push_message",
    "remove_device",
    "renew_push_key",
    "send_mail_of",
    "try_devices",
]
