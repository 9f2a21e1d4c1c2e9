"""What support programmes announce."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class AboutApplication:
    """What every announcement of an application tells; ``number`` counts what happened to it."""

    ref: str
    number: int
    programme: str
    unit: str
    by: str

    @property
    def aggregate(self) -> str:
        """What happens to one application arrives in order."""
        return f"support:{self.ref}"


@dataclass(frozen=True)
class CodeAsked(AboutApplication):
    """Somebody must show that a phone is theirs; ``turn`` counts the codes."""

    name: ClassVar[str] = "support.CodeAsked"
    turn: int


@dataclass(frozen=True)
class ApplicationMoved(AboutApplication):
    """An application came from one state into another."""

    name: ClassVar[str] = "support.ApplicationMoved"
    was: str
    state: str


@dataclass(frozen=True)
class ComplaintMade(AboutApplication):
    """Somebody complains about a refusal or a delivery."""

    name: ClassVar[str] = "support.ComplaintMade"
    complaint: str


@dataclass(frozen=True)
class BatchMade:
    """Delivered benefits were put together for payment: so many, and đồng in all."""

    name: ClassVar[str] = "support.BatchMade"
    ref: str
    programme: str
    count: int
    total: int

    @property
    def aggregate(self) -> str:
        """What happens to one batch arrives in order."""
        return f"support:{self.ref}"
