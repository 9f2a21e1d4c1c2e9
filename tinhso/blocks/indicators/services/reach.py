"""The reach of units as tables that the engine joins with: where figures count, and who should have reported."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pyarrow as pa

from tinhso.blocks.indicators.contract import Fact
from tinhso.blocks.units import queries as units
from tinhso.blocks.units.models import Level
from tinhso.kernel import periods
from tinhso.kernel.periods import PeriodType

SHARE = pa.decimal128(18, 9)
KINDS = {1: ("month", "quarter", "year"), 3: ("quarter", "year"), 12: ("year",)}
Calendar = dict[str, list[object]]


@dataclass
class ReachTables:
    """Reach of all units on the three bases, with calendars made on demand and kept."""

    reach: units.Reach
    made: dict[tuple[object, ...], pa.Table] = field(default_factory=dict)

    @property
    def has_parts(self) -> bool:
        """Whether some unit's figures count with a part only (a split with sourced shares)."""
        return any(row.share is not None and row.share != 1 for row in self.reach.rows)

    @property
    def fingerprint(self) -> str:
        """Changes whenever a figure would count elsewhere."""
        lines = sorted(f"{row.basis}|{row.source}|{row.target}|{row.share}" for row in self.reach.rows)
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]

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
        return self.made[key]

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
        rows: Calendar = {name: [] for name in ("basis", "target", "period", "period_type", "expected", "whole")}
        for (basis, target), sources in self.reach.sources().items():
            mine = [node for node in sources if node.ref in leaves]
            if mine:
                valid = np.array([(node.start.toordinal() <= ends) & (ends < node.end.toordinal()) for node in mine])
                mute = (
                    np.array([node.ref in silent for node in mine])
                    if basis != units.REACH_KINDS[0]
                    else np.zeros(len(mine), bool)
                )
                _add(rows, fact.every, basis, target, due, valid.sum(axis=0), (valid & mute[:, None]).any(axis=0))
        return pa.table(rows)


def _add(
    rows: Calendar, every: int, basis: str, target: str, due: list[str], expected: np.ndarray, gap: np.ndarray
) -> None:
    for kind in KINDS[every]:
        totals: dict[str, tuple[int, bool]] = {}
        for month, amount, broken in zip(due, expected.tolist(), gap.tolist(), strict=True):
            code = periods.of(date.fromisoformat(f"{month}-01"), PeriodType(kind)).code
            had, whole = totals.get(code, (0, True))
            totals[code] = (had + amount, whole and not broken)
        for code, (amount, whole) in totals.items():
            if amount:
                for name, value in zip(rows, (basis, target, code, kind, amount, whole), strict=True):
                    rows[name].append(value)


def _due_months(months: tuple[str, ...], every: int) -> list[str]:
    """All months of the years touched in which a row is due: a year is complete only when December is in."""
    years = sorted({month[:4] for month in months})
    return [f"{year}-{month:02d}" for year in years for month in range(1, 13) if month % every == 0]


def tables(*, today: date, old_day: date) -> ReachTables:
    """Reach as known now, with today's units and those of ``old_day``."""
    return ReachTables(units.reach_rows(today=today, old_day=old_day))
