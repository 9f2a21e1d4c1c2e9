"""What enterprises announce."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class FirmAssessed:
    """A firm assessed itself: ``score`` is 0 to 100 with two decimals."""

    name: ClassVar[str] = "enterprises.FirmAssessed"
    ref: str
    firm: str
    unit: str
    score: str

    @property
    def aggregate(self) -> str:
        """What happens to one firm arrives in order."""
        return f"enterprises:{self.firm}"
