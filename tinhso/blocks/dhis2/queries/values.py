"""Data values as DHIS2 gives them out: what a program sent before can be read back, drafts included."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tinhso.blocks.dhis2.contract import EntryForm
from tinhso.blocks.dhis2.queries import timing, uids
from tinhso.blocks.dhis2.queries.refusal import conflict_refusal
from tinhso.blocks.dhis2.queries.uids import uid
from tinhso.blocks.dhis2.queries.world import VisibleWorld, combo_uid
from tinhso.blocks.units.queries import UnitNode
from tinhso.kernel import clock, periods
from tinhso.kernel.periods import Period

MOST_PERIODS = 500


@dataclass(frozen=True)
class DataValueQuery:
    """Forms, periods and units whose values are asked for."""

    forms: Sequence[EntryForm]
    periods: Sequence[Period]
    units: Sequence[UnitNode]


def data_value_query(
    world: VisibleWorld,
    *,
    sets: Sequence[str],
    written: Sequence[str],
    span: tuple[str, str],
    units: Sequence[str],
    below: bool,
) -> DataValueQuery:
    """Read the parameters of a request for data values; refuses what is missing or unknown."""
    codes = {form.code: form for form in world.forms.values()}
    forms = [world.forms.get(text) or codes.get(text) for text in sets]
    if not sets:
        raise conflict_refusal("E2001", "At least one data set must be specified")
    if not units:
        raise conflict_refusal("E2006", "At least one organisation unit must be specified")
    unit_nodes = [world.units.get(world.unit_codes.get(text, text)) for text in units]
    if None in forms or None in unit_nodes:
        raise conflict_refusal(
            "E2000", "Query parameters cannot be read: a data set or an organisation unit does not exist"
        )
    mine = [form for form in forms if form is not None]
    places = [node for node in unit_nodes if node is not None]
    inside = [node for top in places for node in (world.inside(top) if below else [top])]
    return DataValueQuery(mine, _requested_periods(mine, written, span), inside)


def _requested_periods(forms: Sequence[EntryForm], written: Sequence[str], span: tuple[str, str]) -> list[Period]:
    if written:
        period_lists = [timing.periods_of_item(text, today=clock.today()) for text in written]
        if any(period_list is None for period_list in period_lists):
            raise conflict_refusal("E2000", "Query parameters cannot be read: a period is not valid")
        return [period for period_list in period_lists if period_list for period in period_list]
    try:
        first, last = (date.fromisoformat(text) for text in span)
    except ValueError as error:
        raise conflict_refusal(
            "E2002", "At least one valid period or a start and end date must be specified"
        ) from error
    listed: list[Period] = []
    try:
        if (last - first).days < MOST_PERIODS * 31:
            for kind in {form.period for form in forms}:
                listed += periods.between(periods.of(first, kind), periods.of(last, kind))
    except ValueError:  # after the year 9999
        listed = []
    if not listed or len(listed) > MOST_PERIODS:
        raise conflict_refusal("E2009", "The start and end date span no periods, or too many")
    return listed


def data_values(world: VisibleWorld, query: DataValueQuery) -> Iterator[Mapping[str, Any]]:
    """Data values that the reader may see, with every key that DHIS2 gives them."""
    refs = [node.ref for node in query.units]
    for form in query.forms:
        mine = [period for period in query.periods if period.kind is form.period]
        for held_value in world.takers[form.code].held_values(form.code, periods=mine, units=refs, by=world.by):
            moment = f"{held_value.at:%Y-%m-%dT%H:%M:%S}.000+0000"
            yield {
                "dataElement": uid("element", f"{form.code}.{held_value.element}"),
                "period": timing.dhis_period_code(periods.parse(held_value.period)),
                "orgUnit": world.unit_codes[held_value.unit],
                "categoryOptionCombo": combo_uid(form, held_value.combo),
                "attributeOptionCombo": uids.DEFAULT_OPTION_COMBO,
                "value": held_value.value,
                "storedBy": held_value.by,
                "created": moment,
                "lastUpdated": moment,
                "comment": "",
                "followup": False,
            }
