"""Timers that end: a step that took too long is escalated, a wait is over."""

from datetime import datetime

from django.db import transaction

from tinhso.blocks.cases.contract import Status
from tinhso.blocks.cases.queries import courses, lookup
from tinhso.blocks.cases.services import deciding, flow, running
from tinhso.blocks.cases.services.record import note_down
from tinhso.kernel.actor import Actor, program_actor

WAKER = program_actor("cases.waking", rights=[])
RUNS = (Status.RECEIVED, Status.IN_PROCESS)


def wake_cases(*, now: datetime, by: Actor = WAKER) -> int:
    """Move on the cases whose timers have ended; done again, it changes nothing. How many went on."""
    return sum(_wake_case(code, by, now) for code in courses.due_timers(now))


@transaction.atomic
def _wake_case(code: str, by: Actor, now: datetime) -> bool:
    case = lookup.locked_case(code)
    if case.status not in RUNS:
        if case.status not in (Status.AWAITING_SUPPLEMENT, Status.AWAITING_PAYMENT):
            running.forget_timers(case)
        return False  # the clock stands still; once it runs again, the timer is reckoned anew
    opened = flow.on_time(case, by=by, now=now)
    for task in opened:
        detail = {"step": task.name, "unit": task.unit.name}
        note_down(case, did="escalated", by=by, now=now, public=False, detail=detail, where=task.unit)
    if case.status == Status.IN_PROCESS and flow.is_over(case):
        deciding.finish_held(case, by=by, now=now)
    return bool(opened)
