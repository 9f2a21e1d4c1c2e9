"""Every write of requests for signatures: drafting, signing in turn, refusing, numbering, sealing, standing in."""

from tinhso.blocks.signature_requests.services.batch import Outcome, seal_many, sign_many
from tinhso.blocks.signature_requests.services.deferred import ask_later, follow, give_up, look
from tinhso.blocks.signature_requests.services.delegation import colleagues_of, end_stand_in, stand_in
from tinhso.blocks.signature_requests.services.drafting import cancel, draft, new_version, send
from tinhso.blocks.signature_requests.services.turns import level, number, refuse, seal, sign_turn

__all__ = [
    "Outcome",
    "ask_later",
    "cancel",
    "colleagues_of",
    "draft",
    "end_stand_in",
    "follow",
    "give_up",
    "level",
    "look",
    "new_version",
    "number",
    "refuse",
    "seal",
    "seal_many",
    "send",
    "sign_many",
    "sign_turn",
    "stand_in",
]
