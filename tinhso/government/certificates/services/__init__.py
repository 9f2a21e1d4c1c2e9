"""Every write of certificates."""

from tinhso.government.certificates.services.asking_in_bulk import BulkOutcome, ask_for
from tinhso.government.certificates.services.batches import make_batch
from tinhso.government.certificates.services.guarding import guard_key
from tinhso.government.certificates.services.register import correct, resume, reveal_numbers, revoke, suspend, write_in
from tinhso.government.certificates.services.reminding import remind_of_ends, remind_of_late, tell_of_mergers
from tinhso.government.certificates.services.reorganising import Swept, follow_ended_units
from tinhso.government.certificates.services.requests import (
    accept,
    answer,
    approve,
    attach_paper,
    draft,
    hand_over,
    refuse,
    send_back,
    submit,
    take_in,
    withdraw,
)
from tinhso.government.certificates.services.runs import RunOutcome, confirm, hold_answers, hold_inventory, undo

__all__ = [
    "BulkOutcome",
    "RunOutcome",
    "Swept",
    "accept",
    "answer",
    "approve",
    "ask_for",
    "attach_paper",
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
    "reveal_numbers",
    "revoke",
    "send_back",
    "submit",
    "suspend",
    "follow_ended_units",
    "take_in",
    "tell_of_mergers",
    "undo",
    "withdraw",
    "write_in",
]
