"""Tables of the steering programme."""

from tinhso.government.programme.models.plans import Goal, Judgement, Plan
from tinhso.government.programme.models.scores import Score
from tinhso.government.programme.models.work import Dependency, Directive, Entry, Partner, Task, Work

__all__ = [
    "Dependency",
    "Directive",
    "Entry",
    "Goal",
    "Judgement",
    "Partner",
    "Plan",
    "Score",
    "Task",
    "Work",
]
