"""Every write of proactive services."""

from tinhso.government.public_services.services.proactive.answering import (
    Agreed,
    agree,
    asks_id,
    drafted,
    open_offer,
    refuse,
    remind_again,
    restore,
)
from tinhso.government.public_services.services.proactive.filing import draft_filed, file_due
from tinhso.government.public_services.services.proactive.loading import load_rules
from tinhso.government.public_services.services.proactive.offering import (
    PROACTIVE,
    lapse,
    letter_sent,
    offer_all,
    read_letter,
    tell,
)
from tinhso.government.public_services.services.proactive.switching import look_at, switch

__all__ = [
    "PROACTIVE",
    "Agreed",
    "agree",
    "asks_id",
    "draft_filed",
    "drafted",
    "file_due",
    "lapse",
    "letter_sent",
    "load_rules",
    "look_at",
    "offer_all",
    "open_offer",
    "read_letter",
    "refuse",
    "remind_again",
    "restore",
    "switch",
    "tell",
]
