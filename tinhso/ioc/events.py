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


@dataclass(frozen=True)
class BulletinSubmitted:
    """An issue of a bulletin waits for somebody to approve it."""

    name: ClassVar[str] = "ioc.BulletinSubmitted"
    ref: str
    unit: str
    period: str
    title: str

    @property
    def aggregate(self) -> str:
        """What happens to one issue arrives in order."""
        return f"bulletin:{self.ref}"


@dataclass(frozen=True)
class BulletinIssued:
    """An issue of a bulletin got its number; its figures never change any more."""

    name: ClassVar[str] = "ioc.BulletinIssued"
    ref: str
    unit: str
    period: str
    document: str
    audience: str

    @property
    def aggregate(self) -> str:
        """What happens to one issue arrives in order."""
        return f"bulletin:{self.ref}"


@dataclass(frozen=True)
class BulletinWithdrawn:
    """An issue of a bulletin no longer holds."""

    name: ClassVar[str] = "ioc.BulletinWithdrawn"
    ref: str
    unit: str
    period: str
    why: str

    @property
    def aggregate(self) -> str:
        """What happens to one issue arrives in order."""
        return f"bulletin:{self.ref}"
