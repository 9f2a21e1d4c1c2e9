"""Bulletins: recurring reports drawn from one snapshot, word for word the same whenever they are drawn again."""

from tinhso.ioc.queries.bulletins.building import Built, build, observe, programs
from tinhso.ioc.queries.bulletins.ledger import frame_of
from tinhso.ioc.queries.bulletins.listing import (
    FINAL,
    OPEN,
    Verified,
    by_any_name,
    edits,
    former_of,
    issued,
    newest_snapshot_read,
    one,
    periods_for,
    readable,
    template,
    templates,
    verify,
)
from tinhso.ioc.queries.bulletins.templates import TEXTS, check, folder_specs, read

__all__ = [
    "APPROVE",
    "Built",
    "FINAL",
    "OPEN",
    "TEXTS",
    "Verified",
    "WRITE",
    "build",
    "by_any_name",
    "check",
    "edits",
    "folder_specs",
    "former_of",
    "frame_of",
    "issued",
    "newest_snapshot_read",
    "observe",
    "one",
    "periods_for",
    "programs",
    "read",
    "readable",
    "template",
    "templates",
    "verify",
]
