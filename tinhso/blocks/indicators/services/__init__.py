"""Every write: loading definitions, and refreshing readings."""

from tinhso.blocks.indicators.services.catalogue import load_catalogue
from tinhso.blocks.indicators.services.refresh import look, refresh, sweep

__all__ = ["load_catalogue", "look", "refresh", "sweep"]
