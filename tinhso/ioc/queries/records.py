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


def records_behind(at: SnapshotFrame, asked: IndicatorQuery) -> RecordsBehind:
    """The records of the units, months and members that make the reading asked for."""
    give = at.catalogue.facts[asked.indicator.fact].records
    if give is None or not asked.period:
        return RecordsBehind((), are_all=True, has_way_down=give is not None)
    days = periods.parse(asked.period)
    sources = at.places.sources.get((asked.seen.basis, asked.seen.unit.ref), ())
    wanted = RecordQuery(
        units=tuple(one.node.ref for one in sources if one.node.start <= days.end and days.start < one.node.end),
        months=tuple(month.code for month in days.months()),
        members=(asked.family,) if asked.member else (),
        limit=MOST + 1,
    )
    found = give(wanted)
    return RecordsBehind(found[:MOST], are_all=len(found) <= MOST, has_way_down=True)
