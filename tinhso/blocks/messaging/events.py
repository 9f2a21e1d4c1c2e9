"""What happens on channels."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class DraftHandedOver:
    """What somebody told in a conversation became a report, or they follow one that was there already."""

    name: ClassVar[str] = "messaging.DraftHandedOver"
    request: str
    channel: str
    reference: str
    followed: bool = False

    @property
    def aggregate(self) -> str:
        return self.request


@dataclass(frozen=True)
class ReplyDied:
    """Something that was to be told to somebody could not be told; a person has to look at it."""

    name: ClassVar[str] = "messaging.ReplyDied"
    correspondent: str
    number: int
    channel: str

    @property
    def aggregate(self) -> str:
        return f"correspondent:{self.correspondent}"
