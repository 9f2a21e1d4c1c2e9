"""Telling people in their inboxes, by mail, on their devices; hearing and answering them on channels."""

from tinhso.blocks.messaging.services.answering import deliver, mend, reply, tell
from tinhso.blocks.messaging.services.conversing import converse, end_resting
from tinhso.blocks.messaging.services.devices import (
    add_device,
    push_key,
    push_message,
    remove_device,
    renew_push_key,
    try_devices,
)
from tinhso.blocks.messaging.services.fetching import fetch
from tinhso.blocks.messaging.services.forgetting import forget
from tinhso.blocks.messaging.services.mailbox import read_mailbox, receive_letter
from tinhso.blocks.messaging.services.messages import (
    mark_all_read,
    mark_read,
    notify,
    notify_holders,
    send_mail_of,
)
from tinhso.blocks.messaging.services.push import NotDelivered
from tinhso.blocks.messaging.services.receiving import hear, receive, reject

__all__ = [
    "NotDelivered",
    "add_device",
    "converse",
    "deliver",
    "end_resting",
    "fetch",
    "forget",
    "hear",
    "mark_all_read",
    "mark_read",
    "mend",
    "notify",
    "notify_holders",
    "push_key",
    "push_message",
    "read_mailbox",
    "receive",
    "receive_letter",
    "reject",
    "remove_device",
    "renew_push_key",
    "reply",
    "send_mail_of",
    "tell",
    "try_devices",
]
