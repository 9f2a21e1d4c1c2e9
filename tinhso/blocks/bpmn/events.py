"""What is announced of drawings."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class ProcessPublished:
    """A drawing has a new version."""

    name: ClassVar[str] = "bpmn.ProcessPublished"
    code: str
    number: int
    by: str

    @property
    def aggregate(self) -> str:
        """Versions of one drawing arrive in order."""
        return f"process:{self.code}"
