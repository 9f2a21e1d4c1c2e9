"""What reporting announces."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class AboutReturn:
    """A return, by its reference; ``period`` is a code such as ``2024-09``, ``unit`` a unit's reference.

    ``revision`` counts its sets of values from 1 (0: none yet), ``turn`` how often it had been sent back.
    """

    name: ClassVar[str] = "reporting.AboutReturn"
    ref: str
    data_set: str
    domain: str
    unit: str
    period: str
    by: str
    revision: int
    turn: int

    @property
    def aggregate(self) -> str:
        """Events of one return arrive in order."""
        return f"return:{self.ref}"


@dataclass(frozen=True)
class ReturnSubmitted(AboutReturn):
    """A unit handed in; somebody who may approve should look."""

    name: ClassVar[str] = "reporting.ReturnSubmitted"
    on_time: bool = True


@dataclass(frozen=True)
class ReturnSentBack(AboutReturn):
    """A return must be corrected, for the reason ``why``; ``to`` is the person who had handed it in."""

    name: ClassVar[str] = "reporting.ReturnSentBack"
    why: str = ""
    to: str = ""


@dataclass(frozen=True)
class ReturnApproved(AboutReturn):
    """A second pair of eyes agreed with a return."""

    name: ClassVar[str] = "reporting.ReturnApproved"


@dataclass(frozen=True)
class ReturnPublished(AboutReturn):
    """The values of a return count from now on."""

    name: ClassVar[str] = "reporting.ReturnPublished"


@dataclass(frozen=True)
class ReturnRevised(AboutReturn):
    """A published return was opened again for the reason ``why``; its published values stay until new ones are."""

    name: ClassVar[str] = "reporting.ReturnRevised"
    why: str = ""


@dataclass(frozen=True)
class ReturnDelegated(AboutReturn):
    """The work on a return was given to the person ``to`` (nobody when empty)."""

    name: ClassVar[str] = "reporting.ReturnDelegated"
    to: str = ""


@dataclass(frozen=True)
class HistoryLoaded:
    """``returns`` past returns of a data set were loaded as already published."""

    name: ClassVar[str] = "reporting.HistoryLoaded"
    data_set: str
    returns: int

    @property
    def aggregate(self) -> str:
        """Events of one data set arrive in order."""
        return f"data_set:{self.data_set}"
