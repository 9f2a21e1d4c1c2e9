"""When a case is due: reckoned from its valid receipt, its duration with extensions, and its pauses."""

from dataclasses import dataclass
from datetime import datetime

from tinhso.blocks.cases.models import Case
from tinhso.kernel.clock import local
from tinhso.kernel.deadlines import ClockPause, Deadline, Duration, DurationUnit, Office, deadline_of, province_office


@dataclass(frozen=True)
class Lateness:
    """How a case stands against its promise; ``days`` are whole days, of being late or left."""

    state: str  # none, waiting, ahead, today, late, kept, missed
    days: int = 0


def office_hours() -> Office:
    """The province's days and hours of work."""
    return province_office()


def promise_of_case(case: Case, *, now: datetime, received: datetime | None = None) -> Deadline | None:
    """The promise of a case that was validly received, or is at ``received``; None where nothing can be promised."""
    received = received or case.received_at
    if received is None or (case.amount is None and not case.at_once):
        return None
    more = sum(extension.amount for extension in case.extensions.all())
    span = Duration(
        (case.amount or 0) + more, DurationUnit(case.measure or DurationUnit.WORKING_DAY), cutoff=case.cutoff
    )
    pauses = [ClockPause(pause.since, pause.until) for pause in case.pauses.all()]
    return deadline_of(received, span, office_hours(), pauses=pauses, now=now)


def lateness_of_case(case: Case, now: datetime) -> Lateness:
    """Whether a case is late, due today, ahead, or was finished in time."""
    if case.due_at is None:
        return Lateness("none")
    if case.finished_at is not None:
        return (
            Lateness("kept")
            if case.finished_at <= case.due_at
            else Lateness("missed", _days_after_promise(case, case.finished_at))
        )
    if case.status in (Case.Status.AWAITING_SUPPLEMENT, Case.Status.AWAITING_PAYMENT):
        return Lateness("waiting")
    if case.status not in (Case.Status.RECEIVED, Case.Status.IN_PROCESS):
        return Lateness("none")
    if now > case.due_at:
        return Lateness("late", _days_after_promise(case, now))
    return (
        Lateness("today") if _days_after_promise(case, now) == 0 else Lateness("ahead", -_days_after_promise(case, now))
    )


def _days_after_promise(case: Case, moment: datetime) -> int:
    assert case.due_at is not None
    return (local(moment).date() - local(case.due_at).date()).days
