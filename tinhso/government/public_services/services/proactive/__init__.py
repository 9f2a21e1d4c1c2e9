"""Every write of proactive services."""

from tinhso.government.public_services.services.proactive.answering import (
    Agreed,
    accept_offer,
    asks_id,
    draft_of_offer,
    open_offer,
    refuse_offer,
    remind_again,
    restore_offer,
)
from tinhso.government.public_services.services.proactive.filing import draft_filed, file_due
from tinhso.government.public_services.services.proactive.loading import load_rules
from tinhso.government.public_services.services.proactive.offering import (
    PROACTIVE,
    lapse_offers,
    letter_sent,
    offer_all,
    read_letter,
    record_notice,
)
from tinhso.government.public_services.services.proactive.switching import look_at, switch_rule

__all__ = [
    "PROACTIVE",
    "Agreed",
    "accept_offer",
    "asks_id",
    "draft_filed",
    "draft_of_offer",
    "file_due",
    "lapse_offers",
    "letter_sent",
    "load_rules",
    "look_at",
    "offer_all",
    "open_offer",
    "read_letter",
    "refuse_offer",
    "remind_again",
    "restore_offer",
    "switch_rule",
    "record_notice",
]
