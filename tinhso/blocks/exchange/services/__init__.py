"""Every write of exchange: values taken from programs elsewhere, and what left the house."""

from tinhso.blocks.exchange.services.dhis2 import SCHEMES, Options, import_values

__all__ = ["SCHEMES", "Options", "import_values"]
