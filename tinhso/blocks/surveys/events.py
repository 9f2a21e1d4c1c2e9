"""What surveys announce."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar


@dataclass(frozen=True)
class SubmissionTaken:
    """A filled-in form was checked and kept; ``unit`` is the code of the unit that it belongs to."""

    name: ClassVar[str] = "surveys.SubmissionTaken"
    survey: str
    ref: str
    unit: str
    at: datetime

    @property
    def aggregate(self) -> str:
        """What happens to one submission arrives in order."""
        return f"surveys:{self.ref}"
