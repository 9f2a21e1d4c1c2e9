"""Forms and values as programs elsewhere see them."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tinhso.blocks.dhis2.contract import Combo, Element, EntryForm, HeldValue
from tinhso.blocks.indicators.contract import Dimension, Member
from tinhso.blocks.indicators.rights import SEE_RETURNS
from tinhso.blocks.units.models import Unit
from tinhso.government.reporting.models import Return, Row
from tinhso.government.reporting.queries import data_sets, returns
from tinhso.government.reporting.queries.checks import RowKey
from tinhso.government.reporting.queries.specs import DataSetSpec, DimensionSpec, FieldSpec
from tinhso.kernel import clock, periods
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.kernel.periods import Period, PeriodType


def open_forms() -> list[EntryForm]:
    """Every data set whose newest version is open, as a form."""
    return [_form_of_spec(data_sets.spec_of(data_set)) for data_set in data_sets.current_versions()]


def _form_of_spec(spec: DataSetSpec) -> EntryForm:
    return EntryForm(
        code=spec.code,
        name=spec.name,
        name_en=spec.name_en,
        domain=spec.domain,
        description=spec.description,
        period=spec.period,
        first=spec.first,
        last=spec.last,
        dims=tuple(map(_form_dimension, spec.dimensions)),
        combos=tuple(Combo(key, name) for key, name in spec.members.items()),
        elements=tuple(map(_form_element, spec.fields)),
    )


def _form_dimension(dim: DimensionSpec) -> Dimension:
    members = tuple(Member(member.code, member.name, member.name_en) for member in dim.members)
    return Dimension(dim.code, dim.name, dim.name_en, members)


def _form_element(field: FieldSpec) -> Element:
    return Element(
        code=field.code,
        name=field.name,
        name_en=field.name_en,
        unit_of_measure=field.unit,
        decimals=field.decimals,
        least=field.min,
        adds_up=field.nature == "flow",
    )


def units_of(form: str) -> list[str]:
    """References of the units that the rows of a data set are about today; none when nobody owes it."""
    spec = data_sets.spec_of(data_sets.newest_version(form))
    try:
        owing = data_sets.owing_units(spec, periods.of(clock.today(), spec.period))
    except Refused:
        return []
    return [owing.province.ref] if spec.rows == "whole" else [unit.ref for unit in owing.communes]


@dataclass(frozen=True)
class ReturnTarget:
    """The return that a value belongs to (None: nobody opened it), with the units of its rows and what it holds."""

    one: Return | None
    spec: DataSetSpec
    rows: Mapping[str, int]
    values: Mapping[RowKey, Mapping[str, str]]


def period_type(form: str) -> PeriodType:
    """How long the periods of a data set are."""
    return PeriodType(data_sets.newest_version(form).period_type)


def is_shared(form: str, period: Period) -> bool:
    """Whether one return holds the values of all units for ``period``; refuses a period not in force."""
    return data_sets.spec_of(data_sets.version_for(form, period)).rows != "own"


def locked_target(form: str, period: Period, unit: str) -> ReturnTarget:
    """Where values for ``period`` go (of ``unit``, where each unit fills in its own); locked until the end.

    Refuses a period in which the data set is not in force or nobody owes it.
    """
    data_set = data_sets.version_for(form, period)
    spec = data_sets.spec_of(data_set)
    owing = data_sets.owing_units(spec, period)
    units = (owing.province,) if spec.rows == "whole" else owing.communes
    if spec.rows == "own":
        units = tuple(candidate for candidate in units if candidate.ref == unit)
        owner = units[0] if units else None
    else:
        owner = owing.reporters[0]
    unit_return = returns.find_return(data_set, owner, period.code) if owner else None
    unit_return = returns.locked_return(unit_return.ref) if unit_return else None
    rows = {place.ref: place.pk for place in units}
    return ReturnTarget(unit_return, spec, rows, returns.values_of(unit_return.revision) if unit_return else {})


def held_values(form: str, *, wanted: Iterable[Period], units: Collection[str], by: Actor) -> Iterator[HeldValue]:
    """The newest values of a data set for these units and periods, of returns that ``by`` may see."""
    codes = [period.code for period in wanted]
    visible = {unit.pk for unit in _reporting_units(form, codes) if by.can(SEE_RETURNS, at=unit)}
    rows = Row.objects.filter(
        revision__in=_shown_revisions(form, codes, visible), unit__ref__in=list(units)
    ).select_related("unit", "revision", "revision__parent")
    for row in rows.order_by("revision__parent__period", "unit__sort_key", "member").iterator():
        for code, value in row.values.items():
            yield HeldValue(
                form,
                code,
                row.unit.ref,
                row.revision.parent.period,
                row.member,
                value,
                row.revision.at,
                row.revision.by_name,
            )


def _reporting_units(form: str, codes: Collection[str]) -> QuerySet[Unit]:
    return Unit.objects.filter(pk__in=_filled_returns(form, codes).values("unit"))


def _filled_returns(form: str, codes: Collection[str]) -> QuerySet[Return]:
    return Return.objects.filter(data_set__code=form, period__in=codes, revision__isnull=False)


def _shown_revisions(form: str, codes: Collection[str], reporters: Collection[int]) -> QuerySet[Return, int]:
    return _filled_returns(form, codes).filter(unit__in=reporters).values_list("revision", flat=True)


def must_have_reason(why: str) -> str:
    """Why a published return was opened again, when a program did not say."""
    return why.strip() or _("Đính chính qua giao diện trao đổi dữ liệu")
