"""What the system tells people, and what people tell it on channels."""

from tinhso.blocks.messaging.models.channels import (
    Channel,
    ChannelKey,
    Conversation,
    Correspondent,
    Incoming,
    Outgoing,
    Received,
    Texted,
)
from tinhso.blocks.messaging.models.inbox import Device, Message, PushKey

__all__ = [
    "Channel",
    "ChannelKey",
    "Conversation",
    "Correspondent",
    "Device",
    "Incoming",
    "Message",
    "Outgoing",
    "PushKey",
    "Received",
    "Texted",
]
