"""What the steering programme announces."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class TaskMoved:
    """Something happened to a task: ``did`` names it, ``number`` counts what happened, ``state`` is the state now."""

    name: ClassVar[str] = "programme.TaskMoved"
    ref: str
    number: int
    did: str
    state: str
    unit: str
    by: str

    @property
    def aggregate(self) -> str:
        """What happens to one task arrives in order."""
        return f"programme:{self.ref}"


@dataclass(frozen=True)
class DirectiveMoved:
    """Something happened to a directive; as with tasks. ``indicator`` is empty where it is about no indicator."""

    name: ClassVar[str] = "programme.DirectiveMoved"
    ref: str
    number: int
    did: str
    state: str
    unit: str
    by: str
    indicator: str = ""

    @property
    def aggregate(self) -> str:
        """What happens to one directive arrives in order."""
        return f"programme:{self.ref}"
