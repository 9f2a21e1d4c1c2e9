"""Telling the national portal, mending what went wrong, and taking what ministries' systems tell."""

from tinhso.government.public_services.services.portal.foreign import ForeignDossierCounts, fetch_foreign, take_foreign
from tinhso.government.public_services.services.portal.mending import retry_all, retry_message, skip_message
from tinhso.government.public_services.services.portal.queueing import PORTAL, queue_messages, wake_all, wake_sender
from tinhso.government.public_services.services.portal.sending import send_dossier

__all__ = [
    "PORTAL",
    "ForeignDossierCounts",
    "fetch_foreign",
    "queue_messages",
    "retry_message",
    "retry_all",
    "send_dossier",
    "skip_message",
    "take_foreign",
    "wake_sender",
    "wake_all",
]
