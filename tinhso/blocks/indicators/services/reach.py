"""The reach of units as tables that the engine joins with: where figures count, and who should have reported."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from tinhso.blocks.indicators.contract import Fact
from tinhso.blocks.units import queries as units
from tinhso.blocks.units.models import Level
from tinhso.kernel import periods
from tinhso.kernel.periods import PeriodType

SHARE = pa.decimal128(10, 9)  # times an amount of 27 digits it needs 38, which no engine has to round
KINDS = {1: ("month", "quarter", "year"), 3: ("quarter", "year"), 12: ("year",)}
PUBLISHED = units.REACH_KINDS[0]


@dataclass
class ReachTables:
    """Reach of all units on the three bases, with calendars made on demand and kept."""

    reach: units.Reach
    made: dict[tuple[object, ...], Any] = field(default_factory=dict)

    @property
    def has_parts(self) -> bool:
        """Whether some unit's figures count with a part only (a split with sourced shares)."""
        return any(row.share is not None and row.share != 1 for row in self.reach.rows)

    def prints(self, fact: Fact, reporting: frozenset[str]) -> dict[str, str]:
        """Per basis and target, a text that changes when other figures count there or others should report."""
        silent = frozenset(ref for ref in self._leaves(fact.level) if ref not in reporting)
        key = ("prints", fact.level, silent)
        if key not in self.made:
            leaves, lines = set(self._leaves(fact.level)), defaultdict(list)
            for row in self.reach.rows:
                node = self.reach.nodes[row.source]
                mute = row.basis != PUBLISHED and row.source in silent
                about = (row.source, str(row.share), str(node.start), str(node.end), row.source in leaves, mute)
                lines[f"{row.basis}|{row.target}"].append(about)
            self.made[key] = {
                place: _digest_of_content(sorted(place_lines)) for place, place_lines in sorted(lines.items())
            }
        return dict(self.made[key])

    def only(self, places: frozenset[str]) -> "ReachTables":
        """The reach of some places only, each a ``basis|target``."""
        rows = tuple(row for row in self.reach.rows if f"{row.basis}|{row.target}" in places)
        return ReachTables(replace(self.reach, rows=rows))

    def table(self) -> pa.Table:
        """basis, source, target, share, known (0 where it is not known how much)."""
        rows = self.reach.rows
        return pa.table(
            {
                "basis": pa.array([row.basis for row in rows]),
                "source": pa.array([row.source for row in rows]),
                "target": pa.array([row.target for row in rows]),
                "share": pa.array([row.share or 0 for row in rows], SHARE),
                "known": pa.array([0 if row.share is None else 1 for row in rows], pa.int8()),
            }
        )

    def calendar(self, fact: Fact, months: Iterable[str], reporting: frozenset[str]) -> pa.Table:
        """basis, target, period, period_type, expected, whole: who should report to each unit in each period.

        ``reporting`` are the units that ever reported on this fact. A unit whose past lies partly in units that never
        did (a province that joined later) is not whole: its series cannot be carried back there.
        """
        span = tuple(sorted(set(months)))
        silent = frozenset(ref for ref in self._leaves(fact.level) if ref not in reporting)
        key = (fact.level, fact.every, span, silent)
        if key not in self.made:
            self.made[key] = self._calendar(fact, span, silent)
        calendar_table: pa.Table = self.made[key]
        return calendar_table

    def _leaves(self, level: str) -> list[str]:
        nodes = self.reach.nodes.values()
        if level == "province":
            return [node.ref for node in nodes if node.level == Level.PROVINCE]
        parents = {node.parent for node in nodes if node.level != Level.AGENCY}
        return [node.ref for node in nodes if node.pk not in parents and node.level != Level.AGENCY]

    def _calendar(self, fact: Fact, months: tuple[str, ...], silent: frozenset[str]) -> pa.Table:
        due = _due_months(months, fact.every)
        ends = np.array([periods.parse(month).end.toordinal() for month in due])
        leaves = set(self._leaves(fact.level))
        places: list[tuple[str, str]] = []
        expected, gaps = [], []
        for (basis, target), sources in self.reach.sources().items():
            mine = [node for node in sources if node.ref in leaves]
            if mine:
                valid = _existence_matrix([node.start for node in mine], [node.end for node in mine], ends)
                mute = np.array([basis != PUBLISHED and node.ref in silent for node in mine])
                places.append((basis, target))
                expected.append(valid.sum(axis=0))
                gaps.append(valid[mute].any(axis=0))
        kinds = [(kind, *_period_positions(due, kind)) for kind in KINDS[fact.every]]
        return pa.concat_tables(_months_as_periods(places, *kind, np.array(expected), np.array(gaps)) for kind in kinds)


def _digest_of_content(content: object) -> str:
    return hashlib.sha256(repr(content).encode()).hexdigest()[:16]


def _period_positions(months: list[str], kind: str) -> tuple[list[str], np.ndarray]:
    """The periods of ``kind`` that the months lie in, and which period each month lies in."""
    codes = [periods.of(date.fromisoformat(f"{month}-01"), PeriodType(kind)).code for month in months]
    names = sorted(set(codes))
    return names, np.array([names.index(code) for code in codes])


def _existence_matrix(starts: list[date], ends: list[date], days: np.ndarray) -> np.ndarray:
    """Which units (rows) existed on which of ``days`` (columns)."""
    since = np.array([day.toordinal() for day in starts])[:, None]
    until = np.array([day.toordinal() for day in ends])[:, None]
    return (since <= days) & (days < until)


def _months_as_periods(
    places: list[tuple[str, str]],
    kind: str,
    names: list[str],
    month_in: np.ndarray,
    expected: np.ndarray,
    gaps: np.ndarray,
) -> pa.Table:
    """Months of each place (rows) added up to periods; periods in which nobody should report are left out."""
    belongs = (month_in[:, None] == np.arange(len(names))).astype(np.int64)
    totals, broken = expected @ belongs, gaps @ belongs > 0
    row, column = np.nonzero(totals)
    return pa.table(
        {
            "basis": pa.array(np.array([basis for basis, _ in places], dtype=object)[row], pa.string()),
            "target": pa.array(np.array([target for _, target in places], dtype=object)[row], pa.string()),
            "period": pa.array(np.array(names, dtype=object)[column], pa.string()),
            "period_type": pa.array([kind] * len(row), pa.string()),
            "expected": pa.array(totals[row, column]),
            "whole": pa.array(~broken[row, column]),
        }
    )


def month_periods(every: int, first: int = 1990, last: int = 2100) -> pa.Table:
    """month, period, period_type: the periods, of the types worth showing, that every month lies in."""
    months = [f"{year}-{month:02d}" for year in range(first, last) for month in range(1, 13)]
    rows = [
        (month, kind, periods.of(date.fromisoformat(f"{month}-01"), PeriodType(kind)).code)
        for kind in KINDS[every]
        for month in months
    ]
    names = ("month", "period_type", "period")
    return pa.table({name: pa.array(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)})


def _due_months(months: tuple[str, ...], every: int) -> list[str]:
    """All months of the years touched in which a row is due: a year is complete only when December is in."""
    years = sorted({month[:4] for month in months})
    return [f"{year}-{month:02d}" for year in years for month in range(1, 13) if month % every == 0]


def reach_tables(*, today: date, old_day: date) -> ReachTables:
    """Reach as known now, with today's units and those of ``old_day``."""
    return ReachTables(units.reach_rows(today=today, old_day=old_day))
