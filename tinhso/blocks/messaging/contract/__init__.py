"""How an app lets open pages hear an event, and how one takes what people report on channels. No Django."""

from tinhso.blocks.messaging.contract.intake import (
    INTAKES,
    Intake,
    IntakePicture,
    IntakeResult,
    KnownReport,
    TalkChoice,
    TalkDraft,
    register_intake,
)
from tinhso.blocks.messaging.contract.live import (
    DOORS,
    LIVE,
    Door,
    Pass,
    may_hear,
    pass_for,
    register_live_event,
    register_live_key,
)
from tinhso.blocks.messaging.contract.secret import MARK, register_secret, secret_mark, with_secret

__all__ = [
    "DOORS",
    "INTAKES",
    "LIVE",
    "MARK",
    "IntakePicture",
    "TalkChoice",
    "Door",
    "TalkDraft",
    "Intake",
    "KnownReport",
    "Pass",
    "IntakeResult",
    "with_secret",
    "register_live_key",
    "may_hear",
    "secret_mark",
    "pass_for",
    "register_intake",
    "register_secret",
    "register_live_event",
]
