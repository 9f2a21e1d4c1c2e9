"""Every read of the catalogue of procedures."""

from tinhso.government.public_services.queries.finding import ProcedureFilter, ProcedureFilterChoice, search_procedures
from tinhso.government.public_services.queries.lookup import (
    procedure_by_code,
    procedure_cases,
    procedure_papers,
    procedure_versions,
    version_by_ref,
    version_on,
)

__all__ = [
    "ProcedureFilterChoice",
    "ProcedureFilter",
    "procedure_cases",
    "procedure_papers",
    "procedure_by_code",
    "search_procedures",
    "version_by_ref",
    "version_on",
    "procedure_versions",
]
