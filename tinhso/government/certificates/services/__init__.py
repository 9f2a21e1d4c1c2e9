"""Every write of certificates."""

from tinhso.government.certificates.services.asking_in_bulk import Asked, ask_for
from tinhso.government.certificates.services.batches import make_batch
from tinhso.government.certificates.services.guarding import guard_key
from tinhso.government.certificates.services.register import correct, resume, reveal, revoke, suspend, write_in
from tinhso.government.certificates.services.reminding import remind_of_ends, remind_of_late, tell_of_mergers
from tinhso.government.certificates.services.reorganising import Swept, sweep
from tinhso.government.certificates.services.requests import (
    accept,
    answer,
    approve,
    attach,
    draft,
    hand_over,
    refuse,
    send_back,
    submit,
    take_in,
    withdraw,
)
from tinhso.government.certificates.services.runs import Held, confirm, hold_answers, hold_inventory, undo

__all__ = [
    "Asked",
    "Held",
    "Swept",
    "accept",
    "answer",
    "approve",
    "ask_for",
    "attach",
    "confirm",
    "correct",
    "draft",
    "guard_key",
    "hand_over",
    "hold_answers",
    "hold_inventory",
    "make_batch",
    "refuse",
    "remind_of_ends",
    "remind_of_late",
    "resume",
    "reveal",
    "revoke",
    "send_back",
    "submit",
    "suspend",
    "sweep",
    "take_in",
    "tell_of_mergers",
    "undo",
    "withdraw",
    "write_in",
]
