"""What waits on an official's desk, what is late first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import BooleanField, Case, Count, ExpressionWrapper, IntegerField, Q, QuerySet, Value, When

from tinhso.blocks.indicators.rights import HAND_IN_RETURNS, SEE_RETURNS
from tinhso.government.reporting.models import Return
from tinhso.government.reporting.queries.returns import OPEN
from tinhso.government.reporting.rights import APPROVE_RETURNS, PUBLISH_RETURNS
from tinhso.kernel.actor import Actor
from tinhso.kernel.text import fold

State = Return.State
FILL_IN, APPROVE, PUBLISH, ALL = "fill-in", "approve", "publish", "all"
TRAYS = (FILL_IN, APPROVE, PUBLISH, ALL)
DOUBTFUL = Q(state__in=(State.SUBMITTED, State.APPROVED), revision__isnull=False) & ~Q(revision__warnings=[])


@dataclass(frozen=True)
class ReturnFilter:
    """Narrowing of a tray: a data set's code, a period, late ones only, and words of a unit's name."""

    data_set: str = ""
    period: str = ""
    late: bool = False
    unit: str = ""


def returns_in_tray(name: str, *, by: Actor, now: datetime, wanted: ReturnFilter | None = None) -> QuerySet[Return]:
    """The returns in one tray of ``by``: sent back and late ones first, then by due date.

    ``has_warnings`` marks those that wait for a decision although the checks found something doubtful.
    """
    returns = Return.objects.filter(_in_tray(name, by)).select_related("data_set", "unit")
    returns = returns.annotate(has_warnings=ExpressionWrapper(DOUBTFUL, output_field=BooleanField()))
    returns = _filtered_returns(returns, wanted or ReturnFilter(), now)
    if name == ALL:
        return returns.order_by("-period_end", "data_set__code", "unit__sort_key")
    urgency = Case(
        When(state=State.SENT_BACK, then=Value(0)),
        When(due_at__lt=now, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    return returns.order_by(urgency, "due_at", "data_set__code", "unit__sort_key")


def visible_returns(by: Actor) -> QuerySet[Return]:
    """All returns that ``by`` may see: of units where they see returns, and those given to them."""
    return Return.objects.filter(_in_tray(ALL, by))


def tray_counts(*, by: Actor) -> Mapping[str, int]:
    """How many returns lie in each tray, in one statement."""
    named = {name.replace("-", "_"): Count("pk", filter=_in_tray(name, by)) for name in TRAYS}
    counted = Return.objects.aggregate(**named)
    return {name: counted[name.replace("-", "_")] for name in TRAYS}


def _filtered_returns(returns: QuerySet[Return], return_filter: ReturnFilter, now: datetime) -> QuerySet[Return]:
    if return_filter.data_set:
        returns = returns.filter(data_set__code=return_filter.data_set)
    if return_filter.period:
        returns = returns.filter(period=return_filter.period)
    if return_filter.late:
        returns = returns.filter(due_at__lt=now, first_submitted_at__isnull=True)
    if return_filter.unit:
        returns = returns.filter(unit__search_text__contains=fold(return_filter.unit))
    return returns


def _in_tray(name: str, by: Actor) -> Q:
    if name == FILL_IN:
        return Q(state__in=OPEN) & (_units_with_right(by, HAND_IN_RETURNS) | _given_to(by))
    if name == APPROVE:
        return Q(state=State.SUBMITTED) & _units_with_right(by, APPROVE_RETURNS) & ~Q(submitted_by=by.ref)
    if name == PUBLISH:
        return Q(state=State.APPROVED) & _units_with_right(by, PUBLISH_RETURNS)
    return _units_with_right(by, SEE_RETURNS) | _given_to(by)


def _units_with_right(by: Actor, right: str) -> Q:
    if right in by.everywhere:
        return Q(pk__isnull=False)
    return Q(unit__in=by.places(right))


def _given_to(by: Actor) -> Q:
    return Q(delegate=by.ref) if by.ref else Q(pk__in=[])
