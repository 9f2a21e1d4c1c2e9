"""Every write of requests for signatures: drafting, signing in turn, refusing, numbering, sealing, standing in."""

from tinhso.blocks.signature_requests.services.batch import SigningOutcome, seal_many, sign_many
from tinhso.blocks.signature_requests.services.deferred import ask_later, check_device, follow_pending, give_up
from tinhso.blocks.signature_requests.services.delegation import colleagues_of, end_stand_in, stand_in
from tinhso.blocks.signature_requests.services.drafting import cancel_request, draft_request, new_version, send_request
from tinhso.blocks.signature_requests.services.turns import (
    number_document,
    return_to_drafter,
    seal_document,
    sign_turn,
    signature_level,
)

__all__ = [
    "SigningOutcome",
    "ask_later",
    "cancel_request",
    "colleagues_of",
    "draft_request",
    "end_stand_in",
    "follow_pending",
    "give_up",
    "signature_level",
    "check_device",
    "new_version",
    "number_document",
    "return_to_drafter",
    "seal_document",
    "seal_many",
    "send_request",
    "sign_many",
    "sign_turn",
    "stand_in",
]
