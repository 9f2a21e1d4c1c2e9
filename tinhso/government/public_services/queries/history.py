"""Everything that was ever known of a procedure: its versions, and what each row changed against the one before."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from tinhso.government.public_services.models import Procedure, Version
from tinhso.government.public_services.queries.documents import Document, document_differences, document_of
from tinhso.government.public_services.queries.shape import COLUMNS, LISTS

NAMES = {column.key: column.heading for column in COLUMNS} | {table.key: table.sheet for table in LISTS}


@dataclass(frozen=True)
class VersionHistoryEntry:
    """One row, and what it says otherwise than ``against``: the version before it, or what was formerly known."""

    version: Version
    changes: tuple[tuple[str, str, str], ...]
    against: Version | None = None

    @property
    def is_live(self) -> bool:
        """Whether it is known now."""
        return self.version.known.upper is None


def procedure_history(procedure: Procedure) -> list[VersionHistoryEntry]:
    """All rows of a procedure: the newest version first, and of each what is known now before what was known."""
    rows = list(Version.objects.filter(procedure=procedure).select_related("procedure").order_by("effective", "known"))
    entries, live_before = [], None
    formers: dict[str, Version] = {}
    for row in sorted(rows, key=lambda version: (version.effective.lower, version.known.lower)):
        against = formers.get(row.ref, live_before)
        entries.append(VersionHistoryEntry(row, named_changes(_version_differences(against, row)), against))
        formers[row.ref] = row
        live_before = row if row.known.upper is None else live_before
    return list(reversed(entries))


def newest_name(procedure: Procedure) -> str:
    """What a procedure is called in its newest version."""
    newest = procedure.versions.order_by("-effective", "-known").first()
    return newest.name if newest else procedure.code


def _version_differences(before: Version | None, after: Version) -> list[tuple[str, str, str]]:
    if before is None:
        return []
    old, new = _version_document(before), _version_document(after)
    moved = [("effective_to", old["effective_to"], new["effective_to"])] if before.ref == after.ref else []
    return [*document_differences(old, new), *(difference for difference in moved if difference[1] != difference[2])]


def _version_document(version: Version) -> Document:
    return document_of(version, [])


def named_changes(changes: list[tuple[str, str, str]]) -> tuple[tuple[str, str, str], ...]:
    """Changes with the names that people know columns by."""
    return tuple((_(NAMES.get(key, key)), old, new) for key, old, new in changes)
