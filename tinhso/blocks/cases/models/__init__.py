"""Tables of dossiers: what was filed, what happened to it, what was printed; and the drawn ways that they take."""

from tinhso.blocks.cases.models.dossiers import Case, Counter, Entry, Extension, Party, Pause, StandIn, Task
from tinhso.blocks.cases.models.processes import CaseLink, CaseProcess, Process, ProcessVersion
from tinhso.blocks.cases.models.slips import Slip

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
    "Slip",
    "StandIn",
    "Task",
]
