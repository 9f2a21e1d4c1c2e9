"""Many units' histories of one indicator at once: what alerts are found in.

Parts are read as they are, for reckoning only; who may be shown what is decided where an alert is shown.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from tinhso.blocks.indicators import queries as indicators
from tinhso.blocks.indicators.contract import Indicator
from tinhso.ioc.queries.alerting.seasonal import LAGS, Method, SeasonalJudgement, SeriesPoint, judge_series
from tinhso.ioc.queries.frame import SnapshotFrame
from tinhso.ioc.queries.places import PUBLISHED
from tinhso.kernel import periods

COLUMNS = "target, period, reported, expected, computable"


@dataclass(frozen=True)
class HistoryCell:
    """One period of a unit: its figure in the indicator's unit of measure, and whether all have reported."""

    period: str
    point: SeriesPoint | None
    value: float | None
    complete: bool


@dataclass(frozen=True)
class History:
    """All periods of one indicator for one unit on one basis, in the order of time and without gaps."""

    indicator: Indicator
    unit: str
    basis: str
    cells: tuple[HistoryCell, ...]
    eras: tuple[int, ...]

    @property
    def known_cells(self) -> list[HistoryCell]:
        """The complete periods that have a figure."""
        return [cell for cell in self.cells if cell.complete and cell.value is not None]

    def newest(self, *, stale_after: int) -> HistoryCell | None:
        """The newest complete period; None when it lies more than ``stale_after`` periods behind the newest one."""
        tail = self.cells[-1 - stale_after :]
        return next((cell for cell in reversed(tail) if cell.complete and cell.value is not None), None)

    def judgements(self, method: Method) -> dict[str, SeasonalJudgement]:
        """Every period that can be judged against the unit's own past, by its code."""
        lag = LAGS.get(self.indicator.period)
        if lag is None:
            return {}
        judged = judge_series([cell.point if cell.complete else None for cell in self.cells], lag, method, self.eras)
        return {
            cell.period: seasonal_judgement
            for cell, seasonal_judgement in zip(self.cells, judged, strict=True)
            if seasonal_judgement is not None
        }


def unit_histories(at: SnapshotFrame, indicator: Indicator, units: Collection[str], basis: str) -> dict[str, History]:
    """The histories of ``units``, by their references; a unit without any figure is left out."""
    reader = indicators.reader_of(at.number) if at.number else None
    columns = reader.columns(indicator) if reader else None
    if reader is None or columns is None or not units:
        return {}
    count, out_of = columns
    rows = reader.rows(
        indicator.fact,
        f"{COLUMNS}, {count}, {out_of or 'NULL'}",
        "basis = ? AND dim = '' AND member = '' AND period_type = ? AND target IN (SELECT unnest(?)) ORDER BY period",
        (basis, indicator.period, sorted(units)),
    )
    cells_by_unit: dict[str, dict[str, HistoryCell]] = defaultdict(dict)
    for unit, period, reported, expected, computable, top, bottom in rows:
        complete = computable and reported >= expected and is_over(at, period)
        cells_by_unit[unit][period] = _history_cell(indicator, period, complete, top, bottom)
    return {unit: _unit_history(at, indicator, unit, basis, cells) for unit, cells in cells_by_unit.items()}


def seen_history(at: SnapshotFrame, indicator: Indicator, unit: str, basis: str) -> History | None:
    """The history as the reader of ``at`` may see it: what is withheld from them is not reckoned with either."""
    readings = (
        indicators.reading_series(indicator, unit, to=at.audience, basis=basis, snapshot=at.number) if at.number else ()
    )
    cells = {
        reading.period: _history_cell(
            indicator,
            reading.period,
            reading.is_complete and is_over(at, reading.period),
            reading.count,
            reading.out_of,
        )
        for reading in readings
    }
    return _unit_history(at, indicator, unit, basis, cells) if cells else None


def is_over(at: SnapshotFrame, period: str) -> bool:
    """Whether a period has ended: one that still runs is never complete, whoever has reported."""
    return periods.parse(period).end < at.places.day


def _history_cell(indicator: Indicator, period: str, complete: bool, count: Any, out_of: Any) -> HistoryCell:
    two = indicator.kind.has_out_of
    if count is None or (two and out_of is None):
        return HistoryCell(period, None, None, False)
    point = SeriesPoint(float(count), float(out_of) if two else None)
    value = None if point.value is None else point.value * indicator.scale
    return HistoryCell(period, point, value, bool(complete))


def _unit_history(
    at: SnapshotFrame, indicator: Indicator, unit: str, basis: str, cells: dict[str, HistoryCell]
) -> History:
    every = [
        period
        for period in _periods_between(min(cells), max(cells))
        if period.code >= indicator.since[: len(period.code)]
    ]
    return History(
        indicator=indicator,
        unit=unit,
        basis=basis,
        cells=tuple(cells.get(period.code) or HistoryCell(period.code, None, None, False) for period in every),
        eras=tuple(_era_number(at, unit, basis, period) for period in every),
    )


@lru_cache(maxsize=256)
def _periods_between(first: str, last: str) -> tuple[periods.Period, ...]:
    """All periods from one to another, both included."""
    return tuple(periods.between(periods.parse(first), periods.parse(last)))


def _era_number(at: SnapshotFrame, unit: str, basis: str, period: periods.Period) -> int:
    """How often the units behind a published series had been rearranged by then; other bases are recomputed exactly."""
    if basis != PUBLISHED:
        return 0
    return sum(day <= period.end for day in at.places.changes(basis, unit))
