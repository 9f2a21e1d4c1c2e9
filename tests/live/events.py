"""Events that open pages hear, each with another right, and one that no page hears."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class Published:
    """For those who see returns."""

    ref: str
    value: str = "nội dung không được gửi đi"
    name: ClassVar[str] = "tests.Published"

    @property
    def aggregate(self) -> str:
        """One return."""
        return self.ref


@dataclass(frozen=True)
class Secret(Published):
    """For those who see the audit log."""

    name: ClassVar[str] = "tests.Secret"


@dataclass(frozen=True)
class Unmarked(Published):
    """For no page at all."""

    name: ClassVar[str] = "tests.Unmarked"
