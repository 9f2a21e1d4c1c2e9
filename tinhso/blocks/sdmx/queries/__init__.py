"""SDMX 3.0: structures and observations of the published snapshot."""

from tinhso.blocks.sdmx.queries.availability import availability
from tinhso.blocks.sdmx.queries.data import Question, observations
from tinhso.blocks.sdmx.queries.desk import Desk, desk
from tinhso.blocks.sdmx.queries.structures import Wanted, structures

__all__ = ["Desk", "Question", "Wanted", "availability", "desk", "observations", "structures"]
