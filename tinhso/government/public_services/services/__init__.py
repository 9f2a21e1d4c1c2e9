"""Every write of public services."""

from tinhso.government.public_services.services.applications import (
    ApplicationSubmission,
    decide_step,
    submit_application,
    supplement_application,
)
from tinhso.government.public_services.services.catalogue import Done, put_versions
from tinhso.government.public_services.services.editing import EditOutcome, hold_edit, hold_end
from tinhso.government.public_services.services.imports import HeldImport, confirm_import, hold_import, undo_import
from tinhso.government.public_services.services.loading import CatalogueLoad, load_procedures
from tinhso.government.public_services.services.seeding import Seeded, seed_test_data
from tinhso.government.public_services.services.uploads import take_in

__all__ = [
    "FILE",
    "Done",
    "HeldImport",
    "CatalogueLoad",
    "EditOutcome",
    "Seeded",
    "ApplicationSubmission",
    "confirm_import",
    "decide_step",
    "hold_edit",
    "hold_end",
    "hold_import",
    "load_procedures",
    "put_versions",
    "seed_test_data",
    "submit_application",
    "supplement_application",
    "take_in",
    "undo_import",
]
