"""Every write of support programmes."""

from tinhso.society.support.services import programmes
from tinhso.society.support.services.applying import ask_again, confirm, expire, opened, take, take_turn, withdraw
from tinhso.society.support.services.complaining import answer, complain
from tinhso.society.support.services.deciding import approve, approve_many, ask_paper, paper_seen, refuse
from tinhso.society.support.services.delivering import deliver, keep_proof
from tinhso.society.support.services.moving import follow_units
from tinhso.society.support.services.moving import settle as settle_unit
from tinhso.society.support.services.paying import approve_batch, make, settle
from tinhso.society.support.services.programmes import change, create, seal_keys_again, set_quota, set_rules, turn
from tinhso.society.support.services.revealing import reveal

__all__ = [
    "answer",
    "approve",
    "approve_batch",
    "approve_many",
    "ask_again",
    "ask_paper",
    "change",
    "complain",
    "confirm",
    "create",
    "deliver",
    "expire",
    "follow_units",
    "keep_proof",
    "make",
    "opened",
    "paper_seen",
    "programmes",
    "refuse",
    "reveal",
    "seal_keys_again",
    "set_quota",
    "set_rules",
    "settle",
    "settle_unit",
    "take",
    "take_turn",
    "turn",
    "withdraw",
]
