"""How the cells of an indicator hang together: of which atoms (unit × time × members) each is the sum.

An *atom* is the finest thing that adds up to cells: what one reporting unit had in one period for one member of every
family. Nobody may ever see atoms themselves, but each cell is a sum of some of them.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from tinhso.blocks.indicators.contract import Indicator, Nature
from tinhso.blocks.indicators.queries.cells import reader_of
from tinhso.blocks.indicators.queries.expressions import parse_expression
from tinhso.blocks.indicators.queries.published import catalogue_of
from tinhso.blocks.units import queries as units
from tinhso.kernel import clock, periods, province

Key = tuple[str, str, str, str, str]  # basis, unit, period, dimension, member
Members = tuple[tuple[str, str], ...]
PUBLISHED = units.REACH_KINDS[0]
WHOLE = Decimal(1)


class CellAtom(NamedTuple):
    """What a unit had in a period (the shortest that is reported) for one member of each family."""

    unit: str
    time: str
    members: Members


@dataclass(frozen=True)
class Ties:
    """Where the figures of each unit go (basis, target, share), and the units below each target."""

    targets: Mapping[str, tuple[tuple[str, str, Decimal], ...]]
    sources: Mapping[tuple[str, str], frozenset[str]]
    siblings: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class CellLayout:
    """The layout of one indicator's cells in one year.

    ``leaves`` are the units that report; ``times`` the shortest periods; ``spans`` the longer periods with those that
    count towards them (of a stock only the last one).
    """

    ties: Ties
    leaves: Mapping[str, frozenset[str]]
    spans: Mapping[str, tuple[str, ...]]
    dims: Mapping[str, tuple[str, ...]]
    stock: bool

    def atom_in(self, key: Key, weight: Callable[[CellAtom], Decimal | int]) -> CellAtom:
        """The heaviest atom of a cell."""
        basis, unit, period, dim, member = key
        times = self.spans.get(period, (period,))
        reporting = self.ties.sources.get((basis, unit), frozenset())
        cell_atoms = [
            CellAtom(leaf, time, ()) for time in times for leaf in self.leaves.get(time, ()) if leaf in reporting
        ]
        if not cell_atoms:
            cell_atoms = [CellAtom(unit, period, ())]
        best = max(cell_atoms, key=lambda atom: (weight(atom), atom))
        members = tuple((code, member if code == dim else self._heaviest(best, code, weight)) for code in self.dims)
        return CellAtom(best.unit, best.time, members)

    def _heaviest(self, atom: CellAtom, code: str, weight: Callable[[CellAtom], Decimal | int]) -> str:
        return max(self.dims[code], key=lambda one: (weight(CellAtom(atom.unit, atom.time, ((code, one),))), one))

    def neighbours(self, key: Key, atom: CellAtom) -> Iterator[list[CellAtom]]:
        """Units to move somebody to: first those of the same district, then any; none inside the cell's own unit."""
        inside = self.ties.sources.get((key[0], key[1]), frozenset())
        there = self.leaves.get(atom.time, frozenset()) - inside - {atom.unit}
        yield [
            CellAtom(sibling, atom.time, atom.members)
            for sibling in self.ties.siblings.get(atom.unit, ())
            if sibling in there
        ]
        yield [CellAtom(neighbour, atom.time, atom.members) for neighbour in there]

    def other_times(self, key: Key, atom: CellAtom) -> Iterator[list[CellAtom]]:
        """Periods to move somebody to, outside the cell's own: of the same quarter first. A stock has no sums."""
        if self.stock or (key[2] not in self.leaves and len(self.spans.get(key[2], ())) == len(self.leaves)):
            return
        inside = self.spans.get(key[2], (key[2],))
        others = [time for time in self.leaves if time not in inside and atom.unit in self.leaves[time]]
        quarter = next((parts for code, parts in self.spans.items() if "Q" in code and atom.time in parts), ())
        yield [CellAtom(atom.unit, time, atom.members) for time in others if time in quarter]
        yield [CellAtom(atom.unit, time, atom.members) for time in others]

    def other_members(self, key: Key, atom: CellAtom) -> Iterator[list[CellAtom]]:
        """Other members of the cell's own family."""
        dim = key[3]
        if dim:
            yield [
                CellAtom(
                    atom.unit, atom.time, tuple((code, member if code == dim else had) for code, had in atom.members)
                )
                for member in self.dims.get(dim, ())
                if (dim, member) not in atom.members
            ]

    def differing(self, atom: CellAtom, other: CellAtom) -> Any:
        """The one coordinate in which ``other`` differs."""
        return next(theirs for mine, theirs in zip(atom, other, strict=True) if mine != theirs)

    def own_cells(self, atom: CellAtom) -> list[Key]:
        """The cells that show nothing but this atom's unit and time."""
        kinds = [("", ""), *atom.members] if len(atom.members) != 1 else list(atom.members)
        return [(PUBLISHED, atom.unit, atom.time, *kind) for kind in kinds]

    def cells_with(self, atom: CellAtom) -> Iterator[tuple[Key, Decimal]]:
        """Every cell to which an atom counts, and with what share."""
        times = [atom.time, *(code for code, parts in self.spans.items() if atom.time in parts)]
        for basis, target, share in self.ties.targets.get(atom.unit, ()):
            for time in times:
                for dim, member in (("", ""), *atom.members):
                    yield (basis, target, time, dim, member), share


