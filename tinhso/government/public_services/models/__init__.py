"""The catalogue of procedures, what is told to the national portal, and dossiers of ministries' systems."""

from tinhso.government.public_services.models.catalogue import (
    Alias,
    Import,
    LifeEvent,
    Procedure,
    Submission,
    Version,
)
from tinhso.government.public_services.models.portal import Dispatch, ForeignDossier

__all__ = ["Alias", "Dispatch", "ForeignDossier", "Import", "LifeEvent", "Procedure", "Submission", "Version"]
