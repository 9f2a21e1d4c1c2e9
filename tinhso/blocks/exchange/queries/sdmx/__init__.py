"""SDMX 3.0: structures and observations of the published snapshot."""

from tinhso.blocks.exchange.queries.sdmx.availability import availability
from tinhso.blocks.exchange.queries.sdmx.data import Question, observations
from tinhso.blocks.exchange.queries.sdmx.desk import Desk, desk
from tinhso.blocks.exchange.queries.sdmx.structures import Wanted, structures

__all__ = ["Desk", "Question", "Wanted", "availability", "desk", "observations", "structures"]
