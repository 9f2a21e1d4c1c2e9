"""The drawn ways of dossiers: reading them, running them, showing them."""

from tinhso.blocks.cases.queries.processes.showing import Picture, picture_of

__all__ = ["Picture", "picture_of"]
