"""The catalogue of procedures, what is offered of itself, what is told to the national portal, and cases of
ministries' systems."""

from tinhso.government.public_services.models.catalogue import (
    Alias,
    Import,
    LifeEvent,
    Procedure,
    Submission,
    Version,
)
from tinhso.government.public_services.models.portal import Dispatch, ForeignDossier
from tinhso.government.public_services.models.proactive import (
    ProactiveOffer,
    ProactiveRule,
    ProactiveSilence,
    ProactiveSwitch,
)

__all__ = [
    "Alias",
    "Dispatch",
    "ForeignDossier",
    "Import",
    "LifeEvent",
    "ProactiveOffer",
    "ProactiveRule",
    "ProactiveSilence",
    "ProactiveSwitch",
    "Procedure",
    "Submission",
    "Version",
]
