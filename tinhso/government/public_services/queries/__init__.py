"""Every read of the catalogue of procedures."""

from tinhso.government.public_services.queries.finding import Choice, Wanted, search
from tinhso.government.public_services.queries.lookup import cases, papers, procedure, version, version_on, versions

__all__ = ["Choice", "Wanted", "cases", "papers", "procedure", "search", "version", "version_on", "versions"]