def layout_of(snapshot: int, indicator: Indicator, cells: Iterable[Key]) -> CellLayout:
    """The layout of the ``cells`` of one year."""
    catalogue = catalogue_of(snapshot)
    fact = catalogue.facts.get(indicator.fact) if catalogue else None
    mine = [dim for dim in fact.dims if dim.code in indicator.by] if fact else []
    dims = {dim.code: tuple(member.code for member in dim.members) for dim in mine}
    columns = [fact.column(code) for code in parse_expression(indicator.count).columns] if fact else []
    opened = reader_of(snapshot)
    day = clock.local(opened.at).date() if opened else clock.today()
    ties = ties_of(day, province.province_facts().old_day)
    return lay_out(ties, cells, dims, stock=any(column.nature is Nature.STOCK for column in columns))


def lay_out(ties: Ties, cells: Iterable[Key], dims: Mapping[str, tuple[str, ...]], *, stock: bool) -> CellLayout:
    """The layout of cells over units that hang together by ``ties``."""
    units_by_period: dict[str, set[str]] = defaultdict(set)
    for basis, unit, period, dim, _member in cells:
        if basis == PUBLISHED and not dim:
            units_by_period[period].add(unit)
    finest = min(map(_months_in_period, units_by_period), default=0)
    fine = [code for code in sorted(units_by_period) if _months_in_period(code) == finest]
    leaves = {code: frozenset(_leaf_units(ties, units_by_period[code])) for code in fine}
    spans: dict[str, tuple[str, ...]] = {}
    for code in units_by_period:
        if _months_in_period(code) > finest:
            months = {month.code for month in periods.parse(code).months()}
            parts = tuple(
                fine_code for fine_code in fine if {month.code for month in periods.parse(fine_code).months()} <= months
            )
            spans[code] = parts[-1:] if stock else parts
    return CellLayout(ties, leaves, spans, dims, stock)


def _months_in_period(code: str) -> int:
    """Months in a period."""
    return 12 if len(code) == len("2024") else 3 if "Q" in code else 1


def _leaf_units(ties: Ties, units_seen: set[str]) -> Iterator[str]:
    """Those of the units that are made up of no other."""
    for unit in units_seen:
        if not (ties.sources.get((PUBLISHED, unit), frozenset()) & units_seen) - {unit}:
            yield unit


@lru_cache(maxsize=2)
def ties_of(day: date, old_day: date) -> Ties:
    """How the province's units hang together on a day."""
    reach = units.reach_rows(today=day, old_day=old_day)
    targets: dict[str, list[tuple[str, str, Decimal]]] = defaultdict(list)
    sources: dict[tuple[str, str], set[str]] = defaultdict(set)
    below: dict[int | None, list[str]] = defaultdict(list)
    for row in reach.rows:
        if row.share is not None:
            targets[row.source].append((row.basis, row.target, Decimal(row.share)))
            sources[row.basis, row.target].add(row.source)
    for ref, node in reach.nodes.items():
        below[node.parent].append(ref)
    return Ties(
        {ref: tuple(target_units) for ref, target_units in targets.items()},
        {key: frozenset(source_units) for key, source_units in sources.items()},
        {ref: tuple(below[node.parent]) for ref, node in reach.nodes.items()},
    )


def clear_ties_cache() -> None:
    """Drop what is kept in memory."""
    ties_of.cache_clear()
