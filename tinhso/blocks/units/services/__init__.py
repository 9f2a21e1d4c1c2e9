"""Every write to units: loading a province's tables, correcting what is known, boundaries."""

from tinhso.blocks.units.services.boundaries import draw_schematic, load_boundaries
from tinhso.blocks.units.services.loading import load_units

__all__ = ["draw_schematic", "load_boundaries", "load_units"]
