"""Every read of indicators: the catalogue, and readings of the published snapshot."""

from tinhso.blocks.indicators.queries.catalogue import Catalogue, Item, catalogue
from tinhso.blocks.indicators.queries.catalogue import forget as _forget_catalogue
from tinhso.blocks.indicators.queries.claims import Verdict, check_claims
from tinhso.blocks.indicators.queries.readings import (
    Reader,
    Reading,
    across,
    breakdown,
    close_readers,
    latest,
    newest,
    newest_number,
    reader,
    series,
)

__all__ = [
    "Catalogue",
    "Item",
    "Reader",
    "Reading",
    "Verdict",
    "across",
    "breakdown",
    "catalogue",
    "check_claims",
    "forget",
    "latest",
    "newest",
    "newest_number",
    "reader",
    "series",
]


def forget() -> None:
    """Drop what this process keeps in memory; for tests, which change the world under it."""
    _forget_catalogue()
    close_readers()
