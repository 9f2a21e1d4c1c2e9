"""Every read of indicators: the catalogue, and readings of the published snapshot."""

from tinhso.blocks.indicators.queries.catalogue import Catalogue, CatalogueItem, catalogue, has_definitions
from tinhso.blocks.indicators.queries.catalogue import clear_catalogue_cache as _forget_catalogue
from tinhso.blocks.indicators.queries.cells import (
    Reader,
    Reading,
    close_readers,
    facts_read_within,
    newest_number,
    newest_snapshot,
    note_facts,
    reader_of,
)
from tinhso.blocks.indicators.queries.claims import ClaimVerdict, check_claims
from tinhso.blocks.indicators.queries.laid_open import lay_open
from tinhso.blocks.indicators.queries.published import catalogue_of, restored_catalogue
from tinhso.blocks.indicators.queries.published import clear_published_cache as _forget_published
from tinhso.blocks.indicators.queries.readings import (
    latest_readings,
    reading_breakdown,
    reading_courses,
    reading_series,
    readings_across,
)
from tinhso.blocks.indicators.queries.release import audience_of, find_small_counts, release_readings
from tinhso.blocks.indicators.queries.release import clear_release_cache as _forget_release
from tinhso.blocks.indicators.queries.snapshots import kept_files, kept_snapshots, snapshot_at
from tinhso.blocks.units import queries as units

__all__ = [
    "Catalogue",
    "CatalogueItem",
    "Reader",
    "Reading",
    "ClaimVerdict",
    "readings_across",
    "audience_of",
    "reading_breakdown",
    "catalogue",
    "catalogue_of",
    "check_claims",
    "reading_courses",
    "find_small_counts",
    "clear_caches",
    "kept_files",
    "kept_snapshots",
    "latest_readings",
    "lay_open",
    "newest_snapshot",
    "newest_number",
    "note_facts",
    "facts_read_within",
    "has_definitions",
    "reader_of",
    "release_readings",
    "restored_catalogue",
    "reading_series",
    "snapshot_at",
]


def clear_caches() -> None:
    """Drop what this process keeps in memory; for tests, which change the world under it."""
    _forget_catalogue()
    _forget_published()
    _forget_release()
    units.clear_levels_cache()
    close_readers()
