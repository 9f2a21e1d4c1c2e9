"""Every write of dossiers."""

from tinhso.blocks.cases.services.deciding import (
    accept,
    ask_payment,
    ask_supplement,
    complete,
    decline,
    extend,
    hand_out,
    resume,
    send_back,
    stop,
    withdraw,
)
from tinhso.blocks.cases.services.filing import Filing, file, receive
from tinhso.blocks.cases.services.holding import end_stand_in, hand_over, stand_in, take, write_note
from tinhso.blocks.cases.services.moving import Moved, follow_units, settle
from tinhso.blocks.cases.services.papers import Kept, attach, take_in
from tinhso.blocks.cases.services.tracking import answer, rate, take_back

__all__ = [
    "Filing",
    "Kept",
    "Moved",
    "accept",
    "answer",
    "ask_payment",
    "attach",
    "ask_supplement",
    "complete",
    "decline",
    "end_stand_in",
    "extend",
    "file",
    "follow_units",
    "hand_out",
    "hand_over",
    "rate",
    "receive",
    "resume",
    "send_back",
    "settle",
    "stand_in",
    "stop",
    "take",
    "take_back",
    "take_in",
    "withdraw",
    "write_note",
]
