"""What somebody who files now would be promised: the day and hour by which each case is to be done."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from tinhso.government.public_services.queries.parts import ProcedureCase
from tinhso.kernel.deadlines import Deadline, Duration, DurationUnit, Office, deadline_of, province_office


@dataclass(frozen=True)
class Promised:
    """A case, with when it would be due at the desk and (where its duration is another one) online; None: not known."""

    case: ProcedureCase
    desk: Deadline | None
    online: Deadline | None


def promised_cases(cases: list[ProcedureCase], now: datetime) -> list[Promised]:
    """Each case with its promises, reckoned by the province's calendar."""
    office = province_office()
    return [
        Promised(
            procedure_case,
            *(
                _due_of_span(span, procedure_case, office, now)
                for span in (procedure_case.duration, procedure_case.online_duration)
            ),
        )
        for procedure_case in cases
    ]


def _due_of_span(span: Decimal | None, case: ProcedureCase, office: Office, now: datetime) -> Deadline | None:
    """None also for what is done while one waits, and for parts of a day, whose rule nobody has told us."""
    if span is None or case.no_appointment or not span or span != int(span):
        return None
    return deadline_of(now, Duration(int(span), DurationUnit(case.unit)), office, now=now)
