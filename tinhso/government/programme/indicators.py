"""What the operations centre may see of the programme: its facts, what is late, directives on an indicator's course."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from tinhso.blocks.indicators.contract import (
    AttentionRead,
    Fact,
    Mark,
    Subject,
    calls_attention,
    marks_courses,
    offers_facts,
    tells_subject,
    tells_table,
)
from tinhso.government.programme.queries import aims, board, dti_facts, facts, report, subjects
from tinhso.government.programme.rights import SEE_PROGRAMME
from tinhso.kernel.actor import Actor


@offers_facts
def programme_as_facts() -> Iterable[Fact]:
    """CT-NV, CT-CD, CT-MT and CT-DTI: tasks, directives, goals, points of the index."""
    return [facts.tasks_fact(), facts.directives_fact(), facts.goals_fact(), dti_facts.fact()]


@calls_attention
def what_is_late(units: frozenset[int], now: datetime, limit: int) -> AttentionRead:
    """Late tasks and directives, the longest first."""
    return board.attention(units, now, limit)


@marks_courses
def directives_on_courses(indicator: str, unit: str, by: Actor) -> Sequence[Mark]:
    """When directives about an indicator were opened and closed."""
    return board.marks(indicator, unit, by)


@marks_courses
def targets_on_courses(indicator: str, unit: str, by: Actor) -> Sequence[Mark]:
    """When a decision changed the number that an indicator must reach."""
    return aims.marks(indicator, unit, by)


@tells_subject("place")
def of_places(ref: str, by: Actor) -> Subject | None:
    """A unit, for whoever sees the programme."""
    return subjects.place(ref) if by.can(SEE_PROGRAMME) else None


@tells_subject("goal")
def of_goals(ref: str, by: Actor) -> Subject | None:
    """A goal of the programme."""
    return subjects.goal(ref) if by.can(SEE_PROGRAMME) else None


tells_table("programme.targets")(report.targets)
tells_table("programme.tasks")(report.tasks)
tells_table("programme.directives")(report.directives)
