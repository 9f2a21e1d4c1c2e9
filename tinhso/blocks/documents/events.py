"""What happens to official documents."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class DocumentIssued:
    """A document got its number and date; its bytes are kept from now on."""

    name: ClassVar[str] = "documents.DocumentIssued"
    ref: str
    unit: str
    number: int
    notation: str
    year: int

    @property
    def aggregate(self) -> str:
        """The document."""
        return self.ref


@dataclass(frozen=True)
class DocumentWithdrawn:
    """A document no longer holds; it stays readable, with the reason."""

    name: ClassVar[str] = "documents.DocumentWithdrawn"
    ref: str
    unit: str
    why: str

    @property
    def aggregate(self) -> str:
        """The document."""
        return self.ref
