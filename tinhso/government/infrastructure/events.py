"""What infrastructure announces."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class OutageAnnounced:
    """Services will stop on purpose; moments in ISO 8601. ``services`` are references of those that stop."""

    name: ClassVar[str] = "infrastructure.OutageAnnounced"
    ref: str
    title: str
    unit: str
    starts_at: str
    ends_at: str
    services: tuple[str, ...]

    @property
    def aggregate(self) -> str:
        """What happens to one outage arrives in order."""
        return f"infrastructure:{self.ref}"


@dataclass(frozen=True)
class OutageClosed:
    """An announced outage is over, or was called off (``cancelled``)."""

    name: ClassVar[str] = "infrastructure.OutageClosed"
    ref: str
    cancelled: bool

    @property
    def aggregate(self) -> str:
        """What happens to one outage arrives in order."""
        return f"infrastructure:{self.ref}"


@dataclass(frozen=True)
class CheckChanged:
    """What a check asks went up or down at a moment; ``number`` counts its spans."""

    name: ClassVar[str] = "infrastructure.CheckChanged"
    ref: str
    thing: str
    up: bool
    said: str
    number: int

    @property
    def aggregate(self) -> str:
        """What happens to one check arrives in order."""
        return f"infrastructure:{self.ref}"
