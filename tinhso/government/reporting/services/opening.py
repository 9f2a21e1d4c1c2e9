"""Opening the returns that units owe."""

from datetime import date, datetime

from django.db import transaction

from tinhso.blocks.audit import services as audit
from tinhso.government.reporting.models import DataSet, Return
from tinhso.government.reporting.queries import calendar as calendars
from tinhso.government.reporting.queries import data_sets as queries
from tinhso.government.reporting.rights import MANAGE_DATA_SETS
from tinhso.kernel import periods, refs, working_calendar
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.kernel.periods import Period

PREFIX = "BC"


@transaction.atomic
def open_returns(*, data_set: DataSet, period: Period, by: Actor, now: datetime, is_demo: bool = False) -> int:
    """Make the drafts that every unit or agency owes for ``period``; returns how many were new.

    Opening twice changes nothing. The units are those of the period's last day.
    """
    by.must_be_able_to(MANAGE_DATA_SETS)
    spec = queries.spec_of(data_set)
    due = calendars.due_at(spec, period, working_calendar.working_days())
    had = set(Return.objects.filter(data_set__code=data_set.code, period=period.code).values_list("unit_id", flat=True))
    returns = [
        Return(
            ref=refs.new_ref(PREFIX),
            data_set=data_set,
            unit=unit,
            period=period.code,
            period_end=period.end,
            due_at=due,
            is_demo=is_demo,
        )
        for unit in queries.owing_units(spec, period).reporters
        if unit.pk not in had
    ]
    Return.objects.bulk_create(returns, ignore_conflicts=True)
    if returns:
        subject = ("reporting.DataSet", data_set.code)
        audit.record(by=by, did="opened", to=subject, after={"period": period.code, "returns": len(returns)})
    return len(returns)


def open_due_returns(*, today: date, by: Actor, now: datetime) -> int:
    """Open, for every data set in force, the period that holds ``today`` and the one before; returns how many were new.

    A data set whose agency does not exist is passed over, so that one mistake in the data does not stop the others.
    """
    count = 0
    for data_set in queries.in_force(today):
        kind = periods.PeriodType(data_set.period_type)
        running = periods.of(today, kind)
        for period in (running.shift(-1), running):
            try:
                version = queries.version_for(data_set.code, period)
                count += open_returns(data_set=version, period=period, by=by, now=now)
            except Refused:
                continue
    return count
