"""What indicators announce."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class SnapshotPublished:
    """New readings are in force."""

    name: ClassVar[str] = "indicators.SnapshotPublished"
    number: int
    facts: tuple[str, ...] = ()

    @property
    def aggregate(self) -> str:
        """All snapshots follow each other."""
        return "snapshot"
