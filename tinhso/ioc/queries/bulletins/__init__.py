"""Bulletins: recurring reports drawn from one snapshot, word for word the same whenever they are drawn again."""

from tinhso.ioc.queries.bulletins.building import Built, build_issue, observe_surroundings, program_versions
from tinhso.ioc.queries.bulletins.ledger import frame_of
from tinhso.ioc.queries.bulletins.listing import (
    FINAL,
    OPEN,
    Verified,
    by_any_name,
    edit_counts,
    former_of,
    issued_bulletins,
    newest_snapshot_read,
    periods_for,
    readable_bulletin,
    readable_bulletins,
    template_by_code,
    templates_in_use,
    verify_issue,
)
from tinhso.ioc.queries.bulletins.templates import TEXTS, check_template, folder_specs, read_template

__all__ = [
    "APPROVE",
    "Built",
    "FINAL",
    "OPEN",
    "TEXTS",
    "Verified",
    "WRITE",
    "build_issue",
    "by_any_name",
    "check_template",
    "edit_counts",
    "folder_specs",
    "former_of",
    "frame_of",
    "issued_bulletins",
    "newest_snapshot_read",
    "observe_surroundings",
    "readable_bulletin",
    "periods_for",
    "program_versions",
    "read_template",
    "readable_bulletins",
    "template_by_code",
    "templates_in_use",
    "verify_issue",
]
