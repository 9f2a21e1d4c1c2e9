"""The way down: from a reading to the records it was made of."""

from collections.abc import Sequence
from dataclasses import dataclass

from tinhso.blocks.indicators.contract import Record, RecordQuery
from tinhso.ioc.queries.frame import SnapshotFrame
from tinhso.ioc.queries.indicators import IndicatorQuery
from tinhso.kernel import periods

MOST = 200


@dataclass(frozen=True)
class RecordsBehind:
    """Records behind a reading; ``are_all`` False means that only the first ones are listed."""

    found: Sequence[Record]
    are_all: bool
    has_way_down: bool


def records_behind(at: SnapshotFrame, indicator_query: IndicatorQuery) -> RecordsBehind:
    """The records of the units, months and members that make the reading asked for."""
    give = at.catalogue.facts[indicator_query.indicator.fact].records
    if give is None or not indicator_query.period:
        return RecordsBehind((), are_all=True, has_way_down=give is not None)
    days = periods.parse(indicator_query.period)
    sources = at.places.sources.get((indicator_query.seen.basis, indicator_query.seen.unit.ref), ())
    record_query = RecordQuery(
        units=tuple(
            unit_source.node.ref
            for unit_source in sources
            if unit_source.node.start <= days.end and days.start < unit_source.node.end
        ),
        months=tuple(month.code for month in days.months()),
        members=(indicator_query.family,) if indicator_query.member else (),
        limit=MOST + 1,
    )
    records = give(record_query)
    return RecordsBehind(records[:MOST], are_all=len(records) <= MOST, has_way_down=True)
