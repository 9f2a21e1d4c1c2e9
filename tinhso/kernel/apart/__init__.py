"""The one home for reading what strangers send: each file in a process of its own, with little memory and time.

A file made to break a reader breaks that process and nothing else. :func:`output` and :class:`Lines` start a process
for one file; :class:`Programs` keeps a few that fork for each file, where loading the libraries would cost more than
reading. Programs import nothing of the project, and get nothing of its environment.
"""

from tinhso.kernel.apart.pools import Programs
from tinhso.kernel.apart.runs import ProcessBroken, ProcessLimits, ProgramLines, program_output

__all__ = ["ProcessBroken", "ProcessLimits", "ProgramLines", "Programs", "program_output"]
