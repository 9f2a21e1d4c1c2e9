"""Every write: loading definitions, deciding on targets, and refreshing readings."""

from tinhso.blocks.indicators.services.amendments import Wanted, judge, propose
from tinhso.blocks.indicators.services.care import broken_facts, torn_chunks
from tinhso.blocks.indicators.services.catalogue import load_catalogue
from tinhso.blocks.indicators.services.changes import look
from tinhso.blocks.indicators.services.refresh import ask_for_refresh, pin, refresh, sweep, tend

__all__ = [
    "Wanted",
    "ask_for_refresh",
    "broken_facts",
    "judge",
    "load_catalogue",
    "look",
    "pin",
    "propose",
    "refresh",
    "sweep",
    "tend",
    "torn_chunks",
]
