"""What somebody who files now would be promised: the day and hour by which each case is to be done."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from tinhso.government.public_services.queries.parts import Case
from tinhso.kernel.deadlines import Due, Duration, Office, Unit, due, province_office


@dataclass(frozen=True)
class Promised:
    """A case, with when it would be due at the desk and (where its duration is another one) online; None: not known."""

    case: Case
    desk: Due | None
    online: Due | None


def promised(cases: list[Case], now: datetime) -> list[Promised]:
    """Each case with its promises, reckoned by the province's calendar."""
    office = province_office()
    return [
        Promised(one, *(_due(span, one, office, now) for span in (one.duration, one.online_duration))) for one in cases
    ]


def _due(span: Decimal | None, case: Case, office: Office, now: datetime) -> Due | None:
    """None also for what is done while one waits, and for parts of a day, whose rule nobody has told us."""
    if span is None or case.no_appointment or not span or span != int(span):
        return None
    return due(now, Duration(int(span), Unit(case.unit)), office, now=now)
