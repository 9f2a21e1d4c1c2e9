"""Every write of public services."""

from tinhso.government.public_services.services.applications import Sent, decide, submit, supplement
from tinhso.government.public_services.services.catalogue import Done, put_versions
from tinhso.government.public_services.services.editing import Looked, hold_edit, hold_end
from tinhso.government.public_services.services.imports import Held, confirm_import, hold_import, undo_import
from tinhso.government.public_services.services.loading import Loaded, load_procedures
from tinhso.government.public_services.services.seeding import Seeded, seed
from tinhso.government.public_services.services.uploads import take_in

__all__ = [
    "FILE",
    "Done",
    "Held",
    "Loaded",
    "Looked",
    "Seeded",
    "Sent",
    "confirm_import",
    "decide",
    "hold_edit",
    "hold_end",
    "hold_import",
    "load_procedures",
    "put_versions",
    "seed",
    "submit",
    "supplement",
    "take_in",
    "undo_import",
]
