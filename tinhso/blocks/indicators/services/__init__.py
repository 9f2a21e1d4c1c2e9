"""Every write: loading definitions, and refreshing readings."""

from tinhso.blocks.indicators.services.catalogue import load_catalogue
from tinhso.blocks.indicators.services.refresh import ask_for_refresh, look, pin, refresh, sweep

__all__ = ["ask_for_refresh", "load_catalogue", "look", "pin", "refresh", "sweep"]
