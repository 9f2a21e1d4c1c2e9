"""What community teams announce."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class DifficultyMoved:
    """Something happened to a difficulty that a team told of; ``number`` counts that, ``state`` is its state now."""

    name: ClassVar[str] = "community_teams.DifficultyMoved"
    ref: str
    number: int
    did: str
    state: str
    unit: str
    by: str

    @property
    def aggregate(self) -> str:
        """What happens to one difficulty arrives in order."""
        return f"difficulty:{self.ref}"


@dataclass(frozen=True)
class TaskMoved:
    """A team's task was given, reported, accepted, sent back or dropped."""

    name: ClassVar[str] = "community_teams.TaskMoved"
    ref: str
    did: str
    state: str
    team: str
    unit: str
    by: str

    @property
    def aggregate(self) -> str:
        """What happens to one task arrives in order."""
        return f"team-task:{self.ref}"


@dataclass(frozen=True)
class MonthReported:
    """A team handed in its report of a month (``YYYY-MM``)."""

    name: ClassVar[str] = "community_teams.MonthReported"
    ref: str
    team: str
    month: str
    number: int
    unit: str
    by: str

    @property
    def aggregate(self) -> str:
        """Reports of one team arrive in order."""
        return f"team:{self.team}"
