"""The steps that an instance comes to when all goes well: no alarm rings, and each step is answered the first way."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from tinhso.blocks.bpmn.queries.engine import Clock, Course
from tinhso.blocks.bpmn.queries.shapes import ElementKind, ProcessGraph, ProcessNode

MOST = 30  # rounds: a loop that the first answer never leaves ends there
NEVER = timedelta(days=36_500)  # no timer ends
Way = tuple[tuple[ProcessNode, ...], ...]


def usual_way(drawn: ProcessGraph, facts: Mapping[str, Any], now: datetime) -> Way:
    """The steps in the order in which they open; those that wait for each other's end stand together."""
    course = Course.begun(drawn, facts, Clock(now, lambda since, _span: since + NEVER))
    way: list[tuple[ProcessNode, ...]] = []
    while not course.finished and len(way) < MOST:
        waiting = [step for step in course.waiting() if step.node.kind in (ElementKind.STEP, ElementKind.LINK)]
        if not waiting:
            break
        way.append(tuple(step.node for step in waiting))
        for waiting_step in waiting:
            course.complete(waiting_step.token, waiting_step.node.outcomes[0] if waiting_step.node.outcomes else "")
    return tuple(way)
