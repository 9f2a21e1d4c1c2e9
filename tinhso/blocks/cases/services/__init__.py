"""Every write of cases."""

from tinhso.blocks.cases.services.applying import (
    abandon_application,
    applicant_without_account,
    begin_application,
    fill_in,
    finish_application,
    renew_application,
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
from tinhso.blocks.cases.services.filing import CaseFiling, faults_of, file_case, receive_case
from tinhso.blocks.cases.services.hearing import pass_on, receive_sign
from tinhso.blocks.cases.services.holding import end_stand_in, hand_over, stand_in, take, write_note
from tinhso.blocks.cases.services.keys import ask_key, renew_key, show_key
from tinhso.blocks.cases.services.limiting import open_to_act, open_with_key, take_turn
from tinhso.blocks.cases.services.linking import LinkedCaseRequest, child_ended, open_child, settle_links
from tinhso.blocks.cases.services.moving import CasesMoved, choose_successor, follow_units
from tinhso.blocks.cases.services.papers import StoredPaper, attach_papers, take_in
from tinhso.blocks.cases.services.paying import ask_payment, money_arrived, order_fees, paid_elsewhere, payments_of
from tinhso.blocks.cases.services.printing import PrintedForm, print_form, print_own
from tinhso.blocks.cases.services.restoring import restore_previous_state
from tinhso.blocks.cases.services.signing import ask_signature, result_came_back, result_signed
from tinhso.blocks.cases.services.tracking import answer, rate, take_back
from tinhso.blocks.cases.services.waking import wake_cases

__all__ = [
    "LinkedCaseRequest",
    "CaseFiling",
    "StoredPaper",
    "CasesMoved",
    "PrintedForm",
    "abandon_application",
    "accept",
    "answer",
    "applicant_without_account",
    "ask_key",
    "ask_payment",
    "ask_signature",
    "ask_supplement",
    "attach_papers",
    "begin_application",
    "child_ended",
    "complete",
    "decline",
    "end_stand_in",
    "extend",
    "faults_of",
    "file_case",
    "fill_in",
    "finish_application",
    "follow_units",
    "hand_out",
    "hand_over",
    "receive_sign",
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
    "receive_case",
    "renew_application",
    "renew_key",
    "result_came_back",
    "result_signed",
    "resume",
    "send_back",
    "choose_successor",
    "settle_links",
    "show_key",
    "stand_in",
    "stop",
    "take",
    "take_back",
    "take_in",
    "take_turn",
    "restore_previous_state",
    "wake_cases",
    "withdraw",
    "write_note",
]
