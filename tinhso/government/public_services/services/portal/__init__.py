"""Telling the national portal, mending what went wrong, and taking what ministries' systems tell."""

from tinhso.government.public_services.services.portal.foreign import Taken, fetch_foreign, take_foreign
from tinhso.government.public_services.services.portal.mending import retry, retry_all, skip
from tinhso.government.public_services.services.portal.queueing import PORTAL, queue_messages, wake, wake_all
from tinhso.government.public_services.services.portal.sending import send_dossier

__all__ = [
    "PORTAL",
    "Taken",
    "fetch_foreign",
    "queue_messages",
    "retry",
    "retry_all",
    "send_dossier",
    "skip",
    "take_foreign",
    "wake",
    "wake_all",
]
