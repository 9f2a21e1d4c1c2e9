"""What registers announce."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class RecordsChanged:
    """One act changed ``count`` records of a register; ``ref`` names the record where it was one."""

    name: ClassVar[str] = "registers.RecordsChanged"
    register: str
    act: int
    did: str
    count: int
    ref: str = ""

    @property
    def aggregate(self) -> str:
        """Acts on one record, or on many of a register, arrive in order."""
        return f"registers:{self.register}:{self.ref}"
