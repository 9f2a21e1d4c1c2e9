"""Telling people in their inboxes, by mail, on their devices; hearing and answering them on channels."""

from tinhso.blocks.messaging.services.answering import deliver_replies, mend_reply, queue_notice, reply_by_hand
from tinhso.blocks.messaging.services.conversing import converse, end_resting
from tinhso.blocks.messaging.services.devices import (
    add_device,
    push_key,
    push_message,
    remove_device,
    renew_push_key,
    try_devices,
)
from tinhso.blocks.messaging.services.fetching import fetch_picture
from tinhso.blocks.messaging.services.forgetting import delete_old_people
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
from tinhso.blocks.messaging.services.push import PushNotDelivered
from tinhso.blocks.messaging.services.receiving import queue_hearing, receive_messages, record_rejection
from tinhso.blocks.messaging.services.smpp import bound_line
from tinhso.blocks.messaging.services.texting import queue_text, read_texts

__all__ = [
    "PushNotDelivered",
    "NotSpoken",
    "add_device",
    "bound_line",
    "converse",
    "deliver_replies",
    "end_resting",
    "fetch_picture",
    "delete_old_people",
    "queue_hearing",
    "mark_all_read",
    "mark_read",
    "mend_reply",
    "notify",
    "notify_holders",
    "push_key",
    "push_message",
    "read_mailbox",
    "read_texts",
    "receive_messages",
    "receive_letter",
    "record_rejection",
    "remove_device",
    "renew_push_key",
    "reply_by_hand",
    "send_letter",
    "send_mail_of",
    "queue_notice",
    "queue_text",
    "try_devices",
]
