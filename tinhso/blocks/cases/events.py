"""What cases announce."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class AboutCase:
    """A case, by its code. ``number`` counts its entries: with it a repeated delivery is known.

    ``status`` is the national number that it has after what happened; ``unit`` the reference of who works on it.
    """

    name: ClassVar[str] = "cases.AboutCase"
    code: str
    number: int
    status: int
    unit: str
    by: str

    @property
    def aggregate(self) -> str:
        """Events of one case arrive in order."""
        return f"case:{self.code}"


@dataclass(frozen=True)
class CaseFiled(AboutCase):
    """Somebody applied."""

    name: ClassVar[str] = "cases.CaseFiled"


@dataclass(frozen=True)
class CaseMoved(AboutCase):
    """A case has another status; ``was`` is the one that it had."""

    name: ClassVar[str] = "cases.CaseMoved"
    was: int = 0


@dataclass(frozen=True)
class TaskOpened(AboutCase):
    """A step waits at a post: of those who hold ``right`` at ``unit``, or of the person ``holder``."""

    name: ClassVar[str] = "cases.TaskOpened"
    task: int = 0
    right: str = ""
    holder: str = ""


@dataclass(frozen=True)
class LinkAsked(AboutCase):
    """A step asks for a case of another ``procedure``."""

    name: ClassVar[str] = "cases.LinkAsked"
    task: int = 0
    procedure: str = ""
    option: str = ""


@dataclass(frozen=True)
class HappenedInCase(AboutCase):
    """The process of a case says that something has happened: a message (``sign`` is its name), a signal."""

    name: ClassVar[str] = "cases.HappenedInCase"
    family: str = ""
    sign: str = ""


@dataclass(frozen=True)
class KeyAsked(AboutCase):
    """The applicant asked for the key, to be sent to the address that the case holds."""

    name: ClassVar[str] = "cases.KeyAsked"
