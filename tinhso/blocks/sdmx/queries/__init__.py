"""SDMX 3.0: structures and observations of the published snapshot."""

from tinhso.blocks.sdmx.queries.availability import availability_artefacts
from tinhso.blocks.sdmx.queries.data import DataQuestion, observations
from tinhso.blocks.sdmx.queries.desk import SdmxDesk, sdmx_desk
from tinhso.blocks.sdmx.queries.structures import StructureQuery, matching_structures

__all__ = [
    "SdmxDesk",
    "DataQuestion",
    "StructureQuery",
    "availability_artefacts",
    "sdmx_desk",
    "observations",
    "matching_structures",
]
