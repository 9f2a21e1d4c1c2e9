"""Tables of cases: what was filed, what happened to it, what was printed; where each stands on its process; and what
is being filled in."""

from tinhso.blocks.cases.models.applying import Begun, BegunFile
from tinhso.blocks.cases.models.dossiers import Case, Counter, Entry, Extension, Party, Pause, StandIn, Task
from tinhso.blocks.cases.models.processes import CaseLink, CaseProcess
from tinhso.blocks.cases.models.slips import Slip

__all__ = [
    "Begun",
    "BegunFile",
    "Case",
    "CaseLink",
    "CaseProcess",
    "Counter",
    "Entry",
    "Extension",
    "Party",
    "Pause",
    "Slip",
    "StandIn",
    "Task",
]
