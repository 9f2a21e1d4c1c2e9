"""Tables of dossiers: what was filed and what happened to it; and the drawn ways that they take."""

from tinhso.blocks.cases.models.dossiers import Case, Counter, Entry, Extension, Party, Pause, StandIn, Task
from tinhso.blocks.cases.models.processes import CaseLink, CaseProcess, Process, ProcessVersion

__all__ = [
    "Case",
    "CaseLink",
    "CaseProcess",
    "Counter",
    "Entry",
    "Extension",
    "Party",
    "Pause",
    "Process",
    "ProcessVersion",
    "StandIn",
    "Task",
]
