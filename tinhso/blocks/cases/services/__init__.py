"""Every write of dossiers."""

from tinhso.blocks.cases.services.applying import (
    abandon,
    applicant_without_account,
    begin,
    fill_in,
    finish,
    renew,
)
from tinhso.blocks.cases.services.deciding import (
    accept,
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
from tinhso.blocks.cases.services.filing import Filing, faults_of, file, receive
from tinhso.blocks.cases.services.hearing import hear, pass_on
from tinhso.blocks.cases.services.holding import end_stand_in, hand_over, stand_in, take, write_note
from tinhso.blocks.cases.services.keys import ask_key, renew_key, show_key
from tinhso.blocks.cases.services.limiting import open_to_act, open_with_key, take_turn
from tinhso.blocks.cases.services.linking import Asked, child_ended, open_child, settle_links
from tinhso.blocks.cases.services.moving import Moved, follow_units, settle
from tinhso.blocks.cases.services.papers import Kept, attach, take_in
from tinhso.blocks.cases.services.paying import ask_payment, money_arrived, order_fees, paid_elsewhere, payments_of
from tinhso.blocks.cases.services.printing import Printed, print_form, print_own
from tinhso.blocks.cases.services.restoring import undo
from tinhso.blocks.cases.services.signing import ask_signature, result_came_back, result_signed
from tinhso.blocks.cases.services.tracking import answer, rate, take_back
from tinhso.blocks.cases.services.waking import wake

__all__ = [
    "Asked",
    "Filing",
    "Kept",
    "Moved",
    "Printed",
    "abandon",
    "accept",
    "answer",
    "applicant_without_account",
    "ask_key",
    "ask_payment",
    "ask_signature",
    "ask_supplement",
    "attach",
    "begin",
    "child_ended",
    "complete",
    "decline",
    "end_stand_in",
    "extend",
    "faults_of",
    "file",
    "fill_in",
    "finish",
    "follow_units",
    "hand_out",
    "hand_over",
    "hear",
    "money_arrived",
    "open_child",
    "open_to_act",
    "open_with_key",
    "order_fees",
    "paid_elsewhere",
    "payments_of",
    "print_form",
    "print_own",
    "pass_on",
    "rate",
    "receive",
    "renew",
    "renew_key",
    "result_came_back",
    "result_signed",
    "resume",
    "send_back",
    "settle",
    "settle_links",
    "show_key",
    "stand_in",
    "stop",
    "take",
    "take_back",
    "take_in",
    "take_turn",
    "undo",
    "wake",
    "withdraw",
    "write_note",
]
