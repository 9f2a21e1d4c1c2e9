"""Every write of support programmes."""

from tinhso.society.support.services import programmes
from tinhso.society.support.services.applying import (
    application_by_key,
    ask_again,
    confirm_phone,
    expire_unconfirmed,
    submit_application,
    take_turn,
    withdraw_application,
)
from tinhso.society.support.services.complaining import answer_complaint, file_complaint
from tinhso.society.support.services.deciding import (
    approve_application,
    approve_many,
    ask_paper,
    paper_seen,
    refuse_application,
)
from tinhso.society.support.services.delivering import keep_proof, record_delivery
from tinhso.society.support.services.moving import follow_units
from tinhso.society.support.services.moving import settle_successor as settle_unit
from tinhso.society.support.services.paying import approve_batch, make_batch, settle_lines
from tinhso.society.support.services.programmes import (
    change_programme,
    change_programme_state,
    create_programme,
    seal_keys_again,
    set_quota,
    set_rules,
)
from tinhso.society.support.services.revealing import reveal_applicant

__all__ = [
    "answer_complaint",
    "approve_application",
    "approve_batch",
    "approve_many",
    "ask_again",
    "ask_paper",
    "change_programme",
    "file_complaint",
    "confirm_phone",
    "create_programme",
    "record_delivery",
    "expire_unconfirmed",
    "follow_units",
    "keep_proof",
    "make_batch",
    "application_by_key",
    "paper_seen",
    "programmes",
    "refuse_application",
    "reveal_applicant",
    "seal_keys_again",
    "set_quota",
    "set_rules",
    "settle_lines",
    "settle_unit",
    "submit_application",
    "take_turn",
    "change_programme_state",
    "withdraw_application",
]
