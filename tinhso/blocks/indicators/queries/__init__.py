"""Every read of indicators: the catalogue, and readings of the published snapshot."""

from tinhso.blocks.indicators.queries.catalogue import Catalogue, Item, catalogue
from tinhso.blocks.indicators.queries.catalogue import forget as _forget_catalogue
from tinhso.blocks.indicators.queries.cells import (
    Reader,
    Reading,
    close_readers,
    newest,
    newest_number,
    note,
    noting,
    reader,
)
from tinhso.blocks.indicators.queries.claims import Verdict, check_claims
from tinhso.blocks.indicators.queries.laid_open import lay_open
from tinhso.blocks.indicators.queries.published import catalogue_of, restored
from tinhso.blocks.indicators.queries.published import forget as _forget_published
from tinhso.blocks.indicators.queries.readings import across, breakdown, courses, latest, series
from tinhso.blocks.indicators.queries.release import audience_of, find_small_counts, release
from tinhso.blocks.indicators.queries.release import forget as _forget_release
from tinhso.blocks.indicators.queries.snapshots import kept_files, kept_snapshots, snapshot_at
from tinhso.blocks.units import queries as units

__all__ = [
    "Catalogue",
    "Item",
    "Reader",
    "Reading",
    "Verdict",
    "across",
    "audience_of",
    "breakdown",
    "catalogue",
    "catalogue_of",
    "check_claims",
    "courses",
    "find_small_counts",
    "forget",
    "kept_files",
    "kept_snapshots",
    "latest",
    "lay_open",
    "newest",
    "newest_number",
    "note",
    "noting",
    "reader",
    "release",
    "restored",
    "series",
    "snapshot_at",
]


def forget() -> None:
    """Drop what this process keeps in memory; for tests, which change the world under it."""
    _forget_catalogue()
    _forget_published()
    _forget_release()
    units.forget()
    close_readers()
