"""Tables of digital infrastructure."""

from tinhso.government.infrastructure.models.checks import Check, Result, Span
from tinhso.government.infrastructure.models.outages import Outage, Touched
from tinhso.government.infrastructure.models.things import Dependency, Line, Room, Server, Service

__all__ = ["Check", "Dependency", "Line", "Outage", "Result", "Room", "Server", "Service", "Span", "Touched"]
