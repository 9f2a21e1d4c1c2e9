"""What the operations centre may see of the programme: its facts, what is late, directives on an indicator's course."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from tinhso.blocks.indicators.contract import (
    AttentionRead,
    DueWorkRead,
    Fact,
    SteeringMark,
    Subject,
    register_attention,
    register_due_work,
    register_facts,
    register_marks,
    register_report_table,
    register_subject,
)
from tinhso.government.programme.queries import aims, board, dti_facts, due, facts, report, subjects
from tinhso.government.programme.rights import SEE_PROGRAMME
from tinhso.kernel.actor import Actor


@register_facts
def programme_as_facts() -> Iterable[Fact]:
    """CT-NV, CT-CD, CT-MT and CT-DTI: tasks, directives, goals, points of the index."""
    return [facts.tasks_fact(), facts.directives_fact(), facts.goals_fact(), dti_facts.dti_fact()]


@register_attention
def what_is_late(units: frozenset[int], now: datetime, limit: int) -> AttentionRead:
    """Late tasks and directives, the longest first."""
    return board.late_attention(units, now, limit)


@register_due_work
def tasks_and_directives_due(
    by: Actor, units: frozenset[int], start: datetime, end: datetime, limit: int
) -> DueWorkRead:
    """Tasks and directives of a stretch of days, done or not."""
    return due.due_work(by, units, start, end, limit)


@register_marks
def directives_on_courses(indicator: str, unit: str, by: Actor) -> Sequence[SteeringMark]:
    """When directives about an indicator were opened and closed."""
    return board.directive_marks(indicator, unit, by)


@register_marks
def targets_on_courses(indicator: str, unit: str, by: Actor) -> Sequence[SteeringMark]:
    """When a decision changed the number that an indicator must reach."""
    return aims.target_marks(indicator, unit, by)


@register_subject("place")
def of_places(ref: str, by: Actor) -> Subject | None:
    """A unit, for whoever sees the programme."""
    return subjects.unit_subject(ref) if by.can(SEE_PROGRAMME) else None


@register_subject("goal")
def of_goals(ref: str, by: Actor) -> Subject | None:
    """A goal of the programme."""
    return subjects.goal_subject(ref) if by.can(SEE_PROGRAMME) else None


register_report_table("programme.targets")(report.reported_targets)
register_report_table("programme.tasks")(report.reported_tasks)
register_report_table("programme.directives")(report.reported_directives)
