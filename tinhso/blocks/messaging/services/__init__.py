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
    send_letter,
    send_mail_of,
)
from tinhso.blocks.messaging.services.platforms import NotDelivered as NotSpoken
from tinhso.blocks.messaging.services.push import NotDelivered
from tinhso.blocks.messaging.services.receiving import hear, receive, reject
from tinhso.blocks.messaging.services.smpp import bound
from tinhso.blocks.messaging.services.texting import read_texts, text

__all__ = [
    "NotDelivered",
    "NotSpoken",
    "add_device",
    "bound",
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
    "read_texts",
    "receive",
    "receive_letter",
    "reject",
    "remove_device",
    "renew_push_key",
    "reply",
    "send_letter",
    "send_mail_of",
    "tell",
    "text",
    "try_devices",
]
