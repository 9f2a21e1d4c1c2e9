"""Every write of exchange: values taken from programs elsewhere, and what left the house."""

from tinhso.blocks.exchange.services.dhis2 import SCHEMES, Options, import_values
from tinhso.blocks.exchange.services.open_data import file_of, write_file

__all__ = ["SCHEMES", "Options", "file_of", "import_values", "write_file"]
