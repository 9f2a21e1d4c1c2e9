"""What units announce."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class UnitsReorganised:
    """New words about units and what became of them were loaded: ``units`` rows and ``edges`` of succession."""

    name: ClassVar[str] = "units.UnitsReorganised"
    units: int
    edges: int

    @property
    def aggregate(self) -> str:
        """All of them arrive in order."""
        return "units"
