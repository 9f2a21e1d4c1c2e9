"""How an app lets open pages hear an event, and how one takes what people report on channels. No Django."""

from tinhso.blocks.messaging.contract.intake import (
    INTAKES,
    Attachment,
    Choice,
    Draft,
    Intake,
    Known,
    Taken,
    register_intake,
)
from tinhso.blocks.messaging.contract.live import DOORS, LIVE, Door, Pass, lets_in, may_hear, pass_for, shows_live
from tinhso.blocks.messaging.contract.secret import MARK, filled, named, register_secret

__all__ = [
    "DOORS",
    "INTAKES",
    "LIVE",
    "MARK",
    "Attachment",
    "Choice",
    "Door",
    "Draft",
    "Intake",
    "Known",
    "Pass",
    "Taken",
    "filled",
    "lets_in",
    "may_hear",
    "named",
    "pass_for",
    "register_intake",
    "register_secret",
    "shows_live",
]
