"""Finding returns and their values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Case, F, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from tinhso.blocks.indicators.rights import SEE_RETURNS
from tinhso.blocks.units.models import Unit
from tinhso.government.reporting.models import DataSet, Return, Revision, Row
from tinhso.government.reporting.queries import data_sets
from tinhso.government.reporting.queries.checks import ReturnProblem, RowKey, RowPlace, Values, check_values, places_of
from tinhso.government.reporting.queries.specs import DataSetSpec
from tinhso.kernel import periods
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused

OPEN = (Return.State.DRAFT, Return.State.SENT_BACK)


@dataclass(frozen=True)
class ReturnSheet:
    """A return with everything that is needed to fill it in or to check it."""

    one: Return
    spec: DataSetSpec
    units: Sequence[Unit]
    values: Values
    last: Values

    @property
    def places(self) -> list[RowPlace]:
        """The rows it must have."""
        return places_of(self.spec, self.units)

    def problems(self, values: Values | None = None) -> list[ReturnProblem]:
        """What is wrong or doubtful in its values, or in ``values`` instead."""
        return check_values(self.spec, self.places, self.values if values is None else values, self.last)


def by_ref(ref: str) -> Return:
    """The return with this reference, its data set, unit and revisions at hand; refuses an unknown one."""
    unit_return = (
        Return.objects.select_related("data_set", "unit", "revision", "published_revision").filter(ref=ref).first()
    )
    return _existing_return(unit_return, ref)


def locked_return(ref: str) -> Return:
    """The same, locked until the transaction ends: whoever comes second sees what the first did."""
    # Not joined with the revision: whoever waits for the lock would get the one from before the wait
    returns = Return.objects.select_for_update(of=("self",)).select_related("data_set", "unit")
    return _existing_return(returns.filter(ref=ref).first(), ref)


def _existing_return(found: Return | None, ref: str) -> Return:
    if found is None:
        raise Refused("no_return", _("Không có báo cáo nào có mã “%(ref)s”."), ref=ref)
    return found


def must_be_open(one: Return) -> None:
    """Refuse a return that takes no more values."""
    if one.state not in OPEN:
        raise Refused(
            "closed_period",
            _("Kỳ %(period)s của báo cáo này đã khóa (%(state)s), không nhận thêm số liệu."),
            period=one.period,
            state=one.get_state_display(),
        )


def visible_return(ref: str, *, by: Actor) -> Return:
    """A return that ``by`` may see: by a right at its unit, or because it was given to them."""
    unit_return = by_ref(ref)
    if unit_return.delegate != by.ref or not by.ref:
        by.must_be_able_to(SEE_RETURNS, at=unit_return.unit)
    return unit_return


def find_return(data_set: DataSet, unit: Unit, period: str) -> Return | None:
    """The return of one unit for one period, if it was opened."""
    return Return.objects.filter(data_set__code=data_set.code, unit=unit, period=period).first()


def values_of(revision: Revision | None) -> dict[RowKey, Mapping[str, str]]:
    """The values of a revision by row; nothing without one."""
    if revision is None:
        return {}
    rows = Row.objects.filter(revision=revision).values_list("unit_id", "member", "values")
    return {(unit, member): values for unit, member, values in rows}


def last_rows(one: Return, units: Sequence[Unit]) -> QuerySet[Row]:
    """What was published (or at least handed in) about the same units for the period before."""
    before = periods.parse(one.period).shift(-1).code
    earlier = Return.objects.filter(data_set__code=one.data_set.code, period=before).exclude(state__in=OPEN)
    chosen = earlier.values_list(
        Case(When(published_revision__isnull=False, then=F("published_revision")), default=F("revision")), flat=True
    )
    return Row.objects.filter(revision__in=chosen, unit__in=[unit.pk for unit in units])


def sheet_of(one: Return) -> ReturnSheet:
    """A return with its form, units, values and last values: both sorts of values in one statement."""
    spec = data_sets.spec_of(one.data_set)
    units = data_sets.row_units(one, spec)
    columns = ("unit_id", "member", "values")
    now = Row.objects.filter(revision=one.revision_id).values_list(Value("now"), *columns)
    values: dict[str, dict[RowKey, Mapping[str, str]]] = {"now": {}, "last": {}}
    for time, unit, member, row_values in now.union(
        last_rows(one, units).values_list(Value("last"), *columns), all=True
    ):
        values[time][unit, member] = row_values
    return ReturnSheet(one, spec, units, values["now"], values["last"])


def revisions_of(one: Return) -> QuerySet[Revision]:
    """All revisions, newest first."""
    return one.revisions.order_by("-number")


def _units_with_right(by: Actor, right: str) -> Q:
    return Q() if right in by.everywhere else Q(unit__in=by.places(right))
