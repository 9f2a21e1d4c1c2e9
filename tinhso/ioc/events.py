"""What the operations centre announces."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class AlertsChanged:
    """Alerts were opened, ended or passed up by the system, by their references."""

    name: ClassVar[str] = "ioc.AlertsChanged"
    opened: tuple[str, ...] = ()
    resolved: tuple[str, ...] = ()
    escalated: tuple[str, ...] = ()
    snapshot: int | None = None

    @property
    def aggregate(self) -> str:
        """Changes by the system follow each other."""
        return "alerts"


@dataclass(frozen=True)
class AlertHandled:
    """Somebody acknowledged, assigned, silenced or commented on an alert; ``state`` is its state afterwards."""

    name: ClassVar[str] = "ioc.AlertHandled"
    ref: str
    did: str
    state: str
    by: str

    @property
    def aggregate(self) -> str:
        """What happens to one alert arrives in order."""
        return f"alert:{self.ref}"
