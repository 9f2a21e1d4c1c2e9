"""Every write of public services."""

from tinhso.government.public_services.services.catalogue import Done, end_procedure, put_versions
from tinhso.government.public_services.services.imports import Held, confirm_import, hold_import, undo_import
from tinhso.government.public_services.services.loading import Loaded, load_procedures

__all__ = [
    "Done",
    "Held",
    "Loaded",
    "confirm_import",
    "end_procedure",
    "hold_import",
    "load_procedures",
    "put_versions",
    "undo_import",
]
