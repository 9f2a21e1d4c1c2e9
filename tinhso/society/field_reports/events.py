"""What field reports announce."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class AboutReport:
    """A report, by its reference. ``number`` counts its entries: with it a repeated delivery is known.

    ``status`` is the number of ``contract.Status`` that it has after what happened; ``unit`` is who has it.
    """

    name: ClassVar[str] = "field_reports.AboutReport"
    ref: str
    number: int
    status: int
    unit: str
    by: str

    @property
    def aggregate(self) -> str:
        """Events of one report arrive in order."""
        return f"field_report:{self.ref}"


@dataclass(frozen=True)
class CodeAsked(AboutReport):
    """Somebody must show that the phone number or address is theirs; ``turn`` counts the codes."""

    name: ClassVar[str] = "field_reports.CodeAsked"
    turn: int = 1


@dataclass(frozen=True)
class ReportReceived(AboutReport):
    """A report is there and known to come from a person."""

    name: ClassVar[str] = "field_reports.ReportReceived"
    category: str = ""
    priority: int = 3
    channel: str = ""


@dataclass(frozen=True)
class ReportMoved(AboutReport):
    """A report has another status; ``was`` is the one that it had. ``did`` is what happened."""

    name: ClassVar[str] = "field_reports.ReportMoved"
    was: int = 0
    did: str = ""


@dataclass(frozen=True)
class ReportClassified(AboutReport):
    """Somebody at the desk says what it is and how soon it must be mended."""

    name: ClassVar[str] = "field_reports.ReportClassified"
    category: str = ""
    priority: int = 3


@dataclass(frozen=True)
class ReportHandedOver(AboutReport):
    """Another unit has it now; ``before`` is the reference of who had it."""

    name: ClassVar[str] = "field_reports.ReportHandedOver"
    before: str = ""


@dataclass(frozen=True)
class ReportAssigned(AboutReport):
    """Somebody was given the job by name."""

    name: ClassVar[str] = "field_reports.ReportAssigned"
    holder: str = ""


@dataclass(frozen=True)
class DecisionNeeded(AboutReport):
    """Units sent it to and fro: somebody above them must say whose it is."""

    name: ClassVar[str] = "field_reports.DecisionNeeded"


@dataclass(frozen=True)
class ReportMerged(AboutReport):
    """The report tells of the same thing as ``into``, which its followers follow from now on."""

    name: ClassVar[str] = "field_reports.ReportMerged"
    into: str = ""


@dataclass(frozen=True)
class ReportSplit(AboutReport):
    """A part of the report became the report ``part``."""

    name: ClassVar[str] = "field_reports.ReportSplit"
    part: str = ""


@dataclass(frozen=True)
class ReportOverdue(AboutReport):
    """A report is due soon (``step`` 1), has missed its time (2), or has done so for long (3)."""

    name: ClassVar[str] = "field_reports.ReportOverdue"
    step: int = 1
