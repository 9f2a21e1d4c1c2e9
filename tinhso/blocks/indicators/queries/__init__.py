"""Every read of indicators: the catalogue, and readings of the published snapshot."""

from tinhso.blocks.indicators.queries.catalogue import Catalogue, Item, catalogue
from tinhso.blocks.indicators.queries.readings import (
    Reader,
    Reading,
    across,
    breakdown,
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
    "across",
    "breakdown",
    "catalogue",
    "latest",
    "newest",
    "newest_number",
    "reader",
    "series",
]
