"""Figures for an analytics query: readings of the published snapshot that its reader may see, added up by filters."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from tinhso.blocks.dhis2.queries.query_parser import DX, OU, PE, Query
from tinhso.blocks.dhis2.queries.world import VisibleWorld
from tinhso.blocks.indicators import queries as indicators
from tinhso.blocks.indicators.contract import ReadingKind
from tinhso.blocks.indicators.queries import CatalogueItem, Reading
from tinhso.kernel.periods import Period

DIVIDED = 10  # places of a quotient that is not rounded


@dataclass(frozen=True)
class AnalyticsFigure:
    """One number of the answer: its keys in the order of the query's dimensions, its parts, and the factor between."""

    keys: tuple[str, ...]
    item: CatalogueItem
    count: Decimal
    out_of: Decimal | None

    @property
    def value(self) -> Decimal | None:
        """The figure in the indicator's unit of measure, unrounded; None when there is nothing to divide by."""
        scaled = self.count * self.item.indicator.scale
        if self.out_of is None:
            return scaled
        if self.out_of == 0:
            return None
        exact = scaled / self.out_of
        return exact.quantize(Decimal(1).scaleb(-DIVIDED), rounding=ROUND_HALF_UP)

    def rounded(self) -> Decimal | None:
        """The figure with the decimals that the indicator is published with."""
        value = self.value
        return (
            None
            if value is None
            else value.quantize(Decimal(1).scaleb(-self.item.indicator.decimals), rounding=ROUND_HALF_UP)
        )


Readings = Mapping[tuple[str, str, str], Reading]


def figures(world: VisibleWorld, query: Query, *, basis: str) -> list[AnalyticsFigure]:
    """Every figure that there is and that the reader may see, in the order of the query's items."""
    readings_by_key = dict(_readings_of_query(world, query, basis))
    answers = []
    for keys in _key_combinations([query.keys(dim) for dim in query.dims]):
        fixed = dict(zip(query.dims, keys, strict=True))
        parts = _aggregated_parts(world, query, readings_by_key, fixed)
        if parts is not None:
            answers.append(AnalyticsFigure(keys, *parts))
    return answers


def _readings_of_query(world: VisibleWorld, query: Query, basis: str) -> Iterator[tuple[tuple[str, str, str], Reading]]:
    refs = {node.ref: key for key, node in query.units.items()}
    number = indicators.newest_number()
    for data, item in query.data.items():
        family = (item.dim.code, item.member.code) if item.dim and item.member else ("", "")
        for when, period in query.periods.items():
            for reading in indicators.readings_across(
                item.indicator, refs, period.code, to=world.audience, basis=basis, family=family, snapshot=number
            ):
                yield (data, refs[reading.unit], when), reading


def _key_combinations(lists: Sequence[Sequence[str]]) -> Iterator[tuple[str, ...]]:
    if not lists:
        yield ()
        return
    for first in lists[0]:
        for rest in _key_combinations(lists[1:]):
            yield (first, *rest)


def _aggregated_parts(
    world: VisibleWorld, query: Query, readings_by_key: Readings, fixed: Mapping[str, str]
) -> tuple[CatalogueItem, Decimal, Decimal | None] | None:
    """Item and parts of the figure at ``fixed``, its filters added together; None without any, or with one withheld.

    What was never reported is left out of a sum, as DHIS2 does. A sum of which one part is withheld is withheld too:
    otherwise a subtraction would tell it.
    """
    data = [fixed[DX]] if DX in fixed else query.keys(DX)
    if len(data) != 1:
        return None  # figures of different meaning do not add up
    item = query.data[data[0]]
    units = [fixed[OU]] if OU in fixed else _separate_units(world, query)
    periods = [fixed[PE]] if PE in fixed else _periods_to_add(item, query.periods)
    readings = [
        part for unit in units for when in periods if (part := readings_by_key.get((data[0], unit, when))) is not None
    ]
    if any(part.hidden or not part.computable for part in readings):
        return None
    readings = [part for part in readings if part.count is not None]
    if not readings or (item.indicator.kind is ReadingKind.DISTINCT and len(readings) > 1):
        return None
    count = sum((part.count for part in readings if part.count is not None), Decimal(0))
    if not item.indicator.kind.has_out_of:
        return item, count, None
    return item, count, sum((part.out_of for part in readings if part.out_of is not None), Decimal(0))


def _separate_units(world: VisibleWorld, query: Query) -> list[str]:
    """Units of the filter, without those that lie inside another of them."""
    chosen = {node.pk for node in query.units.values()}
    return [key for key, node in query.units.items() if not chosen.intersection(world.tree.ancestors(node.pk)[1:])]


def _periods_to_add(item: CatalogueItem, periods: Mapping[str, Period]) -> list[str]:
    """Periods of the filter: all of them, or for a state at the end of a period the last one only."""
    keys = sorted(periods, key=lambda key: periods[key].end)
    return keys[-1:] if item.indicator.kind is ReadingKind.LATEST else keys
